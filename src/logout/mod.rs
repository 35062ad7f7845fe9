//! Logout: the URL for a browser, and the direct call with its classified outcome.
//!
//! Uses the generated module and the shared call; only `lib.rs` uses this module.

mod page;
mod url;

pub use self::url::LogoutUrlBuilder;

use std::fmt;

use reqwest::Url;
use reqwest::header::{HeaderMap, LOCATION};

use crate::api::{RawResponse, RevokeOidcSessionParams, RevokeOidcSessionResponse};
use crate::call::{Options, request};
use crate::client::Client;
use crate::error::remedies;
use crate::error::{Error, ErrorKind, Result, clean};
use crate::operation::Operation;
use crate::response::Response;
use openapi_smith_runtime::{Redaction, Secret};

const OPERATION: Operation = Operation::RevokeOidcSession;

impl Client {
    /// Builds the URL that logs a user out when their browser is sent there.
    ///
    /// `revokeOidcSession`, `GET /oauth2/sessions/logout`; OpenID Connect RP-Initiated Logout 1.0 section 2. This is the way
    /// to log out: the session is the browser's, and the server asks the user to confirm.
    ///
    /// ```
    /// # fn main() -> Result<(), ory_oidc::Error> {
    /// # let ory = ory_oidc::Client::builder("http://127.0.0.1:4444").build()?;
    /// # let id_token = "a.b.c";
    /// let url = ory
    ///     .logout_url()
    ///     .id_token_hint(id_token)
    ///     .post_logout_redirect_uri("https://shop.example/bye")
    ///     .state("xyz")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "revokeOidcSession")]
    #[doc(alias = "/oauth2/sessions/logout")]
    #[doc(alias = "end_session_endpoint")]
    #[inline]
    pub fn logout_url(&self) -> LogoutUrlBuilder {
        LogoutUrlBuilder { base: self.base_url().clone(), endpoint: None, parameters: Parameters::default() }
    }

    /// Calls the logout endpoint from this program instead of a browser, and classifies the response.
    ///
    /// `revokeOidcSession`, `GET /oauth2/sessions/logout`. With an ID token of a remembered session, or with the browser's
    /// session cookie, this **starts** a logout, which the user or the login app has to confirm; with the `logout_verifier`
    /// that follows a confirmation, it ends the session. Nothing is followed.
    ///
    /// ```no_run
    /// # async fn example(ory: ory_oidc::Client, id_token: String) -> Result<(), ory_oidc::Error> {
    /// use ory_oidc::LogoutOutcome;
    ///
    /// match ory.start_logout().id_token_hint(&id_token).await? {
    ///     LogoutOutcome::ConfirmationRequired { challenge, .. } => { /* accept it over Ory's admin API */ }
    ///     LogoutOutcome::Redirected(_) => { /* done, or there was nothing to do */ }
    ///     LogoutOutcome::Rejected { error, .. } => eprintln!("{error}"),
    ///     _ => {}
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) under the rules of [`LogoutUrlBuilder::build`];
    /// [`UnexpectedResponse`](ErrorKind::UnexpectedResponse) if the response is neither a redirect nor the
    /// [page](LogoutOutcome::FrontChannelPage) that ends a session, or is a redirect of this very request to another address, as from
    /// `http` to `https`. The error keeps the page: a server other than Ory may end a session with a page of its own, or ask for
    /// confirmation with one. A rejection by the server is a value: [`LogoutOutcome::Rejected`].
    #[doc(alias = "revokeOidcSession")]
    #[inline]
    pub fn start_logout(&self) -> StartLogoutRequest {
        StartLogoutRequest {
            client: self.clone(),
            parameters: Parameters::default(),
            logout_verifier: None,
            options: Options::default(),
        }
    }
}

/// The longest ID token, redirect URI or state that is sent, in bytes. nginx accepts 8 kB for the first line of a request, Apache too, Go's server 1 MB for
/// all headers. Some of them can be configured, so this is above the usual limits, and below what no browser sends.
const LONGEST: usize = 16 << 10;

