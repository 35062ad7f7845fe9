//! [`ClientMetadata`]: the properties that a client may send to register or replace a client.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::api::types::{OAuth2Client, OAuth2ClientRequest};

/// Properties that only the server or an administrator sets.
///
/// Hydra rejects `client_secret` and `metadata` (even `null`) with 403 or 400, and `skip_consent` and the like with 400; it
/// silently replaces the rest. The generated request type has no such fields, but undeclared properties could have these names.
const REFUSED: [&str; 12] = [
    "client_id",
    // Hydra has `created_at` instead. Servers that have it reject it in a replacement (RFC 7592 section 2.2).
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
    "created_at",
    "updated_at",
    "metadata",
    "skip_consent",
    "skip_logout_consent",
    "access_token_strategy",
];

/// The description of a client, as sent to register or replace it (RFC 7591 section 2, with Ory's additions).
///
/// A replacement replaces everything: what is not set goes back to its default. So change a client by reading it, turning
/// what was read into `ClientMetadata`, and changing that. What an administrator set (`metadata`, `skip_consent`,
/// `skip_logout_consent`, `access_token_strategy`) cannot be sent here, and the server resets it on every replacement.
///
/// [`web_app`](Self::web_app), [`single_page_app`](Self::single_page_app), [`native_app`](Self::native_app),
/// [`device`](Self::device) and [`machine`](Self::machine) describe the usual sorts of clients. [`check`](Self::check) finds
/// settings that the server accepts although they cannot work.
///
/// ```no_run
/// # async fn example(ory: ory_oidc::Client, mut handle: ory_oidc::RegistrationHandle) -> Result<(), ory_oidc::Error> {
/// use ory_oidc::ClientMetadata;
///
/// let current = ory.read_client(&handle).await?;
/// let changed = ClientMetadata::from(&current).client_name("Shop 2");
/// ory.replace_client(&mut handle, changed).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientMetadata {
    // Boxed, since every setter moves it.
    request: Box<OAuth2ClientRequest>,
    /// Why it cannot be sent.
    pub(super) fault: Option<String>,
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(mut self, value: impl Into<String>) -> Self {
                self.request.$name = Some(value.into());
                self
            }
        )*
    };
}

// `$wrap` is what the generated type has around the list: `null` is a value of some of them.
macro_rules! lists {
    ($wrap:expr; $($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name<I>(mut self, values: I) -> Self
            where
                I: IntoIterator,
                I::Item: Into<String>,
            {
                self.request.$name = $wrap(values.into_iter().map(Into::into).collect());
                self
            }
        )*
    };
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub fn $name(mut self, value: bool) -> Self {
                self.request.$name = Some(value);
                self
            }
        )*
    };
}

macro_rules! lifespans {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub fn $name(mut self, lifespan: Duration) -> Self {
                self.request.$name = Some(Some(go_duration(lifespan)));
                self
            }
        )*
    };
}

impl ClientMetadata {
    /// Describes a client by its redirect URIs; everything else is the server's default.
    pub fn new<I>(redirect_uris: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self::default().redirect_uris(redirect_uris)
    }

    lists! { |list| Some(Some(list));
        /// Where users may be sent back to after login. They must not have a fragment.
        redirect_uris
        /// How the client gets tokens, as [`GrantType`](crate::GrantType) or text: `authorization_code`, `refresh_token`,
        /// `client_credentials`, ... Default: `authorization_code`.
        grant_types
        /// What the client may ask the authorization endpoint for, as [`ResponseType`](crate::ResponseType) or text: `code`,
        /// `id_token`, ... Default: `code`.
        response_types
        /// E-mail addresses of people who are responsible for the client.
        contacts
    }

    lists! { Some;
        /// The audiences that the client may ask for in access tokens.
        audience
        /// The web origins that may call the token endpoint from a browser.
        allowed_cors_origins
        /// Where users may be sent after logout. Scheme, host and port must be those of one of the redirect URIs.
        post_logout_redirect_uris
        /// Where the server may fetch request objects from.
        request_uris
    }

