//! `pets-example BASE_URL`, with the token in `PETS_TOKEN`.
#![allow(clippy::print_stdout)]

use std::env;
use std::error::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let base_url = env::args().nth(1).unwrap_or_else(|| pets_example::api::DEFAULT_SERVER.to_owned());
    println!("{}", pets_example::another_parrot(&base_url, &env::var("PETS_TOKEN")?).await?);
    Ok(())
}
