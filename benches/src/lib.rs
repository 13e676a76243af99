//! A generated description, as big as a benchmark wants it, and answers of its API.

use serde_json::{Map, Value, json};

/// The small answer.
pub const SMALL: &str = r#"{"id":7,"name":"Tides","size":12.5,"tags":["sea","moon"],"state":"new"}"#;
/// The length of the large one.
pub const LARGE_BYTES: usize = 100_000;

/// The large answer: an object with a list of small things, about [`LARGE_BYTES`] long.
pub fn large() -> Vec<u8> {
    let mut text = String::from(r#"{"items":["#);
    while text.len() < LARGE_BYTES - SMALL.len() {
        text.push_str(SMALL);
        text.push(',');
    }
    text.push_str(SMALL);
    text.push_str("]}");
    text.into_bytes()
}

/// A description of `resources` kinds of things, each with five operations and three schemas that refer to each other.
pub fn description(resources: usize) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for index in 0..resources {
        let (name, next) = (format!("Thing{index}"), format!("Thing{}", (index + 1) % resources));
        paths.insert(format!("/things{index}"), collection(&name));
        paths.insert(format!("/things{index}/{{id}}"), item(&name));
        schemas.insert(name.clone(), thing(&name, &next));
        schemas.insert(format!("{name}Part"), part(&name));
        schemas
            .insert(format!("{name}Error"), json!({"type": "object", "properties": {"message": {"type": "string"}}}));
    }
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Generated", "version": "1.0.0"},
        "servers": [{"url": "https://generated.example/v1"}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn responses(status: &str, schema: &Value, name: &str) -> Value {
    let error = reference(&format!("{name}Error"));
    json!({
        status: {"description": "done", "content": {"application/json": {"schema": schema}}},
        "404": {"description": "not there", "content": {"application/json": {"schema": error}}},
    })
}

fn collection(name: &str) -> Value {
    let list = json!({"type": "array", "items": reference(name)});
    let body = json!({"required": true, "content": {"application/json": {"schema": reference(name)}}});
    let parameters = json!([
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "age"]}},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object", "properties": {"name": {"type": "string"}}}},
    ]);
    json!({
        "get": {
            "operationId": format!("list{name}"), "summary": format!("List every {name}"), "tags": [name],
            "description": "Lists what there is, newest first. Narrow the list by the parameters; it is never longer than `limit`.",
            "parameters": parameters, "responses": responses("200", &list, name),
        },
        "post": {
            "operationId": format!("create{name}"), "summary": format!("Create a {name}"), "tags": [name],
            "requestBody": body, "responses": responses("201", &reference(name), name),
        },
    })
}

fn item(name: &str) -> Value {
    let body = json!({"required": true, "content": {"application/json": {"schema": reference(name)}}});
    json!({
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "format": "int64"}}],
        "get": {"operationId": format!("get{name}"), "summary": format!("Get a {name}"), "responses": responses("200", &reference(name), name)},
        "put": {
            "operationId": format!("replace{name}"), "summary": format!("Replace a {name}"),
            "requestBody": body, "responses": responses("200", &reference(name), name),
        },
        "delete": {"operationId": format!("remove{name}"), "summary": format!("Remove a {name}"), "responses": {"204": {"description": "gone"}}},
    })
}

fn thing(name: &str, next: &str) -> Value {
    json!({
        "type": "object",
        "description": format!("A {name} and what belongs to it"),
        "required": ["name", "state"],
        "properties": {
            "id": {"type": "integer", "format": "int64", "readOnly": true},
            "name": {"type": "string", "minLength": 1, "maxLength": 80, "example": "first"},
            "state": {"type": "string", "enum": ["new", "used", "broken"]},
            "age": {"type": "integer", "minimum": 0, "nullable": true},
            "price": {"type": "number", "minimum": 0, "exclusiveMinimum": true},
            "made": {"type": "string", "format": "date-time"},
            "labels": {"type": "array", "items": {"type": "string"}},
            "parts": {"type": "array", "items": reference(&format!("{name}Part"))},
            "next": reference(next),
        },
    })
}

fn part(name: &str) -> Value {
    json!({
        "allOf": [
            {"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}},
            {"type": "object", "properties": {"of": reference(name), "size": {"type": "number"}}},
        ],
    })
}

/// A value as YAML in block style, strings quoted as in JSON.
pub fn yaml(value: &Value) -> String {
    let mut text = String::new();
    write_block(value, 0, &mut text);
    text
}

fn write_block(value: &Value, indent: usize, text: &mut String) {
    let scalar = |value: &Value| match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => true,
    };
    let entries: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (format!("{}:", Value::from(key.as_str())), value)).collect()
        }
        Value::Array(list) => list.iter().map(|value| ("-".to_owned(), value)).collect(),
        _ => Vec::new(),
    };
    for (lead, value) in entries {
        text.push_str(&"  ".repeat(indent));
        text.push_str(&lead);
        if scalar(value) {
            text.extend([" ", &value.to_string(), "\n"]);
        } else {
            text.push('\n');
            write_block(value, indent + 1, text);
        }
    }
}
