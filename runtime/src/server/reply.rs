//! What dispatch gives, in the SDK's types.

use base64::{Engine, engine::general_purpose::STANDARD};
#[cfg(feature = "prompts")]
use rmcp::model::{GetPromptResult, PromptMessage, Role};
use rmcp::{
    ErrorData,
    model::{CallToolResult, ContentBlock, ReadResourceResult, ResourceContents},
};
use serde_json::json;

use super::admission::Busy;
#[cfg(feature = "prompts")]
use crate::{
    catalog::PromptRole,
    prompts::{Message, MessageContent},
};
use crate::{
    dispatch::{Content, Contents, ContentsBody, DispatchError, Reply},
    json,
};

/// The result of a call.
pub(super) fn result(reply: Reply) -> Result<CallToolResult, ErrorData> {
    let Reply { content, structured, is_error } = reply;
    let content = content.into_iter().map(block).collect();
    let mut result = if is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
    if let Some(text) = structured {
        let value = json::parse_slice(&text)
            .map_err(|error| ErrorData::internal_error(format!("the structured answer is no JSON: {error}"), None))?;
        result.structured_content = Some(value);
    }
    Ok(result)
}

fn block(content: Content) -> ContentBlock {
    match content {
        Content::Text(text) => ContentBlock::text(text),
        Content::Image { data, mime_type } => ContentBlock::image(STANDARD.encode(data), mime_type),
        Content::Audio { data, mime_type } => ContentBlock::audio(STANDARD.encode(data), mime_type),
        Content::Resource { uri, mime_type, blob } => {
            ContentBlock::resource(ResourceContents::blob(STANDARD.encode(blob), uri).with_mime_type(mime_type))
        }
    }
}

/// The result of a read.
pub(super) fn contents(contents: Vec<Contents>) -> ReadResourceResult {
    ReadResourceResult::new(contents.into_iter().map(resource).collect())
}

fn resource(Contents { uri, mime_type, body }: Contents) -> ResourceContents {
    let contents = match body {
        ContentsBody::Text(text) => ResourceContents::text(text, uri),
        ContentsBody::Blob(blob) => ResourceContents::blob(STANDARD.encode(blob), uri),
    };
    match mime_type {
        Some(mime_type) => contents.with_mime_type(mime_type),
        None => without_mime_type(contents),
    }
}

/// The result of asking for a prompt.
#[cfg(feature = "prompts")]
pub(super) fn prompt(description: Option<String>, messages: Vec<Message>) -> GetPromptResult {
    let messages = messages.into_iter().map(|Message { role, content }| {
        let role = match role {
            PromptRole::User => Role::User,
            PromptRole::Assistant => Role::Assistant,
        };
        PromptMessage::new(
            role,
            match content {
                MessageContent::Content(content) => block(content),
                MessageContent::Resource(contents) => ContentBlock::resource(resource(contents)),
            },
        )
    });
    let mut result = GetPromptResult::new(messages.collect());
    result.description = description;
    result
}

/// The SDK gives texts a type of their own accord.
fn without_mime_type(mut contents: ResourceContents) -> ResourceContents {
    if let ResourceContents::TextResourceContents { mime_type, .. } = &mut contents {
        *mime_type = None;
    }
    contents
}

/// The JSON-RPC error of what is no result.
///
/// An unknown resource is -32002; the SDK turns it into -32602 for the revisions from 2026-07-28 on, which name that.
pub(super) fn error(error: DispatchError) -> ErrorData {
    match error {
        DispatchError::UnknownTool { name, nearest } => {
            let hint = match nearest.as_slice() {
                [] => String::new(),
                [one] => format!("; did you mean {one}?"),
                many => format!("; did you mean one of {}?", many.join(", ")),
            };
            let data = (!nearest.is_empty()).then(|| json!({ "nearest": nearest }));
            ErrorData::invalid_params(format!("there is no tool {name:?}{hint}"), data)
        }
        DispatchError::UnknownResource { uri } => {
            let message = format!("no resource and no resource template is read at {uri:?}");
            ErrorData::resource_not_found(message, Some(json!({ "uri": uri })))
        }
        DispatchError::InvalidParams(message) => ErrorData::invalid_params(message, None),
        DispatchError::Upstream { status, message, body } => {
            ErrorData::internal_error(message, Some(json!({ "status": status, "body": body })))
        }
        DispatchError::Internal(message) => ErrorData::internal_error(message, None),
    }
}

/// The JSON-RPC error of a read whose turn did not come.
pub(super) fn busy(busy: &Busy) -> ErrorData {
    ErrorData::internal_error(busy.to_string(), Some(json!({ "status": null, "body": null })))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn replies_become_results() {
        let reply = Reply {
            content: vec![
                Content::Text("a".into()),
                Content::Image { data: "b".into(), mime_type: "image/png".to_owned() },
                Content::Audio { data: "c".into(), mime_type: "audio/wav".to_owned() },
                Content::Resource { uri: "u:d".to_owned(), mime_type: "a/b".to_owned(), blob: "d".into() },
            ],
            structured: Some(r#"{"n":1.10,"big":12345678901234567890123}"#.into()),
            is_error: false,
        };
        let text = serde_json::to_string(&result(reply).unwrap()).unwrap();
        let expected = r#"{"resultType":"complete","content":[{"type":"text","text":"a"},{"type":"image","data":"Yg==","mimeType":"image/png"},{"type":"audio","data":"Yw==","mimeType":"audio/wav"},{"type":"resource","resource":{"uri":"u:d","mimeType":"a/b","blob":"ZA=="}}],"structuredContent":{"n":1.10,"big":12345678901234567890123},"isError":false}"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn contents_keep_their_own_type() {
        let of = |mime_type: Option<&str>, body| {
            let contents = super::contents(vec![Contents {
                uri: "api://a/b".to_owned(),
                mime_type: mime_type.map(str::to_owned),
                body,
            }]);
            serde_json::to_value(contents).unwrap()["contents"][0].clone()
        };
        let text = || ContentsBody::Text("x".to_owned());
        assert_eq!(of(None, text()), json!({"uri": "api://a/b", "text": "x"}));
        assert_eq!(of(Some("a/b"), text()), json!({"uri": "api://a/b", "mimeType": "a/b", "text": "x"}));
        assert_eq!(of(None, ContentsBody::Blob("x".into())), json!({"uri": "api://a/b", "blob": "eA=="}));
    }

    #[test]
    fn errors_have_codes() {
        let nearest = vec!["get_pet".to_owned()];
        let cases = [
            (
                DispatchError::UnknownTool { name: "getpet".to_owned(), nearest },
                -32602,
                json!({"nearest": ["get_pet"]}),
            ),
            (DispatchError::UnknownTool { name: "x".to_owned(), nearest: vec![] }, -32602, Value::Null),
            (DispatchError::UnknownResource { uri: "a:b".to_owned() }, -32002, json!({"uri": "a:b"})),
            (DispatchError::InvalidParams("no".to_owned()), -32602, Value::Null),
            (
                DispatchError::Upstream { status: Some(404), message: "no".to_owned(), body: Some(json!("gone")) },
                -32603,
                json!({"status": 404, "body": "gone"}),
            ),
            (DispatchError::Internal("no".to_owned()), -32603, Value::Null),
        ];
        for (given, code, data) in cases {
            let shown = format!("{given:?}");
            let error = error(given);
            assert_eq!((error.code.0, error.data.unwrap_or_default()), (code, data), "{shown}");
        }
    }
}
