//! Media types, as far as mapping needs to tell them apart.

/// What a media type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `application/json`, `…+json`.
    Json,
    /// Newline-delimited JSON.
    JsonLines,
    /// `application/json-seq`.
    JsonSequence,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/…`.
    Multipart,
    /// Text, XML, YAML and the like.
    Text,
    /// Anything else.
    Binary,
}

/// `type/subtype` in lower case, without parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The family of a media type or range.
pub fn family(media_type: &str) -> Family {
    let essence = essence(media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    let suffix = subtype.rsplit_once('+').map_or("", |(_, suffix)| suffix);
    match (kind, subtype, suffix) {
        (
            _,
            "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines" | "json-lines" | "stream+json"
            | "x-json-stream",
            _,
        ) => Family::JsonLines,
        (_, "json", _) | (_, _, "json") | ("*" | "application", "*", _) => Family::Json,
        (_, "json-seq", _) | (_, _, "json-seq") => Family::JsonSequence,
        ("application", "x-www-form-urlencoded", _) => Family::Form,
        ("multipart", ..) => Family::Multipart,
        ("text", ..)
        | (
            _,
            "xml" | "yaml" | "x-yaml" | "javascript" | "graphql" | "sql" | "toml" | "csv" | "x-sh" | "jwt" | "jose",
            _,
        )
        | (_, _, "xml" | "yaml" | "jwt") => Family::Text,
        _ => Family::Binary,
    }
}

/// Whether a text is a token of HTTP (RFC 9110, section 5.6.2): a method, a header's name, half of a media type.
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        let cases = [
            ("application/json", Family::Json),
            ("Application/JSON; charset=utf-8", Family::Json),
            ("application/vnd.api+json", Family::Json),
            ("text/json", Family::Json),
            ("*/*", Family::Json),
            ("application/x-ndjson", Family::JsonLines),
            ("application/json-seq", Family::JsonSequence),
            ("application/stream+json", Family::JsonLines),
            ("application/x-www-form-urlencoded", Family::Form),
            ("multipart/form-data", Family::Multipart),
            ("multipart/mixed", Family::Multipart),
            ("text/plain", Family::Text),
            ("text/csv; header=present", Family::Text),
            ("application/xml", Family::Text),
            ("application/atom+xml", Family::Text),
            ("image/png", Family::Binary),
            ("application/octet-stream", Family::Binary),
            ("application/zip", Family::Binary),
            ("", Family::Binary),
        ];
        for (media_type, expected) in cases {
            assert_eq!(family(media_type), expected, "{media_type}");
        }
    }
}
