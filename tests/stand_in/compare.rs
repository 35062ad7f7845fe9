//! Whether an answer of the stand-in is the recorded one, apart from what no two servers share: ids, tokens, times, keys.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use test_support::recording::Response;

use crate::prepare::{part, part_bytes};
use crate::wire::Exchange;

/// Members whose value is a server's own; their type and presence still count.
const OWN: [&str; 14] = [
    "client_secret",
    "registration_access_token",
    "updated_at",
    "c_nonce",
    "jti",
    "sid",
    "iat",
    "exp",
    "nbf",
    "auth_time",
    "rat",
    "kid",
    "id",
    "keys",
];
/// Members that name the algorithm of the server's key: recorded RS256, here ES256.
const KEY_ALGORITHM: [&str; 5] = [
    "userinfo_signing_alg_values_supported",
    "id_token_signing_alg_values_supported",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "alg",
];

/// The first difference, or nothing.
pub fn difference(recorded: &Response, got: &Exchange, base_url: &str) -> Option<String> {
    difference_by(recorded, got, base_url, true)
}

fn difference_by(recorded: &Response, got: &Exchange, base_url: &str, with_order: bool) -> Option<String> {
    if recorded.status != got.status {
        return Some(format!(
            "status {} instead of {}: {}",
            got.status,
            recorded.status,
            String::from_utf8_lossy(&got.body)
        ));
    }
    let plain = |text: &str| normal(text, base_url);
    for name in ["content-type", "cache-control", "www-authenticate", "location", "set-cookie"] {
        let (wanted, found) = (recorded.header(name).map(plain), got.header(name).map(plain));
        if wanted != found {
            return Some(format!("{name} is {found:?} instead of {wanted:?}"));
        }
    }
    let body = String::from_utf8_lossy(&got.body);
    let content_type = recorded.header("content-type").unwrap_or_default();
    if content_type.starts_with("application/json") && !recorded.body.is_empty() {
        if recorded.body.ends_with('\n') != body.ends_with('\n') {
            return Some("the newline at the end differs".to_owned());
        }
        let (wanted, found) = (order(&recorded.body), order(&body));
        if with_order && wanted != found {
            return Some(format!("members {found:?} instead of {wanted:?}"));
        }
        let wanted = serde_json::from_str(&recorded.body).unwrap();
        let found = serde_json::from_str(&body).unwrap();
        return values("", &wanted, &found, base_url);
    }
    if content_type == "application/jwt" {
        return jwts("body", &recorded.body, &body, base_url);
    }
    // The pages are the stand-in's own; what a program could look for in them is not.
    for mark in ["http-equiv=\"refresh\" content=\"7; URL=", "<iframe src=\"", "Error 404"] {
        let follow = |text: &str| {
            text.split_once(mark).map(|(_, rest)| plain(rest.split('"').next().unwrap_or_default().trim()))
        };
        let (wanted, found) = (follow(&recorded.body), follow(&body));
        if content_type.starts_with("text/html") && wanted.is_some() != found.is_some() {
            return Some(format!("{mark} is there in one of the pages only"));
        }
        if mark.ends_with(['=', '"']) && wanted != found {
            return Some(format!("{mark} leads to {found:?} instead of {wanted:?}"));
        }
    }
    let is_page = content_type.starts_with("text/html") && matches!(recorded.status, 200 | 404);
    if !is_page && plain(&recorded.body) != plain(&body) {
        return Some(format!("body is {body:?} instead of {:?}", recorded.body));
    }
    None
}

/// The recorded answer with one thing wrong each: a comparison that is worth something sees every one of them.
pub fn mutants(recorded: &Response) -> Vec<(String, Response)> {
    let mut all = vec![("status".to_owned(), Response { status: recorded.status + 1, ..recorded.clone() })];
    for name in ["content-type", "cache-control", "www-authenticate", "location", "set-cookie"] {
        let mut mutant = recorded.clone();
        match mutant.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, value)) => value.push('x'),
            None => mutant.headers.push((name.to_owned(), "x".to_owned())),
        }
        // Every value of a cookie and of a challenge is as good as another.
        if name != "set-cookie" && !recorded.header(name).is_some_and(|value| value.contains("logout_challenge")) {
            all.push((name.to_owned(), mutant));
        }
    }
    if let Some(Value::Object(members)) = recorded.json() {
        for (name, value) in &members {
            for wrong in [None, Some(Value::from(vec![true])), (!is_own(name)).then(|| other(value))] {
                let mut mutant = members.clone();
                match &wrong {
                    None => drop(mutant.remove(name)),
                    Some(wrong) => drop(mutant.insert(name.clone(), wrong.clone())),
                }
                // Order is looked at before values; without it only the values can tell.
                let body = format!("{}\n", Value::Object(mutant));
                all.push((format!("{name} {wrong:?}"), Response { body, ..recorded.clone() }));
            }
        }
    }
    all
}

