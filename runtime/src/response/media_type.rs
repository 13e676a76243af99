//! The media type of an answer, and text by its charset.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8};
use http::{HeaderMap, header};

/// What a media type is to a client of MCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Json,
    Text,
    Image,
    Audio,
    Multipart,
    /// Server-sent events and lines of JSON.
    Stream,
    Binary,
}

/// A media type with the parameters that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType {
    essence: String,
    charset: Option<String>,
    boundary: Option<String>,
}

impl MediaType {
    /// That of `Content-Type`.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        Self::parse(&String::from_utf8_lossy(headers.get(header::CONTENT_TYPE)?.as_bytes()))
    }

    /// From the text of a header.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (essence, mut rest) = text.split_once(';').unwrap_or((text, ""));
        let essence = essence.trim().to_ascii_lowercase();
        if !essence.contains('/') {
            return None;
        }
        let mut media_type = Self { essence, charset: None, boundary: None };
        while let Some((name, value)) = rest.split_once('=') {
            let name = name.trim_matches([' ', ';', '\t']).to_ascii_lowercase();
            let value = value.trim_start();
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => value.split_once(';').unwrap_or((value, "")),
            };
            match name.as_str() {
                "charset" => media_type.charset = Some(value.trim().to_owned()),
                "boundary" => media_type.boundary = Some(value.trim_end().to_owned()),
                _ => {}
            }
            rest = after;
        }
        Some(media_type)
    }

    /// What a body without a media type looks like.
    pub(crate) fn sniffed(bytes: &[u8]) -> Self {
        let essence = match std::str::from_utf8(bytes) {
            Ok(text) if crate::json::tidy(text).is_some() => "application/json",
            Ok(text) if !text.contains('\0') => "text/plain",
            _ => "application/octet-stream",
        };
        Self { essence: essence.to_owned(), charset: None, boundary: None }
    }

    /// `type/subtype`, in lower case.
    pub(crate) fn essence(&self) -> &str {
        &self.essence
    }

    /// The boundary of a multipart type.
    pub(crate) fn boundary(&self) -> Option<&str> {
        self.boundary.as_deref()
    }

    /// The family of these bytes: some servers state a charset for everything, and then the bytes tell.
    pub(crate) fn family_of(&self, bytes: &[u8]) -> Family {
        let stated = self.charset.is_some() && Self { charset: None, ..self.clone() }.family() == Family::Binary;
        if stated && (bytes.contains(&0) || self.encoding().decode(bytes).2) {
            return Family::Binary;
        }
        self.family()
    }

    pub(crate) fn family(&self) -> Family {
        let (kind, subtype) = self.essence.split_once('/').unwrap_or((&self.essence, ""));
        let suffix = subtype.rsplit_once('+').map_or("", |(_, suffix)| suffix);
        match (kind, subtype, suffix) {
            ("text", "event-stream", _)
            | (
                _,
                "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines" | "json-seq" | "stream+json",
                _,
            )
            | (_, _, "json-seq") => Family::Stream,
            (_, "json", _) | (_, _, "json") => Family::Json,
            ("image", ..) => Family::Image,
            ("audio", ..) => Family::Audio,
            ("multipart", ..) => Family::Multipart,
            ("text", ..)
            | (
                _,
                "xml"
                | "yaml"
                | "x-yaml"
                | "javascript"
                | "x-javascript"
                | "ecmascript"
                | "graphql"
                | "sql"
                | "toml"
                | "x-www-form-urlencoded"
                | "x-sh"
                | "jwt"
                | "jose"
                | "xhtml+xml"
                | "rtf"
                | "csv",
                _,
            )
            | (_, _, "xml" | "yaml" | "jwt") => Family::Text,
            _ if self.charset.is_some() => Family::Text,
            _ => Family::Binary,
        }
    }

    fn encoding(&self) -> &'static Encoding {
        self.charset.as_deref().and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8)
    }

    /// The encoding that an XML declaration names, for where the header names none.
    fn declared(&self, bytes: &[u8]) -> Option<&'static Encoding> {
        let is_xml = self.charset.is_none() && self.essence.ends_with("xml");
        let declaration = bytes.strip_prefix(b"<?xml").filter(|_| is_xml)?;
        let declaration = declaration.split(|&byte| byte == b'>').next()?;
        let text = std::str::from_utf8(declaration).ok()?;
        let label = text.split_once("encoding")?.1.trim_start_matches(['=', ' ']);
        let quote = label.chars().next()?;
        Encoding::for_label(label[quote.len_utf8()..].split(quote).next()?.as_bytes())
    }

    /// The bytes as text: by a byte order mark, the charset, an XML declaration, UTF-8.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        let encoding = self.declared(bytes).unwrap_or_else(|| self.encoding());
        let (text, _, _) = encoding.decode(bytes);
        match text {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        }
    }

    /// The same of bytes that nobody else holds, which are not copied where they are the text already.
    pub(crate) fn decode_whole(&self, bytes: Bytes) -> String {
        let is_utf8 = self.declared(&bytes).unwrap_or_else(|| self.encoding()) == encoding_rs::UTF_8;
        if is_utf8 && !bytes.starts_with(b"\xef\xbb\xbf") {
            return String::from_utf8(bytes.into()).unwrap_or_else(|error| self.decode(error.as_bytes()));
        }
        self.decode(&bytes)
    }

    /// The beginning of a longer text: a character that was cut in two is left out.
    pub(crate) fn decode_part(&self, bytes: &[u8]) -> String {
        let whole = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
        self.decode(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_have_families() {
        let cases = [
            ("application/json", Family::Json),
            ("Application/Problem+JSON; charset=utf-8", Family::Json),
            ("text/json", Family::Json),
            ("text/event-stream; charset=utf-8", Family::Stream),
            ("application/x-ndjson", Family::Stream),
            ("text/html", Family::Text),
            ("application/xml", Family::Text),
            ("image/svg+xml", Family::Image),
            ("image/png", Family::Image),
            ("audio/mpeg", Family::Audio),
            ("multipart/mixed; boundary=b", Family::Multipart),
            ("application/pdf", Family::Binary),
            ("application/vnd.api; charset=utf-8", Family::Text),
        ];
        for (text, expected) in cases {
            assert_eq!(MediaType::parse(text).map(|media_type| media_type.family()), Some(expected), "{text}");
        }
        assert_eq!(MediaType::parse("json"), None);
    }

    #[test]
    fn text_is_decoded() {
        let cases: [(&str, &[u8], &str); 8] = [
            (
                "application/xml",
                b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xfc</a>",
                "<?xml version='1.0' encoding='iso-8859-1'?><a>ü</a>",
            ),
            ("text/xml; charset=utf-8", b"<?xml encoding=\"latin1\"?>\xc3\xbc", "<?xml encoding=\"latin1\"?>ü"),
            ("text/xml", b"<?xml encoding", "<?xml encoding"),
            ("text/plain", "Grüße".as_bytes(), "Grüße"),
            ("text/plain; charset=ISO-8859-1", b"Gr\xfc\xdfe", "Grüße"),
            ("text/plain; charset=\"latin1\"", b"Gr\xfc", "Grü"),
            ("application/json", b"\xef\xbb\xbf{}", "{}"),
            ("text/plain; charset=nonsense", b"a\xff", "a\u{fffd}"),
        ];
        for (media_type, bytes, expected) in cases {
            assert_eq!(MediaType::parse(media_type).unwrap().decode(bytes), expected, "{media_type}");
        }
        let plain = MediaType::parse("text/plain").unwrap();
        assert_eq!(plain.decode_part(&"aü".as_bytes()[..2]), "a");
    }

    #[test]
    fn a_charset_alone_makes_no_text() {
        let cases: [(&str, &[u8], Family); 4] = [
            ("application/pdf; charset=utf-8", b"%PDF-\xff", Family::Binary),
            ("application/octet-stream; charset=utf-8", b"a\0", Family::Binary),
            ("application/vnd.api; charset=utf-8", b"a=1", Family::Text),
            ("text/plain; charset=utf-8", b"a\xff", Family::Text),
        ];
        for (media_type, bytes, expected) in cases {
            assert_eq!(MediaType::parse(media_type).unwrap().family_of(bytes), expected, "{media_type}");
        }
    }

    #[test]
    fn boundaries_are_found() {
        for text in [
            "multipart/mixed; boundary=b1",
            "multipart/mixed;charset=x; boundary=\"b1\"",
            "multipart/mixed; Boundary=b1 ; x=y",
        ] {
            assert_eq!(MediaType::parse(text).unwrap().boundary(), Some("b1"), "{text}");
        }
    }
}
