//! Answers that stream: server-sent events and lines of JSON, reported as they come and gathered as the result.

use std::borrow::Cow;

use bytes::Bytes;
use tokio::time::Instant;

use super::{Decoding, Family, MediaType, Reply};
use crate::{
    client::{Answer, SendError},
    json::tidy,
};

/// How a stream is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `text/event-stream` (WHATWG HTML, "Server-sent events").
    Events,
    /// A JSON text a line.
    Lines,
    /// JSON texts, each behind a record separator (RFC 7464).
    Sequence,
}

pub(super) fn kind(media_type: &MediaType) -> Option<Kind> {
    match (media_type.family(), media_type.essence()) {
        (Family::Stream, "text/event-stream") => Some(Kind::Events),
        (Family::Stream, essence) if essence.ends_with("json-seq") => Some(Kind::Sequence),
        (Family::Stream, _) => Some(Kind::Lines),
        _ => None,
    }
}

/// What came of a stream.
struct Heard {
    /// As it came.
    bytes: Vec<u8>,
    events: Vec<String>,
    /// Why it is not the whole.
    note: Option<String>,
}

/// A stream as the result of a call.
pub(super) async fn reply(answer: &mut Answer, kind: Kind, decoding: &Decoding<'_>) -> Result<Reply, SendError> {
    let Heard { events, note, .. } = listen(answer, kind, decoding).await?;
    let mut text = events.join("\n");
    match note {
        Some(note) if text.is_empty() => text = format!("[{note}]"),
        Some(note) => text = format!("{text}\n[{note}]"),
        None if text.is_empty() => "The API's stream ended without an event.".clone_into(&mut text),
        None => {}
    }
    Ok(Reply { structured: decoding.structured.then(|| structured(&events)), ..Reply::text(text) })
}

/// A stream as it came, as the contents of a read.
pub(super) async fn text(answer: &mut Answer, kind: Kind, decoding: &Decoding<'_>) -> Result<String, SendError> {
    let Heard { bytes, note, .. } = listen(answer, kind, decoding).await?;
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    match (note, kind) {
        // A comment, in the words of the media type.
        (Some(note), Kind::Events) => text.push_str(&format!("\n\n: {note}\n")),
        (Some(note), Kind::Lines | Kind::Sequence) => text.push_str(&format!("\n[{note}]\n")),
        (None, _) => {}
    }
    Ok(text)
}

/// Listens until the stream ends, the time is up, or the limit is reached.
async fn listen(answer: &mut Answer, kind: Kind, decoding: &Decoding<'_>) -> Result<Heard, SendError> {
    answer.extend(decoding.stream_timeout);
    let deadline = Instant::now() + decoding.stream_timeout;
    let mut splitter = Splitter::new(kind);
    let mut heard = Heard { bytes: Vec::new(), events: Vec::new(), note: None };
    while heard.note.is_none() {
        let chunk = match tokio::time::timeout_at(deadline, answer.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Err(_) | Ok(Err(SendError::Timeout(_))) => {
                let seconds = decoding.stream_timeout.as_secs_f64();
                heard.note = Some(format!("Listening stopped after {seconds} s; there may be more."));
                break;
            }
            // What came before a stream broke is worth having.
            Ok(Err(_)) if !heard.bytes.is_empty() => {
                heard.note = Some("The API closed the stream before its end.".to_owned());
                break;
            }
            Ok(Err(error)) => return Err(error),
        };
        let room = decoding.limit - heard.bytes.len();
        if chunk.len() > room {
            heard.note =
                Some(format!("Listening stopped at the limit of {} bytes; there may be more.", decoding.limit));
        }
        let chunk = &chunk[..chunk.len().min(room)];
        heard.bytes.extend_from_slice(chunk);
        for event in splitter.push(chunk) {
            report(decoding, &mut heard.events, event).await;
        }
    }
    for event in splitter.finish() {
        report(decoding, &mut heard.events, event).await;
    }
    Ok(heard)
}