    texts! {
        /// The name that users see.
        client_name
        /// The scopes that the client may ask for, space-separated. Default: what the server is set to.
        scope
        /// How the client authenticates at the token endpoint, as
        /// [`TokenEndpointAuthMethod`](crate::TokenEndpointAuthMethod) or text: `client_secret_basic` (the default), `client_secret_post`,
        /// `private_key_jwt` (needs [`jwks`](Self::jwks) or [`jwks_uri`](Self::jwks_uri)) or `none`.
        token_endpoint_auth_method
        /// The algorithm with which the client signs to authenticate.
        token_endpoint_auth_signing_alg
        /// `none` (the default), or `RS256` for signed userinfo responses. The server then signs with its own key, whatever
        /// algorithm that has.
        userinfo_signed_response_alg
        /// `public` (the default) or `pairwise`, as [`SubjectType`](crate::SubjectType) or text.
        subject_type
        /// The URL of the JSON that lists all redirect URIs of a pairwise sector.
        sector_identifier_uri
        /// The URL of the client's public keys. Not together with [`jwks`](Self::jwks).
        jwks_uri
        /// The home page.
        client_uri
        /// The logo.
        logo_uri
        /// The privacy policy.
        policy_uri
        /// The terms of service.
        tos_uri
        /// Who owns the client; free text.
        owner
        /// The algorithm of the client's request objects.
        request_object_signing_alg
        /// Where the server tells the client, through the browser, that the user has logged out.
        frontchannel_logout_uri
        /// Where the server tells the client directly that the user has logged out.
        backchannel_logout_uri
    }

    flags! {
        /// Whether the front-channel logout names issuer and session.
        frontchannel_logout_session_required
        /// Whether the back-channel logout names the session.
        backchannel_logout_session_required
    }

    lifespans! {
        /// How long an access token from a login lives.
        authorization_code_grant_access_token_lifespan
        /// How long an ID token from a login lives.
        authorization_code_grant_id_token_lifespan
        /// How long a refresh token from a login lives.
        authorization_code_grant_refresh_token_lifespan
        /// How long an access token from a refresh lives.
        refresh_token_grant_access_token_lifespan
        /// How long an ID token from a refresh lives.
        refresh_token_grant_id_token_lifespan
        /// How long a refresh token from a refresh lives.
        refresh_token_grant_refresh_token_lifespan
        /// How long an access token of the client itself lives.
        client_credentials_grant_access_token_lifespan
        /// How long an access token from the implicit flow lives.
        implicit_grant_access_token_lifespan
        /// How long an ID token from the implicit flow lives.
        implicit_grant_id_token_lifespan
        /// How long an access token for a JWT lives.
        jwt_bearer_grant_access_token_lifespan
        /// How long an access token from a device login lives.
        device_authorization_grant_access_token_lifespan
        /// How long an ID token from a device login lives.
        device_authorization_grant_id_token_lifespan
        /// How long a refresh token from a device login lives.
        device_authorization_grant_refresh_token_lifespan
    }

    /// The public keys of the client: a JWK set (RFC 7517 section 5), as a `serde_json::Value` or anything that serialises
    /// to one. Not together with [`jwks_uri`](Self::jwks_uri).
    #[must_use]
    pub fn jwks(self, keys: impl Serialize) -> Self {
        match serde_json::to_value(keys) {
            Ok(keys) => self.set("jwks", keys),
            Err(_) => self.faulty("`jwks` is not a set of keys".to_owned()),
        }
    }

    /// Sets a property by its name, declared or not.
    ///
    /// A property that only the server or an administrator sets, or a value of the wrong type, is reported when the request is
    /// sent.
    #[must_use]
    #[doc(alias = "member")]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if let Some(reason) = refused(&name) {
            return self.faulty(reason);
        }
        // Through JSON, so that a declared property ends up in its field and is not sent twice.
        let changed = serde_json::to_value(&self.request).ok().and_then(|mut document| {
            document.as_object_mut()?.insert(name.clone(), value.into());
            serde_json::from_value(document).ok()
        });
        match changed {
            Some(request) => {
                self.request = request;
                self
            }
            None => self.faulty(format!("`{name}` has a value that does not fit")),
        }
    }

    /// The generated type inside.
    #[must_use]
    pub fn as_request(&self) -> &OAuth2ClientRequest {
        &self.request
    }

    /// The generated type inside, for example to remove a property.
    #[must_use]
    pub fn as_request_mut(&mut self) -> &mut OAuth2ClientRequest {
        &mut self.request
    }

    /// The request, or why it is invalid.
    #[inline]
    pub(crate) fn checked(&self) -> Result<&OAuth2ClientRequest, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        match self.request.additional_properties.keys().find_map(|name| refused(name)) {
            Some(reason) => Err(reason),
            None => Ok(&self.request),
        }
    }

    #[inline]
    pub(super) fn faulty(mut self, fault: String) -> Self {
        self.fault.get_or_insert(fault);
        self
    }
}

