//! Presets: the metadata of the usual sorts of clients, with the rules for their redirect URIs.

use super::metadata::ClientMetadata;
use super::redirect_uri;
use super::values::{GrantType, ResponseType, TokenEndpointAuthMethod};

/// Refuses redirect URIs that break the rules of a preset.
type Rule = fn(&str) -> Option<&'static str>;

impl ClientMetadata {
    /// An application on a web server, which keeps a secret: authorization code with refresh tokens, and
    /// `client_secret_basic`.
    ///
    /// The redirect URIs are `https`, or `http` on this machine for development. Others are an error when the request is sent.
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::web_app(["https://shop.example/callback"]).client_name("Shop");
    /// assert!(metadata.check().is_empty());
    /// ```
    #[must_use]
    pub fn web_app<I>(redirect_uris: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self::login(texts(redirect_uris), TokenEndpointAuthMethod::ClientSecretBasic, redirect_uri::problem_on_the_web)
    }

    /// An application in a browser, which cannot keep a secret: authorization code (with PKCE) and refresh tokens, without
    /// authentication at the token endpoint.
    ///
    /// The redirect URIs are `https`, or `http` on this machine for development. Others are an error when the request is sent.
    /// Their origins may call the token endpoint ([`allowed_cors_origins`](Self::allowed_cors_origins), a property of Ory).
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::single_page_app(["https://shop.example/callback"]);
    /// assert_eq!(metadata.as_request().allowed_cors_origins.as_deref(), Some(&["https://shop.example".to_owned()][..]));
    /// ```
    #[must_use]
    pub fn single_page_app<I>(redirect_uris: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let redirect_uris = texts(redirect_uris);
        let mut origins: Vec<String> = redirect_uris.iter().filter_map(|uri| redirect_uri::origin(uri)).collect();
        origins.sort();
        origins.dedup();
        Self::login(redirect_uris, TokenEndpointAuthMethod::None, redirect_uri::problem_on_the_web)
            .allowed_cors_origins(origins)
    }

    /// An application on a user's device, such as a command line, a mobile application or an MCP client (RFC 8252):
    /// authorization code (with PKCE) and refresh tokens, without authentication at the token endpoint.
    ///
    /// The redirect URIs are of three sorts; others are an error when the request is sent:
    ///
    /// - `http://127.0.0.1/callback` or `http://[::1]/callback`, without a port: the server accepts any port of this machine
    ///   then (section 7.3). `localhost` is not recommended (section 8.3);
    /// - `com.example.app:/callback`, with a domain of yours in reverse (section 7.1);
    /// - `https`, claimed by the application (section 7.2).
    ///
    /// The metadata has `application_type: native`, without which servers that follow OpenID Connect Dynamic Client Registration 1.0
    /// refuse the first two sorts. Ory accepts and ignores it.
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// let metadata = ClientMetadata::native_app(["http://127.0.0.1/callback"]).client_name("Notes");
    /// assert!(metadata.check().is_empty());
    /// ```
    #[must_use]
    pub fn native_app<I>(redirect_uris: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self::login(texts(redirect_uris), TokenEndpointAuthMethod::None, redirect_uri::problem)
            .set("application_type", "native")
    }

    /// A device without a browser (RFC 8628): the device code with refresh tokens, without authentication at the token
    /// endpoint.
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// assert!(ClientMetadata::device().client_name("Television").check().is_empty());
    /// ```
    #[must_use]
    pub fn device() -> Self {
        Self::default()
            .grant_types([GrantType::DeviceCode, GrantType::RefreshToken])
            .response_types([""; 0])
            .token_endpoint_auth_method(TokenEndpointAuthMethod::None)
    }

    /// A program that acts for itself and not for a user: client credentials, and `client_secret_basic`.
    ///
    /// ```
    /// use ory_oidc::ClientMetadata;
    ///
    /// assert!(ClientMetadata::machine().client_name("Backup").check().is_empty());
    /// ```
    #[must_use]
    pub fn machine() -> Self {
        Self::default()
            .grant_types([GrantType::ClientCredentials])
            .response_types([""; 0])
            .token_endpoint_auth_method(TokenEndpointAuthMethod::ClientSecretBasic)
    }

    fn login(redirect_uris: Vec<String>, method: TokenEndpointAuthMethod, rule: Rule) -> Self {
        let broken = redirect_uris.iter().enumerate().find_map(|(index, uri)| Some((index, rule(uri)?)));
        let fault = match broken {
            Some((index, problem)) => Some(format!("`redirect_uris[{index}]` {problem}")),
            None if redirect_uris.is_empty() => Some("`redirect_uris` is empty: a login has to lead back".to_owned()),
            None => None,
        };
        let metadata = Self::new(redirect_uris)
            .grant_types([GrantType::AuthorizationCode, GrantType::RefreshToken])
            .response_types([ResponseType::Code])
            .token_endpoint_auth_method(method);
        match fault {
            Some(fault) => metadata.faulty(fault),
            None => metadata,
        }
    }
}

fn texts<I>(values: I) -> Vec<String>
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    values.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sent(metadata: &ClientMetadata) -> Value {
        serde_json::to_value(metadata.checked().unwrap()).unwrap()
    }

    #[test]
    fn each_preset_has_its_metadata() {
        let code = json!(["authorization_code", "refresh_token"]);
        let web = "https://shop.example/cb";
        assert_eq!(
            sent(&ClientMetadata::web_app([web])),
            json!({"redirect_uris": [web], "grant_types": code, "response_types": ["code"],
                   "token_endpoint_auth_method": "client_secret_basic"})
        );
        assert_eq!(
            sent(&ClientMetadata::single_page_app([web, "https://shop.example/silent", "http://localhost:3000/cb"])),
            json!({"redirect_uris": [web, "https://shop.example/silent", "http://localhost:3000/cb"],
                   "grant_types": code, "response_types": ["code"], "token_endpoint_auth_method": "none",
                   "allowed_cors_origins": ["http://localhost:3000", "https://shop.example"]})
        );
        let native = ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb", web];
        assert_eq!(
            sent(&ClientMetadata::native_app(native)),
            json!({"redirect_uris": native, "grant_types": code, "response_types": ["code"],
                   "token_endpoint_auth_method": "none", "application_type": "native"})
        );
        assert_eq!(
            sent(&ClientMetadata::device()),
            json!({"grant_types": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
                   "response_types": [], "token_endpoint_auth_method": "none"})
        );
        assert_eq!(
            sent(&ClientMetadata::machine()),
            json!({"grant_types": ["client_credentials"], "response_types": [],
                   "token_endpoint_auth_method": "client_secret_basic"})
        );
    }

    #[test]
    fn redirect_uris_that_break_a_preset_are_invalid() {
        let web = "https://shop.example/cb";
        for (metadata, expected) in [
            (ClientMetadata::web_app([web, "com.example.app:/cb"]), "`redirect_uris[1]` is neither https nor http"),
            (ClientMetadata::single_page_app(["http://shop.example/cb"]), "`redirect_uris[0]` is plain HTTP"),
            (ClientMetadata::native_app(["http://192.168.0.1/cb"]), "`redirect_uris[0]` is plain HTTP"),
            (ClientMetadata::native_app(["notes:/cb"]), "`redirect_uris[0]` has a scheme without a dot"),
            (ClientMetadata::native_app([""; 0]), "`redirect_uris` is empty"),
        ] {
            let fault = metadata.client_name("later").checked().unwrap_err();
            assert!(fault.starts_with(expected), "{fault}");
        }
    }
}
