//! The pets of a shop, in a program without async: `without_async BASE_URL`.
#![allow(clippy::print_stdout)]

use std::error::Error;

use openapi_smith_runtime::blocking;
use pets_example::api::{Client, DEFAULT_SERVER, ListPetsParams};

fn main() -> Result<(), Box<dyn Error>> {
    let shop = Client::new(&std::env::args().nth(1).unwrap_or_else(|| DEFAULT_SERVER.to_owned()))?;

    let first = shop.get_pet(1).wait()?;
    println!("{}", first.name);

    for pet in blocking::iter(shop.list_pets_pages(&ListPetsParams::default()).items()) {
        println!("{}", pet?.name);
    }
    Ok(())
}
