//! One call, from the request to an answer that is declared. Shared by all operations.

use std::convert::Infallible;
// In the prelude since the edition of 2024 only.
use std::future::Future;
use std::pin::Pin;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
// when streams
use progenitor_client::ResponseValue;
// end
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderValue};

use super::answer::Answer;
use super::call::{Call, Read};
use super::client::{Client, response_limit};
// when servers
use super::client::operation_server;
// end
// when credentials
use super::credential::{Credential, choose};
// end
use super::error::{Error, Fault};
// when credentials
use super::operation::Scheme;
// end
// when keys
use super::operation::Carrier;
// end
use super::operation::Operation;
use super::options::CallOptions;
use super::received::Received;
use super::request::Request;
use super::undecoded::{Undecoded, UndecodedReason};

/// What goes out and what comes back, the same for every type of answer.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) type Exchange<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;
/// What goes out and what comes back, the same for every type of answer.
#[cfg(target_arch = "wasm32")]
pub(crate) type Exchange<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + 'a>>;

/// Sends a request and reads the answer in full; `read` makes it the operation's own.
pub(crate) fn call<'a, T: 'a, E: 'a>(
    client: &'a Client,
    operation: &'a Operation,
    request: Request,
    options: &'a CallOptions,
    read: Read<T, E>,
) -> Call<'a, T, E> {
    let prepared = prepare(client, operation, request, options);
    let limit = options.response_limit.unwrap_or_else(|| response_limit(client));
    Call::new(exchange(client, operation, prepared, limit), read)
}
// when streams

/// A call that is ready, whose answer is read while it comes. Nothing is sent before it is awaited.
#[cfg(not(target_arch = "wasm32"))]
pub type StreamCall<'a, T, E = Infallible> =
    Pin<Box<dyn Future<Output = Result<ResponseValue<T>, Error<E>>> + Send + 'a>>;
/// A call that is ready, whose answer is read while it comes. Nothing is sent before it is awaited.
#[cfg(target_arch = "wasm32")]
pub type StreamCall<'a, T, E = Infallible> = Pin<Box<dyn Future<Output = Result<ResponseValue<T>, Error<E>>> + 'a>>;

/// What came: one of the answers that are read while they come, with the limit for one value, or any other in full.
#[allow(clippy::large_enum_variant, reason = "it is matched at once")]
pub(crate) enum Opened {
    Stream((reqwest::Response, u64)),
    Answer(Answer),
}

/// Sends a request, and leaves the body unread where the answer is one of `streamed`.
pub(crate) fn open<'a, T: 'a, E: 'a>(
    client: &'a Client,
    operation: &'a Operation,
    request: Request,
    options: &'a CallOptions,
    streamed: &'a [(&'static str, &'static str)],
    read: fn(Opened) -> Result<ResponseValue<T>, Error<E>>,
) -> StreamCall<'a, T, E> {
    let prepared = prepare(client, operation, request, options);
    let limit = options.response_limit.unwrap_or_else(|| response_limit(client));
    let opening: Exchange<'a, Opened> = Box::pin(async move {
        let response = respond(client, operation, prepared?).await?;
        match Answer::declared(operation, response.status(), response.headers()) {
            Ok(declared) if streamed.contains(&declared) => Ok(Opened::Stream((response, limit))),
            _ => self::read(operation, response, limit).await.map(Opened::Answer),
        }
    });
    Box::pin(async move { opening.await.map_err(Fault::widen).and_then(read) })
}
// end

/// Boxed, so that it is compiled once and not for every type of answer.
fn exchange<'a>(
    client: &'a Client,
    operation: &'a Operation,
    prepared: Result<reqwest::Request, Fault>,
    limit: u64,
) -> Exchange<'a, Answer> {
    match prepared {
        Ok(request) => Box::pin(async move {
            let response = respond(client, operation, request).await?;
            read(operation, response, limit).await
        }),
        Err(refusal) => Box::pin(std::future::ready(Err(refusal))),
    }
}

/// Not `async fn`, which would keep the request twice.
fn respond<'a>(
    client: &'a Client,
    operation: &'a Operation,
    mut request: reqwest::Request,
) -> impl Future<Output = Result<reqwest::Response, Fault>> + 'a {
    let info = OperationInfo { operation_id: operation.id };
    async move {
        client.pre::<Infallible>(&mut request, &info).await.map_err(hook_fault)?;
        let result = client.exec(request, &info).await;
        client.post::<Infallible>(&result, &info).await.map_err(hook_fault)?;
        result.map_err(|error| Error::Transport(error.without_url()))
    }
}

