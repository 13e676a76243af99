//! Numbers as they were written: `1E5` and `1e+5` are one value, and two texts.
//!
//! `serde_json` keeps digits and gives every exponent one form. Where a text has an exponent, its numbers are gone
//! through once more beside the value, and get their text back.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// Reads a JSON text. Its numbers keep their spelling.
///
/// ```
/// let value = mcpgen_runtime::json::parse("[1E5, 1e+16, -0, 1.00]")?;
/// assert_eq!(value.to_string(), "[1E5,1e+16,-0,1.00]");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When it is no JSON, or nests deeper than 127 levels.
pub fn parse(text: &str) -> serde_json::Result<Value> {
    let mut value = serde_json::from_str(text)?;
    if may_have_exponents(text.as_bytes()) {
        Numbers { text, at: 0 }.value(Some(&mut value));
    }
    Ok(value)
}

/// [`parse`] for bytes.
///
/// # Errors
/// When they are no UTF-8, or as [`parse`].
pub fn parse_slice(bytes: &[u8]) -> serde_json::Result<Value> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text),
        // The error is of that kind.
        Err(_) => serde_json::from_slice(bytes),
    }
}

/// Whether there is a digit with an exponent behind it, in a string perhaps: then a value that was read by others may have
/// another spelling.
pub fn may_have_exponents(text: &[u8]) -> bool {
    text.windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'e' | b'E']))
}

/// The numbers of a text that is known to be JSON, in order.
struct Numbers<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Numbers<'t> {
    /// Passes over a value. The numbers of the one at `place` get its text; there is none for what a later member of the
    /// same name has replaced.
    fn value(&mut self, mut place: Option<&mut Value>) {
        match self.next() {
            Some(b'{') => {
                self.at += 1;
                while let Some(byte @ (b',' | b'"')) = self.next() {
                    if byte == b',' {
                        self.at += 1;
                        continue;
                    }
                    let name = self.string();
                    self.next();
                    self.at += 1;
                    let members = place.as_deref_mut().and_then(Value::as_object_mut);
                    self.value(members.and_then(|members| members.get_mut(&*name)));
                }
                self.at += 1;
            }
            Some(b'[') => {
                self.at += 1;
                let mut index = 0;
                while let Some(byte) = self.next().filter(|byte| *byte != b']') {
                    if byte == b',' {
                        self.at += 1;
                        index += 1;
                        continue;
                    }
                    let items = place.as_deref_mut().and_then(Value::as_array_mut);
                    self.value(items.and_then(|items| items.get_mut(index)));
                }
                self.at += 1;
            }
            Some(b'"') => drop(self.string()),
            _ => {
                let token = self.token();
                if let Some(Value::Number(number)) = place
                    && number.as_str() != token
                    && token.starts_with(|c: char| c == '-' || c.is_ascii_digit())
                {
                    *number = Number::from_string_unchecked(token.to_owned());
                }
            }
        }
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        let white = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += white;
        rest.get(white).copied()
    }

    /// A string's content.
    fn string(&mut self) -> Cow<'t, str> {
        let rest = &self.text[self.at..];
        let (mut end, mut escaped) = (1, false);
        while let Some(length) = rest.as_bytes()[end..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
            end += length;
            if rest.as_bytes()[end] == b'"' {
                break;
            }
            escaped = true;
            end += 2;
        }
        self.at += end + 1;
        let decoded = || serde_json::from_str(&rest[..=end]).unwrap_or_default();
        if escaped { Cow::Owned(decoded()) } else { Cow::Borrowed(&rest[1..end]) }
    }

    /// A number or a literal. It is never empty, so that the walk goes on.
    fn token(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let is_end = |c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace();
        let token = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        self.at += token.len();
        token
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_keep_their_spelling() {
        let cases = [
            ("1E5", "1E5"),
            ("[1e5, 1E+5 ,1e-05]", "[1e5,1E+5,1e-05]"),
            ("-0", "-0"),
            ("[1.0,100.00,-0.0e0,9007199254740993]", "[1.0,100.00,-0.0e0,9007199254740993]"),
            (
                r#"{"a\u0062":1E1,"\"e":{"5e":[2e2,"3E3",{}]},"n":null,"t":true}"#,
                r#"{"ab":1E1,"\"e":{"5e":[2e2,"3E3",{}]},"n":null,"t":true}"#,
            ),
            // The last member of a name counts, where the first one stood.
            (r#"{"a":1E1,"b":2E2,"a":3e+3}"#, r#"{"a":3e+3,"b":2E2}"#),
            (r#"{"a":{"x":1E1},"a":[2E2],"b":3E3}"#, r#"{"a":[2E2],"b":3E3}"#),
            (r#"{"a":[1E1,2E2],"a":5,"b":3E3}"#, r#"{"a":5,"b":3E3}"#),
            (r#"{"a":1E1,"a":true,"b":[[[4E4]]]}"#, r#"{"a":true,"b":[[[4E4]]]}"#),
            (r#"{"$serde_json::private::Number":"1e5","b":1E5}"#, ""),
        ];
        for (text, expected) in cases {
            let value = parse(text);
            if !expected.is_empty() {
                assert_eq!(value.unwrap().to_string(), expected, "{text}");
            }
        }
        for text in ["", "1e", "[1E5", "{\"a\":1E5,}", "1E5 2", "\"\\", "01e5"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse_slice(b"\"\xff\"").is_err());
        assert_eq!(parse_slice(b"1E5").unwrap().to_string(), "1E5");
    }

    fn text() -> impl Strategy<Value = String> {
        let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?";
        let name = "[a-e \\\\\"5E+]{0,3}";
        let leaf = prop_oneof![
            4 => number.prop_map(|number| number),
            1 => name.prop_map(|text| Value::from(text).to_string()),
            1 => prop_oneof![Just("true".to_owned()), Just("null".to_owned())],
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            let members = prop::collection::btree_map(name, inner.clone(), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
                members.prop_map(|members| {
                    let members: Vec<_> =
                        members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str()))).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(text in text()) {
            prop_assert_eq!(parse(&text).unwrap().to_string(), text);
        }

        #[test]
        fn only_the_spelling_of_numbers_differs(text in "[\\[\\]{}:,\"\\\\ 0-9eE+.\\-]{0,40}") {
            let (value, plain) = (parse(&text).ok(), serde_json::from_str::<Value>(&text).ok());
            let again = value.map(|value| serde_json::from_str::<Value>(&value.to_string()).unwrap());
            prop_assert_eq!(again, plain);
        }
    }
}