/// Members of which another text is no difference; in a credential that is another signature.
fn is_own(name: &str) -> bool {
    OWN.contains(&name) || matches!(name, "created_at" | "credential_draft_00")
}

fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(format!("{text}x")),
        Value::Bool(flag) => Value::from(!flag),
        _ => Value::from("x"),
    }
}

/// The differences that an alphabetical mutant would show by its order alone are not interesting.
pub fn difference_of_mutant(mutant: &Response, got: &Exchange, base_url: &str) -> Option<String> {
    difference_by(mutant, got, base_url, false)
}

fn values(at: &str, wanted: &Value, found: &Value, base_url: &str) -> Option<String> {
    let name = at.rsplit('/').next().unwrap_or_default();
    let differ = || Some(format!("{at} is {found} instead of {wanted}"));
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            let (all, here): (Vec<_>, Vec<_>) = (wanted.keys().collect(), found.keys().collect());
            if all != here {
                return Some(format!("{at} has {here:?} instead of {all:?}"));
            }
            wanted.iter().find_map(|(key, value)| values(&format!("{at}/{key}"), value, &found[key], base_url))
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let place = if KEY_ALGORITHM.contains(&name) { at.to_owned() } else { format!("{at}/[]") };
            wanted.iter().zip(found).find_map(|(wanted, found)| values(&place, wanted, found, base_url))
        }
        (Value::String(wanted), Value::String(found)) => {
            let same = match name {
                "credential_draft_00" => return jwts(at, wanted, found, base_url),
                // Sent along by the client, or made by the server: whole seconds or finer.
                "created_at" => wanted == found || wanted.contains('.') == found.contains('.'),
                _ if OWN.contains(&name) => true,
                _ if KEY_ALGORITHM.contains(&name) && wanted == "RS256" && found == "ES256" => true,
                _ => normal(wanted, base_url) == normal(found, base_url),
            };
            if same { None } else { differ() }
        }
        (Value::Number(_), Value::Number(_)) if OWN.contains(&name) => None,
        (wanted, found) if wanted == found => None,
        _ => differ(),
    }
}

fn jwts(at: &str, wanted: &str, found: &str, base_url: &str) -> Option<String> {
    for (index, name) in ["header", "claims"].into_iter().enumerate() {
        let (Some(wanted_part), Some(found_part)) = (part(wanted, index), part(found, index)) else {
            return Some(format!("{at} is not a JWT"));
        };
        if let Some(difference) = values(&format!("{at}/{name}"), &wanted_part, &found_part, base_url) {
            return Some(difference);
        }
        let text = |jwt| String::from_utf8(part_bytes(jwt, index).unwrap()).unwrap();
        let (wanted_text, found_text) = (text(wanted), text(found));
        if order(&wanted_text) != order(&found_text) {
            return Some(format!("{at}/{name} has its members in another order"));
        }
        if wanted_text.matches("e+09").count() != found_text.matches("e+09").count() {
            return Some(format!("{at}/{name} has its numbers in another notation"));
        }
    }
    (wanted.split('.').count() != found.split('.').count()).then(|| format!("{at} has no signature"))
}

/// Both servers under one name, ids and secrets without their value, times without their digits.
fn normal(text: &str, base_url: &str) -> String {
    let encode = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    let mut text = text.to_owned();
    // Ours first: its port may begin with the digits of a recorded one.
    for server in [base_url, "http://127.0.0.1:4444", "http://127.0.0.1:4454"] {
        text = text.replace(server, "<server>").replace(&encode(server), "<server>");
    }
    for (mark, ends) in
        [("logout_challenge=", "\"&"), ("ory_hydra_session_dev=", ";"), ("did:jwk:", "\""), ("expired at '", "'")]
    {
        if let Some((before, rest)) = text.clone().split_once(mark) {
            let end = rest.find(|c| ends.contains(c)).unwrap_or(rest.len());
            text = format!("{before}{mark}*{}", &rest[end..]);
        }
    }
    without_uuids(&text)
}

fn without_uuids(text: &str) -> String {
    let is_uuid = |window: &str| {
        window.len() == 36
            && window.char_indices().all(|(index, c)| match index {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            })
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_uuid) {
            out.push_str("<uuid>");
            rest = &rest[36..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The members of the outermost object in their order on the wire.
fn order(text: &str) -> Vec<String> {
    struct Keys(Vec<String>);
    impl<'de> Deserialize<'de> for Keys {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Collect;
            impl<'de> Visitor<'de> for Collect {
                type Value = Keys;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                    let mut keys = Vec::new();
                    while let Some((key, IgnoredAny)) = map.next_entry()? {
                        keys.push(key);
                    }
                    Ok(Keys(keys))
                }
            }
            deserializer.deserialize_map(Collect)
        }
    }
    serde_json::from_str::<Keys>(text).map(|keys| keys.0).unwrap_or_default()
}
