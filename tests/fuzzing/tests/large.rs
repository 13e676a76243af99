//! Documents that are too large for the seed corpus: long chains, and diamonds upon diamonds. Tests run on small stacks.

use serde_json::{Map, Value, json};

fn reference(index: usize) -> Value {
    json!({"$ref": format!("#/components/schemas/S{index}")})
}

/// A description whose only operation takes the first of `count` schemas, each made with the next one.
fn chain(count: usize, link: fn(Value) -> Value) -> Vec<u8> {
    let last = json!({"type": "object", "properties": {"end": {"type": "string"}}});
    let mut schemas: Map<String, Value> = (0..count).map(|i| (format!("S{i}"), link(reference(i + 1)))).collect();
    schemas.insert(format!("S{count}"), last);
    let content = json!({"application/json": {"schema": reference(0)}});
    json!({
        "openapi": "3.1.0",
        "paths": {"/a": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}}},
        "components": {"schemas": schemas},
    })
    .to_string()
    .into_bytes()
}

#[test]
fn chains_of_references() {
    let links: [fn(Value) -> Value; 6] = [
        |next| next,
        |next| json!({"type": "object", "properties": {"next": next}}),
        |next| json!({"type": "array", "items": next}),
        |next| json!({"allOf": [next, {"type": "object", "properties": {"a": {"type": "integer"}}}]}),
        |next| json!({"additionalProperties": next}),
        |next| json!({"anyOf": [next, {"type": "null"}]}),
    ];
    for link in links {
        let text = chain(2_000, link);
        mcpgen_fuzzing::map(&text);
        mcpgen_fuzzing::arguments(&text);
    }
}

#[test]
fn diamonds_upon_diamonds() {
    let links: [fn(Value) -> Value; 3] = [
        |next| json!({"allOf": [next, next], "properties": {"a": {"type": "integer"}}}),
        |next| json!({"type": "object", "properties": {"a": next, "b": next}}),
        |next| json!({"type": "array", "items": {"allOf": [next, next]}}),
    ];
    for link in links {
        let text = chain(60, link);
        mcpgen_fuzzing::map(&text);
        mcpgen_fuzzing::arguments(&text);
    }
}
