//! What becomes of whole descriptions.

use mcpgen_runtime::catalog::{BodyKind, BodyLayout, Catalog};
use serde_json::{Value, json};

use super::{Kind, MapMode, MapOptions, Mapping, OutputSchemas, Rule, Selection, Selector, map};
use crate::{
    source::{Documents, LoadOptions},
    spec,
};

fn mapped(text: &str, options: &MapOptions) -> Mapping {
    let (documents, _) =
        Documents::from_text("test.yaml", text, &LoadOptions::default()).expect("the text is a document");
    let (description, diagnostics) = spec::load(&documents).expect("the document is a description");
    let mut mapping = map(&description, options);
    mapping.diagnostics.splice(0..0, diagnostics);
    mapping
}

fn tools() -> MapOptions {
    MapOptions { mode: MapMode::Tools, base_url: Some("http://h".to_owned()), ..MapOptions::default() }
}

/// A description with one operation, `POST /x`, that takes this schema as its JSON body.
fn with_body(required: bool, schema: &Value) -> String {
    json!({
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "x", "requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}, "responses": {}}}},
        "components": {"schemas": {
            "Size": {"type": "object", "required": ["w"], "properties": {"w": {"type": "integer"}}},
            "Tree": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
            "Stamp": {"type": "string", "readOnly": true}
        }}
    })
    .to_string()
}

fn input(catalog: &Catalog, index: usize) -> Value {
    let text = catalog.schemas.assemble(catalog.operation(catalog.tools[index].operation).input);
    serde_json::from_str(&text).expect("a schema is JSON")
}

#[test]
fn schemas_become_json_schema() {
    let cases = [
        (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
        (
            json!({"allOf": [{"type": "string"}, {"nullable": true, "description": "d"}]}),
            json!({"anyOf": [{"allOf": [{"type": "string"}, {"description": "d"}]}, {"type": "null"}]}),
        ),
        (json!({"type": "integer", "enum": ["1", 2, "x"]}), json!({"type": "integer", "enum": [1, 2, "x"]})),
        (
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
        ),
        (json!({"nullable": true, "description": "any"}), json!({"description": "any"})),
        (
            json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Size"}], "description": "d"}),
            json!({"description": "d", "anyOf": [{"allOf": [{"$ref": "#/$defs/Size"}]}, {"type": "null"}]}),
        ),
        (
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
        ),
        (
            json!({"type": "number", "minimum": 1, "exclusiveMinimum": true}),
            json!({"type": "number", "exclusiveMinimum": 1}),
        ),
        (json!({"type": "number", "maximum": 1, "exclusiveMaximum": false}), json!({"type": "number", "maximum": 1})),
        (json!({"type": "number", "exclusiveMaximum": 9}), json!({"type": "number", "exclusiveMaximum": 9})),
        (json!({"type": "array"}), json!({"type": "array", "items": {}})),
        (json!({"type": "string", "example": "e"}), json!({"type": "string", "examples": ["e"]})),
        (json!({"type": "string", "pattern": "(["}), json!({"type": "string"})),
        (json!({"type": "string", "x-a": 1, "xml": {}, "externalDocs": {}}), json!({"type": "string"})),
        (json!({"type": "mystery", "description": "m"}), json!({"description": "m"})),
        (
            json!({"type": "object", "properties": {"$ref": {"type": "string"}, "type": {"type": "string"}, "required": {"type": "array"}}}),
            json!({"type": "object", "properties": {"$ref": {"type": "string"}, "type": {"type": "string"}, "required": {"type": "array", "items": {}}}}),
        ),
        (
            json!({"type": "object", "required": ["id", "n", "s"], "properties": {"id": {"readOnly": true}, "n": {"type": "string"}, "s": {"$ref": "#/components/schemas/Stamp"}}}),
            json!({"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"]}),
        ),
        (
            json!({"$ref": "#/components/schemas/Size", "description": "how big"}),
            json!({"$ref": "#/$defs/Size", "description": "how big"}),
        ),
        (json!({"$ref": "#/components/schemas/Nowhere"}), json!({})),
        (json!({"type": ["string", "null"]}), json!({"type": ["string", "null"]})),
        (json!({"type": "string", "required": true}), json!({"type": "string"})),
        (
            json!({"properties": {"$ref": "#/components/schemas/Size/properties"}}),
            json!({"properties": {"w": {"type": "integer"}}}),
        ),
        (json!({"enum": "a", "properties": [], "allOf": {}, "description": "d"}), json!({"description": "d"})),
        // `nullable` wherever it stands.
        (json!({"nullable": true, "enum": ["a"]}), json!({"enum": ["a", null]})),
        (json!({"nullable": true, "enum": ["a", null]}), json!({"enum": ["a", null]})),
        (json!({"nullable": true, "const": 1}), json!({"anyOf": [{"const": 1}, {"type": "null"}]})),
        (
            json!({"nullable": true, "not": {"type": "string"}}),
            json!({"anyOf": [{"not": {"type": "string"}}, {"type": "null"}]}),
        ),
        (
            json!({"nullable": true, "$ref": "#/components/schemas/Size"}),
            json!({"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "null"}]}),
        ),
        (
            json!({"allOf": [{"type": "string", "nullable": true}], "maxLength": 2}),
            json!({"maxLength": 2, "allOf": [{"type": ["string", "null"]}]}),
        ),
        (
            json!({"type": "array", "items": {"type": "integer", "nullable": true}}),
            json!({"type": "array", "items": {"type": ["integer", "null"]}}),
        ),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "integer", "nullable": true}]}),
            json!({"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]}),
        ),
        // What is read-only is not required, whichever part of a conjunction says so.
        (
            json!({"required": ["id", "n"], "allOf": [{"properties": {"id": {"readOnly": true}, "n": {}}, "required": ["id"]}]}),
            json!({"required": ["n"], "allOf": [{"properties": {"n": {}}}]}),
        ),
        (
            json!({"properties": {"id": {"readOnly": true}}, "allOf": [{"required": ["id", "n"]}]}),
            json!({"properties": {}, "allOf": [{"required": ["n"]}]}),
        ),
        // Keywords of JSON Schema stay, those of earlier drafts become today's.
        (
            json!({"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}}),
            json!({"if": {"type": "string"}, "then": {"minLength": 1}, "else": {"minimum": 0}}),
        ),
        (
            json!({"contains": {"const": 1}, "minContains": 1, "maxContains": 2, "uniqueItems": true, "unevaluatedItems": false}),
            json!({"maxContains": 2, "minContains": 1, "uniqueItems": true, "contains": {"const": 1}, "unevaluatedItems": false}),
        ),
        (
            json!({"propertyNames": {"pattern": "^a"}, "patternProperties": {"^a": {}, "([": {}}, "minProperties": 1, "unevaluatedProperties": false}),
            json!({"minProperties": 1, "propertyNames": {"pattern": "^a"}, "patternProperties": {"^a": {}}}),
        ),
        (
            json!({"contentEncoding": "base64", "contentMediaType": "application/json", "contentSchema": {"type": "array"}}),
            json!({"contentSchema": {"type": "array", "items": {}}, "contentEncoding": "base64", "contentMediaType": "application/json"}),
        ),
        (
            json!({"items": [{"type": "string"}], "additionalItems": {"type": "integer"}}),
            json!({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}),
        ),
        (json!({"type": "array", "items": {}, "additionalItems": false}), json!({"type": "array", "items": {}})),
        (
            json!({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}, "dependentRequired": {"e": ["f"]}}),
            json!({"dependentRequired": {"a": ["b"], "e": ["f"]}, "dependentSchemas": {"c": {"required": ["d"]}}}),
        ),
        (json!({"$comment": "c", "$anchor": "a", "$dynamicRef": "#a", "multipleOf": 2}), json!({"multipleOf": 2})),
        (
            json!({"title": "t", "default": 1, "deprecated": true, "format": "int32"}),
            json!({"title": "t", "format": "int32", "default": 1, "deprecated": true}),
        ),
        // A discriminator's mapping is checked; names that are only implied are told.
        (
            json!({"anyOf": [{"$ref": "#/components/schemas/Size"}], "discriminator": {"propertyName": "k", "mapping": {"s": "#/components/schemas/Size"}}}),
            json!({"anyOf": [{"$ref": "#/$defs/Size", "properties": {"k": {"enum": ["s"]}}, "required": ["k"]}]}),
        ),
        (
            json!({"oneOf": [{"$ref": "#/components/schemas/Size"}, {"$ref": "#/components/schemas/Tree"}], "discriminator": {"propertyName": "k"}}),
            json!({"description": "k says which it is: Size, Tree", "anyOf": [{"$ref": "#/$defs/Size"}, {"$ref": "#/$defs/Tree"}]}),
        ),
    ];
    for (schema, expected) in cases {
        let body = json!({"type": "object", "properties": {"p": schema}});
        let mapping = mapped(&with_body(true, &body), &tools());
        assert_eq!(input(&mapping.catalog, 0)["properties"]["p"], expected, "{schema}");
    }
}

