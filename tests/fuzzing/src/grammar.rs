//! Documents that usually look like API descriptions, made of a fuzzer's choices.
//!
//! The tables say what may stand where. Now and then something else stands there, or a `$ref`. Where the bytes run out
//! every choice is the first one, which is the shortest.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

/// What stands at a place.
#[derive(Clone, Copy)]
enum Part {
    /// An object: keys that are always there, and keys that may be.
    Object(&'static [Field], &'static [Field]),
    /// An object from names to parts.
    Named(&'static Part),
    /// An object whose keys are of a list.
    Keyed(&'static [&'static str], &'static Part),
    List(&'static Part),
    /// One of several texts.
    Word(&'static [&'static str]),
    /// A name of something.
    Name,
    /// Any text.
    Text,
    Flag,
    Number,
    /// Anything at all.
    Any,
    Schema,
}

type Field = (&'static str, &'static Part);

const DEEPEST: usize = 9;
/// How many entries or items there are at most.
const MOST: usize = 4;

const NAMES: [&str; 24] = [
    "a",
    "b",
    "id",
    "A",
    "B",
    "C",
    "body",
    "type",
    "$ref",
    "required",
    "properties",
    "filter[x]",
    "x y",
    "é",
    "",
    "$top",
    "a/b",
    "~",
    "%",
    "id__path",
    "__proto__",
    "Content-Type",
    "nullable",
    "日本",
];
const PATHS: [&str; 14] = [
    "/a",
    "/a/{id}",
    "/{a}/{b}",
    "a",
    "",
    "/",
    "/a{?x}",
    "/a?b=1",
    "/a#b",
    "/{a",
    "/{id}.{b}",
    "//evil.test/x",
    "/a/../b",
    "/é {a b}",
];
const REFERENCES: [&str; 16] = [
    "#/components/schemas/A",
    "#/components/schemas/B",
    "#/components/schemas/C",
    "#/definitions/A",
    "#/components/parameters/a",
    "#/components/responses/a",
    "#/components/requestBodies/a",
    "#/components/pathItems/a",
    "#/paths/~1a/get",
    "#/components/schemas/A/properties/a",
    "#",
    "#a",
    "#/nowhere",
    "b.yaml#/x",
    "http://[",
    "#/%7",
];
const TEXTS: [&str; 10] = ["", "a", "ü\u{202e}\u{0}", "x y", "null", "1.10", "true", "<b>{}</b>", "\"", "a,b;c=d&e"];
const PATTERNS: [&str; 10] =
    ["^a", "(", "[", "(?<=a)b", "(a+)+$", "a{1,99999}", "\\p{L}", "\\d+", "(?<n>a)\\k<n>", "\\u{61}"];

static PATTERN: Part = Part::Word(&PATTERNS);
static REFERENCE: Part = Part::Word(&REFERENCES);
static LOCATION: Part =
    Part::Word(&["query", "path", "header", "cookie", "querystring", "body", "formData", "nowhere"]);
static STYLE: Part = Part::Word(&[
    "form",
    "simple",
    "label",
    "matrix",
    "spaceDelimited",
    "pipeDelimited",
    "deepObject",
    "cookie",
    "odd",
]);
static TYPE: Part =
    Part::Word(&["object", "string", "integer", "number", "boolean", "array", "null", "file", "int", "any"]);
static FORMAT: Part =
    Part::Word(&["int32", "int64", "date-time", "date", "uuid", "binary", "byte", "float", "regex", "odd"]);
static COLLECTION: Part = Part::Word(&["csv", "ssv", "tsv", "pipes", "multi", "odd"]);
static MEDIA: [&str; 14] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/xml",
    "application/octet-stream",
    "application/problem+json",
    "*/*",
    "text/event-stream",
    "multipart/mixed",
    "image/png",
    "application/x-ndjson",
    "x-odd",
    "",
];
static METHODS: [&str; 11] =
    ["get", "post", "put", "delete", "patch", "head", "options", "trace", "query", "GET", "additionalOperations"];
static STATUS: [&str; 8] = ["200", "201", "204", "2XX", "default", "404", "x-a", "2xx"];

