//! How to test your program with the stand-in: users, clients, failures, and what arrived.
//!
//!     cargo run --example test_with_stand_in
//!     cargo test --example test_with_stand_in
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Duration;

use ory_oidc::Client;
use ory_oidc::testing::{Failure, Operation, OryServer, User};

/// The program that is tested: greets the user of an access token.
struct Greeter {
    ory: Client,
}

impl Greeter {
    fn new(base_url: &str) -> ory_oidc::Result<Self> {
        Ok(Self { ory: Client::builder(base_url).timeout(Duration::from_secs(2)).build()? })
    }

    async fn greet(&self, access_token: &str) -> String {
        match self.ory.userinfo(access_token).await {
            Ok(info) => match info.claims().and_then(|claims| claims.name().or(claims.sub())) {
                Some(name) => format!("Hello, {name}"),
                None => "Hello, stranger".to_owned(),
            },
            Err(error) if error.is_retryable() => "Come back later".to_owned(),
            Err(_) => "Please log in again".to_owned(),
        }
    }
}

/// A user who is logged in, one whose token expired, and a server in trouble.
async fn the_greeter_greets() -> Result<(), Box<dyn Error>> {
    let server = OryServer::start().await?;
    let greeter = Greeter::new(server.base_url())?;
    let tokens = server.log_in("shop", User::new("alice").claim("name", "Alice"));

    expect(&greeter.greet(tokens.access_token()).await, "Hello, Alice")?;

    server.fail_next(Operation::GetOidcUserInfo, Failure::status(503));
    expect(&greeter.greet(tokens.access_token()).await, "Come back later")?;

    server.fail_next(Operation::GetOidcUserInfo, Failure::drop_connection());
    expect(&greeter.greet(tokens.access_token()).await, "Come back later")?;

    // The clock of the server goes ahead; nobody waits.
    server.advance_time(Duration::from_secs(3601));
    expect(&greeter.greet(tokens.access_token()).await, "Please log in again")?;

    // What arrived: four requests, each with the token of the user.
    let requests = server.take_requests();
    expect(&requests.len().to_string(), "4")?;
    for request in requests {
        expect(request.bearer_token().unwrap_or_default(), tokens.access_token())?;
    }
    Ok(())
}

fn expect(found: &str, expected: &str) -> Result<(), Box<dyn Error>> {
    if found == expected { Ok(()) } else { Err(format!("`{found}` instead of `{expected}`").into()) }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    the_greeter_greets().await?;
    println!("The greeter passed.");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn the_greeter_greets() {
        super::the_greeter_greets().await.unwrap();
    }
}
