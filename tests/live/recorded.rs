//! The recorded requests, sent to the live server with tokens of its own: its responses must be the recorded ones.

use reqwest::{Method, Url};
use serde_json::{Value, json};
use test_support::recording::{self, Recording};

use crate::compare::Comparison;
use crate::hydra::{Hydra, query, url_in};
use crate::prepare::Facts;
use crate::{live, text, wire};

/// Recordings that need the recorded server: its nonces, or a token of some time ago.
fn needs_the_recorded_server(recording: &Recording) -> bool {
    let proves = recording.request.json().is_some_and(|body| body["proof"]["jwt"].is_string());
    proves || matches!(recording.case.as_str(), "after-logout" | "err-expired" | "err-tampered") || {
        recording.case.starts_with("client-credentials")
    }
}

/// A request to this server, and the clients that were made for it.
struct Replay {
    base_url: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    clients: Vec<String>,
}

impl Replay {
    /// Puts a value of this server in the place of the recorded one.
    fn replace(&mut self, recorded: &str, own: &str) {
        let headers = self.headers.iter_mut().map(|(_, value)| value);
        for text in headers.chain([&mut self.target]).chain(self.body.as_mut()) {
            *text = text.replace(recorded, own);
        }
    }

    /// Makes a client for logins, with the recorded id.
    async fn client(&mut self, hydra: &Hydra, properties: Value) -> Value {
        let client = hydra.create_client(properties).await;
        self.clients.push(text(&client["client_id"]).to_owned());
        client
    }
}