#[inline]
fn refused(name: &str) -> Option<String> {
    // The server reads names without regard to case.
    let name = REFUSED.into_iter().find(|refused| refused.eq_ignore_ascii_case(name))?;
    let why = match name {
        "metadata" | "skip_consent" | "skip_logout_consent" | "access_token_strategy" => "only an administrator can",
        _ => "the server makes it",
    };
    Some(format!("the property `{name}` of the client cannot be set: {why}"))
}

/// A duration as Go writes it, in seconds.
#[inline]
fn go_duration(lifespan: Duration) -> String {
    let nanos = lifespan.subsec_nanos();
    if nanos == 0 { format!("{}s", lifespan.as_secs()) } else { format!("{}.{nanos:09}s", lifespan.as_secs()) }
}

impl From<OAuth2ClientRequest> for ClientMetadata {
    #[inline]
    fn from(request: OAuth2ClientRequest) -> Self {
        Self { request: Box::new(request), fault: None }
    }
}

/// Copies the properties that a client may send, and leaves out the others.
impl From<&OAuth2Client> for ClientMetadata {
    #[inline]
    fn from(client: &OAuth2Client) -> Self {
        let mut request = OAuth2ClientRequest::from(client.clone());
        request.additional_properties.retain(|name, _| refused(name).is_none());
        Self { request: Box::new(request), fault: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(metadata: &ClientMetadata) -> Value {
        serde_json::to_value(metadata.checked().unwrap()).unwrap()
    }

    #[test]
    fn setters_fill_the_request() {
        let metadata = ClientMetadata::new(["https://app/cb"])
            .client_name("Shop")
            .grant_types(["authorization_code"])
            .frontchannel_logout_session_required(true)
            .implicit_grant_id_token_lifespan(Duration::from_millis(1500))
            .jwks(json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "eA", "odd": 1}]}))
            .set("scope", "openid")
            .set("x_new", json!({"a": [1]}));
        assert_eq!(
            sent(&metadata),
            json!({
                "redirect_uris": ["https://app/cb"], "client_name": "Shop", "grant_types": ["authorization_code"],
                "frontchannel_logout_session_required": true, "implicit_grant_id_token_lifespan": "1.500000000s",
                "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "eA", "odd": 1}]}, "scope": "openid",
                "x_new": {"a": [1]}
            })
        );
        assert_eq!(sent(&ClientMetadata::default()), json!({}));
    }

    #[test]
    fn reserved_properties_and_wrong_types_are_invalid() {
        for (metadata, place) in [
            (ClientMetadata::default().set("client_secret", "canary"), "client_secret"),
            (ClientMetadata::default().set("Metadata", json!({})), "metadata"),
            (ClientMetadata::default().set("redirect_uris", 42), "redirect_uris"),
            (ClientMetadata::default().jwks("canary"), "jwks"),
        ] {
            let fault = metadata.client_name("later").checked().unwrap_err();
            assert!(fault.contains(place) && !fault.contains("canary"), "{fault}");
        }
    }

    #[test]
    fn reserved_properties_of_a_document_are_left_out() {
        let document = json!({
            "client_id": "id", "client_secret": "s", "client_secret_expires_at": 0, "metadata": {}, "skip_consent": false,
            "skip_logout_consent": null, "registration_access_token": "t", "registration_client_uri": "u",
            "created_at": "2026-11-23T13:03:33Z", "updated_at": "2026-11-23T13:03:33Z", "access_token_strategy": "jwt",
            "client_name": "", "grant_types": null, "jwks": {}, "x_new": 1, "Client_Secret": "again",
            "implicit_grant_id_token_lifespan": null
        });
        let document: OAuth2Client = serde_json::from_value(document).unwrap();
        let kept = sent(&ClientMetadata::from(&document));
        let names: Vec<_> = kept.as_object().unwrap().keys().map(String::as_str).collect();
        for name in ["client_name", "jwks", "x_new"] {
            assert!(names.contains(&name), "{names:?}");
        }
        assert!(names.iter().all(|name| refused(name).is_none()), "{names:?}");
    }
}
