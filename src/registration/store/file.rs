//! [`FileStore`]: handles in the files of a folder, shared by the processes of one machine.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs4::{FileExt, TryLockError};
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::{RegistrationLock, RegistrationStore};
use crate::error::{Error, ErrorKind};
use crate::registration::RegistrationHandle;
use openapi_smith_runtime::{BoxError, BoxFuture};

/// A [`RegistrationStore`] in the files of a folder, for all processes of one machine (feature `file-store`).
///
/// **The files hold secrets**: the registration access tokens, in clear text. On Unix, the folder that [`open`](Self::open) creates and
/// the files are readable by their owner only. Elsewhere they have the rights of the folder: choose one that only this program
/// reads. Backups of the folder hold the tokens, too.
///
/// - A handle is written to a new file, which then takes the place of the old one, so no reader sees half of a handle, even after a
///   crash.
/// - Locks are those of the operating system, on a file of their own. The lock of a killed process is free at once. They need a
///   local file system: many network file systems have no reliable locks.
/// - A call waits for a lock no longer than the [`lock_timeout`](Self::lock_timeout). The error names the file.
/// - A file has the names of RFC 7592 (`client_id`, `registration_access_token`, `registration_client_uri`), in all versions of this
///   crate. Other properties are ignored, and dropped with the next replacement. A file that is no handle is an error that names it, and
///   stays as it is.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use ory_oidc::{ClientMetadata, FileStore};
///
/// let registrations = ory.registrations(FileStore::open("/var/lib/shop/registrations")?);
/// let registration = registrations.register(ClientMetadata::new(["https://shop.example/callback"])).await?;
/// // Later, in any process of the machine:
/// registrations.update(registration.client_id(), |metadata| metadata.client_name("Shop 2")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: PathBuf,
    lock_timeout: Duration,
}

/// The pauses between two attempts to lock a file.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

impl FileStore {
    /// The default [`lock_timeout`](Self::lock_timeout): two minutes.
    pub const DEFAULT_LOCK_TIMEOUT: Duration = Duration::from_secs(120);

    /// Opens the store in this folder, which is created if it is missing. A relative path starts from the present working directory,
    /// whatever that is later.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = std::path::absolute(folder.into())?;
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self { folder, lock_timeout: Self::DEFAULT_LOCK_TIMEOUT })
    }

    /// Sets how long a lock is waited for, before the call fails with the name of the locked file.
    ///
    /// [`DEFAULT_LOCK_TIMEOUT`](Self::DEFAULT_LOCK_TIMEOUT) if not set. A worker holds the lock of a client for up to three requests
    /// and a write, so choose more than three times the [timeout](crate::ClientBuilder::timeout) of the client, for each worker that
    /// may wait at the same time. With zero, a lock that is not free at once is an error.
    #[must_use]
    pub fn lock_timeout(self, timeout: Duration) -> Self {
        Self { lock_timeout: timeout, ..self }
    }

    /// The files of a client, for a caller who can wait for them.
    fn files(&self, client_id: &str) -> Result<Files, BoxError> {
        // tokio's clock and threads panic outside of a runtime.
        Handle::try_current().map_err(|error| {
            let problem =
                "the store of files needs a runtime of tokio: await the call in a function with `#[tokio::main]`";
            Error::invalid(None, problem).with_source(error)
        })?;
        let name = file_name(client_id)?;
        let file = |end: &str| self.folder.join(format!("{name}.{end}"));
        Ok(Files {
            folder: self.folder.clone(),
            handle: file("json"),
            new: file("new"),
            lock: file("lock"),
            swap: file("swap"),
        })
    }
}

impl RegistrationStore for FileStore {
    fn load<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<RegistrationHandle>, BoxError>> {
        Box::pin(async move {
            let files = self.files(client_id)?;
            blocking(move || files.load()).await
        })
    }

    fn compare_and_swap<'a>(
        &'a self,
        client_id: &'a str,
        expected: Option<&'a RegistrationHandle>,
        new: Option<&'a RegistrationHandle>,
    ) -> BoxFuture<'a, Result<bool, BoxError>> {
        Box::pin(async move {
            let files = self.files(client_id)?;
            let (expected, new) = (expected.cloned(), new.cloned());
            // Held for the moment of the swap, so waiting is short.
            let lock = lock_file(&files.swap, self.lock_timeout).await?;
            blocking(move || {
                let _lock = lock;
                files.compare_and_swap(expected.as_ref(), new.as_ref())
            })
            .await
        })
    }

    fn lock<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<RegistrationLock, BoxError>> {
        Box::pin(async move {
            let path = self.files(client_id)?.lock;
            Ok(RegistrationLock::new(lock_file(&path, self.lock_timeout).await?))
        })
    }
}

/// The files of one client.
struct Files {
    folder: PathBuf,
    handle: PathBuf,
    /// The next handle, until it takes the place of the present one.
    new: PathBuf,
    /// Locked by those who change the client.
    lock: PathBuf,
    /// Locked while the handle is compared and swapped. Another file than `lock`, which the caller may hold.
    swap: PathBuf,
}

