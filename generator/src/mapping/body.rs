//! Request bodies: which media type is sent, and which arguments make up the body.

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{Body, BodyKind, BodyLayout, BodyProperty, FieldEncoding, SchemaId};
use serde_json::{Map, Value, json};

use super::{
    arguments::describe,
    output::is_media_type,
    schema::{Converter, Direction, Flat, merge_uses},
};
use crate::{
    diagnostic::Severity,
    source::Kind,
    spec::{
        Cursor, Encoding, MediaType, RequestBody, Schema,
        media::{self, Family},
    },
};

/// What a file argument takes, told to the model.
const FILE: &str = "File: base64 text, a data: URL, or an object with the base64 text in `data`.";

/// The arguments of a body and how the binding is finished once they have names.
pub(super) struct BodyArguments {
    pub(super) arguments: Vec<BodyArgument>,
    /// The schema of further arguments, where the body takes them.
    pub(super) open: Option<Value>,
    pub(super) finish: Finish,
}

/// An argument that is the body or a property of it.
pub(super) struct BodyArgument {
    /// The name that it would like to have.
    pub(super) name: String,
    pub(super) schema: Value,
    pub(super) required: bool,
}

/// A body that waits for the names of its arguments.
pub(super) struct Finish {
    required: bool,
    media_type: String,
    kind: BodyKind,
    /// The properties' own names; None when one argument is the body.
    properties: Option<Vec<String>>,
    open: bool,
}

impl Finish {
    /// The body, given the arguments' names in order.
    pub(super) fn body(self, names: &[String]) -> Body {
        let layout = match self.properties {
            None => BodyLayout::Argument(names.first().cloned().unwrap_or_default()),
            Some(properties) => BodyLayout::Properties {
                properties: properties
                    .into_iter()
                    .zip(names)
                    .map(|(name, argument)| BodyProperty { argument: argument.clone(), name })
                    .collect(),
                open: self.open,
            },
        };
        Body { required: self.required, media_type: self.media_type, layout, kind: self.kind }
    }
}

/// Binds a body; None when it declares no media type.
pub(super) fn bind(
    body: &RequestBody<'_>,
    converter: &mut Converter<'_>,
    uses: &mut Vec<SchemaId>,
) -> Option<BodyArguments> {
    let Some(chosen) = choose(body) else {
        converter.diagnostics().push(
            body.at
                .diagnostic(
                    Severity::Warning,
                    "body-without-content",
                    "this request body declares no media type; it is left out",
                )
                .help("name one under `content`"),
        );
        return None;
    };
    let family = media::family(&chosen.name);
    let flat = match (family, &chosen.schema) {
        (Family::Json | Family::Form | Family::Multipart, Some(schema)) => {
            converter.flatten(schema, Direction::Request)
        }
        _ => None,
    };
    let kind = kind(family, chosen, flat.as_ref());
    // An optional body that needs something when it is given is given whole or not at all.
    let flat = flat.filter(|flat| body.required || !flat.properties.iter().any(|property| property.required));
    let media_type = media_type(&chosen.name, family);
    let finish = |properties, open| Finish { required: body.required, media_type, kind, properties, open };
    Some(match flat {
        Some(Flat { properties, open, uses: used }) => {
            merge_uses(uses, used);
            let names = properties.iter().map(|property| property.name.clone()).collect();
            let finish = finish(Some(names), open.is_some());
            let arguments = properties.into_iter().map(|property| {
                let is_file = field_of(&finish.kind, &property.name).is_some_and(|field| field.file);
                BodyArgument {
                    schema: if is_file { file_schema(&property.schema) } else { property.schema },
                    name: property.name,
                    required: property.required,
                }
            });
            BodyArguments { arguments: arguments.collect(), open, finish }
        }
        None => {
            let schema = whole(family, chosen, body, converter, uses);
            let argument = BodyArgument { name: "body".to_owned(), schema, required: body.required };
            BodyArguments { arguments: vec![argument], open: None, finish: finish(None, false) }
        }
    })
}

