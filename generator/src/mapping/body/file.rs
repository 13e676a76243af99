//! The schemas of arguments that are files or bytes.

use serde_json::{Map, Value, json};

use super::super::arguments::describe;

/// What a file argument takes, told to the model.
const FILE: &str = "File: base64 text, a data: URL, or an object with the base64 text in `data`.";
/// The same where files of the machine are allowed.
const LOCAL_FILE: &str = "File: base64 text, a data: URL, or an object with the base64 text in `data`, or with the path \
                          of a local file in `path`.";
const BYTES: &str = "Base64 text or a data: URL.";
const LOCAL_BYTES: &str = "Base64 text, a data: URL, or an object with the path of a local file in `path`.";

/// The schema of a file argument, or of a list of them.
pub(super) fn file(converted: &Value, local: bool) -> Value {
    let is_list = converted.get("type").is_some_and(|name| name == "array");
    let mut schema = Map::new();
    let description = converted.get("description").and_then(Value::as_str);
    let told = if local { LOCAL_FILE } else { FILE };
    let mut forms = vec![
        json!({"type": "string"}),
        json!({
            "type": "object",
            "properties": {
                "filename": {"type": "string"},
                "content_type": {"type": "string"},
                "data": {"type": "string"}
            },
            "required": ["data"],
            "additionalProperties": false
        }),
    ];
    if local {
        forms.push(json!({
            "type": "object",
            "properties": {
                "path": {"type": "string"},
                "filename": {"type": "string"},
                "content_type": {"type": "string"}
            },
            "required": ["path"],
            "additionalProperties": false
        }));
    }
    if is_list {
        describe(&mut schema, description, "");
        schema.insert("type".to_owned(), "array".into());
        schema.insert("items".to_owned(), json!({"description": told, "anyOf": forms}));
        for bound in ["minItems", "maxItems"] {
            if let Some(value) = converted.get(bound) {
                schema.insert(bound.to_owned(), value.clone());
            }
        }
    } else {
        describe(&mut schema, description, told);
        schema.insert("anyOf".to_owned(), forms.into());
    }
    schema.into()
}

/// The schema of a body of bytes, and what to tell of it.
pub(super) fn bytes(media_type: &str, local: bool) -> (Value, String) {
    let text = json!({"type": "string", "contentEncoding": "base64"});
    let (schema, told) = if local {
        let path = json!({
            "type": "object",
            "properties": {"path": {"type": "string"}},
            "required": ["path"],
            "additionalProperties": false
        });
        (json!({"anyOf": [text, path]}), LOCAL_BYTES)
    } else {
        (text, BYTES)
    };
    let range = if media_type.contains('*') {
        format!(" Only a data: URL says which {media_type} it is.")
    } else {
        String::new()
    };
    (schema, format!("{told}{range}"))
}
