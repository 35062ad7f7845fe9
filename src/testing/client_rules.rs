//! The rules and defaults of client documents: the server's checks, in the server's order.

use url::Url;

use super::client_document::ClientDocument;
use super::response::Refusal;

const DEFAULT_SCOPE: &str = "offline_access offline openid";
const KEY_ALGORITHMS: [&str; 9] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

fn invalid_metadata(hint: &str) -> Refusal {
    const STANDING: &str = "The value of one of the Client Metadata fields is invalid and the server has rejected this \
                            request. Note that an Authorization Server MAY choose to substitute a valid value for any \
                            requested parameter of a Client's Metadata.";
    let description = if hint.is_empty() { STANDING.to_owned() } else { format!("{STANDING} {hint}") };
    Refusal::new(400, "invalid_client_metadata", description)
}

fn invalid_redirect(hint: &str) -> Refusal {
    Refusal::new(400, "invalid_redirect_uri", format!("The value of one or more redirect_uris is invalid. {hint}"))
}

/// Checks the properties that dynamic registration cannot set, then the rules for every client.
pub(super) fn check_dynamic(document: &mut ClientDocument) -> Result<(), Refusal> {
    if !document.text("access_token_strategy").is_empty() {
        return Err(Refusal::malformed("It is not allowed to choose your own access token strategy."));
    }
    // Even `null` counts: the server keeps the bytes it was given.
    if document.has("metadata") {
        return Err(invalid_metadata("'metadata' cannot be set for dynamic client registration"));
    }
    for name in ["skip_consent", "skip_logout_consent"] {
        if document.flag(name) {
            let description = format!("'{name}' cannot be set for dynamic client registration");
            return Err(Refusal::new(400, "invalid_request", description));
        }
    }
    check(document)
}

/// Checks the rules for every client, also for those of an administrator, and fills in the defaults.
pub(super) fn check(document: &mut ClientDocument) -> Result<(), Refusal> {
    let has_keys = document.has("jwks");
    let has_key_address = !document.text("jwks_uri").is_empty();
    document.set_if_empty("token_endpoint_auth_method", "client_secret_basic");
    if document.text("token_endpoint_auth_method") == "private_key_jwt" {
        if !has_keys && !has_key_address {
            return Err(invalid_metadata(
                "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set.",
            ));
        }
        let algorithm = document.text("token_endpoint_auth_signing_alg");
        if !algorithm.is_empty() && !KEY_ALGORITHMS.contains(&algorithm) {
            return Err(invalid_metadata(
                "Only RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512 are supported as algorithms for private key authentication.",
            ));
        }
    }
    if has_keys && has_key_address {
        return Err(invalid_metadata("Fields jwks and jwks_uri can not both be set, you must choose one."));
    }
    document.set_if_empty("scope", DEFAULT_SCOPE);
    for name in ["tos_uri", "policy_uri", "logo_uri", "client_uri"] {
        let value = document.text(name);
        if !value.is_empty() && !is_web_address(value) {
            return Err(invalid_metadata(&format!("Field {name} must be a valid URI.")));
        }
    }
    document.list("allowed_cors_origins").try_for_each(check_origin)?;
    document.clear("client_secret_expires_at");
    // The server reads the list behind this address; the stand-in calls nobody and believes every https address.
    let sector = document.text("sector_identifier_uri");
    if !sector.is_empty() && !sector.starts_with("https://") {
        return Err(invalid_metadata(""));
    }
    document.set_if_empty("userinfo_signed_response_alg", "none");
    if !matches!(document.text("userinfo_signed_response_alg"), "none" | "RS256") {
        return Err(invalid_metadata("Field userinfo_signed_response_alg can either be 'none' or 'RS256'."));
    }
    for address in document.list("redirect_uris") {
        if !is_request_uri(address) {
            return Err(invalid_redirect(&format!("Unable to parse redirect URL: {address}")));
        }
        if address.contains('#') {
            return Err(invalid_redirect("Redirect URIs must not contain fragments (#)."));
        }
    }
    document.set_if_empty("subject_type", "public");
    let subject_type = document.text("subject_type");
    if subject_type != "public" {
        return Err(invalid_metadata(&format!(
            "Subject type {subject_type} is not supported by server, only [public] are allowed."
        )));
    }
    for address in document.list("post_logout_redirect_uris") {
        if !is_request_uri(address) {
            return Err(invalid_metadata(&format!("Unable to parse post_logout_redirect_uri: {address}")));
        }
        let origin = origin(address);
        if !document.list("redirect_uris").any(|redirect| self::origin(redirect) == origin) {
            return Err(invalid_metadata(&format!(
                "post_logout_redirect_uri '{address}' must match the domain, port, scheme of at least one of the registered redirect URIs but did not"
            )));
        }
    }
    Ok(())
}

