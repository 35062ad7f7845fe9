//! The feature `tracing`: one span for each call, with only the attributes that OpenTelemetry defines for HTTP clients.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ory_oidc::{Client, ClientMetadata, RegistrationHandle, RetryPolicy};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::listener::{Listener, json, response};

type Fields = BTreeMap<String, String>;

/// The recorded spans of this crate, with their fields, and the number of open ones.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    spans: Vec<(Id, Fields)>,
    closed: usize,
}

struct Reader<'a>(&'a mut Fields);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: tracing::Subscriber> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        if attributes.metadata().target() == "openapi_smith_runtime" {
            let mut fields = Fields::new();
            attributes.record(&mut Reader(&mut fields));
            self.0.lock().unwrap().spans.push((id.clone(), fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        if let Some((_, fields)) = self.0.lock().unwrap().spans.iter_mut().find(|(span, _)| span == id) {
            values.record(&mut Reader(fields));
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        let mut state = self.0.lock().unwrap();
        if state.spans.iter().any(|(span, _)| *span == id) {
            state.closed += 1;
        }
    }
}

/// The fields of the only span of a call. The span is closed.
async fn span(call: impl Future<Output = ()>) -> Fields {
    let seen = Seen::default();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(seen.clone()));
    call.await;
    drop(guard);
    let state = seen.0.lock().unwrap();
    assert_eq!((state.spans.len(), state.closed), (1, 1));
    let fields = state.spans[0].1.clone();
    assert!(!format!("{fields:?}").contains("canary"), "{fields:?}");
    fields
}

#[track_caller]
fn fields_are(fields: &Fields, expected: &[(&str, &str)]) {
    let mut fields = fields.clone();
    for always in ["server.address", "server.port", "url.scheme", "otel.kind"] {
        assert!(fields.remove(always).is_some(), "{always}");
    }
    let expected: Fields = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_success() {
    let server = Listener::responding_with([json("200 OK", "{}")]).await;
    let ory = server.client();
    let fields = span(async { drop(ory.userinfo("canary-access-token").await.unwrap()) }).await;
    assert_eq!((fields["server.address"].as_str(), fields["url.scheme"].as_str()), ("127.0.0.1", "http"));
    assert_eq!(fields["server.port"], ory.base_url().port().unwrap().to_string());
    assert_eq!(fields["otel.kind"], "client");
    fields_are(
        &fields,
        &[
            ("otel.name", "GET /userinfo"),
            ("http.request.method", "GET"),
            ("url.template", "/userinfo"),
            ("http.response.status_code", "200"),
        ],
    );
}

#[tokio::test]
async fn a_failure_with_an_id_a_token_and_a_body() {
    let server = Listener::responding_with([response("401 Unauthorized", &[], r#"{"error":"canary"}"#)]).await;
    let mut handle = RegistrationHandle::new("canary-id", "canary-registration-token");
    let metadata = ClientMetadata::new(["https://canary.example/cb"]);
    let ory = server.client();
    let fields = span(async { drop(ory.replace_client(&mut handle, metadata).await.unwrap_err()) }).await;
    fields_are(
        &fields,
        &[
            ("otel.name", "PUT /oauth2/register/{id}"),
            ("http.request.method", "PUT"),
            ("url.template", "/oauth2/register/{id}"),
            ("http.response.status_code", "401"),
            ("error.type", "401"),
            ("otel.status_code", "ERROR"),
        ],
    );
}

#[tokio::test]
async fn a_query() {
    let location = "location: https://app.example/bye?state=canary-state";
    let server = Listener::responding_with([response("302 Found", &[location], "")]).await;
    let request = server.client().start_logout().id_token_hint("canary-id-token").state("canary-state");
    let fields = span(async { drop(request.await.unwrap()) }).await;
    assert_eq!((fields["http.response.status_code"].as_str(), fields.contains_key("error.type")), ("302", false));
}

#[tokio::test]
async fn several_attempts_are_one_call() {
    let busy = response("503 Service Unavailable", &[], "{}");
    let server = Listener::responding_with([busy.clone(), String::new(), json("200 OK", "{}")]).await;
    let policy = RetryPolicy::new().initial_backoff(Duration::ZERO);
    let ory = Client::builder(&server.base_url).retries(policy).build().unwrap();
    let fields = span(async { drop(ory.userinfo("canary-access-token").await.unwrap()) }).await;
    assert_eq!(fields["http.request.resend_count"], "2");
    assert_eq!(fields["http.response.status_code"], "200");
    assert!(!fields.contains_key("error.type") && !fields.contains_key("otel.status_code"), "{fields:?}");

    let server = Listener::responding_with(vec![busy, String::new(), String::new()]).await;
    let ory = Client::builder(&server.base_url).retries(policy).build().unwrap();
    let fields = span(async { drop(ory.userinfo("canary-access-token").await.unwrap_err()) }).await;
    assert_eq!((fields["error.type"].as_str(), fields["http.request.resend_count"].as_str()), ("Transport", "2"));
    assert!(!fields.contains_key("http.response.status_code"));
}

#[tokio::test]
async fn invalid_input() {
    let ory = Client::builder("http://127.0.0.1:1").build().unwrap();
    for (id, token) in [("..", "canary"), ("c", "")] {
        let handle = RegistrationHandle::new(id, token);
        let fields = span(async { drop(ory.delete_client(&handle).await.unwrap_err()) }).await;
        assert_eq!(fields["error.type"], "InvalidInput");
    }
}
