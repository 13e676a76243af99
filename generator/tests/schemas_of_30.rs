//! What a schema of OpenAPI 3.0 admits and refuses it admits and refuses after the conversion to JSON Schema 2020-12.
//!
//! The judge is a small validator of 3.0's own words below, and of what 3.1 adds where a schema that admits more makes a
//! whole that admits less. It knows nothing of the conversion.

use jsonschema::Draft;
use mcpgen::{
    mapping::schema::{Converter, Direction},
    source::{Documents, LoadOptions},
    spec::Cursor,
};
use mcpgen_runtime::catalog::SchemaTable;
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::{Map, Value, json};

/// The components that `$ref`s name.
const COMPONENTS: [&str; 3] = ["A", "B", "C"];
const PROPERTIES: [&str; 4] = ["a", "b", "$ref", "nullable"];
/// What tells the branches of a tagged choice apart: `a` is A, `b` is B.
const TAG: &str = "a";
/// The last is no regular expression: nobody knows what it admits.
const PATTERNS: [&str; 4] = ["^a", "b$", "^[a-c]*$", "("];

/// A schema object with some of `keywords`, each there or not.
fn object_of(keywords: Vec<(&'static str, BoxedStrategy<Value>)>) -> impl Strategy<Value = Map<String, Value>> {
    let entries: Vec<_> = keywords
        .into_iter()
        .map(|(name, value)| prop::option::weighted(0.4, value).prop_map(move |value| Some((name.to_owned(), value?))))
        .collect();
    entries.prop_map(|entries| entries.into_iter().flatten().collect())
}

fn with(kind: &'static str, keywords: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    object_of(keywords)
        .prop_map(move |mut schema| {
            schema.insert("type".to_owned(), kind.into());
            schema.into()
        })
        .boxed()
}

fn flag() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(Value::from).boxed()
}

fn small() -> BoxedStrategy<Value> {
    (0..4_u8).prop_map(Value::from).boxed()
}

fn reference() -> BoxedStrategy<Value> {
    prop::sample::select(&COMPONENTS[..])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}))
        .boxed()
}

fn scalar_value() -> BoxedStrategy<Value> {
    prop_oneof![Just(Value::Null), (-2..5_i8).prop_map(Value::from), "[a-c]{0,3}".prop_map(Value::from), flag()].boxed()
}

fn schema() -> BoxedStrategy<Value> {
    let nullable = || ("nullable", flag());
    let values = prop::collection::vec(scalar_value(), 1..4).prop_map(Value::from).boxed();
    let leaf = prop_oneof![
        with(
            "string",
            vec![
                nullable(),
                ("minLength", small()),
                ("maxLength", small()),
                ("pattern", prop::sample::select(&PATTERNS[..]).prop_map(Value::from).boxed()),
                ("enum", values.clone()),
            ],
        ),
        with(
            "integer",
            vec![
                nullable(),
                ("minimum", small()),
                ("exclusiveMinimum", flag()),
                ("maximum", small()),
                ("exclusiveMaximum", flag()),
                ("multipleOf", (1..4_u8).prop_map(Value::from).boxed()),
            ],
        ),
        with("number", vec![nullable(), ("minimum", small()), ("exclusiveMinimum", flag()), ("enum", values.clone())]),
        with("boolean", vec![nullable()]),
        object_of(vec![nullable(), ("enum", values)]).prop_map(Value::from),
        reference(),
        object_of(vec![nullable()]).prop_map(|mut schema| {
            schema.insert("$ref".to_owned(), json!("#/components/schemas/A"));
            schema.into()
        }),
    ];
    let tagged = object_of(vec![nullable()]).prop_map(|mut schema| {
        let branch = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        schema.insert("oneOf".to_owned(), json!([branch("A"), branch("B")]));
        schema.insert(
            "discriminator".to_owned(),
            json!({"propertyName": TAG, "mapping": {"a": "#/components/schemas/A", "b": "B"}}),
        );
        schema.into()
    });
    let leaf = prop_oneof![7 => leaf, 1 => tagged];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let branches = prop::collection::vec(inner.clone(), 1..3).prop_map(Value::from).boxed();
        let nullable = || ("nullable", flag());
        let property =
            (inner.clone(), prop::option::weighted(0.2, prop::sample::select(&["readOnly", "writeOnly"][..])))
                .prop_map(|(mut schema, hidden)| {
                    if let (Some(hidden), Value::Object(schema)) = (hidden, &mut schema)
                        && !schema.contains_key("$ref")
                    {
                        schema.insert(hidden.to_owned(), true.into());
                    }
                    schema
                });
        let properties = prop::collection::btree_map(prop::sample::select(&PROPERTIES[..]), property, 0..4)
            .prop_map(|map| {
                map.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect::<Map<_, _>>().into()
            })
            .boxed();
        let required = prop::sample::subsequence(&PROPERTIES[..], 0..3).prop_map(Value::from).boxed();
        prop_oneof![
            with(
                "array",
                vec![
                    nullable(),
                    ("items", inner.clone().boxed()),
                    ("minItems", small()),
                    ("maxItems", small()),
                    ("uniqueItems", flag())
                ],
            ),
            with(
                "object",
                vec![
                    nullable(),
                    ("properties", properties),
                    ("required", required),
                    ("additionalProperties", prop_oneof![flag(), inner.clone()].boxed()),
                    ("maxProperties", small()),
                ],
            ),
            object_of(vec![nullable(), ("allOf", branches.clone())]).prop_map(Value::from),
            object_of(vec![nullable(), ("anyOf", branches.clone())]).prop_map(Value::from),
            object_of(vec![nullable(), ("oneOf", branches.clone())]).prop_map(Value::from),
            object_of(vec![nullable(), ("not", inner.clone().boxed()), ("anyOf", branches)]).prop_map(Value::from),
            object_of(vec![
                ("if", inner.clone().boxed()),
                ("then", inner.clone().boxed()),
                ("else", inner.clone().boxed()),
                ("dependentSchemas", inner.clone().prop_map(|schema| json!({"a": schema})).boxed()),
            ])
            .prop_map(Value::from),
            with("array", vec![("contains", inner.boxed()), ("minContains", small()), ("maxContains", small())],),
        ]
    })
    .boxed()
}

