//! Bytes that came as text: base64 or a `data:` URL.

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// The media type of bytes that say nothing about themselves.
pub(super) const OCTETS: &str = "application/octet-stream";
/// What is expected.
pub(super) const EXPECTED: &str = "expected base64 text or a data: URL";

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The media type, if a `data:` URL (RFC 2397) names one, and the bytes.
pub(super) fn decode(text: &str) -> Result<(Option<&str>, Vec<u8>), &'static str> {
    let Some(url) = text.trim_start().split_at_checked(5).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("data:"))
    else {
        return Ok((None, base64(text.as_bytes())?));
    };
    let (head, data) = url.1.split_once(',').ok_or("expected a data: URL with a comma before its data")?;
    let (media_type, is_base64) = match head.rsplit_once(';') {
        Some((media_type, "base64")) => (media_type, true),
        _ => (head, head == "base64"),
    };
    let unescaped: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    let bytes = if is_base64 { base64(&unescaped)? } else { unescaped };
    Ok((Some(media_type.trim()).filter(|media_type| media_type.contains('/')), bytes))
}

/// Either alphabet, with or without padding, with line breaks or without.
pub(crate) fn base64(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    if let Ok(bytes) = STANDARD.decode(text) {
        return Ok(bytes);
    }
    let packed: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(&packed).or_else(|_| URL_SAFE.decode(&packed)).map_err(|_| EXPECTED)
}

/// The media type that is sent for bytes of a declared one: the declared one, or of a range the one that the bytes say
/// they are.
pub(super) fn within_range<'t>(declared: &'t str, own: Option<&'t str>) -> Result<Cow<'t, str>, String> {
    let Some((range, _)) = declared.split_once("/*") else { return Ok(Cow::Borrowed(declared)) };
    match own {
        None => Ok(Cow::Borrowed(OCTETS)),
        Some(own) if range == "*" || own.split('/').next().is_some_and(|kind| kind.eq_ignore_ascii_case(range)) => {
            Ok(Cow::Borrowed(own))
        }
        Some(own) => Err(format!("expected data of {declared}, and the data: URL says {own:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_and_data_urls_are_read() {
        let cases: [(&str, Option<&str>, &[u8]); 12] = [
            ("aGVsbG8=", None, b"hello"),
            ("aGVsbG8", None, b"hello"),
            ("aGVs\r\nbG8=\n", None, b"hello"),
            ("AAH+/w==", None, b"\x00\x01\xfe\xff"),
            ("AAH-_w", None, b"\x00\x01\xfe\xff"),
            ("", None, b""),
            ("data:image/gif;base64,R0lGODlh", Some("image/gif"), b"GIF89a"),
            ("DATA:image/gif;base64,R0lGODlh", Some("image/gif"), b"GIF89a"),
            ("data:image/gif;base64,R0lGODlh%0A", Some("image/gif"), b"GIF89a"),
            ("data:text/plain;charset=utf-8,a%20b", Some("text/plain;charset=utf-8"), b"a b"),
            ("data:,a,b", None, b"a,b"),
            ("data:;base64,aA", None, b"h"),
        ];
        for (text, media_type, bytes) in cases {
            assert_eq!(decode(text), Ok((media_type, bytes.to_vec())), "{text}");
        }
        for text in ["*** no base64 ***", "a", "data:image/gif;base64", "data:image/gif;base64,***", "é", "daté:"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_is_what_the_bytes_say() {
        let cases: [(&str, Option<&str>, Option<&str>); 7] = [
            ("image/png", Some("image/gif"), Some("image/png")),
            ("image/*", Some("image/gif"), Some("image/gif")),
            ("image/*", Some("IMAGE/GIF"), Some("IMAGE/GIF")),
            ("image/*", None, Some(OCTETS)),
            ("image/*", Some("text/plain"), None),
            ("*/*", Some("text/plain"), Some("text/plain")),
            ("*/*", None, Some(OCTETS)),
        ];
        for (declared, own, sent) in cases {
            assert_eq!(within_range(declared, own).ok().as_deref(), sent, "{declared} {own:?}");
        }
    }
}
