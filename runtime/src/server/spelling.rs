//! The numbers of arguments, where the SDK reads them: it keeps their digits and gives every exponent one form.

use std::{io, sync::Arc};

use rmcp::{
    RoleServer,
    model::{CallToolRequestParams, ClientJsonRpcMessage, ClientRequest, JsonRpcMessage},
    service::RequestContext,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, ser::Formatter, value::RawValue};

use crate::json;

/// The arguments of a call as the client wrote them.
#[derive(Debug, Clone)]
pub(super) struct Written(Arc<RawValue>);

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    params: Parameters<'a>,
}

#[derive(Deserialize)]
struct Parameters<'a> {
    #[serde(borrow)]
    arguments: &'a RawValue,
}

impl Written {
    /// The arguments in a message's text, where what the SDK makes of them might be spelled differently.
    pub(super) fn of(message: &[u8]) -> Option<Self> {
        if !json::may_have_exponents(message) {
            return None;
        }
        let Message { params } = serde_json::from_slice(message).ok()?;
        Some(Self(params.arguments.to_owned().into()))
    }

    /// Sends them along with what the SDK has read.
    pub(super) fn attach(self, message: &mut ClientJsonRpcMessage) {
        if let JsonRpcMessage::Request(request) = message
            && let ClientRequest::CallToolRequest(call) = &mut request.request
        {
            call.extensions.insert(self);
        }
    }

    /// Those that came along with a request.
    fn with(context: &RequestContext<RoleServer>) -> Option<&Self> {
        let parts = || context.extensions.get::<http::request::Parts>();
        context.extensions.get().or_else(|| parts()?.extensions.get())
    }
}

/// The JSON text of a call's arguments, as it was written where that is known.
pub(super) fn arguments(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> serde_json::Result<Option<Arc<RawValue>>> {
    let Some(arguments) = &request.arguments else { return Ok(None) };
    if let Some(Written(text)) = Written::with(context) {
        return Ok(Some(Arc::clone(text)));
    }
    printed(arguments).map(|text| Some(text.into()))
}

/// Of the two spellings of an exponent without a minus `1e5` is the usual one, and is taken.
fn printed(arguments: &Map<String, Value>) -> serde_json::Result<Box<RawValue>> {
    let mut out = Vec::new();
    arguments.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Plain))?;
    RawValue::from_string(String::from_utf8(out).unwrap_or_default())
}

/// Compact JSON whose exponents have no `+`.
struct Plain;

impl Formatter for Plain {
    fn write_number_str<W: ?Sized + io::Write>(&mut self, writer: &mut W, number: &str) -> io::Result<()> {
        match number.split_once("e+") {
            Some((digits, exponent)) => write!(writer, "{digits}e{exponent}"),
            None => writer.write_all(number.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_kept_where_their_spelling_counts() {
        let cases = [
            (r#"{"jsonrpc":"2.0","params":{"name":"a","arguments":{"n": 1E5}}}"#, Some(r#"{"n": 1E5}"#)),
            (r#"{"jsonrpc":"2.0","params":{"name":"a","arguments":{"n":1.50}}}"#, None),
            (r#"{"jsonrpc":"2.0","params":{"name":"1e"}}"#, None),
            ("1e", None),
        ];
        for (message, expected) in cases {
            let written = Written::of(message.as_bytes());
            assert_eq!(written.as_ref().map(|written| written.0.get()), expected, "{message}");
        }
    }

    #[test]
    fn exponents_are_printed_without_a_plus() {
        let Value::Object(arguments) = serde_json::from_str(r#"{"a":[1e5,1E-5,"1e+5"],"b":-0.10}"#).unwrap() else {
            panic!("it is an object")
        };
        assert_eq!(printed(&arguments).unwrap().get(), r#"{"a":[1e5,1e-5,"1e+5"],"b":-0.10}"#);
    }
}
