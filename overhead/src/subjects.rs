//! The compared clients: each makes the same three calls with the same settings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ory_client::apis::configuration::Configuration;
use ory_client::apis::oidc_api;
use ory_client::models;
use ory_oidc::{AttemptEnded, ClientBuilder, ClientMetadata, Hook, RetryPolicy};
use reqwest::header::{ACCEPT, HeaderValue};
use serde::de::DeserializeOwned;

use crate::BoxError;

const TOKEN: &str = "an-access-token-that-is-as-long-as-they-are-at-this-server.0123456789012345678901234567890";
const REDIRECT: &str = "https://shop.example/callback";
const TIMEOUT: Duration = ClientBuilder::DEFAULT_TIMEOUT;
const CONNECT_TIMEOUT: Duration = ClientBuilder::DEFAULT_CONNECT_TIMEOUT;

/// The called operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Operation {
    Discovery,
    Userinfo,
    Register,
}

/// A client that makes the calls. Each call checks a property of its response.
pub(crate) trait Subject: Clone + Send + Sync + 'static {
    fn call(&self, operation: Operation) -> impl Future<Output = Result<(), BoxError>> + Send;
}

fn expect(holds: bool) -> Result<(), BoxError> {
    if holds { Ok(()) } else { Err("the response lacks a property".into()) }
}

impl Subject for ory_oidc::Client {
    async fn call(&self, operation: Operation) -> Result<(), BoxError> {
        expect(match operation {
            Operation::Discovery => self.discover().await?.issuer().starts_with("http"),
            Operation::Userinfo => self.userinfo(TOKEN).await?.claims().is_some_and(|claims| claims.sub().is_some()),
            Operation::Register => {
                let metadata = ClientMetadata::new([REDIRECT]).client_name("Shop");
                !self.register(metadata).await?.client_id().is_empty()
            }
        })
    }
}

/// ory-oidc with default settings.
pub(crate) fn ours(base_url: &str) -> ClientBuilder {
    ory_oidc::Client::builder(base_url)
}

/// ory-oidc with a hook that sums the durations of calls.
pub(crate) fn ours_with_hook(base_url: &str) -> ClientBuilder {
    struct Sum(AtomicU64);

    impl Hook for Sum {
        fn after(&self, attempt: &AttemptEnded<'_>) {
            self.0.fetch_add(attempt.duration().subsec_micros().into(), Ordering::Relaxed);
        }
    }

    ory_oidc::Client::builder(base_url).hook(Sum(AtomicU64::new(0)))
}

/// ory-oidc with retries on.
pub(crate) fn ours_with_retries(base_url: &str) -> ClientBuilder {
    ory_oidc::Client::builder(base_url).retries(RetryPolicy::new())
}

/// Plain reqwest without a library: the same settings and headers, and structs with serde's derives.
#[derive(Clone)]
pub(crate) struct Raw {
    client: reqwest::Client,
    base_url: Arc<str>,
    keeps_all: bool,
}

impl Raw {
    pub(crate) fn new(base_url: &str) -> Result<Self, BoxError> {
        let builder = ory_oidc::http_client_builder()?.user_agent("ory-oidc/0.1.0");
        let client = builder.timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT).build()?;
        Ok(Self { client, base_url: base_url.into(), keeps_all: false })
    }

    /// Decodes userinfo as a map, which keeps every claim.
    pub(crate) fn keeping_all(self) -> Self {
        Self { keeps_all: true, ..self }
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: reqwest::RequestBuilder,
        accept: &'static str,
    ) -> Result<T, BoxError> {
        let request = request.header(ACCEPT, HeaderValue::from_static(accept));
        Ok(request.send().await?.error_for_status()?.json().await?)
    }
}

impl Subject for Raw {
    async fn call(&self, operation: Operation) -> Result<(), BoxError> {
        let Self { client, base_url, .. } = self;
        expect(match operation {
            Operation::Discovery => {
                let request = client.get(format!("{base_url}/.well-known/openid-configuration"));
                let response: models::OidcConfiguration = self.send(request, "application/json").await?;
                response.issuer.starts_with("http")
            }
            Operation::Userinfo => {
                let request = client.get(format!("{base_url}/userinfo")).bearer_auth(TOKEN);
                if self.keeps_all {
                    let response: serde_json::Map<String, serde_json::Value> =
                        self.send(request, "application/json, application/jwt").await?;
                    return expect(response.contains_key("sub"));
                }
                let response: models::OidcUserInfo = self.send(request, "application/json, application/jwt").await?;
                response.sub.is_some()
            }
            Operation::Register => {
                let request = client.post(format!("{base_url}/oauth2/register")).json(&metadata());
                let response: models::OAuth2Client = self.send(request, "application/json").await?;
                response.client_id.is_some()
            }
        })
    }
}

fn metadata() -> models::OAuth2Client {
    models::OAuth2Client {
        client_name: Some("Shop".to_owned()),
        redirect_uris: Some(vec![REDIRECT.to_owned()]),
        ..Default::default()
    }
}

/// ory-client, with its own reqwest.
#[derive(Clone)]
pub(crate) struct Peer(Arc<Configuration>);

impl Peer {
    pub(crate) fn new(base_url: &str) -> Result<Self, BoxError> {
        let client = ory_client_reqwest::Client::builder()
            .redirect(ory_client_reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()?;
        Ok(Self(Arc::new(Configuration {
            base_path: base_url.to_owned(),
            client,
            oauth_access_token: Some(TOKEN.to_owned()),
            ..Configuration::default()
        })))
    }
}

impl Subject for Peer {
    async fn call(&self, operation: Operation) -> Result<(), BoxError> {
        expect(match operation {
            Operation::Discovery => oidc_api::discover_oidc_configuration(&self.0).await?.issuer.starts_with("http"),
            Operation::Userinfo => oidc_api::get_oidc_user_info(&self.0).await?.sub.is_some(),
            Operation::Register => oidc_api::create_oidc_dynamic_client(&self.0, metadata()).await?.client_id.is_some(),
        })
    }
}