static ENCODING: Part = Part::Object(
    &[],
    &[
        ("contentType", &Part::Word(&MEDIA)),
        ("style", &STYLE),
        ("explode", &Part::Flag),
        ("allowReserved", &Part::Flag),
        ("headers", &Part::Any),
    ],
);
static MEDIA_TYPE: Part = Part::Object(
    &[("schema", &Part::Schema)],
    &[
        ("encoding", &Part::Named(&ENCODING)),
        ("itemSchema", &Part::Schema),
        ("prefixEncoding", &Part::List(&ENCODING)),
        ("itemEncoding", &ENCODING),
        ("example", &Part::Any),
    ],
);
static CONTENT: Part = Part::Keyed(&MEDIA, &MEDIA_TYPE);
static PARAMETER: Part = Part::Object(
    &[("name", &Part::Name), ("in", &LOCATION), ("schema", &Part::Schema)],
    &[
        ("required", &Part::Flag),
        ("style", &STYLE),
        ("explode", &Part::Flag),
        ("allowReserved", &Part::Flag),
        ("content", &CONTENT),
        ("type", &TYPE),
        ("items", &Part::Schema),
        ("collectionFormat", &COLLECTION),
        ("description", &Part::Text),
        ("example", &Part::Any),
        ("examples", &Part::Any),
        ("$ref", &REFERENCE),
    ],
);
static BODY: Part = Part::Object(
    &[("content", &CONTENT)],
    &[("required", &Part::Flag), ("description", &Part::Text), ("$ref", &REFERENCE)],
);
static RESPONSE: Part = Part::Object(
    &[("content", &CONTENT)],
    &[("description", &Part::Text), ("schema", &Part::Schema), ("headers", &Part::Any), ("$ref", &REFERENCE)],
);
static SECURITY: Part = Part::List(&Part::Named(&Part::List(&Part::Name)));
static SERVERS: Part = Part::List(&Part::Object(
    &[(
        "url",
        &Part::Word(&["http://h.test/v1", "/v1", "", "https://{a}.test/", "ftp://h", "http://h.test/?a#b", "{a}"]),
    )],
    &[("variables", &Part::Named(&Part::Object(&[], &[("default", &Part::Text), ("enum", &Part::List(&Part::Text))])))],
));
static OPERATION: Part = Part::Object(
    &[],
    &[
        ("parameters", &Part::List(&PARAMETER)),
        ("requestBody", &BODY),
        ("responses", &Part::Keyed(&STATUS, &RESPONSE)),
        ("operationId", &Part::Name),
        ("summary", &Part::Text),
        ("description", &Part::Text),
        ("tags", &Part::List(&Part::Name)),
        ("security", &SECURITY),
        ("servers", &SERVERS),
        ("deprecated", &Part::Flag),
        ("consumes", &Part::List(&Part::Word(&MEDIA))),
        ("produces", &Part::List(&Part::Word(&MEDIA))),
        ("schemes", &Part::List(&Part::Word(&["https", "http", "ws"]))),
        ("callbacks", &Part::Any),
        ("x-mcp", &Part::Flag),
        ("$ref", &REFERENCE),
    ],
);
static PATH_ITEM: Part = Part::Keyed(&METHODS, &OPERATION);
static PATH_FIELDS: Part = Part::Object(
    &[],
    &[("parameters", &Part::List(&PARAMETER)), ("servers", &SERVERS), ("$ref", &REFERENCE), ("summary", &Part::Text)],
);
static SCHEME: Part = Part::Object(
    &[("type", &Part::Word(&["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS", "basic", "odd"]))],
    &[
        ("name", &Part::Name),
        ("in", &LOCATION),
        ("scheme", &Part::Word(&["basic", "bearer", "odd"])),
        ("flows", &Part::Any),
        ("openIdConnectUrl", &Part::Text),
    ],
);
static COMPONENTS: Part = Part::Object(
    &[("schemas", &Part::Named(&Part::Schema))],
    &[
        ("parameters", &Part::Named(&PARAMETER)),
        ("responses", &Part::Named(&RESPONSE)),
        ("requestBodies", &Part::Named(&BODY)),
        ("pathItems", &Part::Named(&PATH_ITEM)),
        ("securitySchemes", &Part::Named(&SCHEME)),
    ],
);
static ROOT: Part = Part::Object(
    &[("components", &COMPONENTS), ("definitions", &Part::Named(&Part::Schema))],
    &[
        ("info", &Part::Object(&[("title", &Part::Text)], &[("version", &Part::Any), ("description", &Part::Text)])),
        ("servers", &SERVERS),
        ("security", &SECURITY),
        ("tags", &Part::Any),
        ("host", &Part::Text),
        ("basePath", &Part::Word(&PATHS)),
        ("parameters", &Part::Named(&PARAMETER)),
        ("securityDefinitions", &Part::Named(&SCHEME)),
        ("webhooks", &Part::Any),
        ("$self", &Part::Text),
        ("jsonSchemaDialect", &Part::Text),
    ],
);
static SCHEMA: Part = Part::Object(
    &[("type", &TYPE)],
    &[
        ("properties", &Part::Named(&Part::Schema)),
        ("required", &Part::List(&Part::Name)),
        ("items", &Part::Schema),
        ("$ref", &REFERENCE),
        ("allOf", &Part::List(&Part::Schema)),
        ("oneOf", &Part::List(&Part::Schema)),
        ("anyOf", &Part::List(&Part::Schema)),
        ("additionalProperties", &Part::Schema),
        ("nullable", &Part::Flag),
        ("enum", &Part::List(&Part::Any)),
        ("const", &Part::Any),
        ("default", &Part::Any),
        ("example", &Part::Any),
        ("examples", &Part::List(&Part::Any)),
        ("format", &FORMAT),
        ("pattern", &PATTERN),
        ("minimum", &Part::Number),
        ("maximum", &Part::Number),
        ("exclusiveMinimum", &Part::Any),
        ("exclusiveMaximum", &Part::Any),
        ("multipleOf", &Part::Number),
        ("minLength", &Part::Number),
        ("maxItems", &Part::Number),
        ("uniqueItems", &Part::Flag),
        ("readOnly", &Part::Flag),
        ("writeOnly", &Part::Flag),
        ("discriminator", &Part::Object(&[("propertyName", &Part::Name)], &[("mapping", &Part::Named(&REFERENCE))])),
        ("not", &Part::Schema),
        ("if", &Part::Schema),
        ("then", &Part::Schema),
        ("prefixItems", &Part::List(&Part::Schema)),
        ("contains", &Part::Schema),
        ("patternProperties", &Part::Keyed(&PATTERNS, &Part::Schema)),
        ("propertyNames", &Part::Schema),
        ("dependentSchemas", &Part::Named(&Part::Schema)),
        ("dependentRequired", &Part::Named(&Part::List(&Part::Name))),
        ("unevaluatedProperties", &Part::Schema),
        ("$defs", &Part::Named(&Part::Schema)),
        ("$anchor", &Part::Name),
        ("$id", &Part::Text),
        ("contentEncoding", &Part::Text),
        ("title", &Part::Text),
        ("description", &Part::Text),
        ("x-a", &Part::Any),
        ("xml", &Part::Any),
    ],
);

