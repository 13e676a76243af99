//! JSON texts of others, made fit to stand inside a message: on one line, no deeper and with no more than every reader
//! takes.

use std::borrow::Cow;

/// Parsers of clients give up below this; what is deeper is delivered as text.
const DEEPEST: u32 = 100;

/// A JSON text without insignificant white space, which is the text itself where there is none. Halves of surrogate pairs
/// that stand alone, which several parsers refuse a whole message for, become U+FFFD. None for what is no JSON
/// (RFC 8259), or too deep.
///
/// ```
/// use mcpgen_runtime::json::tidy;
///
/// assert_eq!(tidy("{ \"a\": 1E5 }\n").as_deref(), Some(r#"{"a":1E5}"#));
/// assert_eq!(tidy("{ \"a\": }"), None);
/// ```
pub fn tidy(text: &str) -> Option<Cow<'_, str>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, kept: 0, tidy: String::new(), objects: 0, depth: 0 };
    reader.document()?;
    if reader.kept == 0 {
        return Some(Cow::Borrowed(text));
    }
    reader.tidy.push_str(&text[reader.kept..]);
    Some(Cow::Owned(reader.tidy))
}

/// One pass over a text, which is not taken apart.
struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Before this all is in `tidy`, or was left out.
    kept: usize,
    tidy: String,
    /// A bit for each open object or array, the innermost the lowest: whether it is an object.
    objects: u128,
    depth: u32,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<()> {
        loop {
            self.white();
            let open = match self.bytes.get(self.at)? {
                b'{' => self.open(true)?,
                b'[' => self.open(false)?,
                b'"' => {
                    self.string()?;
                    false
                }
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.number()?,
            };
            if open {
                continue;
            }
            // A value has ended, and perhaps what it stands in.
            loop {
                self.white();
                if self.depth == 0 {
                    return (self.at == self.bytes.len()).then_some(());
                }
                let byte = *self.bytes.get(self.at)?;
                self.at += 1;
                match (byte, self.objects & 1 == 1) {
                    (b',', true) => {
                        self.name()?;
                        break;
                    }
                    (b',', false) => break,
                    (b'}', true) | (b']', false) => self.close(),
                    _ => return None,
                }
            }
        }
    }

    /// Whether a value follows: what is empty is closed again.
    fn open(&mut self, is_object: bool) -> Option<bool> {
        self.at += 1;
        self.depth += 1;
        self.objects = self.objects << 1 | u128::from(is_object);
        if self.depth > DEEPEST {
            return None;
        }
        self.white();
        let is_empty = *self.bytes.get(self.at)? == if is_object { b'}' } else { b']' };
        if is_empty {
            self.at += 1;
            self.close();
        } else if is_object {
            self.name()?;
        }
        Some(!is_empty)
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.objects >>= 1;
    }

    /// A member's name and the colon behind it.
    fn name(&mut self) -> Option<()> {
        self.white();
        if *self.bytes.get(self.at)? != b'"' {
            return None;
        }
        self.string()?;
        self.white();
        if *self.bytes.get(self.at)? != b':' {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn white(&mut self) {
        let from = self.at;
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
        if self.at > from {
            self.leave_out(from);
        }
    }

    /// Leaves out what stands between `from` and here.
    fn leave_out(&mut self, from: usize) {
        if self.kept == 0 {
            self.tidy.reserve(self.text.len());
        }
        self.tidy.push_str(&self.text[self.kept..from]);
        self.kept = self.at;
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.escape()?,
                // A control character.
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.bytes.get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
            b'u' => match (self.unit(0)?, self.unit(6)) {
                (0xd800..=0xdbff, Some(0xdc00..=0xdfff)) => self.at += 12,
                (0xd800..=0xdfff, _) => {
                    let from = self.at;
                    self.at += 6;
                    self.leave_out(from);
                    self.tidy.push_str("\\ufffd");
                }
                _ => self.at += 6,
            },
            _ => return None,
        }
        Some(())
    }

    /// The code unit that is escaped so many bytes further on.
    fn unit(&self, further: usize) -> Option<u16> {
        let digits = self.bytes.get(self.at + further..)?.first_chunk::<6>()?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |unit, &digit| {
            let digit = char::from(digit).to_digit(16)?;
            Some(unit << 4 | u16::try_from(digit).ok()?)
        })
    }

    fn literal(&mut self, literal: &str) -> Option<bool> {
        self.at += literal.len();
        (self.bytes.get(self.at - literal.len()..self.at)? == literal.as_bytes()).then_some(false)
    }

    fn number(&mut self) -> Option<bool> {
        self.at += usize::from(self.bytes.get(self.at) == Some(&b'-'));
        if self.bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            self.digits()?;
        }
        Some(false)
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }
}

