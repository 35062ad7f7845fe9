//! The example `with_openidconnect`, from registration to logout, at node-oidc-provider.

use std::collections::BTreeMap;

use ory_oidc::reqwest::{Client, Url, header};
use tokio::task::JoinHandle;

use crate::node;

#[allow(dead_code, missing_docs, unreachable_pub, reason = "an example is a program of its own")]
#[path = "../../examples/with_openidconnect.rs"]
mod example;

#[tokio::test]
async fn the_bridge_to_openidconnect() {
    let Some(server) = node::start() else { return };
    let mut browser: Option<JoinHandle<u32>> = None;
    let http = ory_oidc::http_client_builder().unwrap().build().unwrap();
    example::at_server(&server.issuer, |url| browser = Some(tokio::spawn(browse(http, url)))).await.unwrap();
    // To the login, back to the provider, and to the example.
    assert_eq!(browser.unwrap().await.unwrap(), 3);
}

/// A browser: it follows redirects, keeps cookies, and counts the redirects.
async fn browse(http: Client, mut url: Url) -> u32 {
    let mut cookies = BTreeMap::new();
    let mut redirects = 0;
    loop {
        let kept: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = http.get(url.clone()).header(header::COOKIE, kept.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let Some(location) = response.headers().get(header::LOCATION) else {
            assert!(response.status().is_success(), "{url}: {}", response.status());
            return redirects;
        };
        url = url.join(location.to_str().unwrap()).unwrap();
        redirects += 1;
    }
}