/// A description of the components and a root.
fn document() -> impl Strategy<Value = Value> {
    prop::collection::vec(schema(), COMPONENTS.len() + 1).prop_map(|mut schemas| {
        let root = schemas.pop().unwrap_or_default();
        let mut components: Map<_, _> = COMPONENTS.iter().map(|name| (*name).to_owned()).zip(schemas).collect();
        components.insert("Root".to_owned(), root);
        json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": components}})
    })
}

/// A value that may suit a schema, from a list of choices.
struct Chooser<'c> {
    choices: &'c [u8],
    components: &'c Value,
}

impl Chooser<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.choices.split_first() else { return 0 };
        self.choices = rest;
        usize::from(*first)
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let odd = self.next();
        if depth > 6 || odd % 13 == 12 {
            return match odd % 7 {
                0 => Value::Null,
                1 => json!([]),
                2 => json!({}),
                3 => json!("abc"),
                4 => json!(true),
                _ => json!(odd % 5),
            };
        }
        if schema["nullable"] == true && odd % 5 == 4 {
            return Value::Null;
        }
        if let Some(target) = target(schema, self.components) {
            return self.value(target, depth + 1);
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[odd % values.len()].clone();
        }
        if schema.get("discriminator").is_some() {
            let mut value = self.value(&self.components[["A", "B"][odd % 2]].clone(), depth + 1);
            if let Value::Object(members) = &mut value {
                members.insert(TAG.to_owned(), ["a", "b"][odd % 2].into());
            }
            return value;
        }
        for keyword in ["not", "if", "then", "else"] {
            if let Some(inner) = schema.get(keyword).filter(|_| self.next().is_multiple_of(2)) {
                return self.value(inner, depth + 1);
            }
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            if let Some(branches) = schema[keyword].as_array() {
                return self.value(&branches[odd % branches.len()], depth + 1);
            }
        }
        match schema["type"].as_str() {
            Some("string") => "abcba"[odd % 3..][..odd % 3].into(),
            Some("integer") => (odd % 6).into(),
            Some("number") => [json!(0.5), json!(1), json!(2.5), json!(3)][odd % 4].clone(),
            Some("boolean") => odd.is_multiple_of(2).into(),
            Some("array") => {
                let items = schema.get("contains").unwrap_or(&schema["items"]);
                (0..odd % 4).map(|_| self.value(items, depth + 1)).collect()
            }
            Some("object") => {
                let mut object = Map::new();
                for name in PROPERTIES {
                    let declared = schema["properties"].get(name);
                    let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&name.into()));
                    if is_required || declared.is_some() && self.next().is_multiple_of(2) {
                        let schema = declared.unwrap_or(&schema["additionalProperties"]).clone();
                        object.insert(name.to_owned(), self.value(&schema, depth + 1));
                    }
                }
                object.into()
            }
            _ => json!(odd % 5),
        }
    }
}

