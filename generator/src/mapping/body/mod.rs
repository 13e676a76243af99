//! Request bodies: which media type is sent, and which arguments make up the body.

mod choice;
mod fields;
mod file;

use mcpgen_runtime::catalog::{Body, BodyChoice, BodyKind, BodyLayout, BodyProperty, SchemaId};
use serde_json::{Map, Value, json};

use super::{
    arguments::describe,
    output::is_media_type,
    schema::{Converter, Direction, Flat, Property, merge_uses},
};
use crate::{
    diagnostic::Severity,
    spec::{
        Cursor, MediaType, RequestBody, Schema,
        media::{self, Family},
    },
};

/// The name of a body that is one argument, and the location of its properties in names.
pub(super) const BODY: &str = "body";
/// The location, in names, of arguments that no description declares.
const REQUEST: &str = "request";
/// The argument that says which media type is sent.
const CONTENT_TYPE: &str = "content_type";

/// The arguments of a body and how the binding is finished once they have names.
pub(super) struct BodyArguments {
    pub(super) arguments: Vec<BodyArgument>,
    /// The schema of further arguments, where the body takes them.
    pub(super) open: Option<Value>,
    pub(super) finish: Finish,
}

/// An argument that is the body or a property of it, or says of which media type it is.
pub(super) struct BodyArgument {
    /// The name that it would like to have.
    pub(super) name: String,
    /// Where it stands, for a name that it has to share.
    pub(super) location: &'static str,
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
    choice: Option<Choice>,
}

/// Other media types; their arguments stand behind those of the body itself: one that is the body where it has
/// properties, and the name of the media type.
struct Choice {
    /// Which of the body's own arguments it needs.
    required: Vec<bool>,
    bodies: Vec<Finish>,
}

impl Finish {
    /// The body, given the arguments' names in order.
    pub(super) fn body(self, names: &[String]) -> Body {
        let name_of = |index: usize| names.get(index).cloned().unwrap_or_default();
        let choice = self.choice.map(|Choice { required, bodies }| {
            let whole = self.properties.as_ref().map_or(0, Vec::len);
            let needed = names.iter().zip(required).filter(|(_, required)| *required);
            Box::new(BodyChoice {
                argument: names.last().cloned().unwrap_or_default(),
                required: needed.map(|(name, _)| name.clone()).collect(),
                bodies: bodies.into_iter().map(|body| body.body(&[name_of(whole)])).collect(),
            })
        });
        let layout = match self.properties {
            None => BodyLayout::Argument(name_of(0)),
            Some(properties) => BodyLayout::Properties {
                properties: properties
                    .into_iter()
                    .zip(names)
                    .map(|(name, argument)| BodyProperty { argument: argument.clone(), name })
                    .collect(),
                open: self.open,
            },
        };
        Body { required: self.required, media_type: self.media_type, layout, kind: self.kind, choice }
    }
}

/// Binds a body; None when it declares no media type.
pub(super) fn bind(
    body: &RequestBody<'_>,
    converter: &mut Converter<'_>,
    uses: &mut Vec<SchemaId>,
) -> Option<BodyArguments> {
    let Some(chosen) = choice::choose(body) else {
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
    let mut binder = Binder { body, converter, uses };
    let mut bound = binder.flat(chosen).unwrap_or_else(|| binder.whole(chosen));
    let others = choice::others(body, chosen);
    if !others.is_empty() {
        binder.choice(&others, &mut bound);
    }
    Some(bound)
}

/// What binding a body needs.
struct Binder<'b, 'd, 's> {
    body: &'b RequestBody<'d>,
    converter: &'b mut Converter<'s>,
    uses: &'b mut Vec<SchemaId>,
}

impl<'d> Binder<'_, 'd, '_> {
    /// A body whose properties are arguments; None when it is given whole.
    fn flat(&mut self, chosen: &MediaType<'d>) -> Option<BodyArguments> {
        let family = media::family(&chosen.name);
        let flat = self.flatten(family, chosen)?;
        // An optional body that needs something when it is given is given whole or not at all.
        if !self.body.required && flat.properties.iter().any(|property| property.required) {
            return None;
        }
        let kind = fields::kind(family, chosen, Some(&flat));
        merge_uses(self.uses, flat.uses);
        let properties = Some(flat.properties.iter().map(|property| property.name.clone()).collect());
        let open = flat.open;
        let arguments = flat.properties.into_iter().map(|property| BodyArgument {
            schema: self::property(&property, &kind),
            name: property.name,
            location: BODY,
            required: property.required,
        });
        let arguments = arguments.collect();
        let media_type = media_type(&chosen.name, family);
        let required = self.body.required;
        let finish = Finish { required, media_type, kind, properties, open: open.is_some(), choice: None };
        Some(BodyArguments { arguments, open, finish })
    }

