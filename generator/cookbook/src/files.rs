//! Files: forms, bytes, downloads.

use std::io::Write;

use crate::Result;
use crate::api::types::Uploaded;
use crate::api::{Client, Part, UploadForm};

/// Uploads a form with files.
///
/// # Errors
///
/// The call failed.
pub async fn form(workshop: &Client, report: Vec<u8>) -> Result<Vec<Uploaded>> {
    let file = Part::bytes(report).file_name("report.pdf").media_type("application/pdf");
    let form = UploadForm::new("Report").files(vec![file]).cover(&b"a picture"[..]);
    let uploaded = workshop.upload(form).await?;
    Ok(uploaded.into_inner())
}

/// Stores a photo.
///
/// # Errors
///
/// The call failed.
pub async fn bytes(workshop: &Client, id: &str, photo: Vec<u8>) -> Result<()> {
    workshop.put_photo(id, photo).await?;
    Ok(())
}

/// Downloads a photo, whole and piece by piece.
///
/// # Errors
///
/// The call failed, or the file cannot be written.
pub async fn download(workshop: &Client, id: &str, mut file: impl Write) -> Result<usize> {
    let whole = workshop.get_photo(id).response_limit(100 << 20).await?;

    let mut pieces = workshop.get_photo_stream(id).await?.into_inner();
    while let Some(piece) = pieces.next().await {
        file.write_all(&piece?)?;
    }
    Ok(whole.len())
}