/// A whole description.
pub(crate) fn document(choices: &mut Unstructured<'_>) -> Value {
    described(choices).unwrap_or_default()
}

fn described(choices: &mut Unstructured<'_>) -> Result<Value> {
    let version = choices.choose(&["3.0.3", "3.1.0", "3.2.0", "2.0"])?;
    let key = if *version == "2.0" { "swagger" } else { "openapi" };
    let mut root = Map::from_iter([(key.to_owned(), json!(version))]);
    let mut paths = Map::new();
    for _ in 0..=count(choices)? {
        let mut item = part(&PATH_ITEM, choices, 0)?;
        if choices.ratio(1, 4)?
            && let (Value::Object(item), Value::Object(fields)) = (&mut item, part(&PATH_FIELDS, choices, 0)?)
        {
            item.extend(fields);
        }
        paths.insert(choices.choose(&PATHS)?.to_string(), item);
    }
    root.insert("paths".to_owned(), paths.into());
    if let Value::Object(rest) = part(&ROOT, choices, 0)? {
        root.extend(rest);
    }
    Ok(root.into())
}

/// A schema.
pub(crate) fn schema(choices: &mut Unstructured<'_>) -> Value {
    part(&SCHEMA, choices, 0).unwrap_or_default()
}

fn part(what: &Part, choices: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    if depth > DEEPEST {
        return Ok(Value::Null);
    }
    if !choices.is_empty() && choices.ratio(1, 32)? {
        return anything(choices, depth);
    }
    let inner = depth + 1;
    Ok(match what {
        Part::Object(always, sometimes) => {
            let mut object = Map::new();
            for (key, value) in *always {
                object.insert((*key).to_owned(), part(value, choices, inner)?);
            }
            for _ in 0..count(choices)? {
                if sometimes.is_empty() {
                    break;
                }
                let (key, value) = choices.choose(sometimes)?;
                object.insert((*key).to_owned(), part(value, choices, inner)?);
            }
            object.into()
        }
        Part::Named(value) => {
            let mut object = Map::new();
            for _ in 0..count(choices)? {
                object.insert(name(choices)?.to_owned(), part(value, choices, inner)?);
            }
            object.into()
        }
        Part::Keyed(keys, value) => {
            let mut object = Map::new();
            for _ in 0..count(choices)? {
                object.insert((*choices.choose(keys)?).to_owned(), part(value, choices, inner)?);
            }
            object.into()
        }
        Part::List(value) => {
            let items = count(choices)?;
            (0..items).map(|_| part(value, choices, inner)).collect::<Result<Vec<_>>>()?.into()
        }
        Part::Word(words) => (*choices.choose(words)?).into(),
        Part::Name => name(choices)?.into(),
        Part::Text => (*choices.choose(&TEXTS)?).into(),
        Part::Flag => choices.arbitrary::<bool>()?.into(),
        Part::Number => number(choices)?,
        Part::Any => anything(choices, depth)?,
        Part::Schema if choices.ratio(1, 4)? => json!({"$ref": choices.choose(&REFERENCES)?}),
        Part::Schema => part(&SCHEMA, choices, inner)?,
    })
}

