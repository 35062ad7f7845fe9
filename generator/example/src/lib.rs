//! A client of a pet shop, and a function that calls it.

pub mod cookbook;

/// The generated client.
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/pets.rs"));
}

use api::types::{Kind, PetRequest};
use api::{AddPetFailure, Client, Error, ListPetsParams};

/// Lists the parrots and adds one.
///
/// # Errors
///
/// The shop cannot be reached, or its response is unexpected.
pub async fn another_parrot(base_url: &str, token: &str) -> Result<String, Box<dyn std::error::Error>> {
    let shop = Client::new(base_url)?.with_token(token);

    let parrots = shop.list_pets(&ListPetsParams::default().kind(Kind::Parrot).limit(5)).await?;
    let names: Vec<&str> = parrots.iter().map(|pet| pet.name.as_str()).collect();

    // The request type has no `id`, which is `readOnly`.
    let polly = PetRequest::new("Polly", Kind::Parrot);
    match shop.add_pet(&polly).await {
        Ok(pet) => Ok(format!("{} is number {}, beside {}", pet.name, pet.id, names.join(" and "))),
        Err(Error::Failure(failure)) => match failure.into_value() {
            AddPetFailure::Conflict(clash) => Ok(format!("there is one: number {}", clash.existing.id)),
            AddPetFailure::Default(refusal) => Err(refusal.message.into()),
        },
        Err(other) => Err(other.into()),
    }
}