#[test]
fn bodies_are_flattened_where_they_can_be() {
    let size = json!({"$ref": "#/components/schemas/Size"});
    let cases = [
        (true, json!({"type": "object", "properties": {"a": {}}}), Some((vec!["a"], false))),
        (true, size.clone(), Some((vec!["w"], false))),
        (false, size.clone(), None),
        (true, json!({"allOf": [size, {"properties": {"u": {}}}]}), Some((vec!["w", "u"], false))),
        (true, json!({"properties": {"a": {}}, "additionalProperties": true}), Some((vec!["a"], true))),
        (true, json!({"type": "object", "additionalProperties": {"type": "string"}}), None),
        (true, json!({"oneOf": [{"properties": {"a": {}}}]}), None),
        (true, json!({"type": "array", "items": {}}), None),
        (true, json!({"type": "integer"}), None),
        (true, json!({}), None),
        (true, json!({"properties": {"a": {"readOnly": true}}}), Some((vec![], false))),
        (true, json!({"properties": {"a": {}}, "required": ["b"]}), Some((vec!["a", "b"], false))),
        (
            true,
            json!({"allOf": [{"properties": {"id": {"readOnly": true}, "a": {}}}, {"required": ["id"]}], "required": ["id"]}),
            Some((vec!["a"], false)),
        ),
    ];
    for (required, schema, expected) in cases {
        let mapping = mapped(&with_body(required, &schema), &tools());
        let layout = &mapping.catalog.operations[0].body.as_ref().expect("there is a body").layout;
        let found = match layout {
            BodyLayout::Argument(name) => {
                assert_eq!(name, "body");
                None
            }
            BodyLayout::Properties { properties, open } => {
                Some((properties.iter().map(|property| property.name.as_str()).collect::<Vec<_>>(), *open))
            }
        };
        assert_eq!(found, expected, "{schema}");
    }
}

