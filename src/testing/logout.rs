//! revokeOidcSession: the browser's logout, from the hint or the cookie to the confirmed end of the session.

use std::fmt::Write as _;

use serde_json::Value;
use url::form_urlencoded;

use super::html;
use super::incoming::Incoming;
use super::response::{Refusal, Response};
use super::state::{Logout, SESSION_COOKIE, Session, State, World};

/// How long a logout waits for its confirmation.
const CONFIRMATION_SECONDS: i64 = 1800;

/// A redirect in every case but one, errors included: this endpoint talks to a browser.
pub(super) fn response(world: &World, state: &mut State, request: &Incoming) -> Response {
    let verifier = request.query_value("logout_verifier");
    let outcome = match verifier {
        Some(verifier) => complete(world, state, request, &verifier),
        None => begin(world, state, request),
    };
    outcome.unwrap_or_else(|refusal| {
        let description = refusal.description.replace('"', "'");
        let pairs = [("error", refusal.error.as_str()), ("error_description", &description)];
        redirect(request, &with_query(&world.settings.error_url, &pairs))
    })
}

fn begin(world: &World, state: &mut State, request: &Incoming) -> Result<Response, Refusal> {
    let relay_state = request.value("state");
    let wanted = request.value("post_logout_redirect_uri");
    let expires_at = state.now().unix_timestamp().saturating_add(CONFIRMATION_SECONDS);
    let Some(hint) = request.value("id_token_hint") else {
        for (name, value) in [("state", &relay_state), ("post_logout_redirect_uri", &wanted)] {
            if value.is_some() {
                return Err(Refusal::invalid_request(&format!(
                    "Logout failed because query parameter {name} is set but id_token_hint is missing."
                )));
            }
        }
        let redirect_to = world.settings.post_logout_url.clone();
        let Some((session_id, session)) = session_of_browser(state, request) else {
            return Ok(redirect(request, &redirect_to));
        };
        let logout = Logout {
            session_id: session_id.to_owned(),
            subject: session.subject.clone(),
            redirect_to,
            by_hint: false,
            expires_at,
        };
        return Ok(ask(world, state, request, logout));
    };

    let hinted = read_hint(world, state, &hint)?;
    let redirect_to = match wanted {
        None => world.settings.post_logout_url.clone(),
        Some(wanted) => {
            let known = state.clients.get(&hinted.client_id).is_some_and(|client| {
                client.document.list("post_logout_redirect_uris").any(|registered| registered == wanted)
            });
            if !known {
                return Err(Refusal::invalid_request(
                    "Logout failed because query parameter post_logout_redirect_uri is not a whitelisted as a post_logout_redirect_uri for the client.",
                ));
            }
            match &relay_state {
                Some(relay_state) => with_query(&wanted, &[("state", relay_state)]),
                None => wanted,
            }
        }
    };
    // A session that is over, or that was never remembered, has nothing to confirm.
    let Some(session) = state.sessions.get(&hinted.session_id) else {
        return Ok(redirect(request, &redirect_to));
    };
    let logout = Logout {
        subject: session.subject.clone(),
        session_id: hinted.session_id,
        redirect_to,
        by_hint: true,
        expires_at,
    };
    Ok(ask(world, state, request, logout))
}

struct Hint {
    client_id: String,
    session_id: String,
}

/// Checks the hint; its expiry does not count.
fn read_hint(world: &World, state: &State, hint: &str) -> Result<Hint, Refusal> {
    let claims = world.signing_keys.verify(hint).map_err(Refusal::invalid_request)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let issuer = &world.settings.issuer;
    if text("iss") != *issuer {
        return Err(Refusal::invalid_request(&format!(
            "Logout failed because issuer claim value '{}' from query parameter id_token_hint does not match with issuer value from configuration '{issuer}'.",
            text("iss")
        )));
    }
    let now = state.now().unix_timestamp();
    let issued_at = claims.get("iat").and_then(Value::as_f64);
    if issued_at.is_none_or(|issued_at| issued_at > now as f64) {
        return Err(Refusal::invalid_request(&format!(
            "Logout failed because iat claim value '{:.0}' from query parameter id_token_hint is before now ('{now}').",
            issued_at.unwrap_or_default()
        )));
    }
    for name in ["sid", "sub"] {
        if text(name).is_empty() {
            return Err(Refusal::invalid_request(&format!(
                "Logout failed because query parameter id_token_hint is missing {name} claim."
            )));
        }
    }
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let client_id =
        audience.into_iter().find(|id| state.clients.contains_key(*id)).ok_or_else(|| Refusal::unrecognizable(500))?;
    Ok(Hint { client_id: client_id.to_owned(), session_id: text("sid") })
}

