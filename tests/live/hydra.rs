//! A real Ory Hydra: what its administrator does, and a user's browser with the login and consent pages.
#![allow(dead_code)] // each test that includes this file uses a part of it

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, Response, Url};
use serde_json::{Value, json};

/// The only redirect URI of every client here.
pub const CALLBACK: &str = "http://127.0.0.1:3000/cb";
/// The only post-logout redirect URI of every client here.
pub const BYE: &str = "http://127.0.0.1:3000/bye";
/// The nonce of every login.
pub const NONCE: &str = "nonce-of-the-login";

const SCOPE: &str = "openid offline email userinfo_credential_draft_00";
const SECRET: &str = "secret-of-a-test";

/// A server, with its admin API.
pub struct Hydra {
    public_url: String,
    admin_url: String,
    http: reqwest::Client,
}

/// A URL in an environment variable, without a slash at its end.
pub fn url_in(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok().filter(|url| !url.is_empty())?;
    Some(url.trim_end_matches('/').to_owned())
}

impl Hydra {
    /// The server of `ORY_OIDC_LIVE_URL` and `ORY_OIDC_LIVE_ADMIN_URL`, if both are set.
    pub fn from_environment() -> Option<Self> {
        let (public_url, admin_url) = (url_in("ORY_OIDC_LIVE_URL")?, url_in("ORY_OIDC_LIVE_ADMIN_URL")?);
        Some(Self { public_url, admin_url, http: ory_oidc::http_client_builder().unwrap().build().unwrap() })
    }

    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Calls the admin API, and returns the response's JSON.
    pub async fn administer(&self, method: Method, url: Url, body: Option<&Value>) -> Value {
        let mut request = self.http.request(method.clone(), url.clone()).header(ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{method} {url}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// A URL of the admin API; each part of the path is escaped.
    pub fn admin<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = Url::parse(&self.admin_url).unwrap();
        url.path_segments_mut().unwrap().pop_if_empty().push("admin").extend(path);
        url
    }

    /// Makes a client for logins, with these properties, too.
    pub async fn create_client(&self, properties: Value) -> Value {
        let mut document = json!({
            "redirect_uris": [CALLBACK], "post_logout_redirect_uris": [BYE], "client_secret": SECRET,
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "scope": SCOPE,
            "token_endpoint_auth_method": "client_secret_post"
        });
        for (name, value) in properties.as_object().unwrap() {
            document[name] = value.clone();
        }
        self.administer(Method::POST, self.admin(["clients"]), Some(&document)).await
    }

    pub async fn delete_client(&self, id: &str) {
        self.administer(Method::DELETE, self.admin(["clients", id]), None).await;
    }

    /// Deletes a client that may be gone already.
    pub async fn forget_client(&self, id: &str) {
        self.http.delete(self.admin(["clients", id])).send().await.unwrap();
    }

    /// Revokes a token of the client.
    pub async fn revoke(&self, client_id: &str, token: &str) {
        let form = [("token", token), ("client_id", client_id), ("client_secret", SECRET)];
        self.form("oauth2/revoke", &form).await;
    }

    /// Logs a user in, who consents to everything. The response of the token endpoint, with the cookies of the browser in addition.
    pub async fn log_in(&self, client: &Value, subject: &str, claims: &Value, remember: bool) -> Value {
        let mut browser = Browser::new(self.http.clone());
        self.log_in_with(&mut browser, client, subject, claims, remember).await
    }

    /// Logs a user in, in a browser that may have a session already.
    pub async fn log_in_with(
        &self,
        browser: &mut Browser,
        client: &Value,
        subject: &str,
        claims: &Value,
        remember: bool,
    ) -> Value {
        let id = client["client_id"].as_str().unwrap();
        let start = self.public_with(
            "oauth2/auth",
            &[
                ("response_type", "code"),
                ("client_id", id),
                ("redirect_uri", CALLBACK),
                ("scope", SCOPE),
                ("state", "state-of-the-login"),
                ("nonce", NONCE),
            ],
        );
        let page = browser.next(start).await;
        let accept =
            json!({"subject": subject, "remember": remember, "remember_for": 3600, "acr": "1", "amr": ["pwd"]});
        let page = browser.next(self.accept("login", &page, &accept).await).await;
        let scopes: Vec<&str> = SCOPE.split(' ').collect();
        let accept = json!({"grant_scope": scopes, "session": {"id_token": claims}});
        let callback = browser.next(self.accept("consent", &page, &accept).await).await;
        let code = query(&callback, "code").unwrap_or_else(|| panic!("no code in {callback}"));

        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("client_id", id),
            ("client_secret", SECRET),
        ];
        let mut tokens = self.form("oauth2/token", &form).await;
        tokens["cookie"] = json!(browser.cookies());
        tokens
    }

    /// Posts a form to the public API, and returns the response's JSON.
    pub async fn form(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let request = self.http.post(self.public_with(path, &[]));
        let body = self.public_with("", form).query().unwrap_or_default().to_owned();
        let response =
            request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// Exchanges a refresh token for new tokens.
    pub async fn refresh(&self, client_id: &str, refresh_token: &str) -> Value {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", client_id),
            ("client_secret", SECRET),
        ];
        self.form("oauth2/token", &form).await
    }

    /// Accepts the challenge in the URL of a login, consent or logout page. Returns the URL at which the browser goes on.
    pub async fn accept(&self, kind: &str, page: &Url, body: &Value) -> Url {
        let name = format!("{kind}_challenge");
        let challenge = query(page, &name).unwrap_or_else(|| panic!("no {name} in {page}"));
        let mut url = self.admin(["oauth2", "auth", "requests", kind, "accept"]);
        url.query_pairs_mut().append_pair(&name, &challenge);
        let accepted = self.administer(Method::PUT, url, Some(body)).await;
        Url::parse(accepted["redirect_to"].as_str().unwrap()).unwrap()
    }

    /// A URL of the public API.
    pub fn public_with(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = Url::parse(&format!("{}/{path}", self.public_url)).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone())
    }
}

/// The value of a query parameter.
pub fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// A browser: it keeps cookies, and shows where it is redirected to.
pub struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(http: reqwest::Client) -> Self {
        Self { http, cookies: BTreeMap::new() }
    }

    /// The cookies, as in the header `Cookie`.
    pub fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Loads a page.
    pub async fn load(&mut self, url: Url) -> Response {
        let response = self.http.get(url).header(COOKIE, self.cookies()).send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            // A cookie that ends.
            if value.is_empty() || cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    /// Loads a page that redirects, and returns the URL of the next page.
    pub async fn next(&mut self, url: Url) -> Url {
        let response = self.load(url.clone()).await;
        let location = response.headers().get(LOCATION).map(|location| location.to_str().unwrap().to_owned());
        let next = location.and_then(|location| url.join(&location).ok());
        next.unwrap_or_else(|| panic!("{url} leads nowhere: {}", response.status()))
    }
}
