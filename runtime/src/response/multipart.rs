//! `multipart/…` answers (RFC 2046): a block for each part.

use bytes::Bytes;

use super::{Content, MediaType, Reply, block};
use crate::json::tidy;

/// The most parts that become blocks.
const PARTS: usize = 200;

/// The parts as blocks; what has no boundary is text.
pub(super) fn reply(media_type: &MediaType, bytes: &Bytes, uri: &str) -> Reply {
    let Some(boundary) = media_type.boundary() else { return Reply::text(media_type.decode(bytes)) };
    let (mut content, mut values) = (Vec::new(), Vec::new());
    let parts = parts(bytes, boundary);
    for part in parts.iter().take(PARTS) {
        let (media_type, body) = split(part);
        let part = block(&media_type, body, uri);
        values.push(value(&part));
        content.extend(part.content);
    }
    if content.is_empty() {
        return Reply::text(media_type.decode(bytes));
    }
    if parts.len() > PARTS {
        content.push(Content::Text(format!("[{} more parts are left out]", parts.len() - PARTS).into()));
    }
    let structured = format!("{{\"result\":[{}]}}", values.join(","));
    Reply { content, structured: Some(structured.into()), is_error: false }
}

/// A part as a JSON text: JSON as it is, a text as a string, anything else as null.
fn value(part: &Reply) -> String {
    match (part.content.as_slice(), &part.structured) {
        ([Content::Text(text)], Some(_)) => tidy(text).unwrap_or_default().into_owned(),
        ([Content::Text(text)], None) => serde_json::Value::from(&**text).to_string(),
        _ => "null".to_owned(),
    }
}

/// The parts between the delimiters, headers included.
fn parts(bytes: &Bytes, boundary: &str) -> Vec<Bytes> {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut line) = (None, 0);
    loop {
        let end = bytes[line..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |index| line + index + 1);
        let text = bytes[line..end].trim_ascii_end();
        if let Some(rest) = text.strip_prefix(delimiter).filter(|rest| rest.is_empty() || *rest == b"--") {
            if let Some(start) = start {
                // The line break before a delimiter belongs to the delimiter.
                let part = bytes.slice(start..line.max(start));
                let stop =
                    part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).map_or(part.len(), <[u8]>::len);
                parts.push(part.slice(..stop));
            }
            if !rest.is_empty() {
                return parts;
            }
            start = Some(end);
        }
        if end >= bytes.len() {
            return parts;
        }
        line = end;
    }
}

fn split(part: &Bytes) -> (MediaType, Bytes) {
    let mut at = 0;
    let mut media_type = None;
    while at < part.len() {
        let end = part[at..].iter().position(|&byte| byte == b'\n').map_or(part.len(), |index| at + index + 1);
        let line = String::from_utf8_lossy(part[at..end].trim_ascii_end()).into_owned();
        at = end;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-type")
        {
            media_type = MediaType::parse(value);
        }
    }
    let body = part.slice(at..);
    (media_type.unwrap_or_else(|| MediaType::sniffed(&body)), body)
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::*;

    #[test]
    fn each_part_is_a_block() {
        let media_type = MediaType::parse("multipart/mixed; boundary=b1").unwrap();
        let body = Bytes::from_static(
            b"preamble\r\n--b1\r\nContent-Type: text/plain\r\n\r\nfirst\r\nline\r\n--b1\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b1\r\n\r\n{\"a\":1}\r\n--b1--\r\nrest",
        );
        let reply = reply(&media_type, &body, "api://x");
        assert_eq!(
            reply.content,
            [
                Content::Text("first\r\nline".into()),
                Content::Image { data: Bytes::from_static(b"\x89PNG"), mime_type: "image/png".to_owned() },
                Content::Text("{\"a\":1}".into()),
            ]
        );
        assert_eq!(reply.structured.as_deref(), Some(&br#"{"result":["first\r\nline",null,{"a":1}]}"#[..]));
    }

    #[test]
    fn what_has_no_parts_is_text() {
        let media_type = MediaType::parse("multipart/mixed; boundary=b1").unwrap();
        for body in ["", "no boundary", "--b1"] {
            let reply = reply(&media_type, &Bytes::copy_from_slice(body.as_bytes()), "api://x");
            assert_eq!(reply.content, [Content::Text(body.into())]);
        }
    }
}
