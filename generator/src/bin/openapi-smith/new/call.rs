//! The first call of a new crate: an operation of its document, with arguments and a response.

use openapi_smith::sample::{Flat, Manner, Sampler, Sender, resolved};
use openapi_smith::{GeneratedArgument, GeneratedOperation, GeneratedValue, Output};
use serde_json::Value;

/// A call of an operation, as Rust.
#[derive(Clone, Debug)]
pub(super) struct FirstCall {
    /// The HTTP method and the path.
    pub(super) address: String,
    /// The call without its client, such as `get_pet(1)`.
    pub(super) expression: String,
    /// The items of the module that the call needs besides `Client`.
    pub(super) imports: Vec<String>,
    /// The setters of the credentials.
    pub(super) credentials: Vec<Setter>,
    /// The name of the operation in `ops`.
    pub(super) constant: String,
    /// The response of the test.
    pub(super) response: Response,
    /// Whether the call reads an argument from JSON.
    pub(super) reads_json: bool,
}

/// A setter of a credential.
#[derive(Clone, Debug)]
pub(super) struct Setter {
    /// The method, such as `with_bearer`.
    pub(super) method: String,
    /// The environment variables of its arguments.
    pub(super) variables: Vec<String>,
}

/// A response that the operation declares.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// The media type and the text of the body.
    pub(super) body: Option<(String, String)>,
    /// Whether the decoded value can be compared with the body: it is JSON, and the only success.
    pub(super) is_comparable: bool,
}

/// The first suitable operation: a `GET` with plain arguments if there is one.
pub(super) fn first_call(document: &Value, output: &Output) -> Option<FirstCall> {
    let calls = output.operations.iter().filter_map(|operation| {
        // An operation with its own server is not called at the server of the client.
        let call = operation.server.is_none().then(|| call(document, output, operation))??;
        let rank = (operation.deprecated, !operation.address.starts_with("GET "), call.reads_json);
        Some((rank, call))
    });
    calls.min_by_key(|(rank, _)| *rank).map(|(_, call)| call)
}

fn call(document: &Value, output: &Output, operation: &GeneratedOperation) -> Option<FirstCall> {
    let response = response(document, document.pointer(&operation.pointer)?)?;
    let (mut imports, mut written) = (Vec::new(), Vec::new());
    let mut reads_json = false;
    for argument in &operation.arguments {
        written.push(match (&argument.value, argument.required) {
            (_, false) => "None".to_owned(),
            (GeneratedValue::Struct { rust, fields }, true) if argument.wire.is_empty() => {
                // The struct of optional parameters.
                if fields.iter().any(|field| field.required) {
                    return None;
                }
                imports.push(rust.clone());
                format!("&{rust}::default()")
            }
            (GeneratedValue::Json(rust), true) => {
                let sample = sample(document, argument)?;
                match literal(rust, &sample, argument) {
                    Some(literal) => literal,
                    None => {
                        reads_json = true;
                        if rust.contains("types::") {
                            imports.push("types".to_owned());
                        }
                        let reference = if argument.by_reference { "&" } else { "" };
                        let json = raw_string(&sample.to_string());
                        format!("{reference}serde_json::from_str::<{rust}>({json})?")
                    }
                }
            }
            (GeneratedValue::Text, true) if argument.by_reference => "\"text\"".to_owned(),
            _ => return None,
        });
    }
    imports.sort();
    imports.dedup();
    let setter = |scheme: &String| {
        let credential = output.credentials.iter().find(|credential| credential.scheme == *scheme)?;
        let name = credential.method.trim_start_matches("with_").to_uppercase();
        let variables = match credential.texts {
            2 => vec![format!("{name}_NAME"), format!("{name}_PASSWORD")],
            _ => vec![name],
        };
        Some(Setter { method: credential.method.clone(), variables })
    };
    Some(FirstCall {
        address: operation.address.clone(),
        expression: format!("{}({})", operation.method, written.join(", ")),
        imports,
        credentials: operation.security.iter().filter_map(setter).collect(),
        constant: operation.method.trim_start_matches("r#").to_uppercase(),
        response,
        reads_json,
    })
}

