//! discoverOidcConfiguration: the provider's document, and the key set at its `jwks_uri`.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::response::Response;
use super::signing_keys::ALGORITHM;
use super::state::World;

pub(super) fn key_set(world: &World) -> Response {
    Response::json(200, &world.signing_keys.key_set())
}

/// The properties and their order are those of the recorded server; the algorithm is that of the stand-in's own key.
pub(super) fn response(world: &World) -> Response {
    let settings = &world.settings;
    let at = |path: &str| json!(format!("{}{path}", settings.base_url));
    let mut document = vec![
        ("issuer", json!(settings.issuer)),
        ("authorization_endpoint", at("/oauth2/auth")),
        ("device_authorization_endpoint", at("/oauth2/device/auth")),
    ];
    if settings.registration_endpoint {
        document.push(("registration_endpoint", at("/oauth2/register")));
    }
    document.extend([
        ("token_endpoint", at("/oauth2/token")),
        ("jwks_uri", at("/.well-known/jwks.json")),
        ("subject_types_supported", json!(["public"])),
        (
            "response_types_supported",
            json!(["code", "code id_token", "id_token", "token id_token", "token", "token id_token code"]),
        ),
        ("claims_supported", json!(["sub", "email", "email_verified", "name"])),
        (
            "grant_types_supported",
            json!([
                "authorization_code",
                "implicit",
                "client_credentials",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code"
            ]),
        ),
        ("response_modes_supported", json!(["query", "fragment", "form_post"])),
        ("userinfo_endpoint", at("/userinfo")),
        ("scopes_supported", json!(["offline_access", "offline", "openid", "email", "profile"])),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_post", "client_secret_basic", "private_key_jwt", "none"]),
        ),
        ("userinfo_signing_alg_values_supported", json!(["none", ALGORITHM])),
        ("id_token_signing_alg_values_supported", json!([ALGORITHM])),
        ("id_token_signed_response_alg", json!([ALGORITHM])),
        ("userinfo_signed_response_alg", json!([ALGORITHM])),
        ("request_parameter_supported", json!(true)),
        ("request_uri_parameter_supported", json!(true)),
        ("require_request_uri_registration", json!(true)),
        ("claims_parameter_supported", json!(false)),
        ("revocation_endpoint", at("/oauth2/revoke")),
        ("backchannel_logout_supported", json!(true)),
        ("backchannel_logout_session_supported", json!(true)),
        ("frontchannel_logout_supported", json!(true)),
        ("frontchannel_logout_session_supported", json!(true)),
        ("end_session_endpoint", at("/oauth2/sessions/logout")),
        ("request_object_signing_alg_values_supported", json!(["none", "RS256", "ES256"])),
        ("code_challenge_methods_supported", json!(["plain", "S256"])),
        ("credentials_endpoint_draft_00", at("/credentials")),
        (
            "credentials_supported_draft_00",
            json!([{
                "format": "jwt_vc_json",
                "types": ["VerifiableCredential", "UserInfoCredential"],
                "cryptographic_binding_methods_supported": ["jwk"],
                "cryptographic_suites_supported":
                    ["PS256", "RS256", "ES256", "PS384", "RS384", "ES384", "PS512", "RS512", "ES512", "EdDSA"],
            }]),
        ),
    ]);
    if settings.client_id_metadata_documents {
        document.push(("client_id_metadata_document_supported", json!(true)));
    }
    Response::json(200, &InOrder(document))
}

struct InOrder(Vec<(&'static str, Value)>);

impl Serialize for InOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
