//! The exchange of a call: from the request to a declared response. All operations share it.

use std::fmt;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderValue};

use super::{Call, Decode, Options, StreamCall};
use crate::base_url::below;
use crate::client::ClientCore;
use crate::credential::{Credential, choose};
use crate::error::Error;
use crate::hooks::BoxFuture;
use crate::operation::Operation;
use crate::request::Request;
use crate::response::{BodyBuffer, Response, Undecoded, UndecodedReason};

/// A call that sends a request and reads the response in full; `decode` makes it the value of the operation.
pub fn call<T, E>(
    client: &ClientCore,
    operation: &'static Operation,
    request: Request,
    decode: Decode<T, E>,
) -> Call<T, E> {
    Call { prepared: Prepared::new(client, operation, request), decode }
}

/// The response to a [`StreamCall`].
#[allow(clippy::large_enum_variant, reason = "it is matched at once")]
pub enum Opened {
    /// A response that is read as it arrives, with the limit for one value.
    Stream((reqwest::Response, u64)),
    /// Any other declared response, in full.
    Response(Response),
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Opened::Stream(_) => "Stream(..)",
            Opened::Response(_) => "Response(..)",
        })
    }
}

/// A call that sends a request, and leaves the body unread if the response is one of `streamed`.
pub fn open<T, E>(
    client: &ClientCore,
    operation: &'static Operation,
    request: Request,
    streamed: &'static [(&'static str, &'static str)],
    decode: Decode<T, E, Opened>,
) -> StreamCall<T, E> {
    StreamCall { prepared: Prepared::new(client, operation, request), streamed, decode }
}

/// All that an exchange needs. It owns it, so that its future is `'static`.
pub(super) struct Prepared {
    client: ClientCore,
    operation: &'static Operation,
    request: Request,
    pub(super) options: Options,
}

impl Prepared {
    fn new(client: &ClientCore, operation: &'static Operation, request: Request) -> Self {
        Self { client: client.clone(), operation, request, options: Options::default() }
    }

    /// Sends the request, and reads the response in full.
    pub(super) fn whole(self) -> BoxFuture<'static, Result<Response, Error>> {
        let Self { client, operation, request, options } = self;
        let limit = options.response_limit.unwrap_or_else(|| client.response_limit());
        match prepare(&client, operation, request, options) {
            Ok(request) => Box::pin(async move {
                let response = send(&client, operation, request).await?;
                read(operation, response, limit).await
            }),
            Err(refusal) => Box::pin(std::future::ready(Err(refusal))),
        }
    }

    /// Sends the request, and leaves the body unread if the response is one of `streamed`.
    pub(super) fn opened(
        self,
        streamed: &'static [(&'static str, &'static str)],
    ) -> BoxFuture<'static, Result<Opened, Error>> {
        let Self { client, operation, request, options } = self;
        let limit = options.response_limit.unwrap_or_else(|| client.response_limit());
        let prepared = prepare(&client, operation, request, options);
        Box::pin(async move {
            let response = send(&client, operation, prepared?).await?;
            match Response::declared(operation, response.status(), response.headers()) {
                Ok(declared) if streamed.contains(&declared) => Ok(Opened::Stream((response, limit))),
                _ => read(operation, response, limit).await.map(Opened::Response),
            }
        })
    }
}

/// Sends the request between the hooks.
#[allow(clippy::manual_async_fn, reason = "an `async fn` would keep the request twice")]
fn send<'a>(
    client: &'a ClientCore,
    operation: &'a Operation,
    mut request: reqwest::Request,
) -> impl Future<Output = Result<reqwest::Response, Error>> + 'a {
    async move {
        if let Some(hooks) = client.hooks() {
            hooks.before(&mut request, operation.id).await.map_err(Error::Hook)?;
        }
        let result = client.http_client().execute(request).await;
        if let Some(hooks) = client.hooks() {
            hooks.after(&result, operation.id).await.map_err(Error::Hook)?;
        }
        result.map_err(|error| Error::Transport(error.without_url()))
    }
}

/// The request as it is sent. What cannot be sent is refused here, before anything is sent.
fn prepare(
    client: &ClientCore,
    operation: &Operation,
    mut request: Request,
    options: Options,
) -> Result<reqwest::Request, Error> {
    let mut basic = None;
    for (scheme, credential) in choose(client, operation, options.credential.as_ref())? {
        credential.check()?;
        if let Credential::Basic { username, password } = credential {
            basic = Some((username, password.expose_secret()));
        }
        credential.put(&mut request, scheme);
    }
    if let Some(refusal) = request.refusal.or(options.refusal) {
        return Err(refusal);
    }
    let own = operation.server.and_then(|index| client.operation_server(index));
    let base = own.as_ref().unwrap_or(client.base_url());
    let mut sent = reqwest::Request::new(operation.method.clone(), below(base, &request.path, &request.query));
    *sent.headers_mut() = request.headers;
    if !operation.accept.is_empty() {
        sent.headers_mut().insert(ACCEPT, HeaderValue::from_static(operation.accept));
    }
    if !request.cookies.is_empty() {
        let mut cookies = HeaderValue::from_str(&request.cookies)
            .map_err(|_| Error::InvalidArgument { name: "cookie", reason: "it cannot be sent as a header" })?;
        cookies.set_sensitive(true);
        sent.headers_mut().insert(COOKIE, cookies);
    }
    if let Some((media_type, body)) = request.body {
        let media_type = HeaderValue::from_str(media_type).map_err(|_| Error::InvalidArgument {
            name: "body",
            reason: "its media type cannot be sent as a header",
        })?;
        sent.headers_mut().insert(CONTENT_TYPE, media_type);
        *sent.body_mut() = Some(body.into());
    }
    // The rest by reqwest, which has compiled it already, unlike what maps of headers and extensions can do.
    let mut builder = reqwest::RequestBuilder::from_parts(client.http_client().clone(), sent);
    #[cfg(feature = "multipart")]
    if let Some(form) = request.multipart {
        builder = builder.multipart(form);
    }
    if let Some((username, password)) = basic {
        builder = builder.basic_auth(username, Some(password));
    }
    if let Some(timeout) = options.timeout {
        builder = builder.timeout(timeout);
    }
    if !options.headers.is_empty() {
        builder = builder.headers(options.headers);
    }
    builder.build().map_err(|_| Error::Encode)
}

/// Reads the body up to the limit, and finds out which of the declared responses this is.
async fn read(operation: &Operation, mut response: reqwest::Response, limit: u64) -> Result<Response, Error> {
    let mut body = BodyBuffer::empty();
    let failed = loop {
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
            Err(error) => break Some(UndecodedReason::Truncated { timed_out: error.is_timeout() }),
        }
    };
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let declared = match failed {
        Some(reason) => Err(reason),
        None => Response::declared(operation, status, &headers),
    };
    match declared {
        Ok(declared) => Ok(Response { declared, status, headers, body }),
        Err(reason) => Err(Error::Undecoded(Box::new(Undecoded::new(status, headers, body.into_vec(), reason)))),
    }
}