fn target<'v>(schema: &Value, components: &'v Value) -> Option<&'v Value> {
    components.get(schema["$ref"].as_str()?.rsplit('/').next()?)
}

/// How a value is judged.
#[derive(Clone, Copy)]
struct Judge<'c> {
    components: &'c Value,
    /// The keyword of properties that are left out; none where a schema is not what is sent or received itself.
    hidden: Option<&'static str>,
    /// What the pattern that is none is taken to say.
    unknown: bool,
}

/// Whether a value suits a schema in the words of OpenAPI 3.0; none where the schema leads back to itself.
///
/// `nullable` admits null wherever it stands, as docs/mapping.md has it.
fn suits(schema: &Value, value: &Value, judge: Judge<'_>, left: usize) -> Option<bool> {
    let left = left.checked_sub(1)?;
    let components = judge.components;
    if value.is_null() && schema["nullable"] == true {
        return Some(true);
    }
    // Nothing else beside a reference counts.
    if let Some(target) = target(schema, components) {
        return suits(target, value, judge, left);
    }
    let inner = |schema: &Value, value: &Value| suits(schema, value, judge, left);
    let tested = |schema: &Value, value: &Value| suits(schema, value, Judge { hidden: None, ..judge }, left);
    let number = |keyword: &str| schema[keyword].as_f64();
    let count = |keyword: &str| schema[keyword].as_u64().and_then(|count| usize::try_from(count).ok());
    let kind_fits = match schema["type"].as_str() {
        None => true,
        Some("string") => value.is_string(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        _ => value.is_object(),
    };
    if !kind_fits || schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Some(false);
    }
    if let Some(text) = value.as_str() {
        let long = text.chars().count();
        let matches = match schema["pattern"].as_str() {
            Some("^a") => text.starts_with('a'),
            Some("b$") => text.ends_with('b'),
            Some("(") => judge.unknown,
            Some(_) => text.chars().all(|letter| ('a'..='c').contains(&letter)),
            None => true,
        };
        if !matches
            || count("minLength").is_some_and(|least| long < least)
            || count("maxLength").is_some_and(|most| long > most)
        {
            return Some(false);
        }
    }
    if let Some(stated) = value.as_f64() {
        let exclusive = |keyword: &str| schema[keyword] == true;
        let low =
            number("minimum").is_some_and(|least| stated < least || exclusive("exclusiveMinimum") && stated <= least);
        let high =
            number("maximum").is_some_and(|most| stated > most || exclusive("exclusiveMaximum") && stated >= most);
        if low || high || number("multipleOf").is_some_and(|unit| stated % unit != 0.0) {
            return Some(false);
        }
    }
    if let Some(items) = value.as_array() {
        let doubled = items.iter().enumerate().any(|(index, item)| items[..index].contains(item));
        if count("minItems").is_some_and(|least| items.len() < least)
            || count("maxItems").is_some_and(|most| items.len() > most)
            || schema["uniqueItems"] == true && doubled
        {
            return Some(false);
        }
        if let Some(schema) = schema.get("items") {
            for item in items {
                if !inner(schema, item)? {
                    return Some(false);
                }
            }
        }
    }
    if let (Some(items), Some(wanted)) = (value.as_array(), schema.get("contains")) {
        let most = count("maxContains");
        let mut found = 0;
        for item in items {
            found += usize::from(if most.is_some() { tested(wanted, item)? } else { inner(wanted, item)? });
        }
        if found < count("minContains").unwrap_or(1) || most.is_some_and(|most| found > most) {
            return Some(false);
        }
    }
    if let Some(members) = value.as_object() {
        let declared = |name: &str| schema["properties"].get(name);
        let is_hidden = |name: &str| {
            judge.hidden.is_some_and(|hidden| declared(name).is_some_and(|property| property[hidden] == true))
        };
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if required.filter(|name| !is_hidden(name)).any(|name| !members.contains_key(name))
            || count("maxProperties").is_some_and(|most| members.len() > most)
        {
            return Some(false);
        }
        for (name, value) in members {
            // Such a property does not go this way at all; what it would be is not looked at.
            if is_hidden(name) {
                return None;
            }
            let fits = match (declared(name), &schema["additionalProperties"]) {
                (Some(property), _) => inner(property, value)?,
                (None, Value::Bool(more)) => *more,
                (None, Value::Null) => true,
                (None, more) => inner(more, value)?,
            };
            if !fits {
                return Some(false);
            }
        }
        for (name, more) in schema["dependentSchemas"].as_object().into_iter().flatten() {
            if members.contains_key(name) && !inner(more, value)? {
                return Some(false);
            }
        }
    }
    if let Some(condition) = schema.get("if") {
        let branch = if tested(condition, value)? { "then" } else { "else" };
        if let Some(branch) = schema.get(branch)
            && !inner(branch, value)?
        {
            return Some(false);
        }
    }
    // What is no object has no tag.
    if schema.get("discriminator").is_some() && value.is_object() {
        return match value[TAG].as_str() {
            Some("a") => inner(&components["A"], value),
            Some("b") => inner(&components["B"], value),
            _ => Some(false),
        };
    }
    let branches = |keyword: &str| -> Option<Option<(usize, usize)>> {
        let Some(branches) = schema[keyword].as_array() else { return Some(None) };
        let mut suited = 0;
        for branch in branches {
            suited += usize::from(inner(branch, value)?);
        }
        Some(Some((suited, branches.len())))
    };
    let fits = branches("allOf")?.is_none_or(|(suited, all)| suited == all)
        && branches("anyOf")?.is_none_or(|(suited, _)| suited > 0)
        && branches("oneOf")?.is_none_or(|(suited, _)| suited == 1);
    let refused = match schema.get("not") {
        Some(not) => tested(not, value)?,
        None => false,
    };
    Some(fits && !refused)
}