/// The parameters of both ways to log out.
#[derive(Clone, Default)]
struct Parameters {
    id_token_hint: Option<Secret>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

impl Parameters {
    /// Checks the server's rules. The server itself would redirect to an error page.
    #[inline]
    fn check(&self) -> Result<()> {
        let invalid = |problem: &str| Err(Error::invalid(OPERATION, problem));
        if self.id_token_hint.as_ref().is_some_and(Secret::is_empty) {
            return invalid("the ID token hint is empty");
        }
        for (name, value) in [
            ("ID token hint", self.id_token_hint.as_ref().map(Secret::expose_secret)),
            ("post-logout redirect URI", self.post_logout_redirect_uri.as_deref()),
            ("state", self.state.as_deref()),
        ] {
            if value.is_some_and(|value| value.len() > LONGEST) {
                let problem = "is longer than 16,384 bytes: it is part of a URL, and servers refuse such URLs";
                return invalid(&format!("the {name} {problem}"));
            }
        }
        if self.id_token_hint.is_none() {
            if self.post_logout_redirect_uri.is_some() {
                return invalid("a post-logout redirect URI needs an ID token hint: the server refuses it alone");
            }
            if self.state.is_some() {
                return invalid("a state needs an ID token hint: the server refuses it alone");
            }
        }
        Ok(())
    }
}

/// The setters of both ways to log out, for a type with a field `parameters`; with the rest of the docs of the hint.
macro_rules! parameter_setters {
    ($request:ident $(, $hint:literal)*) => {
        impl $request {
            /// Identifies the session by one of its ID tokens, which may have expired. It may have 16,384 bytes.
            $(#[doc = $hint])*
            pub fn id_token_hint(mut self, id_token: impl Into<openapi_smith_runtime::Secret>) -> Self {
                self.parameters.id_token_hint = Some(id_token.into());
                self
            }

            /// Sets where the browser goes afterwards: exactly one of the client's `post_logout_redirect_uris`. Needs a hint. It may
            /// have 16,384 bytes.
            pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
                self.parameters.post_logout_redirect_uri = Some(uri.into());
                self
            }

            /// Adds a value that the server hands back with the redirect. Needs a hint. It may have 16,384 bytes.
            pub fn state(mut self, state: impl Into<String>) -> Self {
                self.parameters.state = Some(state.into());
                self
            }
        }
    };
}
use parameter_setters;

#[inline]
fn endpoint(base: &Url) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/oauth2/sessions/logout", base.path().trim_end_matches('/')));
    url
}

/// A request to log out, made by [`Client::start_logout`].
#[must_use = "a request does nothing until it is awaited"]
pub struct StartLogoutRequest {
    client: Client,
    parameters: Parameters,
    logout_verifier: Option<Secret>,
    options: Options,
}

parameter_setters!(StartLogoutRequest);

impl StartLogoutRequest {
    /// Completes a confirmed logout: the `logout_verifier` of the URL that the admin API returned for the accepted challenge.
    pub fn logout_verifier(mut self, verifier: impl Into<Secret>) -> Self {
        self.logout_verifier = Some(verifier.into());
        self
    }

    /// Sends the browser's cookies, as in its `Cookie` header.
    pub fn cookie(mut self, cookies: impl Into<Secret>) -> Self {
        let cookies: Secret = cookies.into();
        self.options.headers.set(reqwest::header::COOKIE, cookies.expose_secret());
        self
    }

    async fn respond(self) -> Result<Response<LogoutOutcome>> {
        let Self { client, parameters, logout_verifier, options } = self;
        parameters.check()?;
        if logout_verifier.as_ref().is_some_and(Secret::is_empty) {
            return Err(Error::invalid(OPERATION, "the logout verifier is empty"));
        }
        let Parameters { id_token_hint, post_logout_redirect_uri, state } = parameters;
        let params = RevokeOidcSessionParams { id_token_hint, post_logout_redirect_uri, state, logout_verifier };
        let call = client.api().revoke_oidc_session(&params);
        options
            .send(&client, OPERATION, call, |result, sent| {
                let redaction = || sent.redaction().and(params.id_token_hint.iter().chain(&params.logout_verifier));
                match result.and_then(RawResponse::decode) {
                    Ok(response) => outcome(Response::from_api(response), client.base_url(), &params, &redaction()),
                    Err(error) => Err(Error::from_api(OPERATION, error).without(redaction())),
                }
            })
            .await
    }
}