#[test]
fn a_large_enum_is_there_once() {
    let values: Vec<String> = (0..200).map(|number| format!("value-{number}")).collect();
    let choice = json!({"type": "string", "enum": values, "nullable": true});
    let body = json!({"type": "object", "properties": {"one": choice, "many": {"type": "array", "items": choice}, "few": {"enum": ["a"]}}});
    let input = input(&mapped(&with_body(true, &body), &tools()).catalog, 0);
    let [(name, definition)] = input["$defs"].as_object().expect("definitions").iter().collect::<Vec<_>>()[..] else {
        panic!("{}", input["$defs"]);
    };
    assert_eq!(*definition, json!({"enum": values}));
    let referring = json!({"anyOf": [{"type": "string", "$ref": format!("#/$defs/{name}")}, {"type": "null"}]});
    assert_eq!(input["properties"]["one"], referring);
    assert_eq!(input["properties"]["many"]["items"], referring);
    assert_eq!(input["properties"]["few"], json!({"enum": ["a"]}));
}

#[test]
fn recursive_schemas_are_finite() {
    let mapping = mapped(&with_body(true, &json!({"$ref": "#/components/schemas/Tree"})), &tools());
    assert_eq!(
        input(&mapping.catalog, 0)["$defs"],
        json!({"Tree": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}})
    );
}

#[test]
fn schemas_that_branch_into_themselves_cost_little() {
    let links = |keyword: &str| -> serde_json::Map<String, Value> {
        (0..60)
            .map(|number| {
                let next = json!({"$ref": format!("#/components/schemas/S{}", (number + 1) % 60)});
                (format!("S{number}"), json!({keyword: [next, next, next]}))
            })
            .collect()
    };
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}});
        let text = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "components": {"schemas": links(keyword)},
            "paths": {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}}}});
        for output_schemas in [OutputSchemas::Loose, OutputSchemas::Strict] {
            assert_eq!(mapped(&text.to_string(), &MapOptions { output_schemas, ..tools() }).left_out, 0, "{keyword}");
        }
    }
}

#[test]
fn deep_schemas_and_values_stay_readable() {
    let deep = |wrap: fn(Value) -> Value, innermost: Value| (0..150).fold(innermost, |inner, _| wrap(inner));
    let cases = [
        deep(|inner| json!({"type": "object", "properties": {"p": inner}}), json!({})),
        deep(|inner| json!({"type": "array", "items": inner, "nullable": true}), json!({})),
        deep(|inner| json!({"allOf": [inner], "nullable": true}), json!({})),
        json!({"default": deep(|inner| json!([inner]), json!(1)), "example": deep(|inner| json!({"a": inner}), json!(1))}),
    ];
    for schema in cases {
        let mapping = mapped(&with_body(true, &json!({"properties": {"p": schema}})), &tools());
        assert!(input(&mapping.catalog, 0)["properties"]["p"].is_object());
    }
}

