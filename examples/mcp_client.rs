//! Registers an MCP client the way its specification asks for: metadata of the server, then a registration, then PKCE.
//!
//!     cargo run --example mcp_client
//!
//! runs against a stand-in Ory in this process. Against a server, with the initial access token that it may demand:
//!
//!     ORY_SDK_URL=https://slug.projects.oryapis.com ORY_INITIAL_ACCESS_TOKEN=... cargo run --example mcp_client
#![allow(clippy::print_stdout)]

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ory_oidc::reqwest::Url;
use ory_oidc::testing::OryServer;
use ory_oidc::{Client, ClientMetadata, GrantType, ServerMetadata};

/// Without a port: the server accepts any port of this machine (RFC 8252 section 7.3).
const REDIRECT_URI: &str = "http://127.0.0.1/callback";
/// The port on which this program would listen.
const PORT: u16 = 43_210;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A server of the user's, or a stand-in that demands an initial access token.
    let stand_in = match std::env::var_os("ORY_SDK_URL") {
        Some(_) => None,
        None => Some(OryServer::builder().initial_access_token("from-the-administrator").start().await?),
    };
    let ory = match &stand_in {
        Some(server) => Client::builder(server.base_url()).user_agent("notes/1.0").build()?,
        None => Client::builder_from_env()?.user_agent("notes/1.0").build()?,
    };
    let token = match &stand_in {
        Some(_) => Some("from-the-administrator".to_owned()),
        None => std::env::var("ORY_INITIAL_ACCESS_TOKEN").ok(),
    };

    // 1. What the server can do (RFC 8414).
    let server = ory.server_metadata().await?;
    println!("issuer: {}", server.issuer());
    if !server.code_challenge_methods_supported().contains(&"S256") {
        return Err("the server does not say that it supports PKCE with S256, so an MCP client must not go on".into());
    }
    if server.supports_client_id_metadata_documents() {
        println!("a client that has a web site may use its own URL as its id, without a registration");
    }

    // 2. The registration (RFC 7591), checked before it is sent: the server accepts any text as a grant type.
    let metadata = ClientMetadata::native_app([REDIRECT_URI]).client_name("Notes").scope("openid offline_access");
    let problems = metadata.check();
    if !problems.is_empty() {
        return Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ").into());
    }
    let mut request = ory.register(metadata);
    if let Some(token) = token {
        request = request.initial_access_token(token);
    }
    let registration = request.await?;
    println!("registered: {}", registration.client_id());
    let grants: Vec<GrantType> = registration.client().grant_types().iter().map(GrantType::from).collect();
    println!("it may use: {}", grants.iter().map(GrantType::as_str).collect::<Vec<_>>().join(", "));

    // 3. The login. A public client has no secret; PKCE takes its place (RFC 7636).
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    let verifier = URL_SAFE_NO_PAD.encode(random);
    println!("the browser goes to: {}", login(&server, registration.client_id(), &verifier)?);

    // A real client keeps the handle. This one was only an example.
    if let Some(handle) = registration.handle() {
        ory.delete_client(&handle).await?;
        println!("deleted again");
    }
    Ok(())
}

/// The address of the login page.
fn login(server: &ServerMetadata, client_id: &str, verifier: &str) -> Result<Url, Box<dyn Error>> {
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
    let mut url = server.authorization_endpoint().ok_or("the server has no authorization endpoint")?;
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", &REDIRECT_URI.replace("127.0.0.1", &format!("127.0.0.1:{PORT}")))
        .append_pair("scope", "openid offline_access")
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(digest))
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}