/// The media type that is sent: JSON before forms before the rest, whatever the order of declaration.
fn choose<'b, 'd>(body: &'b RequestBody<'d>) -> Option<&'b MediaType<'d>> {
    let rank = |media_type: &MediaType<'_>| {
        let essence = media::essence(&media_type.name);
        let family = match media::family(&media_type.name) {
            Family::Json => 0,
            // A file goes through a multipart form only.
            Family::Multipart if has_files(media_type) => 1,
            Family::Form => 2,
            Family::Multipart => 3,
            Family::JsonLines => 4,
            Family::JsonSequence => 5,
            Family::Text => 6,
            Family::Binary => 7,
        };
        (
            family,
            essence.contains('*'),
            essence != "application/json" && essence != "multipart/form-data" && essence != "text/plain",
            essence,
        )
    };
    body.content.iter().min_by_key(|media_type| rank(media_type))
}

fn has_files(media_type: &MediaType<'_>) -> bool {
    match &media_type.schema {
        Some(Schema::Node(at)) => at
            .resolve()
            .ok()
            .and_then(|at| at.get("properties"))
            .into_iter()
            .flat_map(Cursor::entries)
            .any(|(_, inner)| is_file(inner)),
        Some(Schema::Fields(fields)) => fields.iter().any(|field| is_file(field.schema)),
        None => false,
    }
}

/// The value of `Content-Type`; a range becomes a type of its family.
fn media_type(name: &str, family: Family) -> String {
    if is_media_type(name) && !media::essence(name).contains('*') {
        return name.to_owned();
    }
    match family {
        Family::Json => "application/json",
        Family::JsonLines => "application/x-ndjson",
        Family::JsonSequence => "application/json-seq",
        Family::Form => "application/x-www-form-urlencoded",
        Family::Multipart => "multipart/form-data",
        Family::Text => "text/plain",
        Family::Binary => "application/octet-stream",
    }
    .to_owned()
}

fn kind(family: Family, chosen: &MediaType<'_>, flat: Option<&Flat<'_>>) -> BodyKind {
    match family {
        Family::Json => BodyKind::Json,
        Family::JsonLines => BodyKind::JsonLines,
        Family::JsonSequence => BodyKind::JsonSequence,
        Family::Text => BodyKind::Text,
        Family::Binary => BodyKind::Binary,
        Family::Form => BodyKind::Form { fields: fields(chosen, flat, false) },
        Family::Multipart => BodyKind::Multipart { fields: fields(chosen, flat, true) },
    }
}

fn field_of<'k>(kind: &'k BodyKind, name: &str) -> Option<&'k FieldEncoding> {
    match kind {
        BodyKind::Form { fields } | BodyKind::Multipart { fields } => fields.get(name),
        _ => None,
    }
}

fn fields(chosen: &MediaType<'_>, flat: Option<&Flat<'_>>, multipart: bool) -> IndexMap<String, FieldEncoding> {
    let mut fields: IndexMap<String, FieldEncoding> = chosen
        .encoding
        .iter()
        .map(|(name, Encoding { content_type, style, explode, allow_reserved })| {
            let content_type = content_type.as_deref().and_then(|types| {
                types
                    .split(',')
                    .map(str::trim)
                    .find(|name| is_media_type(name) && !name.contains('*'))
                    .map(str::to_owned)
            });
            let field = FieldEncoding {
                content_type,
                style: *style,
                explode: *explode,
                allow_reserved: *allow_reserved,
                ..FieldEncoding::default()
            };
            (name.clone(), field)
        })
        .collect();
    for property in flat.into_iter().filter(|_| multipart).flat_map(|flat| &flat.properties) {
        let Some(at) = property.at else { continue };
        if is_file(at)
            || chosen.encoding.get(&property.name).is_some_and(|encoding| is_binary(encoding) && is_untyped(at))
        {
            fields.entry(property.name.clone()).or_default().file = true;
        }
    }
    fields
}

fn is_binary(encoding: &Encoding) -> bool {
    encoding.content_type.as_deref().is_some_and(|name| media::family(name) == Family::Binary)
}

fn is_untyped(at: Cursor<'_>) -> bool {
    at.resolve().is_ok_and(|at| at.get("type").is_none() && at.get("properties").is_none())
}

