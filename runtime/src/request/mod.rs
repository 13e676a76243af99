//! Arguments to an HTTP request: parameters by style, bodies by media type.
//!
//! Follows the Style Values, Style Examples and Encoding Object sections of OpenAPI 3.0.4, 3.1.2 and 3.2.0, RFC 6570 and
//! RFC 3986. Where they leave a choice:
//! - what has no text of its own inside a style (an object in an array, say) is its JSON text;
//! - an exploded `form` object writes a member that is an array once for each item;
//! - a body that is made up of several arguments holds them in the order in which they were given.
//!
//! Whoever sends a [`Request`] appends its target to the base URL as text.

mod body;
mod cookie;
mod header;
mod path;
mod percent;
mod query;
mod style;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::ACCEPT};
use serde_json::{Map, Value};

pub(crate) use body::binary;

use crate::{
    arguments::Problem,
    catalog::{DeepObjectArrays, Location, Operation, Parameter},
};

/// An HTTP request without its base URL and credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query string, encoded; it begins with `/` and is appended to the base URL as text.
    pub target: String,
    /// The headers of parameters, `Accept`, `Content-Type` of a body, and `Cookie`, to which credentials are added.
    pub headers: HeaderMap,
    /// The body's bytes; none is different from an empty body.
    pub body: Option<Bytes>,
}

/// Writes the request that an operation stands for.
///
/// The arguments are those that [`Input::check`](crate::arguments::Input::check) gave.
///
/// # Errors
/// Every argument that has no place in a request: a path value that would leave its segment, a header with a line
/// break, text that is no base64, …
pub fn encode(
    operation: &Operation,
    deep_object_arrays: DeepObjectArrays,
    arguments: &Map<String, Value>,
) -> Result<Request, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut target = path::write(operation, arguments, &mut problems);
    query::write(operation, deep_object_arrays, arguments, &mut target, &mut problems);
    let mut headers = HeaderMap::new();
    header::write(operation, arguments, &mut headers, &mut problems);
    cookie::write(operation, arguments, &mut headers, &mut problems);
    let method = Method::from_bytes(operation.method.as_bytes());
    if method.is_err() {
        problems.push(Problem::at("", format!("the operation's method {:?} is none of HTTP", operation.method)));
    }
    if let Ok(accept) = HeaderValue::from_str(&operation.accept)
        && !accept.is_empty()
    {
        headers.insert(ACCEPT, accept);
    }
    let body = body::write(operation, deep_object_arrays, arguments, &mut headers, &mut problems);
    match method {
        Ok(method) if problems.is_empty() => Ok(Request { method, target, headers, body }),
        _ => Err(problems),
    }
}

/// The parameters of a location that were given, with their values. A null is as good as nothing.
fn given<'a>(
    operation: &'a Operation,
    location: Location,
    arguments: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a Parameter, &'a Value)> {
    operation
        .parameters
        .iter()
        .filter(move |parameter| parameter.location == location)
        .filter_map(|parameter| Some((parameter, arguments.get(&parameter.argument).filter(|value| !value.is_null())?)))
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// Whether a media type's values are JSON texts.
fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    let subtype = essence.rsplit('/').next().unwrap_or_default();
    subtype.eq_ignore_ascii_case("json")
        || subtype.len() > 5 && subtype[subtype.len() - 5..].eq_ignore_ascii_case("+json")
}

/// Whether a media type's values are the fields of a form.
fn is_form(media_type: &str) -> bool {
    essence(media_type).eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests;
