//! The four registration operations: create, read, replace with token rotation, delete.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::client_document::ClientDocument;
use super::client_rules;
use super::go_json::first_value;
use super::incoming::Incoming;
use super::response::{Refusal, Response};
use super::state::{Client, State, World, rfc3339, whole_microsecond, whole_second};

fn switched_on(state: &State) -> Result<(), Refusal> {
    if state.registration {
        return Ok(());
    }
    Err(Refusal::new(404, "The requested resource could not be found", "Dynamic registration is not enabled."))
}

pub(super) fn create(world: &World, state: &mut State, request: &Incoming) -> Result<Response, Refusal> {
    switched_on(state)?;
    if let Some(demanded) = &world.settings.initial_access_token
        && request.bearer().token.as_ref() != Some(demanded)
    {
        let description = "Registration needs an initial access token.";
        return Err(Refusal::new(401, "invalid_token", description));
    }
    let mut document = first_value(&request.body)
        .and_then(|value| ClientDocument::decode(&value))
        .map_err(|sentence| Refusal::malformed(format!("Unable to decode the request body: {sentence}")))?;
    if !document.text("client_secret").is_empty() {
        return Err(Refusal::malformed("It is not allowed to choose your own OAuth2 Client secret."));
    }
    client_rules::check_dynamic(&mut document)?;
    document.clear("client_secret");
    let id = world.ids.uuid();
    let whole = store(world, state, &id, document, None, None);
    Ok(Response::json(201, &whole.whole()).with("location", format!("admin/clients/{id}")))
}

/// Adds a client, and returns the document of the response to its creation.
fn store(
    world: &World,
    state: &mut State,
    id: &str,
    mut document: ClientDocument,
    secret: Option<String>,
    registration_token: Option<String>,
) -> ClientDocument {
    let now = state.now();
    document.set("client_id", id);
    document.set("created_at", rfc3339(whole_second(now)));
    document.set("updated_at", rfc3339(whole_microsecond(now)));
    for name in ["client_secret", "registration_access_token", "registration_client_uri"] {
        document.clear(name);
    }
    let secret = if document.text("token_endpoint_auth_method") == "none" {
        None
    } else {
        Some(secret.unwrap_or_else(|| world.ids.client_secret()))
    };
    let registration_token = registration_token.unwrap_or_else(|| world.ids.access_token());
    let mut whole = document.clone();
    if let Some(secret) = &secret {
        whole.set("client_secret", secret.as_str());
    }
    whole.set("registration_access_token", registration_token.as_str());
    whole.set("registration_client_uri", registration_client_uri(world, id));
    let client = Client { document, secret, registration_token: Some(registration_token) };
    state.clients.insert(id.to_owned(), client);
    whole
}

/// Adds a client as an administrator, who may choose any id, `metadata`, `skip_consent` and a secret.
pub(super) fn create_as_admin(world: &World, state: &mut State, value: &Value) -> Result<String, String> {
    let mut document = ClientDocument::decode(value)?;
    client_rules::check(&mut document).map_err(|refusal| refusal.description)?;
    let given = |name| Some(document.text(name).to_owned()).filter(|text| !text.is_empty());
    let id = given("client_id").unwrap_or_else(|| world.ids.uuid());
    let (secret, token) = (given("client_secret"), given("registration_access_token"));
    store(world, state, &id, document, secret, token);
    Ok(id)
}

/// Whether the request carries the client's own registration access token now.
pub(super) fn admits(state: &mut State, id: &str, request: &Incoming) -> bool {
    authorized(state, id, request.bearer().token.as_deref()).is_ok()
}

/// The client, if the request carries its own registration access token.
fn authorized<'a>(state: &'a mut State, id: &str, token: Option<&str>) -> Result<&'a mut Client, Refusal> {
    switched_on(state)?;
    let bare = |token: &str| token.strip_prefix("ory_at_").unwrap_or(token).to_owned();
    state
        .clients
        .get_mut(id)
        .filter(|client| match (&client.registration_token, token) {
            (Some(known), Some(shown)) => bare(known) == bare(shown),
            _ => false,
        })
        .ok_or_else(|| {
            Refusal::new(
                401,
                "The request could not be authorized",
                "The requested OAuth 2.0 client does not exist or you provided incorrect credentials.",
            )
        })
}

pub(super) fn read(state: &mut State, id: &str, request: &Incoming) -> Result<Response, Refusal> {
    let client = authorized(state, id, request.bearer().token.as_deref())?;
    Ok(Response::json(200, &client.document.for_reading()))
}

pub(super) fn replace(world: &World, state: &mut State, id: &str, request: &Incoming) -> Result<Response, Refusal> {
    let now = state.now();
    let bearer = request.bearer();
    let client = match state.clients.get_mut(id) {
        Some(client) if request.is_admitted => client,
        _ => authorized(state, id, bearer.token.as_deref())?,
    };
    let mut document = first_value(bearer.body)
        .and_then(|value| ClientDocument::decode(&value))
        .map_err(|_| Refusal::malformed("Unable to decode the request body. Is it valid JSON?"))?;
    if !document.text("client_secret").is_empty() {
        return Err(Refusal::new(
            403,
            "The requested action was forbidden",
            "It is not allowed to choose your own OAuth2 Client secret.",
        ));
    }
    client_rules::check_dynamic(&mut document)?;

    let token = world.ids.access_token();
    document.set("client_id", id);
    document.set("updated_at", rfc3339(whole_microsecond(now)));
    document.clear("client_secret");
    document.set("registration_access_token", token.as_str());
    document.set_if_empty("created_at", &rfc3339(now));
    // The response repeats the request's `created_at` and `registration_client_uri`; neither is stored.
    let response = Response::json(200, &document.whole());

    let created_at = client.document.text("created_at").to_owned();
    document.clear("registration_access_token");
    document.clear("registration_client_uri");
    document.set("created_at", created_at);
    client.document = document;
    client.registration_token = Some(token);
    Ok(response)
}

pub(super) fn delete(state: &mut State, id: &str, request: &Incoming) -> Result<Response, Refusal> {
    authorized(state, id, request.bearer().token.as_deref())?;
    state.remove_client(id);
    Ok(Response::new(204))
}

/// For ids that need escaping the server escapes twice; so does the stand-in, since clients must not rely on it.
pub(super) fn registration_client_uri(world: &World, id: &str) -> String {
    const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b':')
        .remove(b'=')
        .remove(b'@');
    let once = utf8_percent_encode(id, SEGMENT).to_string();
    format!("{}/oauth2/register/{}", world.settings.base_url, once.replace('%', "%25"))
}

/// The stored document for a test to look at: GET's view, with the `metadata` that GET hides.
pub(super) fn as_stored(client: &Client) -> Value {
    let mut value = serde_json::to_value(client.document.for_reading()).unwrap_or_default();
    let whole = serde_json::to_value(client.document.whole()).unwrap_or_default();
    if let (Some(object), Some(metadata)) = (value.as_object_mut(), whole.get("metadata")) {
        object.insert("metadata".to_owned(), json!(metadata));
    }
    value
}
