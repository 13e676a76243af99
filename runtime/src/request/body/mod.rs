//! Bodies: which arguments make one up, and how its media type writes them.

pub(crate) mod binary;
mod choice;
pub(super) mod form;
mod json;
mod multipart;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::style;
use crate::{
    arguments::{Got, Problem},
    catalog::{Body, BodyKind, BodyLayout, DeepObjectArrays, Operation},
};

/// What a body is made of.
enum Content<'a> {
    /// One argument, under this name.
    Whole(&'a str, &'a Value),
    /// Properties, each with the argument that it came from.
    Members(Vec<Member<'a>>),
}

/// A property of a body that is made up of arguments, or a member of an argument that is an object.
#[derive(Clone, Copy)]
struct Member<'a> {
    /// Its name in the body.
    name: &'a str,
    value: &'a Value,
    /// The argument, and whether the member is inside it.
    argument: &'a str,
    inside: bool,
}

impl Member<'_> {
    /// A problem here, or further down.
    fn problem(&self, below: &str, message: impl Into<String>) -> Problem {
        let here = Problem::with_argument(self.argument, "").pointer;
        let here = if self.inside { Problem::member(&here, self.name) } else { here };
        Problem::at(format!("{here}{below}"), message)
    }
}

/// Writes the body and sets `Content-Type`; none when there is nothing to send.
pub(super) fn write(
    operation: &Operation,
    arrays: DeepObjectArrays,
    arguments: &Map<String, Value>,
    headers: &mut HeaderMap,
    problems: &mut Vec<Problem>,
) -> Option<Bytes> {
    let body = choice::chosen(operation.body.as_ref()?, arguments, problems)?;
    let content = gather(operation, body, arguments, problems)?;
    let mut media_type = Cow::Borrowed(body.media_type.as_str());
    let bytes = match &body.kind {
        BodyKind::Json => {
            concrete(&mut media_type, "application/json");
            json::document(&content)
        }
        BodyKind::JsonLines => json::sequence(&content, "", "\n"),
        BodyKind::JsonSequence => json::sequence(&content, "\u{1e}", "\n"),
        BodyKind::Form { fields } => {
            let members = match content {
                Content::Whole(_, Value::String(text)) => {
                    return finish(&media_type, text.clone().into_bytes(), headers, problems);
                }
                content => members(content, problems)?,
            };
            let form = form::write(&members, fields, arrays);
            if form.is_empty() && !body.required {
                return None;
            }
            form.into_bytes()
        }
        BodyKind::Multipart { fields } => {
            let parts = match content {
                Content::Whole(argument, Value::Array(items)) => multipart::list(argument, items, fields, problems),
                content => multipart::named(&members(content, problems)?, fields, arrays, problems),
            };
            if parts.is_empty() && !body.required {
                return None;
            }
            let (text, bytes) = multipart::join(&body.media_type, &parts);
            media_type = Cow::Owned(text);
            bytes
        }
        BodyKind::Text => {
            concrete(&mut media_type, "text/plain");
            match &content {
                Content::Whole(_, Value::Null) => return None,
                Content::Whole(_, value) => style::text(value).into_owned().into_bytes(),
                content @ Content::Members(_) => json::document(content),
            }
        }
        BodyKind::Binary => match &content {
            Content::Whole(_, Value::Null) => return None,
            Content::Whole(argument, Value::String(text)) => match binary::decode(text) {
                Ok((own_type, bytes)) => match binary::within_range(&body.media_type, own_type) {
                    Ok(media_type) => return finish(&media_type, bytes, headers, problems),
                    Err(reason) => {
                        problems.push(Problem::with_argument(argument, reason));
                        return None;
                    }
                },
                Err(reason) => {
                    problems.push(Problem::with_argument(
                        argument,
                        format!("{reason}, got {}", Got(&Value::from(text.as_str()))),
                    ));
                    return None;
                }
            },
            Content::Whole(argument, value) => {
                problems.push(Problem::with_argument(argument, format!("{}, got {}", binary::EXPECTED, Got(value))));
                return None;
            }
            Content::Members(_) => {
                problems.push(Problem::at("", "a binary body is one argument, and the catalog has it as several"));
                return None;
            }
        },
    };
    finish(&media_type, bytes, headers, problems)
}

fn finish(media_type: &str, bytes: Vec<u8>, headers: &mut HeaderMap, problems: &mut Vec<Problem>) -> Option<Bytes> {
    let Ok(value) = HeaderValue::from_str(media_type) else {
        problems.push(Problem::at("", format!("the body's media type {media_type:?} is none")));
        return None;
    };
    headers.insert(CONTENT_TYPE, value);
    Some(Bytes::from(bytes))
}

/// A range of media types (`image/*`) cannot be sent: this one is, then.
fn concrete(media_type: &mut Cow<'_, str>, instead: &str) {
    if media_type.contains('*') {
        *media_type = Cow::Owned(instead.to_owned());
    }
}

/// What the arguments give; none when nothing is to be sent.
fn gather<'a>(
    operation: &'a Operation,
    body: &'a Body,
    arguments: &'a Map<String, Value>,
    problems: &mut Vec<Problem>,
) -> Option<Content<'a>> {
    match &body.layout {
        BodyLayout::Argument(argument) => {
            let value = arguments.get(argument);
            if value.is_none() && body.required {
                problems.push(Problem::with_argument(argument, "required, but missing"));
            }
            value.map(|value| Content::Whole(argument, value))
        }
        BodyLayout::Properties { properties, open } => {
            let mut members = Vec::new();
            for (argument, value) in arguments {
                let declared = properties.iter().find(|property| property.argument == *argument);
                let name = match declared {
                    Some(property) => property.name.as_str(),
                    None if *open
                        && !operation.parameters.iter().any(|parameter| parameter.argument == *argument)
                        && !choice::declares(body, argument) =>
                    {
                        argument
                    }
                    None => continue,
                };
                members.push(Member { name, value, argument, inside: false });
            }
            (body.required || !members.is_empty()).then_some(Content::Members(members))
        }
    }
}

/// The members of a body that has names; a problem when it has none.
fn members<'a>(content: Content<'a>, problems: &mut Vec<Problem>) -> Option<Vec<Member<'a>>> {
    match content {
        Content::Members(members) => Some(members),
        Content::Whole(argument, Value::Object(object)) => {
            Some(object.iter().map(|(name, value)| Member { name, value, argument, inside: true }).collect())
        }
        Content::Whole(_, Value::Null) => Some(Vec::new()),
        Content::Whole(argument, value) => {
            problems.push(Problem::with_argument(argument, format!("expected an object, got {}", Got(value))));
            None
        }
    }
}
