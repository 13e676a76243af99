//! Answers: from status, headers and body to what a client of MCP gets.

mod media_type;
mod multipart;
mod paging;
mod status;
mod stream;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header;
use serde_json::value::RawValue;

use crate::client::{Answer, SendError};
pub(crate) use media_type::{Family, MediaType};

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What the model reads.
    pub content: Vec<Content>,
    /// JSON text of an object.
    pub structured: Option<Bytes>,
    /// Whether the call failed.
    pub is_error: bool,
}

/// A block of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// An image.
    Image {
        /// Its bytes.
        data: Bytes,
        /// Its media type.
        mime_type: String,
    },
    /// Sound.
    Audio {
        /// Its bytes.
        data: Bytes,
        /// Its media type.
        mime_type: String,
    },
    /// Any other bytes.
    Resource {
        /// A name for them.
        uri: String,
        /// Their media type.
        mime_type: String,
        /// The bytes.
        blob: Bytes,
    },
}

/// What was read from a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The URI that was read.
    pub uri: String,
    /// The answer's media type.
    pub mime_type: Option<String>,
    /// The answer.
    pub body: ContentsBody,
}

/// The body of [`Contents`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentsBody {
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Bytes),
}

/// Is told of the events of an answer that streams.
pub trait Progress: Send + Sync {
    /// The `count`th event, and its data.
    fn report<'a>(&'a self, count: u64, message: &'a str) -> BoxFuture<'a, ()>;
}

/// What decoding an answer needs to know of its call.
#[derive(Clone, Copy)]
pub(crate) struct Decoding<'a> {
    /// A URI for binary answers.
    pub(crate) uri: &'a str,
    /// Whether the tool has an output schema, which every result then keeps.
    pub(crate) structured: bool,
    /// The most bytes of a body.
    pub(crate) limit: usize,
    /// How long a stream is listened to.
    pub(crate) stream_timeout: std::time::Duration,
    /// Arguments that make an answer smaller.
    pub(crate) narrowing: &'a [&'a str],
    /// What to configure when the API wants a credential that is not there.
    pub(crate) credentials: &'a str,
    /// Where events are reported.
    pub(crate) progress: Option<&'a dyn Progress>,
}

impl Reply {
    /// A failure, in words.
    pub fn error(text: impl Into<String>) -> Self {
        Self { content: vec![Content::Text(text.into())], structured: None, is_error: true }
    }

    fn text(text: impl Into<String>) -> Self {
        Self { content: vec![Content::Text(text.into())], structured: None, is_error: false }
    }
}

/// Decodes an answer to a call.
pub(crate) async fn decode(mut answer: Answer, decoding: Decoding<'_>) -> Result<Reply, SendError> {
    if !answer.status.is_success() {
        return status::failure(&mut answer, &decoding).await;
    }
    let media_type = MediaType::of(&answer.headers);
    if let Some(kind) = stream::kind(media_type.as_ref()) {
        return stream::reply(answer, kind, &decoding).await;
    }
    let body = answer.read(decoding.limit).await?;
    let media_type = media_type.unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    let mut reply = match (media_type.family(), body.cut) {
        (_, false) if body.bytes.is_empty() => empty(&answer),
        (Family::Text, true) => cut_text(&answer, &media_type, &body.bytes, &decoding),
        (Family::Multipart, false) => multipart::reply(&media_type, &body.bytes, decoding.uri),
        (_, true) => return Ok(too_large(&answer, &decoding)),
        (_, false) => block(&media_type, body.bytes, decoding.uri),
    };
    if decoding.structured && reply.structured.is_none() {
        reply.structured = Some(wrapped(&reply));
    }
    if let Some(told) = paging::told(&answer.headers) {
        reply.content.push(Content::Text(told));
    }
    Ok(reply)
}