/// Whether a property of a multipart form, or each of its items, is a file.
fn is_file(at: Cursor<'_>) -> bool {
    let Ok(at) = at.resolve() else { return false };
    let named = |name: &str| match at.get("type") {
        Some(stated) if stated.kind() == Kind::Array => stated.items().any(|item| item.as_str() == Some(name)),
        Some(stated) => stated.as_str() == Some(name),
        None => false,
    };
    if named("array") {
        return at.get("items").is_some_and(|items| {
            items.resolve().is_ok_and(|items| items.reference().is_none() && is_file_itself(items))
        });
    }
    is_file_itself(at)
}

fn is_file_itself(at: Cursor<'_>) -> bool {
    let kind = at.text_of("type");
    let kind = kind.as_deref();
    if kind == Some("file") {
        return true;
    }
    let is_text = |name: String| matches!(media::family(&name), Family::Json | Family::Text);
    let format = at.text_of("format");
    let raw = at.get("contentEncoding").is_none() && at.text_of("contentMediaType").is_some_and(|name| !is_text(name));
    matches!(kind, None | Some("string")) && (format.as_deref() == Some("binary") || raw)
}

/// The schema of a file argument, or of a list of them.
fn file_schema(converted: &Value) -> Value {
    let is_list = converted.get("type").is_some_and(|name| name == "array");
    let mut schema = Map::new();
    let description = converted.get("description").and_then(Value::as_str);
    let file = json!([
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "filename": {"type": "string"},
                "content_type": {"type": "string"},
                "data": {"type": "string"}
            },
            "required": ["data"],
            "additionalProperties": false
        }
    ]);
    if is_list {
        describe(&mut schema, description, "");
        schema.insert("type".to_owned(), "array".into());
        schema.insert("items".to_owned(), json!({"description": FILE, "anyOf": file}));
        for bound in ["minItems", "maxItems"] {
            if let Some(value) = converted.get(bound) {
                schema.insert(bound.to_owned(), value.clone());
            }
        }
    } else {
        describe(&mut schema, description, FILE);
        schema.insert("anyOf".to_owned(), file);
    }
    schema.into()
}

/// The schema of a body that is one argument.
fn whole(
    family: Family,
    chosen: &MediaType<'_>,
    body: &RequestBody<'_>,
    converter: &mut Converter<'_>,
    uses: &mut Vec<SchemaId>,
) -> Value {
    let mut convert = |at: Cursor<'_>| {
        let converted = converter.convert(at, Direction::Request);
        merge_uses(uses, converted.uses);
        converted.schema
    };
    let own = match &chosen.schema {
        Some(Schema::Node(at)) => Some(*at),
        _ => None,
    };
    let is_string =
        own.and_then(|at| at.resolve().ok()).is_some_and(|at| at.text_of("type").as_deref() == Some("string"));
    let (mut schema, told) = match family {
        Family::Binary => (json!({"type": "string", "contentEncoding": "base64"}), "Base64 text or a data: URL."),
        Family::Text => match own.filter(|_| is_string) {
            Some(at) => (without_binary(convert(at)), ""),
            None => (json!({"type": "string"}), ""),
        },
        Family::JsonLines | Family::JsonSequence => match (chosen.item_schema, own) {
            (Some(items), _) => (json!({"type": "array", "items": convert(items)}), ""),
            (None, Some(at)) => (convert(at), ""),
            (None, None) => (json!({"type": "array", "items": {}}), ""),
        },
        Family::Json | Family::Form | Family::Multipart => (own.map_or_else(|| json!({}), &mut convert), ""),
    };
    if schema == true {
        schema = json!({});
    }
    if let Value::Object(schema) = &mut schema {
        let described = schema.get("description").and_then(Value::as_str).map(str::to_owned);
        describe(schema, described.as_deref().or(body.description.as_deref()), told);
    }
    schema
}

fn without_binary(mut schema: Value) -> Value {
    if let Value::Object(schema) = &mut schema
        && schema.get("format").is_some_and(|format| format == "binary")
    {
        schema.shift_remove("format");
    }
    schema
}
