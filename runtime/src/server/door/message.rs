//! Which messages are plain, read from their text.

use std::borrow::Cow;

use rmcp::model::ClientCapabilities;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::lists::ListName;

/// The revision whose requests stand each for itself.
pub(super) const STATELESS: &str = "2026-07-28";

/// A plain request.
#[derive(Debug)]
pub(in super::super) struct Message {
    /// The request's id as it was written: a string or an integer.
    pub(in super::super) id: Box<str>,
    /// Whose form the answer has.
    pub(in super::super) era: Era,
    /// What is asked.
    pub(in super::super) ask: Ask,
}

/// The two forms of the protocol's results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Era {
    /// From 2026-07-28 on: each request says which revision it is of.
    Stateless,
    /// Before: a handshake said it.
    Handshake,
}

/// A request's method and parameters.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Ask {
    Ping,
    Call { tool: String, arguments: Option<RawText> },
    Read { uri: String },
    List { list: ListName, cursor: Option<String> },
}

/// JSON text that was checked to be an object.
#[derive(Debug)]
pub(in super::super) struct RawText(Box<RawValue>);

impl std::ops::Deref for RawText {
    type Target = RawValue;

    fn deref(&self) -> &RawValue {
        &self.0
    }
}

impl PartialEq for RawText {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for RawText {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    jsonrpc: Cow<'a, str>,
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Option<Params<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
    #[serde(borrow)]
    cursor: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "_meta")]
    meta: Option<Meta<'a>>,
}

/// What of `_meta` matters here; its other keys are for others.
#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "progressToken")]
    progress_token: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/logLevel")]
    log_level: Option<&'a RawValue>,
    #[serde(borrow, rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientCapabilities")]
    capabilities: Option<&'a RawValue>,
}

impl Message {
    /// Reads a message; none when it is not plain. `shaken` says whether a handshake came before it, without which only
    /// a message that names its own revision is plain.
    pub(in super::super) fn read(text: &[u8], shaken: bool) -> Option<Self> {
        let Envelope { jsonrpc, id, method, params } = serde_json::from_slice(text).ok()?;
        let plain_id = id.get().starts_with('"') || id.get().parse::<i64>().is_ok();
        if jsonrpc != "2.0" || !plain_id {
            return None;
        }
        let Params { name, arguments, uri, cursor, meta } = params.unwrap_or_default();
        let era = era(meta.as_ref(), shaken)?;
        let ask = match (&*method, name, uri, cursor) {
            ("ping", None, None, None) if arguments.is_none() && era == Era::Handshake => Ask::Ping,
            ("tools/call", Some(name), None, None) => {
                let arguments = match arguments {
                    Some(arguments) if arguments.get().starts_with('{') => Some(RawText(arguments.to_owned())),
                    Some(_) => return None,
                    None => None,
                };
                Ask::Call { tool: name.into_owned(), arguments }
            }
            ("resources/read", None, Some(uri), None) if arguments.is_none() => Ask::Read { uri: uri.into_owned() },
            (method, None, None, cursor) if arguments.is_none() => {
                Ask::List { list: ListName::of_method(method)?, cursor: cursor.map(Cow::into_owned) }
            }
            _ => return None,
        };
        Some(Self { id: id.get().into(), era, ask })
    }

    /// The protocol's name of what is asked.
    pub(super) fn method(&self) -> &'static str {
        match &self.ask {
            Ask::Ping => "ping",
            Ask::Call { .. } => "tools/call",
            Ask::Read { .. } => "resources/read",
            Ask::List { list, .. } => list.method(),
        }
    }

    /// What `Mcp-Name` says of the message.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.ask {
            Ask::Call { tool, .. } => Some(tool),
            Ask::Read { uri } => Some(uri),
            Ask::Ping | Ask::List { .. } => None,
        }
    }
}

/// What is read of a notification that cancels a request.
#[derive(Deserialize)]
struct Cancellation<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: CancelledParams<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CancelledParams<'a> {
    #[serde(borrow)]
    request_id: &'a RawValue,
}

/// The id of the request that a message cancels, as it is written.
pub(in super::super) fn cancels(text: &[u8]) -> Option<&str> {
    let Cancellation { method, params } = serde_json::from_slice(text).ok()?;
    (method == "notifications/cancelled").then_some(params.request_id.get())
}

fn era(meta: Option<&Meta<'_>>, shaken: bool) -> Option<Era> {
    match meta {
        Some(Meta { progress_token: Some(_), .. } | Meta { log_level: Some(_), .. }) => None,
        Some(Meta { version: Some(version), capabilities: Some(capabilities), .. }) if version == STATELESS => {
            let known =
                capabilities.get() == "{}" || serde_json::from_str::<ClientCapabilities>(capabilities.get()).is_ok();
            known.then_some(Era::Stateless)
        }
        Some(Meta { version: Some(_), .. }) => None,
        _ => shaken.then_some(Era::Handshake),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Era, Ask)> {
        Message::read(text.as_bytes(), true).map(|message| (message.id.into(), message.era, message.ask))
    }

    #[test]
    fn plain_messages_are_read() {
        let call = |arguments: Option<&str>| Ask::Call {
            tool: "a".to_owned(),
            arguments: arguments.map(|text| RawText(RawValue::from_string(text.to_owned()).unwrap())),
        };
        let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"x":1}"#;
        let cases = [
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.to_owned(), "1", Era::Handshake, Ask::Ping),
            (
                r#"{"id":"a\"b","method":"tools/call","params":{"arguments":{"n":1E5},"name":"a"},"jsonrpc":"2.0"}"#
                    .to_owned(),
                r#""a\"b""#,
                Era::Handshake,
                call(Some(r#"{"n":1E5}"#)),
            ),
            (
                format!(r#"{{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{"name":"a",{meta}}}}}"#),
                "2",
                Era::Stateless,
                call(None),
            ),
            (
                r#"{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"api:\/\/a"}}"#.to_owned(),
                "3",
                Era::Handshake,
                Ask::Read { uri: "api://a".to_owned() },
            ),
            (
                r#"{"jsonrpc":"2.0","id":4,"method":"tools/list","params":{"cursor":"x","_meta":{}}}"#.to_owned(),
                "4",
                Era::Handshake,
                Ask::List { list: ListName::Tools, cursor: Some("x".to_owned()) },
            ),
        ];
        for (text, id, era, ask) in cases {
            assert_eq!(read(&text), Some((id.to_owned(), era, ask)), "{text}");
        }
    }

    #[test]
    fn cancellations_name_the_request() {
        let cases = [
            (
                r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"x"}}"#,
                Some("7"),
            ),
            (r#"{"params":{"requestId":"7"},"method":"notifications\/cancelled","jsonrpc":"2.0"}"#, Some(r#""7""#)),
            (r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#, None),
            (r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"requestId":7}}"#, None),
        ];
        for (text, id) in cases {
            assert_eq!(cancels(text.as_bytes()), id, "{text}");
        }
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_sdk() {
        for text in [
            "",
            "[]",
            r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":[]}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","task":{}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"progressToken":1}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"io.modelcontextprotocol/logLevel":"info"}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"name":"a"}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":"notifications/initialized"}"#,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(Message::read(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, false).is_none());
    }
}