    fn flatten(&mut self, family: Family, chosen: &MediaType<'d>) -> Option<Flat<'d>> {
        let schema =
            chosen.schema.as_ref().filter(|_| matches!(family, Family::Json | Family::Form | Family::Multipart));
        self.converter.flatten(schema?, Direction::Request)
    }

    /// A body that is one argument.
    fn whole(&mut self, chosen: &MediaType<'d>) -> BodyArguments {
        let family = media::family(&chosen.name);
        // Only parts have to be known one by one.
        let flat = (family == Family::Multipart).then(|| self.flatten(family, chosen)).flatten();
        let kind = fields::kind(family, chosen, flat.as_ref());
        let schema = self.schema(family, chosen, flat, &kind);
        let required = self.body.required;
        let argument = BodyArgument { name: BODY.to_owned(), location: BODY, schema, required };
        let media_type = media_type(&chosen.name, family);
        let finish = Finish { required, media_type, kind, properties: None, open: false, choice: None };
        BodyArguments { arguments: vec![argument], open: None, finish }
    }

    /// Adds `content_type`, and the argument that is a body of the other media types.
    fn choice(&mut self, others: &[&MediaType<'d>], bound: &mut BodyArguments) {
        let mut bodies = Vec::new();
        let mut schemas = Vec::new();
        for other in others {
            let BodyArguments { arguments, finish, .. } = self.whole(other);
            schemas.extend(arguments.into_iter().map(|argument| (finish.media_type.clone(), argument.schema)));
            bodies.push(finish);
        }
        let own = bound.finish.media_type.clone();
        let names: Vec<&str> =
            std::iter::once(own.as_str()).chain(bodies.iter().map(|body| body.media_type.as_str())).collect();
        let names = json!({
            "type": "string",
            "description": format!("The media type of the body; without it {own}."),
            "enum": names,
        });
        let mut required = Vec::new();
        if bound.finish.properties.is_some() {
            // What the others do without cannot be required by a schema that holds for all.
            required = bound.arguments.iter_mut().map(|argument| std::mem::take(&mut argument.required)).collect();
            let schema = one_of(schemas, "The body, in place of its single properties, where content_type says");
            bound.arguments.push(BodyArgument { name: BODY.to_owned(), location: REQUEST, schema, required: false });
        } else if let Some(argument) = bound.arguments.first_mut() {
            schemas.insert(0, (own, std::mem::take(&mut argument.schema)));
            argument.schema = one_of(schemas, "The body for content_type");
        }
        let name = BodyArgument { name: CONTENT_TYPE.to_owned(), location: REQUEST, schema: names, required: false };
        bound.arguments.push(name);
        bound.finish.choice = Some(Choice { required, bodies });
    }

    /// The schema of a body that is one argument.
    fn schema(&mut self, family: Family, chosen: &MediaType<'d>, flat: Option<Flat<'d>>, kind: &BodyKind) -> Value {
        let own = match &chosen.schema {
            Some(Schema::Node(at)) => Some(*at),
            _ => None,
        };
        let is_scalar = own
            .and_then(|at| at.resolve().ok())
            .and_then(|at| at.text_of("type"))
            .is_some_and(|name| matches!(name.as_str(), "string" | "number" | "integer" | "boolean"));
        let (mut schema, told) = match family {
            Family::Binary => file::bytes(&chosen.name),
            Family::Text => match own.filter(|_| is_scalar) {
                Some(at) => (without_binary(self.convert(at)), String::new()),
                None => (json!({"type": "string"}), String::new()),
            },
            Family::JsonLines | Family::JsonSequence => match (chosen.item_schema, own) {
                (Some(items), _) => (json!({"type": "array", "items": self.convert(items)}), String::new()),
                (None, Some(at)) => (self.convert(at), String::new()),
                (None, None) => (json!({"type": "array", "items": {}}), String::new()),
            },
            Family::Multipart => {
                let told = if flat.is_none() { fields::files_told(kind) } else { String::new() };
                (self.parts(chosen, own, flat, kind), told)
            }
            Family::Json | Family::Form => (own.map_or_else(|| json!({}), |at| self.convert(at)), String::new()),
        };
        if schema == true {
            schema = json!({});
        }
        if let Value::Object(schema) = &mut schema {
            let described = schema.get("description").and_then(Value::as_str).map(str::to_owned);
            describe(schema, described.as_deref().or(self.body.description.as_deref()), &told);
        }
        schema
    }

    /// The schema of a multipart body that is one argument: an object whose files have a schema of their own, or a list.
    fn parts(
        &mut self,
        chosen: &MediaType<'d>,
        own: Option<Cursor<'d>>,
        flat: Option<Flat<'d>>,
        kind: &BodyKind,
    ) -> Value {
        let is_own = |property: &Property<'_>| {
            let field = fields::field_of(kind, &property.name);
            field.is_some_and(|field| field.file) || property.at.is_some_and(|at| fields::is_text_of_object(at, field))
        };
        if let Some(flat) = flat.filter(|flat| flat.properties.iter().any(is_own)) {
            merge_uses(self.uses, flat.uses);
            let required: Vec<_> = flat.properties.iter().filter(|property| property.required).collect();
            let required: Vec<Value> = required.into_iter().map(|property| property.name.as_str().into()).collect();
            let properties = flat.properties.iter().map(|one| (one.name.clone(), self::property(one, kind)));
            let mut schema = json!({"type": "object", "properties": properties.collect::<Map<_, _>>()});
            let closed = own.and_then(|at| at.resolve().ok()?.get("additionalProperties")?.as_bool()) == Some(false);
            if let Some(open) = flat.open.or(closed.then_some(Value::Bool(false))) {
                schema["additionalProperties"] = open;
            }
            if !required.is_empty() {
                schema["required"] = required.into();
            }
            return schema;
        }
        let is_file = |name: &str| fields::field_of(kind, name).is_some_and(|field| field.file);
        if is_file(fields::ITEMS) {
            let converted = chosen.item_schema.map_or_else(|| json!({}), |items| self.convert(items));
            return json!({"type": "array", "items": file::file(&converted)});
        }
        match (chosen.item_schema, own) {
            (Some(items), None) => json!({"type": "array", "items": self.convert(items)}),
            (_, Some(at)) => self.convert(at),
            (None, None) => json!({}),
        }
    }

    fn convert(&mut self, at: Cursor<'_>) -> Value {
        let converted = self.converter.convert(at, Direction::Request);
        merge_uses(self.uses, converted.uses);
        converted.schema
    }
}

/// The schema of a property, which may be a file or a text of its own kind.
fn property(property: &Property<'_>, kind: &BodyKind) -> Value {
    let field = fields::field_of(kind, &property.name);
    if field.is_some_and(|field| field.file) {
        return file::file(&property.schema);
    }
    let is_multipart = matches!(kind, BodyKind::Multipart { .. });
    if is_multipart && property.at.is_some_and(|at| fields::is_text_of_object(at, field)) {
        let told = field.and_then(|field| field.content_type.as_deref()).unwrap_or_default();
        return text_in_place_of(&property.schema, told);
    }
    property.schema.clone()
}

/// The value of `Content-Type`; a range becomes a type of its family, where the data cannot tell.
fn media_type(name: &str, family: Family) -> String {
    // Of bytes a range is kept: the data says what it is.
    if is_media_type(name) && (family == Family::Binary || !media::essence(name).contains('*')) {
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

/// A text that is given as it is, where the schema describes what it says.
fn text_in_place_of(schema: &Value, media_type: &str) -> Value {
    let told = format!("Text of {media_type}, sent as it is.");
    let mut text = Map::new();
    describe(&mut text, schema.get("description").and_then(Value::as_str), &told);
    if schema.get("type").is_some_and(|name| name == "array") {
        text.insert("type".to_owned(), "array".into());
        text.insert("items".to_owned(), json!({"type": "string"}));
    } else {
        text.insert("type".to_owned(), "string".into());
    }
    text.into()
}

/// The schema of an argument that is a body of several media types.
fn one_of(mut schemas: Vec<(String, Value)>, told: &str) -> Value {
    let name = |schema: &mut Value, told: String| {
        if let Value::Object(schema) = schema {
            let described = schema.get("description").and_then(Value::as_str).map(str::to_owned);
            describe(schema, Some(&told), described.as_deref().unwrap_or_default());
        }
    };
    if let [(media_type, schema)] = schemas.as_mut_slice() {
        name(schema, format!("{told} {media_type}."));
        return std::mem::take(schema);
    }
    let names: Vec<_> = schemas.iter().map(|(media_type, _)| media_type.clone()).collect();
    let schemas = schemas.into_iter().map(|(media_type, mut schema)| {
        name(&mut schema, format!("For {media_type}."));
        schema
    });
    let schemas: Vec<_> = schemas.collect();
    json!({"description": format!("{told} {}.", names.join(", ")), "anyOf": schemas})
}

/// The schema of a text body: as it is said, except that a text has no format of bytes.
fn without_binary(mut schema: Value) -> Value {
    if let Value::Object(schema) = &mut schema
        && schema.get("format").is_some_and(|format| format == "binary")
    {
        schema.shift_remove("format");
    }
    schema
}
