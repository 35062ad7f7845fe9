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
        let mut actions = Vec::new();
        let Some(listed) = document.get("actions").and_then(Value::as_sequence).filter(|listed| !listed.is_empty())
        else {
            problems.push(Problem::new(0, "", "`actions` is not a list of actions", "add an action"));
            return Err(Problems(problems));
        };
        for (index, action) in listed.iter().enumerate() {
            match Action::parse(action, is_1_1) {
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
        let remove = action.get("remove") == Some(&Value::Bool(true));
        let verb = match (remove, action.get("update"), action.get("copy")) {
            (true, None, None) => Verb::Remove,
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
                return Err(wrong("has both or neither of `update` and `remove: true`", "keep exactly one of them"));
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

fn json_path(key: &str, text: &str) -> Result<JsonPath, (String, String)> {
    JsonPath::parse(text)
        .map_err(|error| (format!("`{key}` is not JSONPath ({error})"), "use the syntax of RFC 9535".to_owned()))
}

pub(super) fn string(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}
