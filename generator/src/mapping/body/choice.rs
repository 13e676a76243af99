//! Which of a body's media types is sent, and which others a caller may ask for.

use serde_json::Value;

use crate::spec::{
    Cursor, MediaType, RequestBody, Schema,
    media::{self, Family},
};

use super::fields;

/// What says nothing about shape.
const TOLD: [&str; 5] = ["title", "description", "example", "examples", "xml"];

/// The media type that is sent: JSON before forms before the rest, whatever the order of declaration.
pub(super) fn choose<'b, 'd>(body: &'b RequestBody<'d>) -> Option<&'b MediaType<'d>> {
    body.content.iter().min_by_key(|media_type| rank(media_type))
}

/// The others that differ in shape from the one that is sent and from each other, the best first.
pub(super) fn others<'b, 'd>(body: &'b RequestBody<'d>, chosen: &'b MediaType<'d>) -> Vec<&'b MediaType<'d>> {
    if body.content.len() < 2 {
        return Vec::new();
    }
    let mut candidates: Vec<_> = body.content.iter().filter(|media_type| !std::ptr::eq(*media_type, chosen)).collect();
    candidates.sort_by_key(|media_type| rank(media_type));
    let (mut shapes, mut names) = (vec![Shape::of(chosen)], vec![name(&chosen.name)]);
    candidates.retain(|media_type| {
        let (shape, name) = (Shape::of(media_type), name(&media_type.name));
        // A range is no name to send.
        let is_new = !media_type.name.contains('*') && !names.contains(&name);
        let offered = is_new && shapes.iter().all(|known| shape.differs(known));
        if offered {
            shapes.push(shape);
            names.push(name);
        }
        offered
    });
    candidates
}

/// What a value of a media type looks like to whoever gives it.
struct Shape {
    given: Given,
    schema: Option<Value>,
}

#[derive(PartialEq)]
enum Given {
    Bytes,
    Text,
    /// What the schema says.
    Value,
}

impl Shape {
    fn of(media_type: &MediaType<'_>) -> Self {
        let stated = media_type.item_schema.or(match &media_type.schema {
            Some(Schema::Node(at)) => Some(*at),
            _ => None,
        });
        let schema = stated.and_then(|at| at.resolve().ok()).map(bare);
        let schema = schema.filter(|schema| schema.as_object().is_none_or(|schema| !schema.is_empty()));
        let is_string = schema.as_ref().is_some_and(|schema| schema.get("type").is_some_and(|name| name == "string"));
        let given = match media::family(&media_type.name) {
            Family::Binary if is_string || schema.is_none() => Given::Bytes,
            _ if is_string => Given::Text,
            _ => Given::Value,
        };
        Self { given, schema }
    }

    /// Media types of one schema are one shape, whether JSON, a form, XML or CBOR; of what has no schema nothing is known.
    fn differs(&self, other: &Self) -> bool {
        match (&self.given, &self.schema) {
            (Given::Value, None) => false,
            (Given::Value, schema) => schema != &other.schema,
            (given, schema) => *given != other.given && (schema.is_none() || schema != &other.schema),
        }
    }
}

/// A schema without what only tells.
fn bare(at: Cursor<'_>) -> Value {
    let mut schema = at.to_value();
    if let Value::Object(schema) = &mut schema {
        schema.retain(|keyword, _| !TOLD.contains(&keyword.as_str()));
    }
    schema
}

/// What `content_type` calls a media type.
fn name(media_type: &str) -> String {
    media_type.to_ascii_lowercase()
}

fn rank(media_type: &MediaType<'_>) -> impl Ord + use<> {
    let essence = media::essence(&media_type.name);
    let family = match media::family(&media_type.name) {
        Family::Json => 0,
        // A file goes through a multipart form only.
        Family::Multipart if fields::has_files(media_type) => 1,
        Family::Form => 2,
        Family::Multipart => 3,
        Family::JsonLines => 4,
        Family::JsonSequence => 5,
        Family::Text => 6,
        Family::Binary => 7,
    };
    let usual = matches!(essence.as_str(), "application/json" | "multipart/form-data" | "text/plain");
    (family, essence.contains('*'), !usual, essence)
}
