//! The extensions that declare pages: `x-pagination` with the keys of the settings, Speakeasy's, Fern's and Azure's.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::location::Location;
use crate::read::Node;
use crate::settings::Pagination;

/// The declaration of an operation, or why it cannot be used.
type Declared = Result<Pagination, String>;

/// Reads the keys of an extension. `None` if there is only one page.
type Reader = fn(&Map<String, Value>) -> Option<Declared>;

/// The first extension of an operation that declares pages, with its location. `None` if there is none, or if it says that
/// there is only one page.
pub(super) fn read(root: &Node<'_>, operation: &Node<'_>) -> Option<(Location, Declared)> {
    let readers: [(&str, Reader); 4] = [
        ("x-pagination", |keys| Some(own(keys))),
        ("x-speakeasy-pagination", |keys| Some(speakeasy(keys))),
        ("x-fern-pagination", |keys| Some(fern(keys))),
        ("x-ms-pageable", azure),
    ];
    readers.into_iter().find_map(|(name, reader)| {
        let node = operation.get(name)?;
        let declared = match (node.value(), name) {
            (Value::Bool(false) | Value::Null, _) => return None,
            // Fern: the declaration of the document.
            (Value::Bool(true), "x-fern-pagination") => match root.get(name).map(|node| node.value()) {
                Some(Value::Object(keys)) => reader(keys)?,
                _ => Err(format!("`{name}: true` needs `{name}` at the root of the document")),
            },
            (Value::Object(keys), _) => reader(keys)?,
            _ => Err(format!("`{name}` is not an object")),
        };
        Some((node.at().clone(), declared))
    })
}

/// `x-pagination`, which has the keys of the settings.
fn own(keys: &Map<String, Value>) -> Declared {
    let mut texts = BTreeMap::new();
    for (key, value) in keys {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(format!("`{key}` is not a text")),
        };
        texts.insert(key.clone(), text);
    }
    Pagination::from_keys(texts)
}

/// `x-ms-pageable`: a URL in `nextLinkName`, or one page if that is `null`; the items in `itemName`.
fn azure(keys: &Map<String, Value>) -> Option<Declared> {
    let text = |key: &str| keys.get(key).and_then(Value::as_str);
    if keys.get("nextLinkName")?.is_null() {
        return None;
    }
    let Some(next) = text("nextLinkName") else { return Some(Err("`nextLinkName` is not a text".to_owned())) };
    Some(Ok(Pagination::next_url(pointer(next)).items(pointer(text("itemName").unwrap_or("value")))))
}

/// `x-speakeasy-pagination`: inputs are parameters, outputs are JSONPaths.
fn speakeasy(keys: &Map<String, Value>) -> Declared {
    let inputs = keys.get("inputs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let input = |kind: &str| {
        let found = inputs.iter().find(|input| input.get("type").and_then(Value::as_str) == Some(kind))?;
        let (name, place) = (found.get("name")?.as_str()?, found.get("in").and_then(Value::as_str));
        Some(match place {
            None | Some("parameters") => Ok(name),
            Some(place) => {
                Err(format!("the input `{name}` is in `{place}`: only parameters can lead to the next page"))
            }
        })
    };
    let output = |key: &str| {
        let path = keys.get("outputs").and_then(|outputs| outputs.get(key)).and_then(Value::as_str);
        path.map(|path| by_path(path, "$")).transpose()
    };
    let required = |key: &str| output(key)?.ok_or_else(|| format!("`outputs.{key}` is missing"));
    let mut found = match keys.get("type").and_then(Value::as_str) {
        Some("cursor") => {
            let parameter =
                input("cursor").unwrap_or_else(|| Err("an input of the type `cursor` is missing".to_owned()))?;
            Pagination::cursor(parameter, required("nextCursor")?)
        }
        Some("url") => Pagination::next_url(required("nextUrl")?),
        Some("offsetLimit") => match (input("page"), input("offset")) {
            (Some(page), _) => Pagination::page_number(page?),
            (None, Some(offset)) => Pagination::offset(offset?),
            (None, None) => return Err("an input of the type `page` or `offset` is missing".to_owned()),
        },
        _ => return Err("`type` is none of `cursor`, `offsetLimit` and `url`".to_owned()),
    };
    if let Some(items) = output("results")? {
        found = found.items(items);
    }
    if let Some(pages) = output("numPages")? {
        found = found.page_count(pages);
    }
    Ok(found)
}

/// `x-fern-pagination`: parameters are `$request.name`, properties `$response.name`.
fn fern(keys: &Map<String, Value>) -> Declared {
    let text = |key: &str| keys.get(key).and_then(Value::as_str);
    let parameter = |text: &str| {
        let name = text.strip_prefix("$request.").filter(|name| !name.starts_with("body."));
        name.map(str::to_owned).ok_or_else(|| format!("`{text}` is not a query parameter, `$request.name`"))
    };
    let property = |text: &str| by_path(text, "$response");
    let mut found = match (text("cursor"), text("offset"), text("next_uri")) {
        (Some(cursor), ..) => {
            let next = text("next_cursor").ok_or("`next_cursor` is missing")?;
            Pagination::cursor(parameter(cursor)?, property(next)?)
        }
        // With a step the offset counts items, without one pages.
        (_, Some(offset), _) if keys.contains_key("step") => Pagination::offset(parameter(offset)?),
        (_, Some(offset), _) => Pagination::page_number(parameter(offset)?),
        (_, _, Some(next)) => Pagination::next_url(property(next)?),
        (None, None, None) => return Err("it has none of `cursor`, `offset` and `next_uri`".to_owned()),
    };
    if let Some(items) = text("results") {
        found = found.items(property(items)?);
    }
    if let Some(more) = text("has-next-page") {
        found = found.more(property(more)?);
    }
    Ok(found)
}

/// A path of names with dots between them, after `root`.
fn by_path(path: &str, root: &str) -> Result<String, String> {
    let names = path.strip_prefix(root).map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    match names {
        Some(names) if !names.contains(['[', '*', '$']) && !names.contains("..") => Ok(names.to_owned()),
        _ => Err(format!("the path `{path}` is not one of names, `{root}.name.name`")),
    }
}

/// The JSON pointer of one name.
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
