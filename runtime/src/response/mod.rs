//! Answers: from status, headers and body to what a client of MCP gets.

mod head;
mod json;
mod media_type;
mod multipart;
mod status;
mod stream;
mod text;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header;
use serde::{Serialize, de::DeserializeOwned};

pub use self::text::Text;
use crate::{
    auth::Credentials,
    catalog::{Catalog, Location, Operation},
    client::{Answer, SendError},
    dispatch::ToolError,
};
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
    Text(Text),
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
    /// Whose operations these are.
    pub(crate) catalog: &'a Catalog,
    /// What was called.
    pub(crate) operation: &'a Operation,
    /// What went along.
    pub(crate) credentials: &'a Credentials,
    /// Where events are reported.
    pub(crate) progress: Option<&'a dyn Progress>,
}

impl Reply {
    /// A failure, in words.
    pub fn error(text: impl Into<Text>) -> Self {
        Self { content: vec![Content::Text(text.into())], structured: None, is_error: true }
    }

    /// A text.
    pub fn text(text: impl Into<Text>) -> Self {
        Self { content: vec![Content::Text(text.into())], structured: None, is_error: false }
    }

    /// A value: its JSON text for the model, and the structured content, which holds what is no object as `result`.
    ///
    /// # Errors
    /// When the value has no JSON text.
    pub fn json(value: &impl Serialize) -> serde_json::Result<Self> {
        let (text, structured) = json::forms(serde_json::to_string(value)?);
        Ok(Self { structured, ..Self::text(text) })
    }

