//! Parses overlays and validates their actions.

use serde_json_path::JsonPath;
use serde_yaml::{Mapping, Value};

use super::{Problem, Problems, parse, whole};

/// A parsed overlay.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub(super) actions: Vec<Action>,
    /// Whether the version is 1.1 or later, which has more exact rules.
    pub(super) is_1_1: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) target: String,
    pub(super) path: JsonPath,
    /// The extension `x-matches`: the number of locations that the target selects.
    pub(super) matches: Option<usize>,
    pub(super) verb: Verb,
}

/// What an action does to its targets.
#[derive(Clone, Debug)]
pub(super) enum Verb {
    Remove,
    Update(Value),
    Copy(JsonPath, String),
}

impl Verb {
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::Update(_) => "update",
            Self::Copy(..) => "copy",
        }
    }
}

impl Overlay {
    /// Parses an overlay, JSON or YAML.
    ///
    /// The extension `x-matches` of an action is the number of locations that its target has to select.
    ///
    /// # Errors
    ///
    /// The text is not an overlay of version 1.0 or 1.1, or actions are invalid.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::from_value(&parse(text, "the overlay")?)
    }

    /// An overlay from its parsed text. For the tools of this repository.
    ///
    /// # Errors
    ///
    /// As [`Overlay::parse`].
    #[doc(hidden)]
    pub fn from_value(document: &Value) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let version = string(document.get("overlay"));
        let is_1_1 = version.starts_with("1.1.");
        if !is_1_1 && !version.starts_with("1.0.") {
            let what = "`overlay` is not `1.0.0` or `1.1.0`";
            problems.push(Problem::new(0, "", what, "use one of these versions of the standard"));
        }
        problems.extend(outside_of_actions(document));
        let mut actions = Vec::new();
        let Some(listed) = document.get("actions").and_then(Value::as_sequence).filter(|listed| !listed.is_empty())
        else {
            problems.push(Problem::new(0, "", "`actions` is not a list of actions", "add an action"));
            return Err(Problems(problems));
        };
        for (index, action) in listed.iter().enumerate() {
            let parsed = match listed.iter().take(index).position(|other| other == action) {
                None => Action::parse(action, is_1_1),
                Some(first) => Err((format!("the same as action {}", first + 1), "remove it".to_owned())),
            };
            match parsed {
                Ok(action) => actions.push(action),
                Err((what, cure)) => {
                    problems.push(Problem::new(index + 1, &string(action.get("target")), what, cure));
                }
            }
        }
        if problems.is_empty() { Ok(Self { actions, is_1_1 }) } else { Err(Problems(problems)) }
    }

    /// The URI reference of the document that the overlay is for, if it has one.
    ///
    /// # Errors
    ///
    /// The text is invalid.
    pub fn extends(text: &str) -> Result<Option<String>, Problems> {
        let document = parse(text, "the overlay")?;
        if !document.is_mapping() {
            return Err(whole("the overlay is not an object".to_owned(), "see the Overlay Specification"));
        }
        Ok(document.get("extends").and_then(Value::as_str).map(str::to_owned))
    }
}

impl Action {
    fn parse(action: &Value, is_1_1: bool) -> Result<Self, (String, String)> {
        let wrong = |what: &str, cure: &str| (what.to_owned(), cure.to_owned());
        let known: &[&str] = if is_1_1 {
            &["target", "description", "update", "remove", "copy"]
        } else {
            &["target", "description", "update", "remove"]
        };
        for key in action.as_mapping().into_iter().flat_map(Mapping::keys) {
            let key = string(Some(key));
            if key == "copy" && !is_1_1 {
                return Err(wrong("`copy` is new in Overlay 1.1", "write `overlay: 1.1.0`"));
            }
            if !known.contains(&key.as_str()) && !key.starts_with("x-") {
                return Err(wrong(&format!("unknown property `{key}`"), "correct its spelling, or begin it with `x-`"));
            }
        }
        let target = string(action.get("target"));
        let path = json_path("target", &target)?;
        if action.get("description").is_some_and(|text| !text.is_string()) {
            return Err(wrong("`description` is not a string", "write a text"));
        }
        if action.get("remove").is_some_and(|flag| !flag.is_bool()) {
            return Err(wrong("`remove` is not a boolean", "write `true`"));
        }
        let remove = action.get("remove") == Some(&Value::Bool(true));
        let verb = match (remove, action.get("update"), action.get("copy")) {
            (true, None, None) => Verb::Remove,
            // Overlay 1.0: an update beside `remove: true` has no effect.
            (true, Some(_), None) if !is_1_1 => Verb::Remove,
            (false, Some(update), None) => Verb::Update(update.clone()),
            (false, None, Some(from)) => {
                let from = string(Some(from));
                Verb::Copy(json_path("copy", &from)?, from)
            }
            _ if is_1_1 => {
                let what = "does not have exactly one of `update`, `copy` and `remove: true`";
                return Err(wrong(what, "keep exactly one of them"));
            }
            _ => {
                return Err(wrong("has neither `update` nor `remove: true`", "write one of them"));
            }
        };
        let matches = match action.get("x-matches") {
            None => None,
            Some(number) => Some(
                number
                    .as_u64()
                    .and_then(|number| usize::try_from(number).ok())
                    .ok_or_else(|| wrong("`x-matches` is not a count", "write a whole number"))?,
            ),
        };
        Ok(Self { target, path, matches, verb })
    }
}

