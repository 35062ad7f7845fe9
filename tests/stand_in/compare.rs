//! Compares a response of the stand-in with a recorded one, without the parts that differ by nature: ids, tokens,
//! times, keys.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use test_support::recording::Response;

use crate::known_differences::{KEY_ALGORITHMS, PAGE, SERVER, SIGNATURE, TEXTS, UUID, VALUES};
use crate::prepare::{part, part_bytes};
use crate::wire::Exchange;

/// Compares responses of the stand-in at `base_url` with recorded ones, and notes which known differences occur.
pub struct Comparison<'a> {
    base_url: &'a str,
    with_order: bool,
    seen: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Comparison<'a> {
    pub fn new(base_url: &'a str) -> Self {
        Self { base_url, with_order: true, seen: RefCell::default() }
    }

    /// Whether the order of properties is ignored. A mutant has them in alphabetical order.
    pub fn without_order(base_url: &'a str) -> Self {
        Self { with_order: false, ..Self::new(base_url) }
    }

    /// The names of the known differences so far.
    pub fn seen(self) -> BTreeSet<&'static str> {
        self.seen.into_inner()
    }

    fn is_known(&self, name: &'static str) -> bool {
        self.seen.borrow_mut().insert(name);
        true
    }

    /// The first unknown difference.
    pub fn difference(&self, recorded: &Response, got: &Exchange) -> Option<String> {
        if recorded.status != got.status {
            return Some(format!(
                "status {} instead of {}: {}",
                got.status,
                recorded.status,
                String::from_utf8_lossy(&got.body)
            ));
        }
        for name in ["content-type", "cache-control", "www-authenticate", "location", "set-cookie"] {
            let (wanted, found) = (recorded.header(name), got.header(name));
            let same = match (wanted, found) {
                (Some(wanted), Some(found)) => self.is_same(wanted, found),
                _ => wanted == found,
            };
            if !same {
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
            if self.with_order && wanted != found {
                return Some(format!("members {found:?} instead of {wanted:?}"));
            }
            let wanted = serde_json::from_str(&recorded.body).unwrap();
            let found = serde_json::from_str(&body).unwrap();
            return self.values("", &wanted, &found);
        }
        if content_type == "application/jwt" {
            return self.jwts("body", &recorded.body, &body);
        }
        // The stand-in has its own pages. Only the parts that a program could look for are compared.
        for mark in ["http-equiv=\"refresh\" content=\"7; URL=", "<iframe src=\"", "Error 404"] {
            let follow = |text: &str| {
                text.split_once(mark).map(|(_, rest)| rest.split('"').next().unwrap_or_default().trim().to_owned())
            };
            let (wanted, found) = (follow(&recorded.body), follow(&body));
            if content_type.starts_with("text/html") && wanted.is_some() != found.is_some() {
                return Some(format!("{mark} is there in one of the pages only"));
            }
            let leads = |link: &Option<String>| link.clone().filter(|_| mark.ends_with(['=', '"'])).unwrap_or_default();
            if !self.is_same(&leads(&wanted), &leads(&found)) {
                return Some(format!("{mark} leads to {found:?} instead of {wanted:?}"));
            }
        }
        let is_page = content_type.starts_with("text/html") && matches!(recorded.status, 200 | 404);
        if is_page && recorded.body != body {
            self.is_known(PAGE.0);
        } else if !self.is_same(&recorded.body, &body) {
            return Some(format!("body is {body:?} instead of {:?}", recorded.body));
        }
        None
    }

    fn values(&self, at: &str, wanted: &Value, found: &Value) -> Option<String> {
        let name = at.rsplit('/').next().unwrap_or_default();
        let differ = || Some(format!("{at} is {found} instead of {wanted}"));
        match (wanted, found) {
            (Value::Object(wanted), Value::Object(found)) => {
                let (all, here): (Vec<_>, Vec<_>) = (wanted.keys().collect(), found.keys().collect());
                if all != here {
                    return Some(format!("{at} has {here:?} instead of {all:?}"));
                }
                wanted.iter().find_map(|(key, value)| self.values(&format!("{at}/{key}"), value, &found[key]))
            }
            (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
                let place = if known(&KEY_ALGORITHMS, name).is_some() { at.to_owned() } else { format!("{at}/[]") };
                wanted.iter().zip(found).find_map(|(wanted, found)| self.values(&place, wanted, found))
            }
            (Value::String(wanted), Value::String(found)) => {
                let same = match name {
                    _ if wanted == found && name != "credential_draft_00" => true,
                    "credential_draft_00" => return self.jwts(at, wanted, found),
                    // Whether the client set the time or the server: whole seconds or fractions.
                    "created_at" if wanted.contains('.') != found.contains('.') => false,
                    _ => match (known(&VALUES, name), known(&KEY_ALGORITHMS, name)) {
                        (Some(name), _) => self.is_known(name),
                        (_, Some(name)) if wanted == "RS256" && found == "ES256" => self.is_known(name),
                        _ => self.is_same(wanted, found),
                    },
                };
                if same { None } else { differ() }
            }
            (wanted, found) if wanted == found => None,
            (Value::Number(_), Value::Number(_)) => match known(&VALUES, name) {
                Some(name) if self.is_known(name) => None,
                _ => differ(),
            },
            _ => differ(),
        }
    }

    fn jwts(&self, at: &str, wanted: &str, found: &str) -> Option<String> {
        for (index, name) in ["header", "claims"].into_iter().enumerate() {
            let (Some(wanted_part), Some(found_part)) = (part(wanted, index), part(found, index)) else {
                return Some(format!("{at} is not a JWT"));
            };
            if let Some(difference) = self.values(&format!("{at}/{name}"), &wanted_part, &found_part) {
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
        if wanted.rsplit('.').next() != found.rsplit('.').next() {
            self.is_known(SIGNATURE.0);
        }
        (wanted.split('.').count() != found.split('.').count()).then(|| format!("{at} has no signature"))
    }

    /// Whether two texts are equal apart from known differences, which are noted.
    fn is_same(&self, wanted: &str, found: &str) -> bool {
        if wanted == found {
            return true;
        }
        let normal = |text: &str, except: &str| normal(text, self.base_url, except);
        if normal(wanted, "") != normal(found, "") {
            return false;
        }
        let texts = TEXTS.map(|(name, ..)| name);
        for name in texts.into_iter().chain([SERVER.0, UUID.0]) {
            // Without this known difference the texts differ, so it occurs.
            if normal(wanted, name) != normal(found, name) {
                self.is_known(name);
            }
        }
        true
    }
}

/// The name in the table.
fn known(table: &[(&'static str, &str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == name).map(|(known, _)| *known)
}

/// The recorded response with one mistake each. A useful comparison finds all of them.
pub fn mutants(recorded: &Response) -> Vec<(String, Response)> {
    let mut all = vec![("status".to_owned(), Response { status: recorded.status + 1, ..recorded.clone() })];
    for name in ["content-type", "cache-control", "www-authenticate", "location", "set-cookie"] {
        let mut mutant = recorded.clone();
        match mutant.headers.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, value)) => value.push('x'),
            None => mutant.headers.push((name.to_owned(), "x".to_owned())),
        }
        // Values of cookies and challenges are not compared.
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
                // The order is compared first, so it is ignored for these.
                let body = format!("{}\n", Value::Object(mutant));
                all.push((format!("{name} {wrong:?}"), Response { body, ..recorded.clone() }));
            }
        }
    }
    all
}