/// A plausible value of an argument: its example if there is one.
fn sample(document: &Value, argument: &GeneratedArgument) -> Option<Value> {
    let declared = resolved(document, &argument.pointer)?;
    let contents = declared.get("content").and_then(Value::as_object);
    let schema = declared.get("schema").or_else(|| contents?.values().next()?.get("schema"))?;
    let flat = Flat::of(document, schema);
    let examples = [declared.get("example"), flat.get("example"), flat.get("default")];
    let fits = |value: &&Value| match flat.kind() {
        Some("string") => value.as_str().is_some_and(|text| !text.is_empty()),
        Some("integer") => value.as_i64().is_some(),
        Some("number") => value.as_f64().is_some(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    let is_limited = flat.get("enum").is_some() || flat.get("const").is_some();
    if let Some(example) = examples.into_iter().flatten().find(fits)
        && !is_limited
    {
        return Some(example.clone());
    }
    let sampled = Sampler::new(document, Manner { full: false, turn: 0, sender: Sender::Client }).sample(schema)?;
    // The name of a parameter says more than the text of the sampler.
    let is_name = argument.wire.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    let is_free = sampled == "text" && is_name && !is_limited && flat.count("maxLength").is_none();
    Some(if is_free { Value::from(argument.wire.as_str()) } else { sampled })
}

/// A value of a plain type as Rust.
fn literal(rust: &str, sample: &Value, argument: &GeneratedArgument) -> Option<String> {
    match (rust, sample) {
        ("String", Value::String(text)) if argument.by_reference => Some(string(text)),
        ("bool", Value::Bool(flag)) => Some(flag.to_string()),
        ("f64" | "f32", Value::Number(number)) => number.as_f64().map(|number| format!("{number:?}")),
        ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", Value::Number(number)) => {
            (number.is_i64() || number.is_u64()).then(|| number.to_string())
        }
        _ => None,
    }
}

/// A text as a string literal of Rust.
pub(super) fn string(text: &str) -> String {
    format!("{text:?}")
}

/// A text as a raw string literal of Rust, if it has characters to escape.
pub(super) fn raw_string(text: &str) -> String {
    if !text.contains(['"', '\\', '\n']) || text.contains('\r') {
        return string(text);
    }
    let hashes = (1..).map(|count| "#".repeat(count)).find(|hashes| !text.contains(&format!("\"{hashes}")));
    let hashes = hashes.unwrap_or_default();
    format!("r{hashes}\"{text}\"{hashes}")
}

/// A success that an operation declares, with a minimal valid body.
fn response(document: &Value, operation: &Value) -> Option<Response> {
    let responses = operation.get("responses")?.as_object()?;
    let is_success = |status: &&String| status.starts_with('2');
    let successes: Vec<&String> = responses.keys().filter(is_success).collect();
    let first =
        successes.first().map(|status| status.as_str()).or(responses.contains_key("default").then_some("default"))?;
    let status = first.parse().unwrap_or(200);
    let declared = responses.get(first)?;
    let declared = match declared.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolved(document, reference.strip_prefix('#')?)?,
        None => declared,
    };
    let empty = serde_json::Map::new();
    let contents = declared.get("content").and_then(Value::as_object).unwrap_or(&empty);
    if contents.is_empty() {
        return Some(Response { status, body: None, is_comparable: false });
    }
    let essence = |media: &str| media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = |media: &&String| essence(media) == "application/json" || essence(media).ends_with("+json");
    if let Some(media) = contents.keys().find(is_json) {
        let schema = contents.get(media)?.get("schema").cloned().unwrap_or(Value::Bool(true));
        let value = Sampler::new(document, Manner { full: false, turn: 0, sender: Sender::Server }).sample(&schema)?;
        let is_comparable = successes.len() <= 1 && contents.len() == 1;
        return Some(Response { status, body: Some((media.clone(), format!("{value:#}"))), is_comparable });
    }
    // Other texts are sent as they are. Streams of events are read in another way.
    let media = contents.keys().find(|media| essence(media) == "text/plain" || essence(media) == "text/html")?;
    Some(Response { status, body: Some((media.clone(), "text".to_owned())), is_comparable: false })
}
