//! Schemas and the types that they come to, as tables.

use mcpgen_runtime::catalog::SchemaTable;
use serde_json::{Value, json};

use super::*;

/// The models of one operation called `Call` whose schema is `input`, as text.
fn models(definitions: &Value, input: &Value) -> Vec<String> {
    let mut table = SchemaTable::default();
    let named = definitions.as_object().expect("definitions have names");
    let ids: Vec<_> = named.keys().map(|name| table.declare(name.clone())).collect();
    for (id, schema) in ids.iter().zip(named.values()) {
        table.define(*id, schema.to_string(), ids.clone());
    }
    let input = table.intern(input.to_string(), ids);
    let types = read(&table, &[Arguments { name: "Call".to_owned(), module: 0, input, needed: vec![] }]);
    let mut lines: Vec<String> =
        types.family(types.arguments[0]).into_iter().map(|model| line(&types, model)).collect();
    lines.extend(types.of(Home::Models).into_iter().map(|model| line(&types, model)));
    lines
}

fn line(types: &Types, model: &Model) -> String {
    match &model.kind {
        ModelKind::Struct { fields, rest } => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name, types.write(&field.ty, model.home)));
            let rest = rest.iter().map(|name| format!("{name}: .."));
            format!("{} {{ {} }}", model.name, fields.chain(rest).collect::<Vec<_>>().join(", "))
        }
        ModelKind::OneOf(variants) => {
            let variants: Vec<&str> = variants.iter().map(|(name, _)| name.as_str()).collect();
            format!("{} = {}", model.name, variants.join(" | "))
        }
    }
}

/// The type of an argument that is not required.
fn of(schema: &Value) -> String {
    let input = json!({"type": "object", "properties": {"a": schema}, "additionalProperties": false});
    let lines =
        models(&json!({"Text": {"type": "string"}, "Pet": {"type": "object", "properties": {"b": {}}}}), &input);
    lines[0].trim_start_matches("Call { a: Option<").trim_end_matches("> }").to_owned()
}

#[test]
fn schemas_have_types() {
    let cases = [
        (json!({"type": "string"}), "String"),
        (json!({"type": "string", "format": "date"}), "String"),
        (json!({"type": "boolean"}), "bool"),
        (json!({"type": "integer"}), "Number"),
        (json!({"type": "integer", "format": "int32"}), "i32"),
        (json!({"type": "integer", "format": "int64"}), "i64"),
        (json!({"type": "number", "format": "double"}), "Number"),
        (json!({"type": ["string", "null"]}), "Nullable<String>"),
        (json!({"type": ["string", "integer"]}), "Value"),
        (json!({"type": "null"}), "Value"),
        (json!({}), "Value"),
        (json!(true), "Value"),
        (json!(false), "Value"),
        (json!({"const": "x"}), "Value"),
        (json!({"type": "string", "const": "x"}), "Value"),
        (json!({"enum": [1, 2]}), "Value"),
        (json!({"type": "integer", "enum": [1, 2]}), "Number"),
        (json!({"type": "string", "enum": ["a"]}), "CallA"),
        (json!({"type": ["string", "null"], "enum": ["a", null]}), "Nullable<CallA>"),
        (json!({"enum": ["a", null]}), "Nullable<CallA>"),
        (json!({"type": "array", "items": {"type": "string"}}), "Vec<String>"),
        (json!({"type": "array", "items": {}}), "Vec<Value>"),
        (json!({"type": "array", "prefixItems": [{}]}), "Value"),
        (json!({"type": "array", "items": {"type": "string", "enum": ["a"]}}), "Vec<CallAItem>"),
        (json!({"type": "object"}), "Object"),
        (json!({"type": "object", "additionalProperties": true}), "Object"),
        (json!({"type": "object", "additionalProperties": {}}), "Object"),
        (json!({"type": "object", "additionalProperties": {"type": "string"}}), "Map<String>"),
        (json!({"type": "object", "patternProperties": {"^x": {}}}), "Object"),
        (json!({"type": "object", "properties": {"x": {}}}), "CallA"),
        (json!({"properties": {"x": {}}}), "Value"),
        (json!({"$ref": "#/$defs/Text"}), "String"),
        (json!({"$ref": "#/$defs/Pet"}), "models::Pet"),
        (json!({"$ref": "#/$defs/Pet", "description": "the pet"}), "models::Pet"),
        (json!({"$ref": "#/$defs/None"}), "Value"),
        (json!({"anyOf": [{"$ref": "#/$defs/Pet"}, {"type": "null"}]}), "Nullable<models::Pet>"),
        (json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}), "Value"),
        (json!({"allOf": [{"$ref": "#/$defs/Pet"}, {"description": "x"}]}), "models::Pet"),
        (json!({"allOf": [{"$ref": "#/$defs/Pet"}, {"required": ["b"]}]}), "CallA"),
        (json!({"allOf": [{"$ref": "#/$defs/Text"}, {"minLength": 1}]}), "String"),
        (json!({"allOf": [{"$ref": "#/$defs/Text"}, {"type": "object", "properties": {"x": {}}}]}), "Value"),
        (json!({"type": "object", "properties": {"x": {}}, "anyOf": [{"required": ["x"]}]}), "CallA"),
    ];
    for (schema, expected) in cases {
        assert_eq!(of(&schema), expected, "{schema}");
    }
}