#[inline]
fn outcome(
    response: Response<RevokeOidcSessionResponse>,
    base_url: &Url,
    params: &RevokeOidcSessionParams,
    sent: &Redaction,
) -> Result<Response<LogoutOutcome>> {
    let outcome = match response.value() {
        RevokeOidcSessionResponse::Ok(html) if page::is_front_channel(html) => {
            LogoutOutcome::FrontChannelPage { html: html.clone() }
        }
        RevokeOidcSessionResponse::Ok(html) => {
            let problem = "unexpected response 200 OK: the page is not the one that ends a session";
            return Err(Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), problem)
                .with_response(response.status(), response.headers().clone())
                .with_body(html.clone().into_bytes())
                .without(sent.clone())
                .with_hint(remedies::OTHER_PAGE));
        }
        RevokeOidcSessionResponse::Found => {
            let useless = |problem: &str| {
                Error::new(ErrorKind::UnexpectedResponse, Some(OPERATION), problem)
                    .with_response(response.status(), response.headers().clone())
                    .without(sent.clone())
            };
            let endpoint = endpoint(base_url);
            let location =
                location(response.headers(), &endpoint).ok_or_else(|| useless("the redirect leads nowhere"))?;
            if is_request(&location, &endpoint, params) {
                let problem = "the redirect sends the request itself to another address";
                return Err(useless(problem).with_hint(remedies::NOT_FOLLOWED));
            }
            match classify(location, params.post_logout_redirect_uri.as_deref()) {
                LogoutOutcome::Rejected { error, description, location } => LogoutOutcome::Rejected {
                    error: sent.redact(&error),
                    description: sent.redact(&description),
                    location,
                },
                outcome => outcome,
            }
        }
    };
    Ok(response.map(|_| outcome))
}

request!(StartLogoutRequest => LogoutOutcome);

impl fmt::Debug for StartLogoutRequest {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartLogoutRequest").field("client", &self.client).finish_non_exhaustive()
    }
}

#[inline]
fn location(headers: &HeaderMap, base: &Url) -> Option<Url> {
    base.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

/// Whether `location` is the request itself at another address: a proxy or server accepts only another host or scheme. The
/// session was not looked at then.
#[inline]
fn is_request(location: &Url, endpoint: &Url, params: &RevokeOidcSessionParams) -> bool {
    let sent = [
        ("id_token_hint", params.id_token_hint.as_ref().map(Secret::expose_secret)),
        ("post_logout_redirect_uri", params.post_logout_redirect_uri.as_deref()),
        ("state", params.state.as_deref()),
        ("logout_verifier", params.logout_verifier.as_ref().map(Secret::expose_secret)),
    ];
    let sent: Vec<_> = sent.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let here: Vec<_> = location.query_pairs().collect();
    here.len() == sent.len()
        && sent.iter().all(|(name, value)| here.iter().any(|(n, v)| n == name && v == value))
        // No other page gets a hint or a verifier. Without them, only the path identifies the endpoint.
        && (!sent.is_empty() || location.path() == endpoint.path())
}

/// Classifies the redirect to `location`.
///
/// The server redirects on success and on failure, to addresses of its operator's choice; only the query differs. The caller's
/// redirect URI is compared first, since it may have any query.
#[inline]
fn classify(location: Url, requested: Option<&str>) -> LogoutOutcome {
    if requested.and_then(|requested| Url::parse(requested).ok()).is_some_and(|own| leads_to(&location, &own)) {
        return LogoutOutcome::Redirected(location);
    }
    let value = |name: &str| location.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned());
    if let Some(challenge) = value("logout_challenge") {
        return LogoutOutcome::ConfirmationRequired { challenge: Secret::new(challenge), location };
    }
    // An error of Ory's always has both.
    if let (Some(error), Some(description)) = (value("error"), value("error_description")) {
        return LogoutOutcome::Rejected { error, description, location };
    }
    LogoutOutcome::Redirected(location)
}

