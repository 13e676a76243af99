//! The schemas of arguments that are files or bytes.

use mcpgen_runtime::catalog::{BYTES, FILE, bytes_form, file_forms};
use serde_json::{Map, Value, json};

use super::super::arguments::describe;

/// The schema of a file argument, or of a list of them.
pub(super) fn file(converted: &Value) -> Value {
    let is_list = converted.get("type").is_some_and(|name| name == "array");
    let mut schema = Map::new();
    let description = converted.get("description").and_then(Value::as_str);
    if is_list {
        describe(&mut schema, description, "");
        schema.insert("type".to_owned(), "array".into());
        schema.insert("items".to_owned(), json!({"description": FILE, "anyOf": file_forms()}));
        for bound in ["minItems", "maxItems"] {
            if let Some(value) = converted.get(bound) {
                schema.insert(bound.to_owned(), value.clone());
            }
        }
    } else {
        describe(&mut schema, description, FILE);
        schema.insert("anyOf".to_owned(), file_forms().into());
    }
    schema.into()
}

/// The schema of a body of bytes, and what to tell of it.
pub(super) fn bytes(media_type: &str) -> (Value, String) {
    let range = if media_type.contains('*') {
        format!(" Only a data: URL says which {media_type} it is.")
    } else {
        String::new()
    };
    (bytes_form(), format!("{BYTES}{range}"))
}
