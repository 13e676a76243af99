//! `multipart/…` answers (RFC 2046): a block for each part.

use bytes::Bytes;

use super::{Content, MediaType, Reply, block};
use crate::{json::tidy, request::binary as base64};

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

/// The parts between the delimiters, headers included. Where the last delimiter is missing the rest is a part.
fn parts(bytes: &Bytes, boundary: &str) -> Vec<Bytes> {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut line) = (None, 0);
    while line < bytes.len() {
        let end = bytes[line..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |index| line + index + 1);
        let text = bytes[line..end].trim_ascii_end();
        if let Some(rest) = text.strip_prefix(delimiter).filter(|rest| rest.is_empty() || *rest == b"--") {
            if let Some(start) = start {
                parts.push(without_break(&bytes.slice(start..line.max(start))));
            }
            if !rest.is_empty() {
                return parts;
            }
            start = Some(end);
        }
        line = end;
    }
    parts.extend(start.filter(|&start| start < bytes.len()).map(|start| without_break(&bytes.slice(start..))));
    parts
}

/// The line break before a delimiter belongs to the delimiter.
fn without_break(part: &Bytes) -> Bytes {
    let kept = part.strip_suffix(b"\r\n").or_else(|| part.strip_suffix(b"\n")).map_or(part.len(), <[u8]>::len);
    part.slice(..kept)
}

/// The media type and the body of a part.
fn split(part: &Bytes) -> (MediaType, Bytes) {
    let mut at = 0;
    let mut lines: Vec<String> = Vec::new();
    while at < part.len() {
        let end = part[at..].iter().position(|&byte| byte == b'\n').map_or(part.len(), |index| at + index + 1);
        let line = String::from_utf8_lossy(part[at..end].trim_ascii_end()).into_owned();
        at = end;
        match lines.last_mut() {
            _ if line.is_empty() => break,
            // A header may go on in the next line.
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(&line),
            _ => lines.push(line),
        }
    }
    let header = |wanted: &str| {
        let mut headers = lines.iter().filter_map(|line| line.split_once(':'));
        headers.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let mut body = part.slice(at..);
    if header("content-transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("base64"))
        && let Ok(decoded) = base64::base64(&body)
    {
        body = decoded.into();
    }
    (header("content-type").and_then(MediaType::parse).unwrap_or_else(|| MediaType::sniffed(&body)), body)
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
    fn parts_are_what_their_headers_say() {
        let media_type = MediaType::parse("multipart/mixed; boundary=b").unwrap();
        let cases: [(&[u8], &[&str]); 5] = [
            (b"--b\nContent-Type: text/plain\n\none\n--b\n\ntwo\n--b--\n", &["one", "two"]),
            (b"--b\r\nContent-Type: text/plain;\r\n charset=iso-8859-1\r\n\r\n\xe9\r\n--b--", &["\u{e9}"]),
            (b"--b\r\ncontent-transfer-encoding: BASE64\r\n\r\naGVs\r\nbG8=\r\n--b--", &["hello"]),
            (b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n***\r\n--b--", &["***"]),
            (b"--b\r\n\r\none\r\n--b\r\n\r\ntw", &["one", "tw"]),
        ];
        for (body, expected) in cases {
            let reply = reply(&media_type, &Bytes::from_static(body), "api://x");
            let expected: Vec<Content> = expected.iter().map(|&text| Content::Text(text.into())).collect();
            assert_eq!(reply.content, expected, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn what_has_no_parts_is_text() {
        let media_type = MediaType::parse("multipart/mixed; boundary=b1").unwrap();
        for body in ["", "no boundary", "--b1", "--b1--\r\n"] {
            let reply = reply(&media_type, &Bytes::copy_from_slice(body.as_bytes()), "api://x");
            assert_eq!(reply.content, [Content::Text(body.into())]);
        }
    }
}