/// The problems of an overlay beside its actions.
fn outside_of_actions(document: &Value) -> Vec<Problem> {
    let problem = |what: String, cure: &str| Problem::new(0, "", what, cure);
    let mut problems = Vec::new();
    for key in document.as_mapping().into_iter().flat_map(Mapping::keys) {
        let key = string(Some(key));
        if !["overlay", "info", "extends", "actions"].contains(&key.as_str()) && !key.starts_with("x-") {
            let cure = "correct its spelling, or begin it with `x-`";
            problems.push(problem(format!("unknown property `{key}`"), cure));
        }
    }
    let info = document.get("info");
    for key in ["title", "version"] {
        if !info.and_then(|info| info.get(key)).is_some_and(Value::is_string) {
            problems.push(problem(format!("`{key}` of `info` is not a string"), "add it, with quotes"));
        }
    }
    if document.get("extends").is_some_and(|uri| !uri.is_string()) {
        problems.push(problem("`extends` is not a string".to_owned(), "write the URI of the document"));
    }
    problems
}

/// The path with each name that has a hyphen in brackets: `$.info['x-logo']` for `$.info.x-logo`. RFC 9535 does not have
/// the short form, and the Overlay Specification uses it.
fn with_brackets(text: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-') || !c.is_ascii();
    let mut out = String::with_capacity(text.len());
    let (mut quote, mut rest) = (None, text);
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let name = after.split(|c| !is_name(c)).next().unwrap_or_default();
        let is_short = quote.is_none()
            && c == '.'
            && name.contains('-')
            && !name.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if is_short {
            // A descendant's second dot stays.
            if out.ends_with('.') {
                out.push('.');
            }
            out.push_str(&format!("['{name}']"));
            rest = after.get(name.len()..).unwrap_or_default();
            continue;
        }
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) if c == '\\' => {
                let escaped = after.chars().next().map_or(0, char::len_utf8);
                out.push(c);
                out.push_str(after.get(..escaped).unwrap_or_default());
                rest = after.get(escaped..).unwrap_or_default();
                continue;
            }
            None if matches!(c, '\'' | '"') => quote = Some(c),
            _ => {}
        }
        out.push(c);
        rest = after;
    }
    out
}

fn json_path(key: &str, text: &str) -> Result<JsonPath, (String, String)> {
    JsonPath::parse(&with_brackets(text))
        .map_err(|error| (format!("`{key}` is not JSONPath ({error})"), "use the syntax of RFC 9535".to_owned()))
}

pub(super) fn string(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_hyphens_are_in_brackets() {
        for (short, expected) in [
            ("$.info.x-logo", "$.info['x-logo']"),
            ("$..x-a-b.c", "$..['x-a-b'].c"),
            ("$.paths.*.get[?@.x-oai-traits.paged]", "$.paths.*.get[?@['x-oai-traits'].paged]"),
            ("$['a.x-b'].c[-1]", "$['a.x-b'].c[-1]"),
            (r#"$["it\".x-b"]"#, r#"$["it\".x-b"]"#),
            ("$.a[?@.b == -1.5]", "$.a[?@.b == -1.5]"),
        ] {
            assert_eq!(with_brackets(short), expected);
            assert!(JsonPath::parse(expected).is_ok(), "{expected}");
        }
    }
}