fn ask(world: &World, state: &mut State, request: &Incoming, logout: Logout) -> Response {
    let challenge = world.ids.word();
    let location = with_query(&world.settings.logout_url, &[("logout_challenge", &challenge)]);
    state.logout_challenges.insert(challenge, logout);
    redirect(request, &location)
}

/// Confirms a logout, as the logout page does: returns the URL with the verifier for this challenge.
pub(super) fn accept(world: &World, state: &mut State, challenge: &str) -> Option<String> {
    let logout = state.logout_challenges.get(challenge)?.clone();
    let verifier = world.ids.word();
    let address =
        with_query(&format!("{}/oauth2/sessions/logout", world.settings.base_url), &[("logout_verifier", &verifier)]);
    state.logout_verifiers.insert(verifier, logout);
    Some(address)
}

fn complete(world: &World, state: &mut State, request: &Incoming, verifier: &str) -> Result<Response, Refusal> {
    let Some(logout) = state.logout_verifiers.get(verifier).cloned() else {
        return Err(Refusal::new(
            404,
            "Not Found",
            "Unable to locate the requested resource Failed to decrypt the logout verifier.",
        ));
    };
    if state.now().unix_timestamp() > logout.expires_at {
        let mut refusal = Refusal::unauthorized();
        refusal.description.push_str(" The logout request has expired, please try the flow again.");
        return Err(refusal);
    }
    let other_browser =
        || session_of_browser(state, request).is_none_or(|(_, session)| session.subject != logout.subject);
    // Without a hint, the cookie identifies the session; in another browser, nothing is done.
    if !state.sessions.contains_key(&logout.session_id) || (!logout.by_hint && other_browser()) {
        return Ok(redirect(request, &logout.redirect_to));
    }
    let Some(session) = state.sessions.remove(&logout.session_id) else {
        return Ok(redirect(request, &logout.redirect_to));
    };
    let pages: Vec<String> = session
        .clients
        .iter()
        .filter_map(|id| state.clients.get(id))
        .map(|client| client.document.text("frontchannel_logout_uri"))
        .filter(|address| !address.is_empty())
        .map(|address| with_query(address, &[("iss", &world.settings.issuer), ("sid", &logout.session_id)]))
        .collect();
    let response = if pages.is_empty() {
        redirect(request, &logout.redirect_to)
    } else {
        Response::text(200, "text/html; charset=utf-8", front_channel_page(&logout.redirect_to, &pages))
    };
    let gone = format!(
        "{SESSION_COOKIE}={}; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax",
        world.ids.word()
    );
    Ok(response.with("set-cookie", gone))
}

fn session_of_browser<'a>(state: &'a State, request: &Incoming) -> Option<(&'a str, &'a Session)> {
    request.cookies(SESSION_COOKIE).find_map(|cookie| {
        state
            .sessions
            .iter()
            .find(|(_, session)| session.cookie == cookie)
            .map(|(session_id, session)| (session_id.as_str(), session))
    })
}

/// A page with one frame for each client to notify, and a redirect for browsers with and without scripts.
fn front_channel_page(redirect_to: &str, pages: &[String]) -> String {
    let next = html::escape(redirect_to);
    let frames = pages.iter().fold(String::new(), |mut frames, page| {
        let _ = writeln!(frames, "<iframe src=\"{}\" hidden></iframe>", html::escape(page));
        frames
    });
    format!(
        "<html>\n<head>\n<meta http-equiv=\"refresh\" content=\"7; URL={next}\">\n</head>\n<body>\n\
         <p>Logging out. <a href=\"{next}\">Continue</a></p>\n{frames}</body>\n</html>\n"
    )
}

/// Only the response to a GET has a small page with the link.
fn redirect(request: &Incoming, location: &str) -> Response {
    let response = if request.method == "POST" {
        Response::new(302)
    } else {
        Response::text(302, "text/html; charset=utf-8", html::link(location, "Found"))
    };
    response.with("location", location)
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}