/// Whether `location` is `own`, apart from the state that the server appends.
#[inline]
fn leads_to(location: &Url, own: &Url) -> bool {
    let mut here: Vec<_> = location.query_pairs().collect();
    let there: Vec<_> = own.query_pairs().collect();
    // The server parses and prints the query again, which sorts it.
    for pair in &there {
        let Some(index) = here.iter().position(|other| other == pair) else { return false };
        here.remove(index);
    }
    bare(location) == bare(own) && here.iter().all(|(name, _)| name == "state") && here.len() <= 1
}

/// The URL without query and fragment.
#[inline]
fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// The classified response of the logout endpoint.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoutOutcome {
    /// The session still exists: the user, or the login app over the admin API, has to confirm.
    ConfirmationRequired {
        /// Where the server would send the browser: the logout page of the login app, with the challenge.
        location: Url,
        /// The challenge, for the admin API.
        challenge: Secret,
    },
    /// The server sends the browser on: to the post-logout URI or its default page.
    ///
    /// **This does not prove that a user was logged out**: an unknown session and a used verifier result in the same redirect.
    Redirected(Url),
    /// The session has ended. The HTML page notifies other clients through frames, then goes to the post-logout URI.
    ///
    /// The page is recognised by a frame whose URL has `iss` and `sid` (OpenID Connect Front-Channel Logout 1.0 section 3), and by a
    /// `refresh`. Any other page is an [`UnexpectedResponse`](ErrorKind::UnexpectedResponse).
    FrontChannelPage {
        /// The page.
        html: String,
    },
    /// The server rejected the request, and sends the browser to its error page.
    Rejected {
        /// The error: an OAuth code such as `invalid_request`, or a sentence.
        error: String,
        /// What is wrong, for developers.
        description: String,
        /// Where the server would send the browser.
        location: Url,
    },
}

impl LogoutOutcome {
    /// Where the server would send the browser; `None` for a page.
    #[must_use]
    pub fn location(&self) -> Option<&Url> {
        match self {
            Self::ConfirmationRequired { location, .. }
            | Self::Rejected { location, .. }
            | Self::Redirected(location) => Some(location),
            Self::FrontChannelPage { .. } => None,
        }
    }
}

