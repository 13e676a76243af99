//! JSON texts, made fit to stand inside a message: on one line, no deeper and with no more than every reader takes.

use serde::de::IgnoredAny;

/// Parsers of clients give up below this; what is deeper is delivered as text.
const DEEPEST: usize = 100;

/// A JSON text without insignificant white space. Halves of surrogate pairs that stand alone, which several parsers
/// refuse a whole message for, become U+FFFD. None for what is no JSON, or too deep.
pub(super) fn tidy(text: &str) -> Option<String> {
    between("", text, "")
}

/// A JSON text as structured content: an object as it is, anything else under `result`.
pub(super) fn structured(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') { tidy(text) } else { between("{\"result\":", text, "}") }
}

/// The [`tidy`] text between two others, written once.
fn between(before: &str, text: &str, after: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut tidy = String::with_capacity(before.len() + text.len() + after.len());
    tidy.push_str(before);
    let (mut depth, mut in_string) = (0_usize, false);
    let mut rest = text;
    // Every byte that is looked at is ASCII, so that the pieces between them are whole characters.
    while let Some(at) = rest.find(['"', '\\', '{', '}', '[', ']', ' ', '\t', '\r', '\n']) {
        let (before, found) = rest.split_at(at);
        tidy.push_str(before);
        let mut taken = 1;
        match found.as_bytes()[0] {
            b'\\' => {
                let (spelling, length) = escape(found);
                tidy.push_str(spelling);
                taken = length;
            }
            b'"' => {
                in_string = !in_string;
                tidy.push('"');
            }
            byte if in_string => tidy.push(char::from(byte)),
            b' ' | b'\t' | b'\r' | b'\n' => {}
            byte => {
                match byte {
                    b'{' | b'[' => depth += 1,
                    _ => depth -= 1,
                }
                if depth > DEEPEST {
                    return None;
                }
                tidy.push(char::from(byte));
            }
        }
        rest = &found[taken..];
    }
    tidy.push_str(rest);
    tidy.push_str(after);
    Some(tidy)
}

/// The escape sequence at the beginning of a valid JSON text's rest, as it is to be written, and its length.
fn escape(text: &str) -> (&str, usize) {
    const REPLACEMENT: &str = "\\ufffd";
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (&text[..12], 12),
        (Some(0xd800..=0xdfff), _) => (REPLACEMENT, 6),
        (Some(_), _) => (&text[..6], 6),
        (None, _) => (&text[..2], 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_put_on_one_line() {
        let cases = [
            ("{\n  \"a b\": [ 1.50, \"x \\\" y\" ],\r\n\t\"ü\": {} }\n", Some(r#"{"a b":[1.50,"x \" y"],"ü":{}}"#)),
            (" 1e400 ", Some("1e400")),
            (r#""{[\\""#, Some(r#""{[\\""#)),
            (r#""\ud83d\ude00""#, Some(r#""\ud83d\ude00""#)),
            (r#""\ud83d \uDE00 \ud800\ud83d\ude00""#, Some(r#""\ufffd \ufffd \ufffd\ud83d\ude00""#)),
            (r#""\ud83dé\u00e9""#, Some(r#""\ufffdé\u00e9""#)),
            ("[1,]", None),
            ("{} {}", None),
            ("NaN", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(tidy(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_object_stands_under_result() {
        let cases = [
            (" {\"a\": 1}\n", Some("{\"a\":1}")),
            ("[ 1 ]", Some("{\"result\":[1]}")),
            ("null", Some("{\"result\":null}")),
            ("{", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(structured(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_tidy_can_be_parsed() {
        for (depth, taken) in [(100, true), (101, false), (100_000, false)] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(tidy(&text).is_some(), taken, "{depth}");
            if taken {
                assert!(serde_json::from_str::<serde_json::Value>(&format!("{{\"result\":{text}}}")).is_ok());
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_tidy_is_the_same(text in "[\\[\\]{}:,\"\\\\ \n0-9ué]{0,40}") {
            let value = serde_json::from_str::<serde_json::Value>(&text).ok();
            if let (Some(value), Some(tidy)) = (value, tidy(&text)) {
                proptest::prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&tidy).unwrap(), value);
            }
        }
    }
}