/// A whole body as one block.
fn block(media_type: &MediaType, bytes: Bytes, uri: &str) -> Reply {
    let mime_type = media_type.essence().to_owned();
    match media_type.family() {
        Family::Json => json(media_type, &bytes),
        Family::Text | Family::Stream => Reply::text(media_type.decode(&bytes)),
        Family::Image => {
            Reply { content: vec![Content::Image { data: bytes, mime_type }], structured: None, is_error: false }
        }
        Family::Audio => {
            Reply { content: vec![Content::Audio { data: bytes, mime_type }], structured: None, is_error: false }
        }
        Family::Binary | Family::Multipart => {
            let content = vec![Content::Resource { uri: uri.to_owned(), mime_type, blob: bytes }];
            Reply { content, structured: None, is_error: false }
        }
    }
}

/// JSON as it came: an object as it is, anything else under `result`. What is no JSON after all is text.
fn json(media_type: &MediaType, bytes: &[u8]) -> Reply {
    let text = media_type.decode(bytes);
    let trimmed = text.trim();
    if serde_json::from_str::<&RawValue>(trimmed).is_err() {
        return Reply::text(text);
    }
    let structured = if trimmed.starts_with('{') {
        Bytes::copy_from_slice(trimmed.as_bytes())
    } else {
        format!("{{\"result\":{trimmed}}}").into()
    };
    let text = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
    Reply { content: vec![Content::Text(text)], structured: Some(structured), is_error: false }
}

/// Structured content for an answer that is not JSON: a text, or null.
fn wrapped(reply: &Reply) -> Bytes {
    match reply.content.as_slice() {
        [Content::Text(text)] if !reply.is_error && !text.starts_with(NOTHING) => {
            serde_json::json!({ "result": text }).to_string().into()
        }
        _ => Bytes::from_static(br#"{"result":null}"#),
    }
}

/// How the text for an answer without a body begins.
const NOTHING: &str = "The API answered with no content";

fn empty(answer: &Answer) -> Reply {
    let status = status::line(answer.status);
    Reply::text(format!("{NOTHING} ({status})."))
}

fn limit_note(answer: &Answer, decoding: &Decoding<'_>) -> String {
    let length =
        answer.content_length().map(|length| format!(" The whole answer has {length} bytes.")).unwrap_or_default();
    let narrow = if decoding.narrowing.is_empty() {
        String::new()
    } else {
        format!(" Ask for less with {}.", decoding.narrowing.join(", "))
    };
    format!("The answer is over the limit of {} bytes.{length}{narrow}", decoding.limit)
}

fn too_large(answer: &Answer, decoding: &Decoding<'_>) -> Reply {
    Reply::error(limit_note(answer, decoding))
}

fn cut_text(answer: &Answer, media_type: &MediaType, bytes: &[u8], decoding: &Decoding<'_>) -> Reply {
    let text = media_type.decode_part(bytes);
    let note = format!("[Cut here. {}]", limit_note(answer, decoding));
    Reply::text(format!("{text}\n{note}"))
}

/// Decodes an answer to a read.
pub(crate) async fn contents(
    mut answer: Answer,
    decoding: Decoding<'_>,
) -> Result<Result<Contents, Failure>, SendError> {
    let body = answer.read(decoding.limit).await?;
    let media_type = MediaType::of(&answer.headers);
    let shown = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let known = media_type.unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    if !answer.status.is_success() {
        let text = known.decode_part(&body.bytes);
        return Ok(Err(status::failure_of_read(&answer, text, decoding.credentials)));
    }
    if body.cut {
        let message = limit_note(&answer, &decoding);
        return Ok(Err(Failure { status: Some(answer.status.as_u16()), message, body: None }));
    }
    let body = match known.family() {
        Family::Json | Family::Text | Family::Stream => ContentsBody::Text(known.decode(&body.bytes)),
        _ if body.bytes.is_empty() => ContentsBody::Text(String::new()),
        _ => ContentsBody::Blob(body.bytes),
    };
    let mime_type = shown.or_else(|| Some(known.essence().to_owned()));
    Ok(Ok(Contents { uri: decoding.uri.to_owned(), mime_type, body }))
}

/// A read that the API refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) status: Option<u16>,
    pub(crate) message: String,
    pub(crate) body: Option<serde_json::Value>,
}