const ZOO: &str = r"
openapi: 3.0.3
info: {title: The Zoo, version: 1.10}
servers: [{url: https://zoo.example/v1}]
paths:
  /pets:
    get: {operationId: list, tags: [pets], parameters: [{name: limit, in: query, schema: {type: integer}}, {name: tags, in: query, schema: {type: array, items: {type: string}}}], responses: {200: {description: ok, content: {application/json: {}}}}}
    post: {operationId: add, tags: [pets, write], responses: {}}
  /pets/{pet-id}:
    get: {operationId: show, parameters: [{name: pet-id, in: path, required: true, schema: {type: string}}, {name: X-Trace, in: header, schema: {type: string}}, {name: fields, in: query, schema: {type: string}}], responses: {}}
    head: {operationId: peek, parameters: [{name: pet-id, in: path, required: true, schema: {type: string}}], responses: {}}
  /deep:
    get: {operationId: deep, parameters: [{name: f, in: query, required: true, style: deepObject, schema: {type: object}}], responses: {}}
  /search:
    get: {operationId: search, parameters: [{name: q, in: query, required: true, schema: {type: string}}], responses: {}}
  /hidden:
    x-internal: true
    get: {operationId: hidden, responses: {}}
    post: {operationId: shown, x-mcp: true, responses: {}}
";

/// `kind name` of every component, in order.
fn components(mapping: &Mapping) -> Vec<String> {
    let Catalog { tools, resources, resource_templates, .. } = &mapping.catalog;
    let tools = tools.iter().map(|tool| format!("tool {}", tool.name));
    let resources = resources.iter().map(|resource| format!("resource {} {}", resource.name, resource.uri));
    let templates =
        resource_templates.iter().map(|template| format!("template {} {}", template.name, template.uri_template));
    tools.chain(resources).chain(templates).collect()
}

#[test]
fn reads_become_resources_and_templates() {
    let mapping = mapped(ZOO, &MapOptions::default());
    assert_eq!(
        components(&mapping),
        [
            "tool add",
            "tool deep",
            "tool shown",
            "resource list api://the-zoo/pets",
            "template list api://the-zoo/pets{?limit,tags*}",
            "template show api://the-zoo/pets/{pet_id}{?fields}",
            "template search api://the-zoo/search{?q}",
        ]
    );
    assert_eq!(mapping.catalog.server.version, "1.10");
    assert_eq!(mapping.catalog.base_url.as_ref().map(|base| base.url.as_str()), Some("https://zoo.example/v1"));
    assert_eq!(mapping.left_out, 0);
    assert!(mapping.diagnostics.iter().any(|d| d.code == "not-in-template" && d.message.contains("X-Trace")));
}

#[test]
fn users_have_the_first_word() {
    let rule = |method: &str, kind, tags: &[&str]| Rule {
        methods: vec![method.to_owned()],
        pattern: None,
        tags: vec![],
        operation_id: None,
        kind,
        mcp_tags: tags.iter().map(ToString::to_string).collect(),
    };
    let options = MapOptions {
        name: Some("My Zoo!".to_owned()),
        rules: vec![rule("HEAD", Kind::Tool, &["light"]), rule("POST", Kind::Exclude, &[])],
        selection: Selection {
            include: vec![Selector::parse("/pets/**").unwrap(), Selector::parse("/pets").unwrap()],
            ..Selection::default()
        },
        ..MapOptions::default()
    };
    let mapping = mapped(ZOO, &options);
    assert_eq!(
        components(&mapping),
        [
            "tool peek",
            "resource list api://my-zoo/pets",
            "template list api://my-zoo/pets{?limit,tags*}",
            "template show api://my-zoo/pets/{pet_id}{?fields}",
        ]
    );
    assert_eq!(mapping.catalog.tools[0].tags, ["light"]);
    let read_only = MapOptions { selection: Selection { read_only: true, ..Selection::default() }, ..tools() };
    assert!(components(&mapped(ZOO, &read_only)).iter().all(|name| !name.contains("add") && !name.contains("shown")));
}

#[test]
fn a_broken_operation_costs_no_other() {
    let mapping = mapped(
        r##"
openapi: 3.0.3
info: {title: B, version: "1"}
paths:
  /good: {get: {operationId: good, responses: {}}}
  /dangling: {get: {parameters: [{$ref: "#/components/parameters/Nowhere"}], responses: {}}}
  /circle: {get: {parameters: [{$ref: "#/components/parameters/A"}], responses: {}}}
  /nameless: {get: {parameters: [{in: query}], responses: {}}}
  /place: {get: {parameters: [{name: a, in: nowhere}], responses: {}}}
  /{open: {get: {responses: {}}}
  /list: {get: [1]}
  /undeclared/{x}: {get: {operationId: undeclared, responses: {}}}
components:
  parameters:
    A: {$ref: "#/components/parameters/B"}
    B: {$ref: "#/components/parameters/A"}
"##,
        &tools(),
    );
    assert_eq!(components(&mapping), ["tool good", "tool undeclared"]);
    assert_eq!(mapping.left_out, 6);
    let errors: Vec<&str> = mapping
        .diagnostics
        .iter()
        .filter(|d| d.severity == crate::diagnostic::Severity::Error)
        .map(|d| d.code)
        .collect();
    assert_eq!(errors.len(), 6, "{errors:?}");
    assert!(mapping.diagnostics.iter().all(|d| d.line.is_some()), "every diagnostic has a place");
    assert_eq!(input(&mapping.catalog, 1)["required"], json!(["x"]));
}

#[test]
fn media_types_are_chosen_whatever_their_order() {
    let cases = [
        (vec!["text/plain", "application/json"], "application/json", BodyKind::Json),
        (vec!["application/vnd.x+json; v=1"], "application/vnd.x+json; v=1", BodyKind::Json),
        (vec!["application/xml", "text/plain"], "text/plain", BodyKind::Text),
        (vec!["image/*"], "image/*", BodyKind::Binary),
        (vec!["*/*"], "application/json", BodyKind::Json),
        (vec!["application/x-ndjson"], "application/x-ndjson", BodyKind::JsonLines),
    ];
    for (mut declared, sent, kind) in cases {
        for _ in 0..2 {
            let content: serde_json::Map<String, Value> =
                declared.iter().map(|name| ((*name).to_owned(), json!({"schema": {"type": "string"}}))).collect();
            let text = json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/x": {"post": {"requestBody": {"content": content}, "responses": {}}}}});
            let mapping = mapped(&text.to_string(), &tools());
            let body = mapping.catalog.operations[0].body.as_ref().expect("there is a body");
            assert_eq!((body.media_type.as_str(), &body.kind), (sent, &kind), "{declared:?}");
            declared.reverse();
        }
    }
}

#[test]
fn headers_of_parts_are_kept_where_they_have_one_value() {
    let headers = json!({
        "X-Const": {"schema": {"const": 7}},
        "X-Only": {"schema": {"$ref": "#/components/schemas/Only"}},
        "X-Ref": {"$ref": "#/components/headers/Ref"},
        "X-Two": {"schema": {"enum": ["a", "b"]}},
        "X-Any": {"schema": {"type": "string"}}
    });
    for (media_type, wanted) in [
        ("multipart/form-data", json!({"X-Const": "7", "X-Only": "yes", "X-Ref": "1.50"})),
        ("application/x-www-form-urlencoded", Value::Null),
    ] {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let content = json!({media_type: {"schema": schema, "encoding": {"a": {"headers": headers}}}});
        let text = json!({
            "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
            "paths": {"/x": {"post": {"requestBody": {"content": content}, "responses": {}}}},
            "components": {"headers": {"Ref": {"schema": {"const": 1.5}}}, "schemas": {"Only": {"enum": ["yes"]}}}
        });
        let mapping = mapped(&text.to_string().replace("1.5}", "1.50}"), &tools());
        let body = serde_json::to_value(&mapping.catalog.operations[0].body).expect("a body is JSON");
        assert_eq!(body["fields"]["a"]["headers"], wanted, "{media_type}");
    }
}

#[test]
fn outlines_keep_to_their_budget() {
    let inner = |depth: usize| {
        (0..depth).fold(json!({"type": "string"}), |inner, _| json!({"type": "object", "properties": {"in": inner}}))
    };
    let wide = |count: usize, inner: &Value| {
        let properties: serde_json::Map<_, _> = (0..count)
            .map(|number| {
                let mut schema = inner.clone();
                schema["description"] =
                    "Words that say what it is for. And some more that say nothing else at all.".into();
                (format!("property_{number}"), schema)
            })
            .collect();
        json!({"type": "object", "properties": properties})
    };
    // How deep it is told, whether all of the root is, and whether with words.
    let cases = [
        (wide(1, &inner(1)), 2, true, true),
        (wide(1, &inner(2)), 3, true, true),
        (wide(1, &inner(9)), 3, true, true),
        (wide(15, &inner(9)), 2, true, true),
        (wide(25, &inner(9)), 1, true, true),
        (wide(60, &inner(9)), 1, true, false),
        (wide(900, &inner(1)), 1, false, false),
    ];
    for (schema, depth, whole, words) in cases {
        let text = json!({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/x": {"get": {"responses":
            {"200": {"content": {"application/json": {"schema": schema}}}}}}}});
        let mapping = mapped(&text.to_string(), &tools());
        let outline = mapping.catalog.schemas.assemble(mapping.catalog.tools[0].output.expect("there is one"));
        assert!(outline.len() <= 4_096, "{} bytes", outline.len());
        let outline: Value = serde_json::from_str(&outline).expect("an outline is JSON");
        let told =
            std::iter::successors(Some(&outline), |at| at["properties"].as_object()?.values().next()).count() - 1;
        let first = outline["properties"]["property_0"]["description"].as_str().expect("it is described");
        let all = outline["properties"].as_object().map(serde_json::Map::len)
            == schema["properties"].as_object().map(serde_json::Map::len);
        assert_eq!((told, all, first.contains("Words")), (depth, whole, words), "{outline}");
        assert_eq!(outline["description"] == "…", !whole);
        assert!(
            depth == 3 || !outline.to_string().contains("\"in\":{\"description\":\"object\"}"),
            "cuts are marked: {outline}"
        );
    }
}

