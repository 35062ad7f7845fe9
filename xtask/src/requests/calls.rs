//! The calls of each operation, with sampled arguments as JSON.

use openapi_smith::sample::{Manner, Sampler, Sender, resolved};
use openapi_smith::{GeneratedArgument, GeneratedOperation, GeneratedValue};
use serde::Serialize;
use serde_json::{Map, Value};

/// The largest number of calls of an operation.
const MOST_CALLS: usize = 12;

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// The index of the operation.
    pub operation: usize,
    /// The arguments: a property for each, by its name. Omitted arguments are absent.
    pub arguments: Map<String, Value>,
}

/// The calls of a document, and the operations without calls.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The calls.
    pub calls: Vec<Call>,
    /// The indices of the operations without calls.
    pub impossible: Vec<usize>,
}

/// The calls of all operations of a document: one with the required arguments, one with all arguments, and one for each
/// further alternative of a value or a schema.
pub fn calls(document: &Value, operations: &[GeneratedOperation]) -> Calls {
    let mut all = Calls { calls: Vec::new(), impossible: Vec::new() };
    for (index, operation) in operations.iter().enumerate() {
        let mut made: Vec<Call> = Vec::new();
        let (mut turn, mut alternatives) = (0, 1);
        while turn < alternatives.min(MOST_CALLS / 2) {
            for full in [false, true] {
                let mut sampler = Sampler::new(document, Manner { full, turn, sender: Sender::Client });
                if let Some(arguments) = arguments(document, &mut sampler, &operation.arguments, full, turn) {
                    made.push(Call { operation: index, arguments });
                }
                // At least two: strings have a plain and an odd variant.
                alternatives = alternatives.max(sampler.alternatives).max(2);
            }
            turn += 1;
        }
        made.dedup();
        if made.is_empty() {
            all.impossible.push(index);
        }
        all.calls.extend(made);
    }
    all
}

fn arguments(
    document: &Value,
    sampler: &mut Sampler<'_>,
    arguments: &[GeneratedArgument],
    full: bool,
    turn: usize,
) -> Option<Map<String, Value>> {
    let mut given = Map::new();
    for argument in arguments.iter().filter(|argument| argument.required || full) {
        let value = match &argument.value {
            GeneratedValue::Struct { fields, .. } if argument.wire.is_empty() => {
                self::arguments(document, sampler, fields, full, turn).map(Value::Object)
            }
            GeneratedValue::Enum { variants, .. } => {
                sampler.alternatives = sampler.alternatives.max(variants.len());
                let variant = variants.get(turn.checked_rem(variants.len())?)?;
                content(document, sampler, variant)
                    .map(|value| Value::Object(Map::from_iter([(variant.name.clone(), value)])))
            }
            _ if document.pointer(&argument.pointer).is_some_and(|declared| declared.get("in").is_some()) => {
                parameter(document, sampler, &argument.pointer)
            }
            _ => content(document, sampler, argument),
        };
        match value {
            Some(value) => drop(given.insert(argument.name.clone(), value)),
            None if argument.required => return None,
            None => {}
        }
    }
    Some(given)
}

fn parameter(document: &Value, sampler: &mut Sampler<'_>, pointer: &str) -> Option<Value> {
    let declared = document.pointer(pointer)?;
    let contents = declared.get("content").and_then(Value::as_object);
    let schema = declared.get("schema").or_else(|| contents?.values().next()?.get("schema"));
    // In Swagger 2.0, the type is beside the name.
    sampler.sample(schema.unwrap_or(declared))
}

/// The body of a media type. The properties of a multipart form have their Rust names.
fn content(document: &Value, sampler: &mut Sampler<'_>, argument: &GeneratedArgument) -> Option<Value> {
    let schema = resolved(document, &argument.pointer)?.get("schema");
    let sample = match schema {
        Some(schema) => sampler.sample(schema),
        None => Some(Value::from("text")),
    };
    match &argument.value {
        GeneratedValue::Struct { fields, .. } => {
            let Some(Value::Object(mut sample)) = sample else { return None };
            let given = fields.iter().filter_map(|field| Some((field.name.clone(), sample.remove(&field.wire)?)));
            let given: Map<String, Value> = given.collect();
            // A form without parts has no bytes, so it is not a body.
            (!given.is_empty() || fields.is_empty()).then_some(Value::Object(given))
        }
        // A raw body is a string, whatever its schema.
        GeneratedValue::Text | GeneratedValue::Bytes => Some(match sample {
            Some(Value::String(text)) => Value::String(text),
            Some(other) => Value::String(other.to_string()),
            None => Value::from("text"),
        }),
        _ => sample,
    }
}