/// Everything that can be refused is refused here, before anything is sent.
fn prepare(
    client: &Client,
    operation: &Operation,
    request: Request,
    options: &CallOptions,
) -> Result<reqwest::Request, Fault> {
    // when credentials
    let mut request = request;
    // when basic
    let mut basic = None;
    // end
    for (scheme, credential) in choose(client, operation, options)? {
        credential.check()?;
        // when basic
        if let Credential::Basic { username, password } = credential {
            basic = Some((username, password.expose_secret()));
        }
        // end
        present(&mut request, scheme, credential);
    }
    // end
    if let Some(refusal) = request.refusal {
        return Err(refusal);
    }
    let base = client.base_url();
    // when servers
    let own = operation.server.and_then(|index| operation_server(client, index));
    let base = own.as_ref().unwrap_or(base);
    // end
    let mut sent = reqwest::Request::new(operation.method.clone(), address(base, &request.path, &request.query));
    *sent.headers_mut() = request.headers;
    if !operation.accept.is_empty() {
        sent.headers_mut().insert(ACCEPT, HeaderValue::from_static(operation.accept));
    }
    if !request.cookies.is_empty() {
        let mut cookies = HeaderValue::from_str(&request.cookies)
            .map_err(|_| Error::Argument { name: "cookie", reason: "it cannot be sent as a header" })?;
        cookies.set_sensitive(true);
        sent.headers_mut().insert(COOKIE, cookies);
    }
    if let Some((media_type, body)) = request.body {
        let media_type = HeaderValue::from_str(media_type)
            .map_err(|_| Error::Argument { name: "body", reason: "its media type cannot be sent as a header" })?;
        sent.headers_mut().insert(CONTENT_TYPE, media_type);
        *sent.body_mut() = Some(body.into());
    }
    // The rest by reqwest, which has compiled it already, unlike what maps of headers and extensions can do.
    let mut builder = reqwest::RequestBuilder::from_parts(client.client().clone(), sent);
    // when multipart
    if let Some(form) = request.multipart {
        builder = builder.multipart(form);
    }
    // end
    // when basic
    if let Some((username, password)) = basic {
        builder = builder.basic_auth(username, Some(password));
    }
    // end
    if let Some(timeout) = options.timeout {
        builder = builder.timeout(timeout);
    }
    if !options.headers.is_empty() {
        builder = builder.headers(options.headers.clone());
    }
    builder.build().map_err(|_| Error::Encode)
}

/// The address below `base`, of which everything but the path is known to be good: only that is parsed.
fn address(base: &Url, path: &str, query: &str) -> Url {
    let mut address = base.clone();
    match base.path().trim_end_matches('/') {
        "" => address.set_path(path),
        prefix => address.set_path(&both(prefix, path)),
    }
    if !query.is_empty() {
        address.set_query(Some(query));
    }
    address
}

/// One text after the other. (`concat` would do, but is compiled anew for each user, with all that it can do besides.)
fn both(first: &str, second: &str) -> String {
    let mut text = String::with_capacity(first.len() + second.len());
    text.push_str(first);
    text.push_str(second);
    text
}
// when credentials

/// Puts a credential where its scheme says.
#[allow(clippy::match_single_binding, reason = "which kinds of credentials there are differs")]
fn present(request: &mut Request, scheme: &Scheme, credential: &Credential) {
    match (credential, &scheme.carrier) {
        (Credential::Bearer(token), _) => request.authorization(both("Bearer ", token.expose_secret())),
        // when basic
        // Left to reqwest, which knows its encoding.
        (Credential::Basic { .. }, _) => {}
        // end
        // when keys
        (Credential::ApiKey(key), Carrier::Query(name)) => request.query(name, key.expose_secret()),
        (Credential::ApiKey(key), Carrier::Cookie(name)) => request.cookie(name, key.expose_secret()),
        (Credential::ApiKey(key), Carrier::Header(name)) => request.secret_header(name, key.expose_secret()),
        // end
        // when authorizations
        (Credential::ApiKey(text), Carrier::Authorization(scheme)) => {
            request.authorization(format!("{scheme} {}", text.expose_secret()));
        }
        // end
        // when keys
        (Credential::ApiKey(_), _) => {}
        // end
    }
}
// end

/// The text of a hook's refusal; the other errors of `progenitor_client` would show bodies and addresses.
fn hook_fault(error: progenitor_client::Error<Infallible>) -> Fault {
    match error {
        progenitor_client::Error::InvalidRequest(text) | progenitor_client::Error::Custom(text) => Error::Hook(text),
        progenitor_client::Error::CommunicationError(error) => Error::Transport(error.without_url()),
        _ => Error::Hook("no reason given".to_owned()),
    }
}

/// Reads the body up to the limit, and finds out which of the declared answers this is.
async fn read(operation: &Operation, mut response: reqwest::Response, limit: u64) -> Result<Answer, Fault> {
    let mut body = Received::nothing();
    let problem = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(body.as_slice().len());
                if let Some((start, [_, ..])) = chunk.split_at_checked(room) {
                    body = body.and(start.to_vec());
                    break Some(UndecodedReason::TooLarge { limit });
                }
                body = body.and(chunk);
            }
            Ok(None) => break None,
            Err(error) => break Some(UndecodedReason::Cut { timed_out: error.is_timeout() }),
        }
    };
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let declared = match problem {
        Some(reason) => Err(reason),
        None => Answer::declared(operation, status, &headers),
    };
    match declared {
        Ok(declared) => Ok(Answer { declared, status, headers, body }),
        Err(reason) => Err(Error::Undecoded(Box::new(Undecoded::new(status, headers, body.into_vec(), reason)))),
    }
}