#[test]
fn files_are_found_in_alternatives() {
    let file = json!({"type": "string", "format": "binary"});
    let text = json!({
        "openapi": "3.1.0", "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": {"responses": {}, "requestBody": {"content": {"multipart/form-data": {"schema": {"oneOf": [
            {"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "array", "items": file}, "name": {"type": "string"}}}
        ]}}}}}}},
        "components": {"schemas": {
            "A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"a": {"type": ["string", "null"], "format": "binary"}}}]}
        }}
    });
    let mapping = mapped(&text.to_string(), &tools());
    let body = serde_json::to_value(&mapping.catalog.operations[0].body).expect("a body is JSON");
    assert_eq!(body["fields"], json!({"a": {"file": true}, "b": {"file": true}}));
    let told = &input(&mapping.catalog, 0)["properties"]["body"]["description"];
    assert_eq!(told, "Files, as base64 text or a data: URL: `a`, `b`.");
}

#[test]
fn output_schemas_describe() {
    let text = |schema: Value| {
        json!({"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}}},
            "components": {"schemas": {"Pet": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "integer", "format": "int64", "description": "The id"},
                "kind": {"type": "string", "enum": ["cat", "dog"], "nullable": true},
                "secret": {"type": "string", "writeOnly": true},
                "mate": {"$ref": "#/components/schemas/Pet"}}}}}})
        .to_string()
    };
    let output = |schema: Value, output_schemas| {
        let mapping = mapped(&text(schema), &MapOptions { output_schemas, ..tools() });
        let id = mapping.catalog.tools[0].output?;
        serde_json::from_str::<Value>(&mapping.catalog.schemas.assemble(id)).ok()
    };
    let pet = json!({"$ref": "#/components/schemas/Pet"});
    let loose = output(pet.clone(), OutputSchemas::Loose).expect("there is one");
    assert_eq!(loose["type"], "object");
    assert_eq!(loose["properties"]["id"], json!({"description": "integer (int64), required. The id"}));
    assert_eq!(loose["properties"]["kind"]["description"], "string or null; one of cat, dog");
    assert!(loose["properties"].get("secret").is_none());
    assert_eq!(loose["properties"]["mate"], json!({"description": "object …"}));
    let list = output(json!({"type": "array", "items": pet.clone()}), OutputSchemas::Loose).expect("there is one");
    assert!(list["properties"]["result"]["items"]["properties"].get("id").is_some());
    let strict = output(pet, OutputSchemas::Strict).expect("there is one");
    assert_eq!(strict["$defs"]["Pet"]["required"], json!(["id"]));
    assert_eq!(strict["type"], "object");
    assert_eq!(output(json!({"type": "string"}), OutputSchemas::None), None);

    // What may be an object or something else has no strict form that every right answer keeps.
    let cases = [
        (json!({"type": "array", "items": {}}), true),
        (json!({"type": "integer"}), true),
        (json!({"allOf": [{"type": "object"}, {"properties": {"a": {}}}]}), true),
        (json!({"oneOf": [{"type": "object"}, {"properties": {"a": {}}}]}), true),
        (json!({"oneOf": [{"type": "object"}, {"type": "array"}]}), false),
        (json!({"type": ["object", "null"]}), false),
        (json!({"type": "object", "nullable": true}), false),
        (json!({}), false),
    ];
    for (schema, offered) in cases {
        let strict = output(schema.clone(), OutputSchemas::Strict).expect("there is one");
        let loose = output(schema.clone(), OutputSchemas::Loose).expect("there is one");
        assert_eq!(strict != loose, offered, "{schema}");
    }
}

