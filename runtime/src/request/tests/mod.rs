//! Tables of operations, arguments, and the requests that they make.

mod bodies;
mod parameters;
mod rfc6570;
mod roundtrip;

use serde_json::{Map, Value, json};

use super::{Request, encode};
use crate::catalog::{DeepObjectArrays, Operation};

/// An operation on `path` with these parameters and this body.
pub(super) fn operation(path: &str, parameters: &Value, body: Option<&Value>) -> Operation {
    let mut operation =
        json!({"method": "POST", "path": path, "accept": "application/json", "input": 0, "parameters": parameters});
    if let (Some(body), Some(operation)) = (body, operation.as_object_mut()) {
        operation.insert("body".to_owned(), body.clone());
    }
    serde_json::from_value(operation).unwrap_or_else(|error| panic!("{parameters} {body:?}: {error}"))
}

pub(super) fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect(text)
}

/// The request, or the problems joined.
pub(super) fn request(operation: &Operation, arguments: &Map<String, Value>) -> Result<Request, String> {
    encode(operation, DeepObjectArrays::Index, arguments)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
}

/// A parameter called `color`.
pub(super) fn color(location: &str, style: &str, explode: bool, reserved: bool) -> Value {
    json!([{"argument": "color", "name": "color", "in": location, "style": style, "explode": explode, "allow_reserved": reserved}])
}