fn check_origin(origin: &str) -> Result<(), Refusal> {
    let Ok(url) = Url::parse(origin) else {
        return Err(invalid_metadata(&format!(
            "Origin URL {origin} from allowed_cors_origins could not be parsed: invalid URI"
        )));
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid_metadata(&format!("Origin URL {origin} must use https:// or http:// as HTTP scheme.")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid_metadata(&format!(
            "Origin URL {origin} has HTTP user and/or password set which is not allowed."
        )));
    }
    if !url.path().trim_end_matches('/').is_empty() || url.query().is_some() || url.fragment().is_some() {
        return Err(invalid_metadata(&format!(
            "Origin URL {origin} must have an empty path, query, and fragment but one of the parts is not empty."
        )));
    }
    Ok(())
}

/// A request URI, as Go defines it: absolute, or an absolute path.
fn is_request_uri(text: &str) -> bool {
    text.starts_with('/') || Url::parse(text).is_ok()
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Scheme, host and port as written.
fn origin(text: &str) -> (String, Option<String>, Option<u16>) {
    Url::parse(text)
        .map(|url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::client_document::ClientDocument;
    use super::{check, check_dynamic};

    fn refusal(value: &Value) -> Option<String> {
        let mut document = ClientDocument::decode(value).ok()?;
        check_dynamic(&mut document).err().map(|refusal| refusal.description)
    }

    /// Rules that the recordings do not show.
    #[test]
    fn refusals_have_the_servers_description() {
        let keys = json!({"keys": []});
        for (document, end) in [
            (json!({"allowed_cors_origins": ["ftp://a.example"]}), "must use https:// or http:// as HTTP scheme."),
            (json!({"allowed_cors_origins": ["https://a.example/x"]}), "but one of the parts is not empty."),
            (json!({"allowed_cors_origins": ["https://u:p@a.example"]}), "set which is not allowed."),
            (
                json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": keys, "token_endpoint_auth_signing_alg": "HS256"}),
                "algorithms for private key authentication.",
            ),
            (json!({"jwks": keys, "jwks_uri": "https://a.example"}), "you must choose one."),
            (json!({"logo_uri": "ftp://a.example"}), "Field logo_uri must be a valid URI."),
            (json!({"sector_identifier_uri": "http://a.example"}), "requested parameter of a Client's Metadata."),
            (json!({"redirect_uris": ["no-scheme"]}), "Unable to parse redirect URL: no-scheme"),
            (
                json!({"post_logout_redirect_uris": ["https://a.example:1/"], "redirect_uris": ["https://a.example/"]}),
                "registered redirect URIs but did not",
            ),
        ] {
            let description = refusal(&document).unwrap_or_default();
            assert!(description.ends_with(end), "{document}: {description}");
        }
    }

    #[test]
    fn unusual_documents_are_accepted() {
        for document in [
            json!({"redirect_uris": ["com.example.app:/cb", "/relative"]}),
            json!({"token_endpoint_auth_method": "no such method", "grant_types": ["no such grant"], "contacts": [""]}),
            json!({"jwks": {}, "jwks_uri": "https://a.example"}),
            json!({"Client_Name": "properties in any case", "scope": "admin root"}),
            json!({"allowed_cors_origins": ["https://a.example/"]}),
        ] {
            assert_eq!(refusal(&document), None, "{document}");
        }
    }

    #[test]
    fn an_admin_may_do_more() {
        let value = json!({"metadata": {"a": 1}, "skip_consent": true, "access_token_strategy": "jwt"});
        assert!(refusal(&value).is_some());
        let mut document = ClientDocument::decode(&value).unwrap_or_default();
        assert_eq!(check(&mut document), Ok(()));
    }
}