/// A description with `POST /x`, which takes this content and has a query parameter of this name.
fn with_content(required: bool, parameter: &str, content: &Value) -> String {
    json!({
        "openapi": "3.2.0", "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": {
            "parameters": [{"name": parameter, "in": "query", "schema": {"type": "string"}}],
            "requestBody": {"required": required, "content": content}, "responses": {},
        }}},
    })
    .to_string()
}

#[test]
fn expressions_in_the_query_of_a_path_are_query_parameters() {
    let declared =
        |name: &str, place: &str| json!({"name": name, "in": place, "required": true, "schema": {"type": "integer"}});
    let cases = [
        ("/x?a={a}&k=v", vec![], &[("a", "string")][..], Some("k=v"), 1),
        ("/x?v={version}", vec![], &[("v", "string")], None, 1),
        ("/x?v={version}", vec![declared("version", "path")], &[("v", "integer")], None, 0),
        ("/x?a={a}", vec![declared("a", "query")], &[("a", "integer")], None, 0),
        ("/x?{a}&{?b*}", vec![declared("a", "query")], &[("a", "integer"), ("b", "string")], None, 1),
        ("/{a}/x?b={a}", vec![declared("a", "path")], &[("a", "integer"), ("b", "string")], None, 1),
        ("/x?a=b{c}", vec![], &[], None, 1),
    ];
    for (path, parameters, expected, query, told) in cases {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {path: {"get": {"parameters": parameters, "responses": {}}}},
        });
        let mapping = mapped(&document.to_string(), &tools());
        let operation = &mapping.catalog.operations[0];
        let schemas = input(&mapping.catalog, 0);
        let found: Vec<_> = operation
            .parameters
            .iter()
            .map(|one| {
                let kind = schemas["properties"][&one.argument]["type"].as_str().unwrap_or_default();
                (one.name.as_str(), kind)
            })
            .collect();
        assert_eq!(found, expected, "{path}");
        assert_eq!(operation.query.as_deref(), query, "{path}");
        assert_eq!(mapping.diagnostics.len(), told, "{path} {:?}", mapping.diagnostics);
    }
}

#[test]
fn variants_of_a_discriminator_can_be_sent() {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let extends = |name: &str, properties: Value| json!({"allOf": [reference(name), {"type": "object", "required": ["r"], "properties": properties}]});
    let document = |body: &str, mapping: Value| {
        json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {"/x": {"post": {
                "requestBody": {"required": true, "content": {"application/json": {"schema": reference(body)}}}, "responses": {},
            }}},
            "components": {"schemas": {
                "Pet": {
                    "type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}},
                    "discriminator": {"propertyName": "kind", "mapping": mapping},
                },
                "Cat": extends("Pet", json!({"r": {"type": "integer"}, "kind": {"enum": ["cat"]}, "ro": {"type": "string", "readOnly": true}})),
                "Lion": extends("Cat", json!({"mane": {"type": "boolean"}})),
                "Dog": extends("Pet", json!({"r": {"type": "string"}})),
                "Other": {"type": "object", "properties": {"other": {"type": "string"}}},
            }},
        })
        .to_string()
    };
    let kind = json!({"type": "string"});
    let (r, mane) = (json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}), json!({"type": "boolean"}));
    let cases = [
        ("Pet", json!({}), json!({"kind": kind, "r": r, "mane": mane})),
        ("Pet", json!({"o": "Other"}), json!({"kind": kind, "r": r, "mane": mane, "other": {"type": "string"}})),
        ("Other", json!({}), json!({"other": {"type": "string"}})),
    ];
    for (body, mapping, expected) in cases {
        let mapping = mapped(&document(body, mapping), &tools());
        let input = input(&mapping.catalog, 0);
        assert_eq!(input["properties"], expected, "{body}");
        assert_eq!(input["additionalProperties"], false, "{body}");
    }
}

