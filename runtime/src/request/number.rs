//! Numbers as they are sent: with the spelling that they came in.
//!
//! What reads JSON here puts a `+` into an exponent without a sign. Of the two spellings `1e5` is the usual one, so the
//! sign is taken out again.

use std::{borrow::Cow, io};

use serde::Serialize;
use serde_json::ser::Formatter;

/// A number's text.
pub(super) fn spelled(text: &str) -> Cow<'_, str> {
    match text.find(['e', 'E']) {
        Some(at) if text[at + 1..].starts_with('+') => Cow::Owned(format!("{}{}", &text[..=at], &text[at + 2..])),
        _ => Cow::Borrowed(text),
    }
}

/// Appends the compact JSON text of a value.
pub(super) fn write_json<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Texts and JSON values always have a JSON text, and memory takes it.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(out, Spelled));
}

/// The compact JSON text of a value.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Vec::new();
    write_json(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Compact JSON with numbers as they are [`spelled`].
struct Spelled;

impl Formatter for Spelled {
    fn write_number_str<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: &str) -> io::Result<()> {
        writer.write_all(spelled(value).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn numbers_keep_their_spelling() {
        for text in ["1", "-0", "1.50", "1e5", "1e-5", "9007199254740993", "0.1000", "1e400"] {
            let value: Value = serde_json::from_str(text).expect(text);
            assert_eq!(json(&value), text);
            let Value::Number(number) = &value else { panic!("{text} is a number") };
            assert_eq!(spelled(number.as_str()), text);
        }
        let nested: Value = serde_json::from_str(r#"{"a":[1e5,"1e+5"]}"#).expect("it is JSON");
        assert_eq!(json(&nested), r#"{"a":[1e5,"1e+5"]}"#);
    }
}