/// Properties whose values are not compared. In a credential, another value has another signature.
fn is_own(name: &str) -> bool {
    known(&VALUES, name).is_some() || name == "credential_draft_00"
}

fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(format!("{text}x")),
        Value::Bool(flag) => Value::from(!flag),
        _ => Value::from("x"),
    }
}

/// The text without known differences: one name for both servers, and `*` for the parts that each server makes itself.
/// The known difference `except` stays in.
fn normal(text: &str, base_url: &str, except: &str) -> String {
    let encode = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
    let mut text = text.to_owned();
    // The stand-in's URL first: its port may begin with the digits of a recorded one.
    for server in [base_url, "http://127.0.0.1:4444", "http://127.0.0.1:4454"] {
        if except != SERVER.0 {
            text = text.replace(server, "<server>").replace(&encode(server), "<server>");
        }
    }
    for (name, _, mark, ends) in TEXTS {
        if let Some((before, rest)) = text.clone().split_once(mark)
            && name != except
        {
            let end = rest.find(|c| ends.contains(c)).unwrap_or(rest.len());
            text = format!("{before}{mark}*{}", &rest[end..]);
        }
    }
    if except == UUID.0 { text } else { without_uuids(&text) }
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

/// The property names of the outermost object, in their order on the wire.
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
