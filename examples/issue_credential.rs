//! Issues a verifiable credential about a user, bound to a key of the program.
//!
//!     cargo run --example issue_credential
//!
//! runs against a stand-in Ory in this process, or against the server at `$ORY_SDK_URL` with the access token in
//! `$ORY_ACCESS_TOKEN`. The feature `verify` verifies the credential; the example `with_openidconnect` verifies one
//! with another crate.
#![allow(clippy::print_stdout)]

use std::env::var;
use std::error::Error;
use std::time::Duration;

use ory_oidc::testing::{OryServer, User};
use ory_oidc::{Client, P256Signer, ProofSigner};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stand_in = OryServer::start().await?;
    let (base_url, access_token) = match var("ORY_SDK_URL") {
        Ok(base_url) => (base_url, var("ORY_ACCESS_TOKEN").map_err(|_| "ORY_ACCESS_TOKEN is not set")?),
        Err(_) => {
            let tokens = stand_in.log_in("shop", User::new("alice").claim("email", "alice@app.example"));
            (stand_in.base_url().to_owned(), tokens.access_token().to_owned())
        }
    };
    let ory = Client::builder(base_url).build()?;

    // The key of the credential. For a key in a KMS, implement `ProofSigner`.
    let signer = P256Signer::generate()?;
    println!("key        {} {}", signer.alg(), signer.public_jwk());

    // Requests a nonce, signs it, and sends the proof.
    let credential = ory.issue_credential(&access_token, &signer).await?;
    println!("issued     a JWT of {} characters", credential.jwt().expose_secret().len());

    // The keys are fetched now and cached. A program has one such cache for everything that it verifies.
    let keys = ory.discover().cached(24 * HOUR).keys(HOUR);
    let claims = credential.verify(&keys.credential_verifier()).await?;
    println!("verified   as issued by {}", claims.iss().unwrap_or_default());
    let about = claims.credential_subject().and_then(|subject| subject.get("sub")?.as_str());
    println!("about      {}", about.unwrap_or("nobody"));
    println!("bound to   {:.40}...", claims.sub().unwrap_or_default());
    let lifetime = claims.exp().zip(claims.iat()).map_or(0, |(expires, issued)| expires - issued);
    println!("good for   {lifetime} s");

    // The status of a response with a nonce is the same, but this is an error.
    if let Err(error) = ory.issue_credential(&access_token, &signer).nonce("made up").await {
        println!("bad nonce  {error}");
    }
    Ok(())
}