#[tokio::test]
#[ignore = "only for a server of the recorded version: others differ in headers, properties and redirects"]
async fn responses_equal_the_recorded_ones() {
    let Some((hydra, _)) = live() else { return };
    let off_url = url_in("ORY_OIDC_LIVE_OFF_URL");
    let recordings = recording::all();
    let facts = Facts::of(&recordings);
    let (mut matching, mut left_out, mut wrong) = (0, 0, Vec::new());
    for recording in &recordings {
        let is_off = recording.case.contains("registration-off");
        let base_url = if is_off { off_url.clone() } else { Some(hydra.public_url().to_owned()) };
        let Some(base_url) = base_url.filter(|_| !needs_the_recorded_server(recording)) else {
            left_out += 1;
            continue;
        };
        let request = &recording.request;
        let mut replay = Replay {
            base_url,
            target: request.path.clone(),
            headers: request.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            body: request.body.clone(),
            clients: Vec::new(),
        };
        if !is_off {
            prepare(&hydra, &facts, recording, &mut replay).await;
        }
        let Replay { base_url, target, headers, body, mut clients } = replay;
        let got = wire::send(&base_url, &request.method, &target, &headers, body.as_deref()).await.unwrap();
        match Comparison::new(&base_url).difference(&recording.response, &got) {
            None => matching += 1,
            Some(difference) => wrong.push(format!("{}: {difference}", recording.name())),
        }
        if recording.operation == "createOidcDynamicClient" && got.status == 201 {
            clients.push(text(&got.json()["client_id"]).to_owned());
        }
        for id in clients {
            // The recorded request may have deleted it.
            hydra.forget_client(&id).await;
        }
    }
    test_support::say(&format!("live: {matching} of {}, {left_out} left out", recordings.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn prepare(hydra: &Hydra, facts: &Facts, recording: &Recording, replay: &mut Replay) {
    if recording.operation == "revokeOidcSession" {
        return prepare_logout(hydra, recording, replay).await;
    }
    let request = &recording.request;
    let after = |text: &str| text.split_once("access_token=").map(|(_, token)| token.to_owned());
    let elsewhere = || after(&request.path).or_else(|| after(request.body.as_deref()?));
    let Some(token) = request.bearer().map(|token| token.trim().to_owned()).or_else(elsewhere) else { return };
    if token.starts_with("ory_rt_") || recording.case == "err-revoked" {
        let client = replay.client(hydra, json!({})).await;
        let login = hydra.log_in(&client, "alice", &json!({}), true).await;
        let name = if recording.case == "err-revoked" { "access_token" } else { "refresh_token" };
        if name == "access_token" {
            hydra.revoke(text(&client["client_id"]), text(&login[name])).await;
        }
        replay.replace(&token, text(&login[name]));
    } else if let Some((id, Some(claims))) = facts.login(&token) {
        hydra.forget_client(id).await;
        let algorithm = if facts.is_signed(id) { "RS256" } else { "none" };
        let client = replay.client(hydra, json!({"client_id": id, "userinfo_signed_response_alg": algorithm})).await;
        let login = hydra.log_in(&client, "alice", &Value::Object(claims.clone()), true).await;
        replay.replace(&token, text(&login["access_token"]));
    } else if let Some(document) = facts.stage(&token) {
        let mut document = document.clone();
        document.as_object_mut().unwrap().remove("metadata");
        // Of a run that was stopped.
        hydra.forget_client(text(&document["client_id"])).await;
        let made = hydra.administer(Method::POST, hydra.admin(["clients"]), Some(&document)).await;
        let (id, own) = (text(&made["client_id"]), text(&made["registration_access_token"]));
        replay.clients.push(id.to_owned());
        match recording.case.as_str() {
            "err-deleted" | "err-repeated" => hydra.delete_client(id).await,
            "err-old-token" => {
                let headers = [("authorization".to_owned(), format!("Bearer {own}"))];
                let target = format!("/oauth2/register/{id}");
                let replaced = wire::send(&replay.base_url, "PUT", &target, &headers, Some("{}")).await.unwrap();
                assert_eq!(replaced.status, 200);
            }
            _ => {}
        }
        replay.replace(&token, own);
    }
}

/// A hint, cookie or verifier of this server.
async fn prepare_logout(hydra: &Hydra, recording: &Recording, replay: &mut Replay) {
    let case = recording.case.as_str();
    let is_remembered = !matches!(case, "hint-without-remembered-session" | "session-post-form");
    let front_channel = case.starts_with("frontchannel");
    let properties =
        if front_channel { json!({"frontchannel_logout_uri": "http://127.0.0.1:3000/fc"}) } else { json!({}) };
    let client = replay.client(hydra, properties).await;
    let mut browser = hydra.browser();
    let login = hydra.log_in_with(&mut browser, &client, "alice", &json!({}), is_remembered).await;
    let state = if front_channel { "abc" } else { "xyz" };
    let hint = text(&login["id_token"]).to_owned();
    let by_verifier = recording.request.path.contains("logout_verifier=") && case != "err-unknown-verifier";
    if by_verifier || case == "hint-of-ended-session" {
        let query =
            [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", crate::hydra::BYE), ("state", state)];
        let page = browser.next(hydra.public_with("oauth2/sessions/logout", &query)).await;
        let next = hydra.accept("logout", &page, &json!({})).await;
        if by_verifier {
            replay.target = target(&next);
        }
        if matches!(case, "hint-of-ended-session" | "verifier-again") {
            browser.next(next).await;
        }
    }
    let recorded = [Some(recording.request.path.clone()), recording.request.body.clone()];
    for recorded in recorded.into_iter().flatten() {
        if let Ok(url) = Url::parse(&format!("http://h/?{}", recorded.rsplit('?').next().unwrap_or_default()))
            && let Some(old) = query(&url, "id_token_hint").filter(|old| old.starts_with("ey"))
        {
            replay.replace(&old, &hint);
        }
    }
    for (name, value) in &mut replay.headers {
        if name == "cookie" {
            *value = browser_cookies(&login, &browser.cookies(), case);
        }
    }
}

/// The cookies of the login; a used verifier is sent again by the browser that had the session.
fn browser_cookies(login: &Value, now: &str, case: &str) -> String {
    if case == "verifier-again" { text(&login["cookie"]).to_owned() } else { now.to_owned() }
}

fn target(url: &Url) -> String {
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}