/// Shows addresses without their query, which carries challenges and states, and not the page.
impl fmt::Debug for LogoutOutcome {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConfirmationRequired { location, .. } => {
                f.debug_struct("ConfirmationRequired").field("location", &bare(location)).finish_non_exhaustive()
            }
            Self::Redirected(location) => f.debug_tuple("Redirected").field(&bare(location)).finish(),
            Self::FrontChannelPage { html } => f.debug_struct("FrontChannelPage").field("bytes", &html.len()).finish(),
            Self::Rejected { error, description, location } => f
                .debug_struct("Rejected")
                .field("error", &clean(error, 100))
                .field("description", &clean(description, 300))
                .field("location", &bare(location))
                .finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn kind(location: &str, requested: Option<&str>) -> &'static str {
        match classify(url(location), requested) {
            LogoutOutcome::ConfirmationRequired { .. } => "confirm",
            LogoutOutcome::Redirected(_) => "redirected",
            LogoutOutcome::Rejected { .. } => "rejected",
            LogoutOutcome::FrontChannelPage { .. } => "page",
        }
    }

    #[test]
    fn recorded_locations() {
        let bye = Some("http://127.0.0.1:3000/bye");
        let error = "http://127.0.0.1:3000/error?error=Not+Found&error_description=Unable+to+locate";
        assert_eq!(kind("http://127.0.0.1:3000/logout?logout_challenge=abc", bye), "confirm");
        assert_eq!(kind("http://127.0.0.1:3000/bye?state=xyz", bye), "redirected");
        assert_eq!(kind("http://127.0.0.1:3000/bye", bye), "redirected");
        assert_eq!(kind("http://127.0.0.1:3000/after-logout", None), "redirected");
        assert_eq!(kind(error, bye), "rejected");
        assert_eq!(kind(error, None), "rejected");
    }

    #[test]
    fn the_request_itself_elsewhere() {
        let endpoint = url("http://h/p/oauth2/sessions/logout");
        let plain = RevokeOidcSessionParams::default();
        let hinted = RevokeOidcSessionParams {
            id_token_hint: Some("a.b.c".into()),
            post_logout_redirect_uri: Some("https://app/bye?x=y".into()),
            state: Some("s t".into()),
            ..RevokeOidcSessionParams::default()
        };
        let confirmed = RevokeOidcSessionParams { logout_verifier: Some("v".into()), ..plain.clone() };
        let query = "id_token_hint=a.b.c&post_logout_redirect_uri=https%3A%2F%2Fapp%2Fbye%3Fx%3Dy&state=s%20t";
        for (location, params) in [
            ("https://h/p/oauth2/sessions/logout", &plain),
            (&*format!("https://h/p/oauth2/sessions/logout?{query}"), &hinted),
            // A server that knows itself by another path, too.
            (&*format!("http://h.example/logout?{query}"), &hinted),
            ("http://h.example/p/oauth2/sessions/logout?logout_verifier=v", &confirmed),
        ] {
            assert!(is_request(&url(location), &endpoint, params), "{location}");
        }
        for (location, params) in [
            ("https://h/bye", &plain),
            ("https://app/bye?x=y&state=s+t", &hinted),
            ("https://h/p/oauth2/sessions/logout", &hinted),
            ("https://h/logout?logout_challenge=c", &plain),
            ("https://h/p/oauth2/sessions/logout?logout_verifier=w", &confirmed),
            ("https://h/bye", &confirmed),
        ] {
            assert!(!is_request(&url(location), &endpoint, params), "{location}");
        }
    }

    #[test]
    fn own_uris_with_misleading_queries() {
        let own = "https://app/bye?error=none&error_description=x&logout_challenge=y";
        assert_eq!(
            kind("https://app/bye?error=none&error_description=x&logout_challenge=y&state=s", Some(own)),
            "redirected"
        );
        assert_eq!(kind("https://app/bye?logout_challenge=y&error_description=x&error=none", Some(own)), "redirected");
        // The error page may be the very same page: what is added to the query tells.
        assert_eq!(
            kind("https://app/bye?error=invalid_request&error_description=no", Some("https://app/bye")),
            "rejected"
        );
        assert_eq!(kind("https://app/bye?error=only", None), "redirected");
    }

    #[test]
    fn urls() {
        let client = |base: &str| Client::builder(base).build().unwrap();
        let built = client("http://127.0.0.1:4444/")
            .logout_url()
            .id_token_hint("a.b.c")
            .post_logout_redirect_uri("https://app/bye?a=1&b=2")
            .state("x y&z")
            .build()
            .unwrap();
        assert_eq!(
            built.as_str(),
            "http://127.0.0.1:4444/oauth2/sessions/logout?id_token_hint=a.b.c\
             &post_logout_redirect_uri=https%3A%2F%2Fapp%2Fbye%3Fa%3D1%26b%3D2&state=x+y%26z"
        );
        let bare = client("http://localhost/p%20q/").logout_url().build().unwrap();
        assert_eq!(bare.as_str(), "http://localhost/p%20q/oauth2/sessions/logout");
        let elsewhere = client("http://localhost").logout_url().endpoint(url("https://h/x?a=b")).id_token_hint("c");
        assert_eq!(elsewhere.build().unwrap().as_str(), "https://h/x?a=b&id_token_hint=c");
        for bad in [
            client("http://localhost").logout_url().state("s"),
            client("http://localhost").logout_url().post_logout_redirect_uri("https://app/bye"),
            client("http://localhost").logout_url().id_token_hint(""),
        ] {
            assert_eq!(bad.build().unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn nothing_of_the_query_is_shown() {
        let outcome = classify(url("https://h/logout?logout_challenge=canary"), None);
        assert!(!format!("{outcome:?}").contains("canary"));
    }
}
