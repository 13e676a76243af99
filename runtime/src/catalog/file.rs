//! What schemas say of arguments that are files, and what they say where files of the machine may be given.
//!
//! A catalog's schemas never name paths. Whoever allows files of the machine [admits](Catalog::admit_paths) paths into
//! them at start.

use serde_json::{Map, Value, json};

use super::{Body, BodyKind, BodyLayout, Catalog, Operation, Schema, SchemaId, SchemaTable};

/// What a file argument takes, told to the model.
pub const FILE: &str = "File: base64 text, a data: URL, or an object with the base64 text in `data`.";
/// The same where paths are admitted.
const FILE_OR_PATH: &str = "File: base64 text, a data: URL, or an object with the base64 text in `data`, or with the \
                            path of a local file in `path`.";
/// What an argument takes that is a body of bytes.
pub const BYTES: &str = "Base64 text or a data: URL.";
/// The same where paths are admitted.
const BYTES_OR_PATH: &str = "Base64 text, a data: URL, or an object with the path of a local file in `path`.";
/// The keyword under which the forms of a file stand.
const FORMS: &str = "anyOf";

/// The forms of a file, of which any will do.
pub fn file_forms() -> Vec<Value> {
    vec![
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
    ]
}

/// The form of a body of bytes.
pub fn bytes_form() -> Value {
    json!({"type": "string", "contentEncoding": "base64"})
}

/// Where in the input schema of an operation the schemas of files and of bytes stand: JSON Pointers.
pub fn file_places(operation: &Operation, input: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let Some(body) = &operation.body else { return places };
    let others = body.choice.iter().flat_map(|choice| &choice.bodies);
    for argument in std::iter::once(body).chain(others).flat_map(arguments) {
        let place = format!("/properties/{}", argument.replace('~', "~0").replace('/', "~1"));
        if let Some(schema) = input.pointer(&place) {
            find(schema, place, &mut places);
        }
    }
    places.dedup();
    places
}

/// Lets files and bytes at these places of a schema be given by their path.
pub fn admit_paths(schema: &mut Value, places: &[String]) {
    for place in places {
        if let Some(schema) = schema.pointer_mut(place) {
            admit(schema);
        }
    }
}

impl Catalog {
    /// Lets arguments that are files be given by their path: in the schemas of all operations.
    pub fn admit_paths(&mut self) {
        for operation in &mut self.operations {
            operation.input = self.schemas.admit_paths(operation.input, |input| file_places(operation, input));
        }
    }
}

impl SchemaTable {
    /// The schema at `id` with paths at these places of it.
    pub(crate) fn admit_paths(&mut self, id: SchemaId, places: impl FnOnce(&Value) -> Vec<String>) -> SchemaId {
        let Schema { schema, uses, .. } = self.get(id);
        let Ok(mut input) = serde_json::from_str::<Value>(schema) else { return id };
        let places = places(&input);
        if places.is_empty() {
            return id;
        }
        let uses = uses.clone();
        admit_paths(&mut input, &places);
        self.intern(input.to_string(), uses)
    }
}

