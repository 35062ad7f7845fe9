//! The first program of the README.
#![allow(clippy::print_stdout)]

#[allow(dead_code, unused_imports)]
mod api;

use api::{Client, ListPetsParams};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Client::new("https://pets.example.com/v1")?;
    let pets = shop.list_pets(&ListPetsParams::default().limit(5)).await?;
    for pet in pets.iter() {
        println!("{}: {}", pet.id, pet.name);
    }
    Ok(())
}