#[test]
fn content_type_is_offered_where_media_types_differ_in_shape() {
    let object = json!({"schema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}});
    let other = json!({"schema": {"type": "object", "properties": {"b": {"type": "integer"}}}});
    let told = json!({"schema": {"description": "d", "type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}});
    let text = json!({"schema": {"type": "string"}});
    let cases: [(Value, &[&str]); 11] = [
        (json!({"application/json": object}), &[]),
        (
            json!({"application/xml": object, "application/json": told, "application/x-www-form-urlencoded": object}),
            &[],
        ),
        (json!({"application/xml": {}, "application/json": object}), &[]),
        (json!({"application/cbor": object, "application/json": object}), &[]),
        (json!({"text/plain": text, "application/json": text}), &[]),
        (json!({"image/png": {}, "image/jpeg": {}}), &[]),
        (json!({"application/*": other, "application/json": object}), &[]),
        (
            json!({"multipart/form-data": other, "application/json": object}),
            &["application/json", "multipart/form-data"],
        ),
        (
            json!({"text/plain": text, "application/json": object, "text/csv": text}),
            &["application/json", "text/plain"],
        ),
        (json!({"application/octet-stream": {}, "text/plain": text}), &["text/plain", "application/octet-stream"]),
        (
            json!({"application/merge-patch+json": other, "application/json": object, "application/zip": {}}),
            &["application/json", "application/merge-patch+json", "application/zip"],
        ),
    ];
    for (content, names) in cases {
        let mapping = mapped(&with_content(true, "q", &content), &tools());
        let input = input(&mapping.catalog, 0);
        let offered = &input["properties"]["content_type"]["enum"];
        assert_eq!(*offered, if names.is_empty() { Value::Null } else { json!(names) }, "{content}");
    }
}

#[test]
fn a_choice_of_bodies_leaves_its_arguments_sound() {
    let object = json!({"schema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "body": {"type": "string"}}}});
    let content = json!({"application/json": object, "text/plain": {"schema": {"type": "string"}}});
    let mapping = mapped(&with_content(true, "content_type", &content), &tools());
    let schema = input(&mapping.catalog, 0);
    let names: Vec<_> = schema["properties"].as_object().expect("properties").keys().cloned().collect();
    assert_eq!(names, ["content_type__query", "a", "body", "body__request", "content_type__request"]);
    assert_eq!(schema.get("required"), None, "{schema}");
    let body = mapping.catalog.operations[0].body.as_ref().expect("there is a body");
    let choice = body.choice.as_ref().expect("there is a choice");
    assert_eq!(
        (choice.argument.as_str(), choice.required.as_slice()),
        ("content_type__request", &["a".to_owned()][..])
    );
    assert_eq!(choice.bodies[0].layout, BodyLayout::Argument("body__request".to_owned()));

    let content = json!({"application/octet-stream": {}, "text/plain": {"schema": {"type": "string"}}});
    let mapping = mapped(&with_content(true, "q", &content), &tools());
    let schema = input(&mapping.catalog, 0);
    assert_eq!(schema["required"], json!(["body"]));
    assert_eq!(schema["properties"]["body"]["anyOf"].as_array().map(Vec::len), Some(2), "{schema}");
}

#[test]
fn parts_without_names_have_encodings_by_place() {
    let items = json!({"type": "string", "format": "binary"});
    let content = json!({"multipart/mixed": {
        "schema": {"type": "array", "prefixItems": [{"type": "object"}], "items": items},
        "prefixEncoding": [{"contentType": "application/json", "headers": {"X-Part": {"schema": {"const": "first"}}}}],
        "itemEncoding": {"contentType": "image/png, image/jpeg"},
    }});
    let mapping = mapped(&with_content(true, "q", &content), &tools());
    let body = mapping.catalog.operations[0].body.as_ref().expect("there is a body");
    let BodyKind::Multipart { fields } = &body.kind else { panic!("{body:?}") };
    let told: Vec<_> =
        fields.iter().map(|(name, field)| (name.as_str(), field.content_type.as_deref(), field.file)).collect();
    assert_eq!(told, [("0", Some("application/json"), false), ("*", Some("image/png"), true)]);
    assert_eq!(fields["0"].headers["X-Part"], "first");

    let content = json!({"multipart/mixed": {"itemSchema": {"type": "object"}, "itemEncoding": {"contentType": "application/json"}}});
    let mapping = mapped(&with_content(true, "q", &content), &tools());
    assert_eq!(input(&mapping.catalog, 0)["properties"]["body"], json!({"type": "array", "items": {"type": "object"}}));
}

#[test]
fn bytes_of_a_form_are_files_however_they_are_declared() {
    let cases = [
        (json!({"type": "string", "format": "binary"}), true, None),
        (json!({"type": "string", "contentEncoding": "binary"}), true, None),
        (json!({"type": "string", "contentMediaType": "image/png"}), true, Some("image/png")),
        (json!({"type": "string", "contentMediaType": "image/*"}), true, None),
        (json!({"type": "array", "items": {"type": "string", "format": "binary"}}), true, None),
        (json!({"type": "array", "items": {"contentMediaType": "image/gif"}}), true, Some("image/gif")),
        (json!({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}), false, None),
        (json!({"type": "string", "contentMediaType": "application/json"}), false, None),
        (json!({"type": "string"}), false, None),
    ];
    for (schema, is_file, content_type) in cases {
        let content = json!({"multipart/form-data": {"schema": {"type": "object", "properties": {"f": schema}}}});
        let mapping = mapped(&with_content(true, "q", &content), &tools());
        let body = mapping.catalog.operations[0].body.as_ref().expect("there is a body");
        let BodyKind::Multipart { fields } = &body.kind else { panic!("{body:?}") };
        assert_eq!(fields.get("f").is_some_and(|field| field.file), is_file, "{schema}");
        let told = fields.get("f").and_then(|field| field.content_type.as_deref());
        assert_eq!(told, content_type, "{schema}");
    }
}

#[test]
fn a_text_that_is_a_number_is_given_as_one() {
    for (schema, expected) in [
        (json!({"type": "integer"}), "integer"),
        (json!({"type": "boolean"}), "boolean"),
        (json!({"type": "string"}), "string"),
        (json!({"type": "object"}), "string"),
    ] {
        let mapping = mapped(&with_content(true, "q", &json!({"text/plain": {"schema": schema}})), &tools());
        assert_eq!(input(&mapping.catalog, 0)["properties"]["body"]["type"], expected, "{schema}");
    }
}

#[test]
fn a_part_that_is_an_object_as_xml_is_a_text() {
    let object = json!({"type": "object", "properties": {"x": {"type": "integer"}}});
    let properties =
        json!({"xml": object, "list": {"type": "array", "items": object}, "json": object, "plain": {"type": "string"}});
    let xml = json!({"contentType": "application/xml"});
    let content = json!({"multipart/form-data": {
        "schema": {"type": "object", "properties": properties},
        "encoding": {"xml": xml, "list": xml, "plain": xml},
    }});
    let mapping = mapped(&with_content(true, "q", &content), &tools());
    let properties = &input(&mapping.catalog, 0)["properties"];
    assert_eq!(properties["xml"]["type"], "string");
    assert_eq!(
        (&properties["list"]["type"], &properties["list"]["items"]),
        (&json!("array"), &json!({"type": "string"}))
    );
    assert_eq!(properties["json"]["type"], "object");
    assert_eq!(properties["plain"], json!({"type": "string"}));
}

#[test]
fn paths_stand_in_schemas_only_where_they_are_admitted() {
    let form = json!({"schema": {"type": "object", "properties": {"f": {"type": "string", "format": "binary"}}}});
    for (content, argument) in [
        (json!({"multipart/form-data": form}), "f"),
        (json!({"image/*": {}}), "body"),
        (json!({"application/json": {"schema": {"type": "array"}}, "image/png": {}}), "body"),
    ] {
        let mut catalog = mapped(&with_content(true, "q", &content), &tools()).catalog;
        let schema = |catalog: &Catalog| input(catalog, 0)["properties"][argument].to_string();
        assert!(!schema(&catalog).contains("\"path\""), "{}", schema(&catalog));
        catalog.admit_paths();
        assert!(schema(&catalog).contains("\"path\""), "{}", schema(&catalog));
    }
}

#[test]
fn objects_and_queries_of_paths_stand_in_templates() {
    let object = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    let either = json!({"anyOf": [{"type": "string"}, object]});
    let query = |name: &str, explode: bool, schema: &Value| json!({"name": name, "in": "query", "explode": explode, "schema": schema});
    let in_path = |style: &str, explode: bool| json!({"name": "o", "in": "path", "required": true, "style": style, "explode": explode, "schema": object});
    let deep = json!({"name": "d", "in": "query", "style": "deepObject", "schema": object});
    let limit = json!({"name": "limit", "in": "query", "schema": {"type": "integer"}});
    let cases = [
        ("/x", vec![query("o", true, &object)], Some("api://t/x{?o*}")),
        ("/x", vec![query("o", false, &object), limit.clone()], Some("api://t/x{?o,limit}")),
        ("/x", vec![query("o", true, &object), query("p", true, &object)], Some("api://t/x{?o*}")),
        ("/x", vec![query("o", true, &either), limit.clone()], Some("api://t/x{?limit}")),
        ("/x", vec![deep, limit.clone()], Some("api://t/x{?limit}")),
        ("/x/{o}", vec![in_path("simple", false)], Some("api://t/x/{o}")),
        ("/x/{o}", vec![in_path("label", true)], Some("api://t/x/{o*}")),
        ("/x/{o}", vec![in_path("matrix", true), limit.clone()], Some("api://t/x/{o*}{?limit}")),
        ("/x?v=1", vec![limit.clone()], Some("api://t/x?v=1{&limit}")),
        ("/x?v=1", vec![], None),
    ];
    for (path, parameters, template) in cases {
        let text = json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {path: {"get": {"parameters": parameters, "responses": {}}}},
        });
        let options = MapOptions { base_url: Some("http://h".to_owned()), ..MapOptions::default() };
        let mapping = mapped(&text.to_string(), &options);
        let templates: Vec<_> =
            mapping.catalog.resource_templates.iter().map(|template| template.uri_template.as_str()).collect();
        assert_eq!(templates, template.into_iter().collect::<Vec<_>>(), "{path} {parameters:?}");
        assert!(mapping.catalog.tools.is_empty(), "{path} {parameters:?}");
    }
}

#[test]
fn arrays_of_arrays_keep_their_collection_formats() {
    let list =
        json!({"type": "array", "items": {"type": "array", "collectionFormat": "pipes", "items": {"type": "string"}}});
    let of = |place: &str| {
        let mut parameter = list.clone();
        parameter["name"] = place.into();
        parameter["in"] = place.into();
        parameter
    };
    let text = json!({
        "swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "h",
        "paths": {"/x": {"post": {"parameters": [of("query"), of("formData")], "responses": {}}}},
    });
    let mapping = mapped(&text.to_string(), &tools());
    let operation = &mapping.catalog.operations[0];
    let told = json!([operation.parameters[0].encoding, operation.body.as_ref().expect("a body").kind]);
    assert_eq!(told[0]["items"], json!(["pipeDelimited"]), "{told}");
    assert_eq!(told[1]["fields"]["formData"]["items"], json!(["pipeDelimited"]), "{told}");
}