/// The arguments of a body that are, or hold, files or bytes.
fn arguments(body: &Body) -> Vec<&str> {
    match (&body.kind, &body.layout) {
        (BodyKind::Binary | BodyKind::Multipart { .. }, BodyLayout::Argument(argument)) => vec![argument],
        (BodyKind::Multipart { fields }, BodyLayout::Properties { properties, .. }) => {
            let is_file = |name: &str| fields.get(name).is_some_and(|field| field.file);
            let files = properties.iter().filter(|property| is_file(&property.name));
            files.map(|property| property.argument.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a schema is that of an argument that is a body of bytes, and no other text in base64.
pub fn is_told_bytes(schema: &Map<String, Value>) -> bool {
    let is_told = schema.get("description").and_then(Value::as_str).is_some_and(|said| said.contains(BYTES));
    is_told
        && bytes_form().as_object().is_some_and(|form| form.iter().all(|(key, value)| schema.get(key) == Some(value)))
}

/// Files and bytes in the schema of an argument: itself, its items, its properties, its alternatives.
fn find(schema: &Value, place: String, places: &mut Vec<String>) {
    if is_file(schema) || schema.as_object().is_some_and(is_told_bytes) {
        return places.push(place);
    }
    let alternatives = schema[FORMS].as_array().into_iter().flatten().enumerate();
    for (index, alternative) in alternatives {
        find(alternative, format!("{place}/{FORMS}/{index}"), places);
    }
    if schema["items"].is_object() {
        find(&schema["items"], format!("{place}/items"), places);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let name = name.replace('~', "~0").replace('/', "~1");
        find(property, format!("{place}/properties/{name}"), places);
    }
}

fn is_file(schema: &Value) -> bool {
    schema[FORMS] == Value::from(file_forms())
}

/// What was admitted already is admitted.
fn admit(schema: &mut Value) {
    let is_file = is_file(schema);
    let Some(members) = schema.as_object_mut().filter(|members| is_file || is_told_bytes(members)) else { return };
    let mut path = json!({
        "type": "object",
        "properties": {"path": {"type": "string"}},
        "required": ["path"],
        "additionalProperties": false
    });
    let (told, instead) = if let Some(Value::Array(forms)) = members.get_mut(FORMS) {
        for name in ["filename", "content_type"] {
            path["properties"][name] = json!({"type": "string"});
        }
        forms.push(path);
        (FILE, FILE_OR_PATH)
    } else {
        let form = bytes_form();
        members.retain(|key, _| form.get(key).is_none());
        members.insert(FORMS.to_owned(), json!([form, path]));
        (BYTES, BYTES_OR_PATH)
    };
    if let Some(Value::String(description)) = members.get_mut("description") {
        *description = description.replace(told, instead);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(body: &Value) -> Operation {
        serde_json::from_value(json!({"method": "POST", "path": "/a", "accept": "*/*", "input": 0, "body": body}))
            .unwrap()
    }

    #[test]
    fn files_and_bytes_are_found_and_nothing_else() {
        let file = json!({"description": FILE, "anyOf": file_forms()});
        let bytes = json!({"description": format!("Bytes.\n{BYTES}"), "type": "string", "contentEncoding": "base64"});
        let text = json!({"type": "string", "contentEncoding": "base64"});
        let fields = json!({"f": {"file": true}, "g": {"content_type": "text/plain"}});
        let properties = json!({"properties": {"properties": [{"argument": "f~/x", "name": "f"}, {"argument": "g", "name": "g"}], "open": false}});
        let whole = json!({"argument": "b"});
        let multipart = |layout: &Value| json!({"required": true, "media_type": "multipart/form-data", "kind": "multipart", "layout": layout, "fields": fields});
        let binary = json!({"required": true, "media_type": "image/*", "kind": "binary", "layout": whole});
        let plain = json!({"required": true, "media_type": "application/json", "kind": "json", "layout": whole});
        let mut either = plain.clone();
        either["choice"] = json!({"argument": "t", "bodies": [binary]});
        let cases = [
            (multipart(&properties), json!({"f~/x": file, "g": file}), vec!["/properties/f~0~1x"]),
            (
                multipart(&properties),
                json!({"f~/x": {"type": "array", "items": file}}),
                vec!["/properties/f~0~1x/items"],
            ),
            (
                multipart(&whole),
                json!({"b": {"properties": {"f": file, "h": text}}}),
                vec!["/properties/b/properties/f"],
            ),
            (binary, json!({"b": bytes}), vec!["/properties/b"]),
            (
                either,
                json!({"b": {"anyOf": [file, bytes, text]}}),
                vec!["/properties/b/anyOf/0", "/properties/b/anyOf/1"],
            ),
            (plain, json!({"b": file}), vec![]),
        ];
        for (body, properties, expected) in cases {
            assert_eq!(file_places(&operation(&body), &json!({"properties": properties})), expected, "{properties}");
        }
    }

    #[test]
    fn paths_are_admitted() {
        let mut schema = json!({"properties": {
            "f": {"description": format!("A photo.\n{FILE}"), "anyOf": file_forms()},
            "b": {"description": BYTES, "type": "string", "contentEncoding": "base64"},
            "c": {"anyOf": file_forms()},
        }});
        let untouched = schema["properties"]["c"].clone();
        let places = ["/properties/f".to_owned(), "/properties/b".to_owned(), "/gone".to_owned()];
        admit_paths(&mut schema, &places);
        let once = schema.clone();
        admit_paths(&mut schema, &places);
        assert_eq!(schema, once);
        let properties = &schema["properties"];
        assert_eq!(properties["f"]["anyOf"][2]["required"], json!(["path"]));
        assert!(properties["f"]["description"].as_str().unwrap().ends_with("a local file in `path`."));
        assert_eq!(properties["b"]["anyOf"][0], bytes_form());
        assert_eq!(properties["b"]["anyOf"][1]["required"], json!(["path"]));
        assert_eq!((&properties["b"]["type"], &properties["b"]["description"]), (&Value::Null, &BYTES_OR_PATH.into()));
        assert_eq!(properties["c"], untouched);
    }
}
