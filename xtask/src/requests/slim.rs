//! Removes response schemas for Prism. Only requests are checked, and Prism needs minutes to compile the responses of
//! some documents.

use serde_json::{Map, Value};

/// The document with `string` as the schema of every response media type, which Prism can always encode. A response is
/// unchanged if a `$ref` points into it.
pub fn without_responses(document: &Value) -> Value {
    let mut slim = document.clone();
    if leads_into_responses(document) {
        return slim;
    }
    let shared = slim.pointer_mut("/components/responses").and_then(Value::as_object_mut);
    shared.into_iter().for_each(empty);
    let paths = slim.pointer_mut("/paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut) {
        for operation in item.values_mut() {
            operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().for_each(empty);
        }
    }
    slim
}

fn empty(responses: &mut Map<String, Value>) {
    for response in responses.values_mut().filter_map(Value::as_object_mut) {
        response.remove("headers");
        let contents = response.get_mut("content").and_then(Value::as_object_mut);
        for media in contents.into_iter().flat_map(|contents| contents.values_mut()) {
            *media = serde_json::json!({ "schema": { "type": "string" } });
        }
    }
}

/// Whether a `$ref` points into a response.
fn leads_into_responses(value: &Value) -> bool {
    match value {
        Value::Object(properties) => properties.iter().any(|(key, value)| match value.as_str() {
            Some(target) if key == "$ref" => {
                target.split_once("/responses/").is_some_and(|(_, inside)| inside.contains('/'))
            }
            _ => leads_into_responses(value),
        }),
        Value::Array(elements) => elements.iter().any(leads_into_responses),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn responses_keep_their_media_types() {
        let media = json!({ "schema": { "$ref": "#/components/schemas/A" }, "example": 1 });
        let operation =
            |response: Value| json!({ "requestBody": { "content": { "text/plain": media } }, "responses": response });
        let document = |response: Value, shared: Value| {
            json!({
                "paths": { "/a": { "parameters": [], "get": operation(json!({ "200": response })) } },
                "components": { "responses": { "Bad": shared } },
            })
        };
        let response = |media: &Value| json!({ "description": "A.", "content": { "text/plain": media } });
        let text = json!({ "schema": { "type": "string" } });
        let before = document(response(&media), response(&media));
        assert_eq!(without_responses(&before), document(response(&text), response(&text)));
        let shared = document(json!({ "$ref": "#/components/responses/Bad" }), response(&media));
        assert_ne!(without_responses(&shared), shared);
        let inside = document(json!({ "$ref": "#/components/responses/Bad/content" }), response(&media));
        assert_eq!(without_responses(&inside), inside);
    }
}