    /// Reads the answer's JSON. An answer that is an error stays one: `?` gives it to the client as it is.
    ///
    /// # Errors
    /// When the answer is an error, no JSON, or no `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        if self.is_error {
            return Err(self.clone().into());
        }
        match self.content.first() {
            Some(Content::Text(text)) => serde_json::from_str(text)
                .map_err(|error| format!("The API's answer is not as expected: {error}.").into()),
            _ => Err("The API's answer is no JSON.".into()),
        }
    }

    /// What stands in its texts.
    pub fn all_text(&self) -> String {
        let texts = self.content.iter().filter_map(|content| match content {
            Content::Text(text) => Some(&**text),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The reply of a tool with an output schema, which owes structured content.
    pub(crate) fn with_structured(mut self) -> Self {
        if self.structured.is_none() && !self.is_error {
            self.structured = Some(wrapped(&self));
        }
        self
    }
}

impl Contents {
    /// A text under a URI.
    pub fn text(uri: impl Into<String>, text: impl Into<String>) -> Self {
        let body = ContentsBody::Text(text.into());
        Self { uri: uri.into(), mime_type: Some("text/plain".to_owned()), body }
    }
}

/// Decodes an answer to a call.
pub(crate) async fn decode(mut answer: Answer, decoding: Decoding<'_>) -> Result<Reply, SendError> {
    if !answer.status.is_success() {
        return Ok(status::failure(&mut answer, &decoding).await);
    }
    let mut reply = success(&mut answer, &decoding).await?;
    if decoding.structured {
        reply = reply.with_structured();
    }
    if let Some(told) = head::told(&answer.headers).filter(|_| !answer.head && !reply.is_error) {
        reply.content.push(Content::Text(decoding.credentials.redact(told).into()));
    }
    Ok(reply)
}

async fn success(answer: &mut Answer, decoding: &Decoding<'_>) -> Result<Reply, SendError> {
    if answer.head {
        return Ok(Reply { structured: decoding.structured.then_some(NULL), ..head::of_head(answer) });
    }
    let media_type = MediaType::of(&answer.headers);
    if let Some(kind) = media_type.as_ref().and_then(stream::kind) {
        return stream::reply(answer, kind, decoding).await;
    }
    let body = answer.read(decoding.limit).await?;
    let is_blank = || media_type.as_ref().is_some_and(|media_type| media_type.family() == Family::Json);
    if body.bytes.is_empty() || body.bytes.trim_ascii().is_empty() && is_blank() {
        let text = format!("The API answered with no content ({}).", status::line(answer));
        return Ok(Reply { structured: decoding.structured.then_some(NULL), ..Reply::text(text) });
    }
    let media_type = media_type.unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    Ok(match (media_type.family_of(&body.bytes), body.cut) {
        (Family::Text, true) => Reply::text(cut_text(answer, &media_type, &body.bytes, decoding)),
        (_, true) => Reply::error(limit_note(answer, decoding)),
        (Family::Multipart, false) => {
            let reply = multipart::reply(&media_type, &body.bytes, decoding.uri);
            Reply { structured: reply.structured.filter(|_| decoding.structured), ..reply }
        }
        (_, false) => block(&media_type, body.bytes, decoding.uri),
    })
}

/// A whole body as one block; structured only where it is JSON.
fn block(media_type: &MediaType, bytes: Bytes, uri: &str) -> Reply {
    let mime_type = media_type.essence().to_owned();
    let content = match media_type.family_of(&bytes) {
        Family::Json => return json_or_text(media_type, bytes),
        Family::Text | Family::Stream => Content::Text(media_type.decode_whole(bytes).into()),
        Family::Image => Content::Image { data: bytes, mime_type },
        Family::Audio => Content::Audio { data: bytes, mime_type },
        Family::Binary | Family::Multipart => Content::Resource { uri: uri.to_owned(), mime_type, blob: bytes },
    };
    Reply { content: vec![content], structured: None, is_error: false }
}

/// JSON as it came: an object as it is, anything else under `result`. What is no JSON after all is text.
fn json_or_text(media_type: &MediaType, bytes: Bytes) -> Reply {
    let (text, structured) = json::forms(media_type.decode_whole(bytes));
    Reply { structured, ..Reply::text(text) }
}

/// Structured content of no value.
const NULL: Bytes = Bytes::from_static(br#"{"result":null}"#);

/// Structured content for an answer that is not JSON: a text, or null.
fn wrapped(reply: &Reply) -> Bytes {
    match reply.content.as_slice() {
        [Content::Text(text)] => serde_json::json!({ "result": &**text }).to_string().into(),
        _ => NULL,
    }
}

/// Words in the names of arguments that make an answer smaller.
const NARROWING: [&str; 15] = [
    "count", "cursor", "fields", "filter", "first", "limit", "max", "offset", "page", "pagesize", "perpage", "select",
    "size", "take", "top",
];

/// The arguments of an operation that make its answer smaller.
fn narrowing(operation: &Operation) -> Vec<&str> {
    let narrows = |name: &str| {
        let words = name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(camel_words);
        words.map(str::to_ascii_lowercase).any(|word| NARROWING.contains(&word.as_str()))
    };
    let query = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
    query.map(|parameter| parameter.argument.as_str()).filter(|name| narrows(name)).collect()
}

/// `pageSize` → `page`, `Size`
fn camel_words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let end = rest.char_indices().skip(1).find(|(_, c)| c.is_ascii_uppercase()).map_or(rest.len(), |(at, _)| at);
        let (word, after) = rest.split_at(end);
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

fn limit_note(answer: &Answer, decoding: &Decoding<'_>) -> String {
    let length =
        answer.content_length().map(|length| format!(" The whole answer has {length} bytes.")).unwrap_or_default();
    let narrowing = narrowing(decoding.operation);
    let narrow =
        if narrowing.is_empty() { String::new() } else { format!(" Ask for less with {}.", narrowing.join(", ")) };
    format!("The answer is over the limit of {} bytes.{length}{narrow}", decoding.limit)
}

fn cut_text(answer: &Answer, media_type: &MediaType, bytes: &[u8], decoding: &Decoding<'_>) -> String {
    format!("{}\n[Cut here. {}]", media_type.decode_part(bytes), limit_note(answer, decoding))
}

/// Decodes an answer to a read.
pub(crate) async fn contents(
    mut answer: Answer,
    decoding: Decoding<'_>,
) -> Result<Result<Contents, Refusal>, SendError> {
    if !answer.status.is_success() {
        return Ok(Err(status::failure_of_read(&mut answer, &decoding).await));
    }
    let shown = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let contents = |mime_type: Option<String>, body| Contents { uri: decoding.uri.to_owned(), mime_type, body };
    let media_type = MediaType::of(&answer.headers);
    if let Some(kind) = media_type.as_ref().and_then(stream::kind) {
        let text = stream::text(&mut answer, kind, &decoding).await?;
        return Ok(Ok(contents(shown, ContentsBody::Text(text))));
    }
    let body = answer.read(decoding.limit).await?;
    if body.bytes.is_empty() {
        return Ok(Ok(contents(shown, ContentsBody::Text(String::new()))));
    }
    let known = media_type.unwrap_or_else(|| MediaType::sniffed(&body.bytes));
    let family = known.family_of(&body.bytes);
    if body.cut && family != Family::Text {
        let message = limit_note(&answer, &decoding);
        return Ok(Err(Refusal { status: Some(answer.status.as_u16()), message, body: None }));
    }
    let body = match family {
        Family::Text if body.cut => ContentsBody::Text(cut_text(&answer, &known, &body.bytes, &decoding)),
        Family::Json | Family::Text | Family::Stream => ContentsBody::Text(known.decode_whole(body.bytes)),
        Family::Image | Family::Audio | Family::Multipart | Family::Binary => ContentsBody::Blob(body.bytes),
    };
    Ok(Ok(contents(shown.or_else(|| Some(known.essence().to_owned())), body)))
}

/// A read that the API refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: Option<u16>,
    pub(crate) message: String,
    pub(crate) body: Option<serde_json::Value>,
}
