//! The calls of each operation: its arguments as JSON, made from what the document says of them.

use openapi_smith::{GeneratedArgument, GeneratedOperation, GeneratedValue};
use serde::Serialize;
use serde_json::{Map, Value};

use super::sample::{Manner, Sampler};
use super::schema::resolved;

/// The most calls of one operation.
const MOST_CALLS: usize = 12;

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// The index of the operation.
    pub operation: usize,
    /// What it is given: a member for each argument, by its name. What is left out is not given.
    pub arguments: Map<String, Value>,
}

/// What can be called, and the operations for which there are no arguments.
#[derive(Clone, Debug)]
pub struct Calls {
    /// The calls.
    pub calls: Vec<Call>,
    /// The operations without any, by index.
    pub impossible: Vec<usize>,
}

/// The calls of all operations of a document: with what has to be given, with everything, and then once for each
/// further alternative of a value or a schema.
pub fn calls(document: &Value, operations: &[GeneratedOperation]) -> Calls {
    let mut all = Calls { calls: Vec::new(), impossible: Vec::new() };
    for (index, operation) in operations.iter().enumerate() {
        let mut made: Vec<Call> = Vec::new();
        let (mut turn, mut alternatives) = (0, 1);
        while turn < alternatives.min(MOST_CALLS / 2) {
            for full in [false, true] {
                let mut sampler = Sampler::new(document, Manner { full, turn });
                if let Some(arguments) = arguments(document, &mut sampler, &operation.arguments, full, turn) {
                    made.push(Call { operation: index, arguments });
                }
                // Two at least: of texts there is a plain one and an odd one.
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
            GeneratedValue::Struct { members, .. } if argument.wire.is_empty() => {
                self::arguments(document, sampler, members, full, turn).map(Value::Object)
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
    // Swagger 2.0 has the type beside the name.
    sampler.sample(schema.unwrap_or(declared))
}

/// The body of a media type; a form in parts by the names that its members have in Rust.
fn content(document: &Value, sampler: &mut Sampler<'_>, argument: &GeneratedArgument) -> Option<Value> {
    let schema = resolved(document, &argument.pointer)?.get("schema");
    let sample = match schema {
        Some(schema) => sampler.sample(schema),
        None => Some(Value::from("text")),
    };
    match &argument.value {
        GeneratedValue::Struct { members, .. } => {
            let Some(Value::Object(mut sample)) = sample else { return None };
            let given = members.iter().filter_map(|member| Some((member.name.clone(), sample.remove(&member.wire)?)));
            let given: Map<String, Value> = given.collect();
            // A form of no parts has no bytes, and is no body.
            (!given.is_empty() || members.is_empty()).then_some(Value::Object(given))
        }
        // What is sent as it comes is a text, whatever its schema.
        GeneratedValue::Text | GeneratedValue::Bytes => Some(match sample {
            Some(Value::String(text)) => Value::String(text),
            Some(other) => Value::String(other.to_string()),
            None => Value::from("text"),
        }),
        _ => sample,
    }
}