/// Whether a schema says anything that the conversion loosens by design: alternatives, what nobody can check, and an `allOf`
/// with a branch that only means to make the whole nullable.
fn is_loosened(value: &Value) -> bool {
    let makes_nullable =
        |branches: &Value| branches.as_array().is_some_and(|all| all.contains(&json!({"nullable": true})));
    match value {
        Value::Object(members) => {
            members.contains_key("oneOf")
                || members.get("allOf").is_some_and(makes_nullable)
                || members.get("pattern").is_some_and(|p| p == "(")
                || members.values().any(is_loosened)
        }
        Value::Array(items) => items.iter().any(is_loosened),
        _ => false,
    }
}

/// Whether a component is nothing but a reference that leads back to it; nobody can check that either.
fn is_circular(components: &Value) -> bool {
    COMPONENTS.iter().any(|name| {
        let steps = std::iter::successors(Some(&components[name]), |schema| target(schema, components));
        steps.take(COMPONENTS.len() + 2).count() > COMPONENTS.len() + 1
    })
}

fn check(document: &Value, choices: &[u8], direction: Direction) -> Result<(), TestCaseError> {
    let fail = |message: String| TestCaseError::fail(message);
    let (documents, _) = Documents::from_text("a.json", document.to_string(), &LoadOptions::default())
        .map_err(|e| fail(e.to_string()))?;
    let at = ["components", "schemas", "Root"].iter().try_fold(Cursor::root(&documents), |at, name| at.get(name));
    let at = at.ok_or_else(|| fail("no root".to_owned()))?;
    let (mut table, mut diagnostics) = (SchemaTable::default(), Vec::new());
    let converted = Converter::new(&mut table, false, &mut diagnostics).convert(at, direction);
    let root = match converted.schema {
        Value::Bool(_) => return Ok(()),
        schema => table.intern(schema.to_string(), converted.uses),
    };
    let text = table.assemble(root);
    let schema: Value = serde_json::from_str(&text).map_err(|error| fail(error.to_string()))?;
    prop_assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", schema);
    let validator = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .build(&schema)
        .map_err(|error| fail(format!("{error}: {schema}")))?;
    let components = &document["components"]["schemas"];
    let mut chooser = Chooser { choices, components };
    let hidden = Some(if direction == Direction::Request { "readOnly" } else { "writeOnly" });
    for _ in 0..8 {
        let value = chooser.value(&components["Root"], 0);
        let judged = |unknown| suits(&components["Root"], &value, Judge { components, hidden, unknown }, 60);
        let (Some(one), Some(other)) = (judged(true), judged(false)) else { continue };
        let suits = one && other;
        let admitted = validator.is_valid(&value);
        prop_assert!(admitted || !suits, "{value} suits {} and is refused by {schema}", components["Root"]);
        prop_assert!(
            !admitted || suits || is_loosened(components) || is_circular(components),
            "{value} does not suit {components} and is admitted by {schema}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_suits_before_suits_after(document in document(), choices in prop::collection::vec(any::<u8>(), 0..80)) {
        for direction in [Direction::Request, Direction::Response] {
            check(&document, &choices, direction)?;
        }
    }
}