async fn report(decoding: &Decoding<'_>, events: &mut Vec<String>, event: String) {
    if let Some(progress) = decoding.progress {
        progress.report(events.len() as u64 + 1, &event).await;
    }
    events.push(event);
}

/// `{"result": […]}`: events that are JSON as they are, others as strings.
fn structured(events: &[String]) -> Bytes {
    let items: Vec<String> = events
        .iter()
        .map(|event| tidy(event).map_or_else(|| serde_json::Value::from(event.as_str()).to_string(), Cow::into_owned))
        .collect();
    format!("{{\"result\":[{}]}}", items.join(",")).into()
}

/// Splits a stream into the data of its events.
#[derive(Debug)]
struct Splitter {
    kind: Kind,
    line: Vec<u8>,
    /// A carriage return ended the last line; a line feed right behind it belongs to it.
    after_return: bool,
    data: Option<String>,
}

impl Splitter {
    fn new(kind: Kind) -> Self {
        Self { kind, line: Vec::new(), after_return: false, data: None }
    }

    fn push(&mut self, chunk: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        for &byte in chunk {
            let ends = match (byte, self.kind) {
                (b'\n', Kind::Events) if self.after_return => {
                    self.after_return = false;
                    continue;
                }
                (b'\n', Kind::Events | Kind::Lines) | (b'\r', Kind::Events) | (0x1e, Kind::Sequence) => true,
                _ => false,
            };
            self.after_return = byte == b'\r';
            if ends {
                events.extend(self.end_line());
            } else {
                self.line.push(byte);
            }
        }
        events
    }

    fn end_line(&mut self) -> Option<String> {
        let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
        if self.kind != Kind::Events {
            return Some(line.trim().to_owned()).filter(|line| !line.is_empty());
        }
        if line.is_empty() {
            return self.data.take();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        if field.trim_start_matches('\u{feff}') == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            }
        }
        None
    }

    /// What stands there when the stream ends without its last line break.
    fn finish(&mut self) -> Vec<String> {
        let line = (!self.line.is_empty()).then(|| self.end_line()).flatten();
        line.into_iter().chain(self.data.take()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(kind: Kind, stream: &str) -> Vec<String> {
        let mut whole = Splitter::new(kind);
        let mut events = whole.push(stream.as_bytes());
        events.extend(whole.finish());
        let mut bytewise = Splitter::new(kind);
        let mut again: Vec<String> = stream.bytes().flat_map(|byte| bytewise.push(&[byte])).collect();
        again.extend(bytewise.finish());
        assert_eq!(events, again, "however it is cut into chunks");
        events
    }

    #[test]
    fn streams_are_split_into_events() {
        let cases: [(Kind, &str, &[&str]); 8] = [
            (Kind::Events, "data: one\n\ndata: two\n\n", &["one", "two"]),
            (Kind::Events, "data: a\r\ndata: b\r\n\r\n", &["a\nb"]),
            (Kind::Events, ": comment\nevent: x\nid: 1\ndata:{\"a\":1}\n\n", &["{\"a\":1}"]),
            (Kind::Events, "data: cut", &["cut"]),
            (Kind::Events, "event: x\n\n", &[]),
            (Kind::Lines, "{\"a\":1}\n\n{\"a\":2}\r\n", &["{\"a\":1}", "{\"a\":2}"]),
            (Kind::Sequence, "\u{1e}{\"a\":\n1}\n\u{1e}\u{1e}2", &["{\"a\":\n1}", "2"]),
            (Kind::Lines, "", &[]),
        ];
        for (kind, stream, expected) in cases {
            assert_eq!(split(kind, stream), expected, "{stream:?}");
        }
    }

    #[test]
    fn events_are_structured() {
        let events = ["{\"a\":1.50}".to_owned(), "text".to_owned()];
        assert_eq!(structured(&events), r#"{"result":[{"a":1.50},"text"]}"#);
    }
}
