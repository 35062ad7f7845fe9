//! The exchange of a call: from the request to a declared response. All operations share it.

use std::convert::{Infallible, identity};
use std::fmt;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue};

use super::attempts::{Attempts, Ending};
use super::authentication::{check, choose, put};
use super::{Call, Exchanged, StreamCall, secrets};
use crate::base_url::below;
use crate::boxed::BoxFuture;
use crate::client::ClientCore;
use crate::credential::Credential;
use crate::error::{Error, Undecoded, UndecodedReason};
use crate::operation::Operation;
use crate::request::{Body, Request, merged};
use crate::response::{BodyBuffer, Decode, Reopen, Response, Source};

/// A call that sends a request and reads the response in full; `decode` makes it the value of the operation.
pub fn call<T, E>(
    client: &ClientCore,
    operation: &'static Operation,
    request: Request,
    decode: Decode<T, E>,
) -> Call<T, E> {
    Call { attempts: Attempts::new(client, operation, request), decode }
}

/// A call that sends a request made by the caller, with the client's transport, hooks, limits and retries, but without its
/// headers and credentials: the request may go to another server.
pub fn call_with(
    client: &ClientCore,
    operation: &'static Operation,
    request: reqwest::Request,
) -> Call<Vec<u8>, Infallible> {
    let decode = |response: Response| response.success(Response::bytes, identity);
    Call { attempts: Attempts::of_request(client, operation, request), decode }
}

/// The response to a [`StreamCall`].
#[allow(clippy::large_enum_variant, reason = "it is matched at once")]
pub enum Opened {
    /// A response that is read as it arrives.
    Stream(Source),
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
    StreamCall { attempts: Attempts::new(client, operation, request), streamed, decode }
}

impl Attempts {
    /// Sends the request, and leaves the body unread if the response is one of `streamed`.
    pub(super) fn opened(
        mut self: Box<Self>,
        streamed: &'static [(&'static str, &'static str)],
    ) -> BoxFuture<'static, Exchanged<Opened>> {
        let mut reopen = self.reopening(streamed);
        self = self.begun();
        #[cfg(feature = "tracing")]
        let span = self.span.clone();
        let call = async move {
            loop {
                let result = match self.send().await {
                    Ok(response) => self.open(response, streamed, &mut reopen).await,
                    Err(error) => Err(error),
                };
                let ending = match &result {
                    Ok(Opened::Stream(source)) => {
                        Ending::succeeded(source.response.status(), source.response.headers())
                    }
                    Ok(Opened::Response(response)) => Ending::of(response),
                    Err(error) => Ending::failed(error),
                };
                if !self.repeats(ending) {
                    return (result, self);
                }
            }
        };
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(call, span);
        Box::pin(call)
    }

    /// The request as it is sent. Invalid arguments are refused here, before anything is sent.
    pub(super) fn prepare(&mut self) -> Result<Box<reqwest::Request>, Error> {
        let Self { client, operation, options, .. } = self;
        let mut draft = std::mem::take(&mut self.draft);
        let secrets = secrets::of_draft(&mut draft);
        let mut source = None;
        let chosen = match options.is_anonymous {
            true => None,
            false => Some(choose(client, operation, options.credential.as_ref())?),
        };
        for (scheme, credential) in chosen.into_iter().flatten() {
            check(credential)?;
            put(credential, &mut draft, scheme);
            if let Credential::Bearer(token) = credential {
                source = token.source().cloned();
            }
        }
        if let Some(refusal) = draft.refusal.or(options.refusal.take()) {
            return Err(refusal);
        }
        // The URL of a wrapper, or of a next page, may hold secrets that are not known here.
        self.has_messages &= options.url.is_none() && options.next.is_none();
        let url = match options.next.take() {
            Some(mut next) => {
                let query = merged(next.query().unwrap_or_default(), &draft.query);
                next.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
                next
            }
            None => options.url.take().unwrap_or_else(|| {
                let own = operation.server.and_then(|index| client.operation_server(index));
                below(own.as_ref().unwrap_or(client.base_url()), &draft.path, &draft.query)
            }),
        };
        let mut request = Box::new(reqwest::Request::new(operation.request_method(), url));
        let headers = request.headers_mut();
        *headers = draft.headers;
        if !operation.accept.is_empty() {
            headers.insert(ACCEPT, HeaderValue::from_static(operation.accept));
        }
        if !draft.cookies.is_empty() {
            let mut cookies = HeaderValue::from_str(&draft.cookies)
                .map_err(|_| Error::InvalidArgument { name: "cookie", reason: "it cannot be sent as a header" })?;
            cookies.set_sensitive(true);
            headers.insert(COOKIE, cookies);
        }
        if let Some(Body { media_type, content, length }) = draft.body {
            let media_type = HeaderValue::from_str(&media_type).map_err(|_| Error::InvalidArgument {
                name: "body",
                reason: "its media type cannot be sent as a header",
            })?;
            headers.insert(CONTENT_TYPE, media_type);
            if let Some(length) = length {
                headers.insert(CONTENT_LENGTH, length.into());
            }
            *request.body_mut() = Some(content);
        }
        replace(request.headers_mut(), client.headers());
        replace(request.headers_mut(), &options.headers);
        // A header that the caller sets replaces the credential, of whatever kind.
        self.secrets = secrets;
        self.source = source.filter(|_| !request.headers().contains_key(AUTHORIZATION));
        Ok(request)
    }

    async fn open(
        &self,
        response: reqwest::Response,
        streamed: &'static [(&'static str, &'static str)],
        reopen: &mut Option<Box<dyn Reopen>>,
    ) -> Result<Opened, Error> {
        if self.is_streamed(&response, streamed) {
            let (limit, reopen) = (self.response_limit(), reopen.take());
            return Ok(Opened::Stream(Source { response, limit, reopen }));
        }
        self.read(response).await.map(Opened::Response)
    }

    /// Whether the response is one of those that are read as they arrive.
    pub(super) fn is_streamed(
        &self,
        response: &reqwest::Response,
        streamed: &'static [(&'static str, &'static str)],
    ) -> bool {
        let (status, headers) = (response.status(), response.headers());
        Response::declared(self.operation, status, headers, self.client.is_strict())
            .is_ok_and(|declared| streamed.contains(&declared))
    }

    /// Reads the body up to the limit, and finds out which of the declared responses this is.
    pub(super) async fn read(&self, mut response: reqwest::Response) -> Result<Response, Error> {
        let limit = self.response_limit();
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
        let is_failure = self.has_messages && !status.is_success();
        let message = is_failure.then(|| self.message(response.url(), &headers, body.as_slice())).flatten();
        let declared = match failed {
            Some(reason) => Err(reason),
            None => Response::declared(self.operation, status, &headers, self.client.is_strict()),
        };
        match declared {
            Ok(declared) => Ok(Response { declared, status, headers, body, message }),
            Err(reason) => {
                let undecoded = Undecoded::new(status, headers, body.into_vec(), reason);
                Err(Error::Undecoded(Box::new(undecoded.with_message(message))))
            }
        }
    }
}

/// Puts headers in the place of those of the same names.
fn replace(headers: &mut HeaderMap, with: &HeaderMap) {
    for name in with.keys() {
        headers.remove(name);
    }
    for (name, value) in with {
        headers.append(name.clone(), value.clone());
    }
}
