//! Answers that stream: server-sent events and lines of JSON, reported as they come and gathered as the result.

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::{Decoding, MediaType, Reply};
use crate::client::{Answer, SendError};

/// How a stream is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `text/event-stream` (WHATWG HTML, "Server-sent events").
    Events,
    /// A JSON text a line, or RFC 7464.
    Lines,
}

pub(super) fn kind(media_type: Option<&MediaType>) -> Option<Kind> {
    let media_type = media_type?;
    match (media_type.family(), media_type.essence()) {
        (super::Family::Stream, "text/event-stream") => Some(Kind::Events),
        (super::Family::Stream, _) => Some(Kind::Lines),
        _ => None,
    }
}

/// Listens until the stream ends, the time is up, or the limit is reached; what came is the result.
pub(super) async fn reply(mut answer: Answer, kind: Kind, decoding: &Decoding<'_>) -> Result<Reply, SendError> {
    answer.extend(decoding.stream_timeout);
    let deadline = Instant::now() + decoding.stream_timeout;
    let mut splitter = Splitter::new(kind);
    let mut events: Vec<String> = Vec::new();
    let mut size = 0;
    let ended = loop {
        let chunk = match tokio::time::timeout_at(deadline, answer.chunk()).await {
            Err(_) | Ok(Err(SendError::Timeout(_))) => {
                break Some(format!(
                    "Listening stopped after {} s; there may be more.",
                    decoding.stream_timeout.as_secs()
                ));
            }
            // What came before a stream broke is worth having.
            Ok(Err(_)) if !events.is_empty() => break Some("The API closed the stream before its end.".to_owned()),
            Ok(chunk) => chunk?,
        };
        let Some(chunk) = chunk else { break None };
        size += chunk.len();
        for event in splitter.push(&chunk) {
            report(decoding, &mut events, event).await;
        }
        if size > decoding.limit {
            break Some(format!("Listening stopped at the limit of {} bytes; there may be more.", decoding.limit));
        }
    };
    for event in splitter.finish() {
        report(decoding, &mut events, event).await;
    }
    let mut text = events.join("\n");
    if let Some(note) = ended {
        text = if text.is_empty() { format!("[{note}]") } else { format!("{text}\n[{note}]") };
    } else if text.is_empty() {
        text.push_str("The API's stream ended without an event.");
    }
    let mut reply = Reply::text(text);
    if decoding.structured {
        reply.structured = Some(structured(&events));
    }
    Ok(reply)
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
        .map(|event| match serde_json::from_str::<&RawValue>(event) {
            Ok(json) => json.get().to_owned(),
            Err(_) => serde_json::Value::from(event.as_str()).to_string(),
        })
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
                (b'\n', _) | (b'\r', Kind::Events) | (0x1e, Kind::Lines) => true,
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
        if self.kind == Kind::Lines {
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
            (Kind::Lines, "\u{1e}{\"a\":1}\n\u{1e}2", &["{\"a\":1}", "2"]),
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
