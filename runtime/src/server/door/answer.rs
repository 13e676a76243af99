//! Answers, written as text in the form in which the SDK writes them.

use base64::{Engine, engine::general_purpose::STANDARD};
use rmcp::{ErrorData, model::ErrorCode};

use super::{
    super::lists::ListName,
    message::{Era, Message},
};
use crate::{
    dispatch::{Content, Contents, ContentsBody, Reply},
    json,
};

/// Writes one answer.
pub(super) struct Writer {
    text: Vec<u8>,
    era: Era,
}

impl Writer {
    pub(super) fn new(message: &Message) -> Self {
        let mut text = Vec::with_capacity(512);
        text.extend_from_slice(br#"{"jsonrpc":"2.0","id":"#);
        text.extend_from_slice(message.id.as_bytes());
        Self { text, era: message.era }
    }

    pub(super) fn empty(mut self) -> Vec<u8> {
        self.put(r#","result":{}}"#);
        self.text
    }

    pub(super) fn reply(mut self, reply: &Reply) -> Vec<u8> {
        let size = |content: &Content| match content {
            Content::Text(text) => text.len() + text.len() / 8,
            Content::Image { data, .. } | Content::Audio { data, .. } | Content::Resource { blob: data, .. } => {
                data.len().div_ceil(3) * 4
            }
        };
        let structured = reply.structured.as_ref().map_or(0, bytes::Bytes::len);
        self.text.reserve(reply.content.iter().map(size).sum::<usize>() + structured + 128);
        self.put(match self.era {
            Era::Stateless => r#","result":{"resultType":"complete","content":["#,
            Era::Handshake => r#","result":{"content":["#,
        });
        for (index, content) in reply.content.iter().enumerate() {
            if index > 0 {
                self.put(",");
            }
            self.block(content);
        }
        self.put("]");
        if let Some(json) = &reply.structured {
            self.put(r#","structuredContent":"#);
            self.text.extend_from_slice(json);
        }
        self.put(if reply.is_error { r#","isError":true}}"# } else { r#","isError":false}}"# });
        self.text
    }

    pub(super) fn contents(mut self, contents: &[Contents]) -> Vec<u8> {
        self.cacheable();
        self.put(r#""contents":["#);
        for (index, Contents { uri, mime_type, body }) in contents.iter().enumerate() {
            self.put(if index > 0 { r#",{"uri":"# } else { r#"{"uri":"# });
            self.string(uri);
            if let Some(mime_type) = mime_type {
                self.put(r#","mimeType":"#);
                self.string(mime_type);
            }
            match body {
                ContentsBody::Text(text) => {
                    self.put(r#","text":"#);
                    self.string(text);
                }
                ContentsBody::Blob(blob) => {
                    self.put(r#","blob":"#);
                    self.base64(blob);
                }
            }
            self.put("}");
        }
        self.put("]}}");
        self.text
    }

    pub(super) fn list(mut self, list: ListName, entries: &str, next: Option<&str>) -> Vec<u8> {
        self.text.reserve(entries.len() + 256);
        self.cacheable();
        if let Some(next) = next {
            self.put(r#""nextCursor":"#);
            self.string(next);
            self.put(",");
        }
        self.string(list.field());
        self.put(":[");
        self.put(entries);
        self.put("]}}");
        self.text
    }

    pub(super) fn error(mut self, mut error: ErrorData) -> Vec<u8> {
        // Later revisions have no code of its own for it.
        if self.era == Era::Stateless && error.code == ErrorCode::RESOURCE_NOT_FOUND {
            error.code = ErrorCode::INVALID_PARAMS;
        }
        self.put(r#","error":"#);
        let written = serde_json::to_writer(&mut self.text, &error);
        debug_assert!(written.is_ok(), "an error is JSON");
        self.put("}");
        self.text
    }

    /// Opens a result that later revisions let clients keep; here they may not.
    fn cacheable(&mut self) {
        self.put(match self.era {
            Era::Stateless => r#","result":{"resultType":"complete","ttlMs":0,"cacheScope":"private","#,
            Era::Handshake => r#","result":{"#,
        });
    }

    fn block(&mut self, content: &Content) {
        match content {
            Content::Text(text) => {
                self.put(r#"{"type":"text","text":"#);
                self.string(text);
            }
            Content::Image { data, mime_type } => self.media("image", data, mime_type),
            Content::Audio { data, mime_type } => self.media("audio", data, mime_type),
            Content::Resource { uri, mime_type, blob } => {
                self.put(r#"{"type":"resource","resource":{"uri":"#);
                self.string(uri);
                self.put(r#","mimeType":"#);
                self.string(mime_type);
                self.put(r#","blob":"#);
                self.base64(blob);
                self.put("}");
            }
        }
        self.put("}");
    }

    fn media(&mut self, kind: &str, data: &[u8], mime_type: &str) {
        self.put(r#"{"type":"#);
        self.string(kind);
        self.put(r#","data":"#);
        self.base64(data);
        self.put(r#","mimeType":"#);
        self.string(mime_type);
    }

    fn put(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn string(&mut self, text: &str) {
        json::write_string(text, &mut self.text);
    }

    fn base64(&mut self, data: &[u8]) {
        self.put("\"");
        let begin = self.text.len();
        self.text.resize(begin + data.len().div_ceil(3) * 4, 0);
        let written = STANDARD.encode_slice(data, &mut self.text[begin..]);
        debug_assert!(written.is_ok(), "there is room for it");
        self.put("\"");
    }
}
