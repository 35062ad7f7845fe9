//! The program before and after the migration, at the stand-in.
#![allow(clippy::unwrap_used, clippy::panic)]

use ory_oidc::testing::{OryServer, User};
use serde_json::json;

#[allow(dead_code)]
#[path = "../examples/shop_after.rs"]
mod after;
#[allow(dead_code)]
#[path = "../examples/shop_before.rs"]
mod before;

#[tokio::test]
async fn the_migrated_program_prints_the_same_and_more() {
    let server = OryServer::start().await.unwrap();
    server.add_client(json!({"client_id": "web", "redirect_uris": ["https://shop.example/callback"]})).unwrap();
    let alice = User::new("alice").claim("email", "alice@shop.example").claim("https://shop.example/role", "admin");
    let tokens = server.log_in("web", alice);
    let before = before::shop(server.base_url(), tokens.access_token()).await.unwrap();
    let after = after::shop(server.base_url(), tokens.access_token()).await.unwrap();
    println!("{before:#?}\n{after:#?}");
    assert_eq!(before.len(), 5);
    assert!(before.iter().all(|line| after.contains(line)), "{before:?} {after:?}");
    assert_eq!(after.len(), 7);

    // A refresh token: the server's reason is in a header.
    let before = before::shop(server.base_url(), tokens.refresh_token()).await.unwrap();
    let after = after::shop(server.base_url(), tokens.refresh_token()).await.unwrap();
    println!("{before:#?}\n{after:#?}");
    assert!(!before.concat().contains("Only access tokens"), "{before:?}");
    assert!(after.concat().contains("Only access tokens"), "{after:?}");

    let lines =
        |text: &str| text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//")).count();
    let (before, after) = (include_str!("../examples/shop_before.rs"), include_str!("../examples/shop_after.rs"));
    println!("{} lines before, {} after", lines(before), lines(after));
    assert!(lines(after) < lines(before));
}