impl Files {
    fn load(&self) -> Result<Option<RegistrationHandle>, BoxError> {
        match fs::read(&self.handle) {
            // Not the message of serde_json, which may quote.
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|_| at(&self.handle, &"the file is not a registration handle")),
            // A missing folder, such as one that is not mounted, does not mean that no handle is stored.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.folder.is_dir() => Ok(None),
            Err(error) => Err(at(&self.handle, &error)),
        }
    }

    fn compare_and_swap(
        &self,
        expected: Option<&RegistrationHandle>,
        new: Option<&RegistrationHandle>,
    ) -> Result<bool, BoxError> {
        if self.load()?.as_ref() != expected {
            return Ok(false);
        }
        match new {
            Some(new) => self.write(new)?,
            None if expected.is_some() => fs::remove_file(&self.handle).map_err(|error| at(&self.handle, &error))?,
            None => return Ok(true),
        }
        // The change of the name must survive a crash of the machine, too.
        #[cfg(unix)]
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(|error| at(&self.folder, &error))?;
        Ok(true)
    }

    fn write(&self, handle: &RegistrationHandle) -> Result<(), BoxError> {
        let text = serde_json::to_vec(&handle.to_stored()).map_err(|_| "the handle cannot be encoded")?;
        // A file that a killed process left behind may have other rights.
        match fs::remove_file(&self.new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&self.new, &error)),
            _ => {}
        }
        let written = private().create_new(true).open(&self.new).and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&self.new, &self.handle)).map_err(|error| at(&self.new, &error))
    }
}

/// Options that create a file for its owner only.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Locks the file, which is created if it is missing, and waits for the lock if another process or task holds it.
///
/// The waiting is tokio's: the task that holds the lock may need this thread.
async fn lock_file(path: &Path, timeout: Duration) -> Result<File, BoxError> {
    let file = open_private(path)?;
    let since = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match FileExt::try_lock(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(at(path, &error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let left = timeout.saturating_sub(since.elapsed());
        if left.is_zero() {
            let problem = format!("another worker has held the lock for {timeout:?}: see `FileStore::lock_timeout`");
            return Err(failure(ErrorKind::Timeout, path, &problem));
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

/// Opens the file of a lock. The file is never removed: a new file of the same name would be another lock.
fn open_private(path: &Path) -> Result<File, BoxError> {
    private().create(true).truncate(false).open(path).map_err(|error| at(path, &error))
}

fn at(path: &Path, problem: &dyn std::fmt::Display) -> BoxError {
    failure(ErrorKind::RegistrationStore, path, problem)
}

/// An error of this crate, so that `Debug` shows it.
fn failure(kind: ErrorKind, path: &Path, problem: &dyn std::fmt::Display) -> BoxError {
    Error::new(kind, None, format!("{}: {problem}", path.display())).into()
}

/// Runs `task` where it may block.
async fn blocking<T: Send + 'static>(
    task: impl FnOnce() -> Result<T, BoxError> + Send + 'static,
) -> Result<T, BoxError> {
    tokio::task::spawn_blocking(task).await?
}

/// The name of a client's files, without the ending. Different ids have different names, even if the file system ignores case. No
/// name leads out of the folder.
fn file_name(client_id: &str) -> Result<String, BoxError> {
    // The longest name that file systems take is 255 bytes.
    const LONGEST: usize = 240;

    let mut name = String::from("client-");
    for byte in client_id.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => name.push(char::from(byte)),
            _ => write!(name, "_{byte:02x}")?,
        }
    }
    if name.len() > LONGEST {
        return Err("the id of the client is too long for the name of a file".into());
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_different() {
        let name = |id: &str| file_name(id).unwrap();
        assert_eq!(name("3c0a2c0e-5f5b"), "client-3c0a2c0e-5f5b");
        assert_eq!(name("../a"), "client-_2e_2e_2fa");
        let names = ["A", "a", "_41", "a b", "a_b", "", ".", "\u{e4}", "con"].map(name);
        for (index, one) in names.iter().enumerate() {
            assert!(
                one.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
            );
            assert!(names.iter().skip(index + 1).all(|other| other != one), "{one}");
        }
        file_name(&"a".repeat(300)).unwrap_err();
    }

    #[tokio::test]
    async fn neither_lock_is_waited_for_longer_than_the_timeout() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::open(folder.path()).unwrap().lock_timeout(Duration::from_millis(30));
        let files = store.files("c").unwrap();
        let _held = (lock_file(&files.lock, Duration::ZERO).await, lock_file(&files.swap, Duration::ZERO).await);
        for (error, path) in [
            (store.lock("c").await.unwrap_err(), &files.lock),
            (store.compare_and_swap("c", None, None).await.unwrap_err(), &files.swap),
        ] {
            assert_eq!(error.downcast_ref::<Error>().unwrap().kind(), ErrorKind::Timeout);
            let expected = "another worker has held the lock for 30ms: see `FileStore::lock_timeout`";
            assert_eq!(error.to_string(), format!("{}: {expected}", path.display()));
        }
    }
}
