//! [`BearerLayer`] and [`BearerService`]: a `tower` layer that requires an accepted access token of each request.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode};
use openapi_smith_runtime::Secret;
use tower_layer::Layer;
use tower_service::Service;

use super::header::{Presented, challenge, presented};
use super::verifier::{AccessTokenVerifier, BearerUser, Rejection, Verdict};
use crate::error::Error;

/// A layer that requires an accepted access token (RFC 6750) of each request; made by [`AccessTokenVerifier::layer`].
///
/// It puts the [`BearerUser`](crate::BearerUser) into the extensions of the request. With axum, `Extension<BearerUser>` extracts it;
/// elsewhere `request.extensions().get::<BearerUser>()` returns it. Other requests get a response with an empty body:
///
/// | request | status | `error` in `WWW-Authenticate` |
/// |---|---|---|
/// | no token, or another scheme | 401 | none |
/// | more than one `Authorization` header, or a malformed one | 400 | `invalid_request` |
/// | a token that is unknown, expired, revoked or of another client | 401 | `invalid_token` |
/// | a token that may not read userinfo | 403 | `insufficient_scope` |
/// | a token that could not be verified, because Ory cannot be asked | 503, with `Retry-After` if Ory sent one | no challenge |
///
/// The token is taken from the `Authorization` header only, not from forms and queries.
///
/// ```no_run
/// # fn example(ory: ory_oidc::Client) {
/// use axum::routing::get;
/// use axum::{Extension, Router};
/// use ory_oidc::BearerUser;
///
/// async fn hello(Extension(user): Extension<BearerUser>) -> String {
///     format!("hello {}", user.subject().unwrap_or("client"))
/// }
///
/// let verifier = ory.access_token_verifier().client_ids("shop");
/// let layer = verifier.layer().realm("shop").on_error(|error| eprintln!("{error}"));
/// let app: Router = Router::new().route("/hello", get(hello)).layer(layer);
/// # }
/// ```
#[derive(Clone)]
pub struct BearerLayer {
    settings: Settings,
}

type Report = Arc<dyn Fn(&Error) + Send + Sync>;

#[derive(Clone)]
struct Settings {
    verifier: AccessTokenVerifier,
    realm: Option<Arc<str>>,
    on_error: Option<Report>,
}

impl BearerLayer {
    pub(super) fn new(verifier: AccessTokenVerifier) -> Self {
        Self { settings: Settings { verifier, realm: None, on_error: None } }
    }

    /// Names the protection space in the challenges. Without a name there is no `realm`.
    ///
    /// Quotes, backslashes and characters outside of ASCII are left out.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.realm = Some(realm.into().into());
        self
    }

    /// Calls `report` with each error that leads to a 503. The response has nothing of it.
    #[must_use]
    pub fn on_error(mut self, report: impl Fn(&Error) + Send + Sync + 'static) -> Self {
        self.settings.on_error = Some(Arc::new(report));
        self
    }
}

impl fmt::Debug for BearerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerLayer")
            .field("verifier", &self.settings.verifier)
            .field("realm", &self.settings.realm)
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for BearerLayer {
    type Service = BearerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        BearerService { inner, settings: self.settings.clone() }
    }
}

/// The service of a [`BearerLayer`].
#[derive(Clone)]
pub struct BearerService<S> {
    inner: S,
    settings: Settings,
}

impl<S: fmt::Debug> fmt::Debug for BearerService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerService").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, B, R> Service<Request<B>> for BearerService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The service that is ready serves this request; the clone has to become ready first.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let settings = self.settings.clone();
        let token = match presented(request.headers()) {
            Presented::Token(token) => Ok(Secret::new(token)),
            Presented::Nothing => Err(settings.refusal(StatusCode::UNAUTHORIZED, None)),
            Presented::Malformed => Err(settings.refusal(
                StatusCode::BAD_REQUEST,
                Some(("invalid_request", "one Authorization header with one bearer token is needed")),
            )),
        };
        Box::pin(async move {
            let token = match token {
                Ok(token) => token,
                Err(refusal) => return Ok(refusal.map(|()| R::default())),
            };
            match settings.verdict(token).await {
                Ok(user) => {
                    request.extensions_mut().insert(user);
                    inner.call(request).await
                }
                Err(refusal) => Ok(refusal.map(|()| R::default())),
            }
        })
    }
}

impl Settings {
    /// The user, or the response that refuses the request.
    async fn verdict(&self, token: Secret) -> Result<BearerUser, Response<()>> {
        match self.verifier.verdict(token).await {
            Ok(Verdict::Accepted(user)) => Ok(user),
            Ok(Verdict::Rejected(Rejection::InvalidToken)) => Err(self.refusal(
                StatusCode::UNAUTHORIZED,
                Some(("invalid_token", "the access token is expired, revoked or invalid")),
            )),
            Ok(Verdict::Rejected(Rejection::InsufficientScope)) => Err(self.refusal(
                StatusCode::FORBIDDEN,
                Some(("insufficient_scope", "the access token may not read userinfo")),
            )),
            Err(error) => {
                if let Some(report) = &self.on_error {
                    report(&error);
                }
                let mut response = Response::new(());
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                if let Some(wait) = error.retry_after() {
                    // Rounded up: too early is refused again.
                    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
                    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                Err(response)
            }
        }
    }

    fn refusal(&self, status: StatusCode, error: Option<(&str, &str)>) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = status;
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge(self.realm.as_deref(), error));
        response
    }
}