/// How many bytes stand before the first quote, backslash or control character. Eight are looked at together.
fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A top bit is set for the first byte that is below `limit`; further on it means nothing.
    let below = |word: u64, limit: u64| word.wrapping_sub(limit * ONES) & !word & TOPS;
    let mut length = 0;
    while let Some(chunk) = bytes.get(length..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*chunk);
        let quote = below(word ^ (u64::from(b'"') * ONES), 1);
        let backslash = below(word ^ (u64::from(b'\\') * ONES), 1);
        let found = quote | backslash | below(word, u64::from(b' '));
        if found != 0 {
            return length + found.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    length + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..b' ')).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

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
            ("[ ] ", Some("[]")),
            (r#"{"a":{},"b":[],"c":[{}]}"#, Some(r#"{"a":{},"b":[],"c":[{}]}"#)),
            ("[1,]", None),
            ("[,1]", None),
            ("{,}", None),
            ("{\"a\"}", None),
            ("{\"a\":1,}", None),
            ("[1}", None),
            ("{\"a\":1]", None),
            ("{} {}", None),
            ("NaN", None),
            ("tru", None),
            ("truex", None),
            ("01", None),
            ("1.", None),
            ("-", None),
            ("1e+", None),
            ("\"\\u12\"", None),
            ("\"\\ud800\\u12\"", None),
            ("\"\\x\"", None),
            ("\"\u{1}\"", None),
            ("\"a", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(tidy(text).as_deref(), expected, "{text}");
            let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
            assert_eq!(is_json, expected.is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_tidy_already_is_not_copied() {
        for (text, copied) in [(r#"{"a b":[1,"\u00e9 "]}"#, false), ("[1, 2]", true), (" 1", true), ("1\n", true)] {
            assert_eq!(matches!(tidy(text), Some(Cow::Owned(_))), copied, "{text}");
        }
    }

    #[test]
    fn what_is_tidy_can_be_parsed() {
        for (depth, taken) in [(100, true), (101, false), (100_000, false)] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(tidy(&text).is_some(), taken, "{depth}");
            if taken {
                assert!(serde_json::from_str::<Value>(&format!("{{\"result\":{text}}}")).is_ok());
            }
        }
    }

    #[test]
    fn the_end_of_plain_text_is_found() {
        for stop in ["\"", "\\", "\u{1f}", "\0", ""] {
            for before in ["", "a", "é", "abcdefgh", "abcdefg\u{80}", "\u{7f}~}[ !#]", "abcdefghijklmnopqrstuvwxyz"] {
                let text = format!("{before}{stop}\"\\\u{1}x");
                assert_eq!(plain(text.as_bytes()), before.len(), "{text:?}");
                assert_eq!(plain(before.as_bytes()), before.len(), "{before:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_is_tidy_is_the_same(text in "[\\[\\]{}:,\"\\\\ \n0-9uétrue.\\-]{0,40}") {
            let value = serde_json::from_str::<Value>(&text).ok();
            let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            let tidied = tidy(&text);
            prop_assert_eq!(tidied.is_some(), is_json);
            if let (Some(value), Some(tidied)) = (value, tidied) {
                prop_assert_eq!(serde_json::from_str::<Value>(&tidied).unwrap(), value);
                let again = tidy(&tidied);
                prop_assert!(matches!(again, Some(Cow::Borrowed(_))));
            }
        }

        #[test]
        fn pieces_of_json_are_judged_as_serde_json_does(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u00e9\\ud800\"", "1", "-0.5e+7", "true", "null", " ", "\n",
            ]), 0..14)
        ) {
            let text = pieces.concat();
            prop_assert_eq!(tidy(&text).is_some(), serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{}", text);
        }
    }
}
