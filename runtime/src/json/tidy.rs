//! JSON texts of others, made fit to stand inside a message: on one line, no deeper and with no more than every reader
//! takes.

use std::borrow::Cow;

use super::compact::is_compact;

/// Parsers of clients give up below this; what is deeper is delivered as text.
pub(super) const DEEPEST: u32 = 100;

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
    if is_compact(text.as_bytes()) {
        return Some(Cow::Borrowed(text));
    }
    let mut copy = Copy { text, kept: 0, tidy: String::new() };
    document(text.as_bytes(), &mut copy)?;
    if copy.kept == 0 {
        return Some(Cow::Borrowed(text));
    }
    copy.tidy.push_str(&text[copy.kept..]);
    Some(Cow::Owned(copy.tidy))
}

/// What becomes of a text that is not tidy yet. It stands apart from where the reading is, which stays in registers.
struct Copy<'t> {
    text: &'t str,
    /// Before this all is in `tidy`, or was left out.
    kept: usize,
    tidy: String,
}

impl Copy<'_> {
    /// Leaves out what stands between two places.
    fn leave_out(&mut self, from: usize, to: usize) {
        if self.kept == 0 {
            self.tidy.reserve(self.text.len());
        }
        self.tidy.push_str(&self.text[self.kept..from]);
        self.kept = to;
    }
}

/// Reads a text in one pass, in which nothing is taken apart. Every function here gives the place behind what it has read.
fn document(bytes: &[u8], copy: &mut Copy<'_>) -> Option<()> {
    // A bit for each open object or array, the innermost the lowest: whether it is an object.
    let (mut objects, mut depth) = (0_u128, 0_u32);
    let (mut at, mut byte) = next(bytes, 0, copy)?;
    loop {
        match byte {
            b'"' => at = string(bytes, at + 1, copy)?,
            b'{' => {
                (objects, depth) = (objects << 1 | 1, depth + 1);
                if depth > DEEPEST {
                    return None;
                }
                (at, byte) = next(bytes, at + 1, copy)?;
                if byte != b'}' {
                    (at, byte) = name(bytes, at, byte, copy)?;
                    continue;
                }
                (at, objects, depth) = (at + 1, objects >> 1, depth - 1);
            }
            b'[' => {
                (objects, depth) = (objects << 1, depth + 1);
                if depth > DEEPEST {
                    return None;
                }
                (at, byte) = next(bytes, at + 1, copy)?;
                if byte != b']' {
                    continue;
                }
                (at, objects, depth) = (at + 1, objects >> 1, depth - 1);
            }
            _ => at = literal_or_number(bytes, at)?,
        }
        // A value has ended, and perhaps what it stands in.
        loop {
            if depth == 0 {
                return (white(bytes, at, copy) == bytes.len()).then_some(());
            }
            let is_object = objects & 1 == 1;
            (at, byte) = next(bytes, at, copy)?;
            at += 1;
            if byte == b',' {
                (at, byte) = next(bytes, at, copy)?;
                if is_object {
                    (at, byte) = name(bytes, at, byte, copy)?;
                }
                break;
            }
            if byte != if is_object { b'}' } else { b']' } {
                return None;
            }
            depth -= 1;
            objects >>= 1;
        }
    }
}

/// The next byte that is no white space, and where it is.
#[inline]
fn next(bytes: &[u8], at: usize, copy: &mut Copy<'_>) -> Option<(usize, u8)> {
    match *bytes.get(at)? {
        byte @ b'!'.. => Some((at, byte)),
        _ => {
            let at = white(bytes, at, copy);
            Some((at, *bytes.get(at)?))
        }
    }
}

fn white(bytes: &[u8], from: usize, copy: &mut Copy<'_>) -> usize {
    let mut at = from;
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    if at > from {
        copy.leave_out(from, at);
    }
    at
}

/// A member's name, which begins with `byte`, and the colon behind it: the value's first byte, and where it is.
#[inline]
fn name(bytes: &[u8], at: usize, byte: u8, copy: &mut Copy<'_>) -> Option<(usize, u8)> {
    if byte != b'"' {
        return None;
    }
    let at = string(bytes, at + 1, copy)?;
    let (at, byte) = next(bytes, at, copy)?;
    if byte != b':' {
        return None;
    }
    next(bytes, at + 1, copy)
}

/// A string behind its first quote.
#[inline]
fn string(bytes: &[u8], mut at: usize, copy: &mut Copy<'_>) -> Option<usize> {
    loop {
        at = plain(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = escape(bytes, at, copy)?,
            // A control character.
            _ => return None,
        }
    }
}

fn escape(bytes: &[u8], at: usize, copy: &mut Copy<'_>) -> Option<usize> {
    Some(match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at + 2,
        b'u' => match (unit(bytes, at)?, unit(bytes, at + 6)) {
            (0xd800..=0xdbff, Some(0xdc00..=0xdfff)) => at + 12,
            (0xd800..=0xdfff, _) => {
                copy.leave_out(at, at + 6);
                copy.tidy.push_str("\\ufffd");
                at + 6
            }
            _ => at + 6,
        },
        _ => return None,
    })
}

/// The code unit that is escaped there.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..)?.first_chunk::<6>()?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })
}

/// Whether an escape is there that is no surrogate.
pub(super) fn is_plain_escape(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'u') => unit(bytes, at).is_some_and(|unit| !matches!(unit, 0xd800..=0xdfff)),
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => true,
        _ => false,
    }
}

#[inline]
pub(super) fn literal_or_number(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b't' => literal(bytes, at, b"true"),
        b'f' => literal(bytes, at, b"false"),
        b'n' => literal(bytes, at, b"null"),
        _ => number(bytes, at),
    }
}

fn literal(bytes: &[u8], at: usize, literal: &[u8]) -> Option<usize> {
    let end = at + literal.len();
    (bytes.get(at..end)? == literal).then_some(end)
}

#[inline]
fn number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    if bytes.get(at) == Some(&b'0') {
        at += 1;
    } else {
        at = digits(bytes, at)?;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(bytes, at)?;
    }
    Some(at)
}

/// One digit or more.
#[inline]
fn digits(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > from).then_some(at)
}

/// Where the first quote, backslash or control character is. Eight bytes are looked at together.
#[inline]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    // A top bit is set for the first byte that is below `limit`; further on it means nothing.
    let below = |word: u64, limit: u64| word.wrapping_sub(limit * ONES) & !word;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*chunk);
        let quote = below(word ^ (u64::from(b'"') * ONES), 1);
        let backslash = below(word ^ (u64::from(b'\\') * ONES), 1);
        let found = (quote | backslash | below(word, u64::from(b' '))) & TOPS;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..b' ')) {
        at += 1;
    }
    at
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
                assert_eq!(plain(text.as_bytes(), 0), before.len(), "{text:?}");
                assert_eq!(plain(before.as_bytes(), 0), before.len(), "{before:?}");
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