fn count(choices: &mut Unstructured<'_>) -> Result<usize> {
    choices.int_in_range(0..=MOST)
}

/// A name of a property, a parameter or a component.
pub(crate) fn name(choices: &mut Unstructured<'_>) -> Result<&'static str> {
    choices.choose(&NAMES).copied()
}

fn number(choices: &mut Unstructured<'_>) -> Result<Value> {
    let text =
        choices.choose(&["0", "1", "-1", "2", "1.5", "1e400", "9007199254740993", "-0", "10000000000000000000000"])?;
    Ok(serde_json::from_str(text).unwrap_or_default())
}

/// Any small value of JSON.
pub(crate) fn anything(choices: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match choices.int_in_range(0..=6)? {
        1 => choices.arbitrary::<bool>()?.into(),
        2 => number(choices)?,
        3 => (*choices.choose(&TEXTS)?).into(),
        4 => name(choices)?.into(),
        5 if depth < DEEPEST => {
            let items = count(choices)?;
            (0..items).map(|_| anything(choices, depth + 1)).collect::<Result<Vec<_>>>()?.into()
        }
        6 if depth < DEEPEST => {
            let mut object = Map::new();
            for _ in 0..count(choices)? {
                object.insert(name(choices)?.to_owned(), anything(choices, depth + 1)?);
            }
            object.into()
        }
        _ => Value::Null,
    })
}

/// A value that a schema usually admits; `root` holds its definitions.
pub(crate) fn instance(schema: &Value, root: &Value, choices: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    if depth > DEEPEST || choices.ratio(1, 16)? {
        return anything(choices, depth);
    }
    if let Some(target) = schema["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?)) {
        return instance(target, root, choices, depth + 1);
    }
    for keyword in ["anyOf", "allOf"] {
        if let Some(branches) = schema[keyword].as_array().filter(|branches| !branches.is_empty()) {
            return instance(choices.choose(branches)?, root, choices, depth + 1);
        }
    }
    if let Some(values) = schema["enum"].as_array().filter(|values| !values.is_empty()) {
        return choices.choose(values).cloned();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) if !kinds.is_empty() => choices.choose(kinds)?.clone(),
        kind => kind.clone(),
    };
    Ok(match kind.as_str() {
        Some("object") => {
            let mut object = Map::new();
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                object.insert(name.clone(), instance(property, root, choices, depth + 1)?);
            }
            object.into()
        }
        Some("array") => {
            let items = count(choices)?;
            (0..items).map(|_| instance(&schema["items"], root, choices, depth + 1)).collect::<Result<Vec<_>>>()?.into()
        }
        Some("string") if choices.ratio(1, 4)? => choices.arbitrary::<&str>()?.into(),
        Some("string") => (*choices.choose(&TEXTS)?).into(),
        Some("integer" | "number") => number(choices)?,
        Some("boolean") => choices.arbitrary::<bool>()?.into(),
        Some("null") => Value::Null,
        _ => anything(choices, depth)?,
    })
}