#[test]
fn objects_become_structs() {
    let definitions = json!({
        "Node": {"type": "object", "required": ["next"], "properties": {
            "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            "other": {"$ref": "#/$defs/Other"},
        }},
        "Other": {"type": "object", "properties": {"back": {"$ref": "#/$defs/Node"}}, "additionalProperties": false},
        "Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
        "Base": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "kind": {"type": "string"}}},
        "Request": {"allOf": [{"$ref": "#/$defs/Base"}, {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "at": {"type": "object", "properties": {"x": {}}}}}]},
    });
    let input = json!({
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"type": "string"},
            "node": {"$ref": "#/$defs/Node"},
            "tree": {"$ref": "#/$defs/Tree"},
            "rest": {"$ref": "#/$defs/Request"},
            "fooBar": {"type": "string"},
            "foo_bar": {"type": "string", "enum": ["+1", "-1", "", "Self", "a b"]},
        },
        "additionalProperties": true,
    });
    let hash = crate::mapping::hash("fooBar");
    let call = format!(
        "Call {{ type: String, node: Option<models::Node>, tree: Option<Vec<Value>>, rest: Option<models::RequestModel>, \
         foo_bar_{hash:08x}: Option<String>, foo_bar: Option<CallFooBar>, rest_2: .. }}"
    );
    let expected = [
        call.as_str(),
        "CallFooBar = Plus1 | Minus1 | Empty | Self_ | AB",
        "Node { next: Nullable<Box<Node>>, children: Option<Vec<Node>>, other: Option<Box<Other>>, rest: .. }",
        "Other { back: Option<Box<Node>> }",
        "RequestModel { id: String, kind: String, at: Option<RequestModelAt>, rest: .. }",
        "RequestModelAt { x: Option<Value>, rest: .. }",
    ];
    assert_eq!(models(&definitions, &input), expected);
}

#[test]
fn names_do_not_depend_on_what_else_there_is() {
    let schema =
        |name: &str| json!({"type": "object", "properties": {name: {"type": "object", "properties": {"x": {}}}}});
    let mut table = SchemaTable::default();
    let (one, two) = (table.intern(schema("owner").to_string(), vec![]), table.intern(schema("x").to_string(), vec![]));
    let operation = |name: &str, input| Arguments { name: name.to_owned(), module: 0, input, needed: vec!["y"] };
    let names = |operations: &[Arguments<'_>]| {
        let types = read(&table, operations);
        types.family(types.arguments[0]).into_iter().map(|model| model.name.clone()).collect::<Vec<_>>()
    };
    let first = names(&[operation("Add", one)]);
    assert_eq!(first, ["Add", "AddOwner"]);
    assert_eq!(names(&[operation("Add", one), operation("Zap", two)]), first);
}

#[test]
fn long_chains_of_definitions_end() {
    let mut table = SchemaTable::default();
    let ids: Vec<_> = (0..5_000).map(|n| table.declare(format!("D{n}"))).collect();
    for (n, pair) in ids.windows(2).enumerate() {
        let schema = json!({"type": "array", "items": {"$ref": format!("#/$defs/D{}", n + 1)}});
        table.define(pair[0], schema.to_string(), vec![pair[1]]);
    }
    let input = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/D0"}}});
    let input = table.intern(input.to_string(), vec![ids[0]]);
    let types = read(&table, &[Arguments { name: "Call".to_owned(), module: 0, input, needed: vec![] }]);
    assert!(line(&types, types.get(types.arguments[0])).contains("Vec<Value>"));
}

#[test]
fn circles_of_all_of_end() {
    let all = json!({"$ref": "#/$defs/A"});
    let definitions = json!({"A": {"allOf": [all, all, all, {"type": "object", "properties": {"x": {}}}]}});
    let input = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}});
    assert_eq!(models(&definitions, &input), ["Call { a: Option<Value>, rest: .. }"]);
}
