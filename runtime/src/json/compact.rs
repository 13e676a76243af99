//! Whether a text is a JSON object or array without white space, which most answers are: 64 bytes are looked at together.
//!
//! A set of places in a block is an integer, whose lowest bit is the block's first byte. Without white space the grammar
//! (RFC 8259, section 2) is what may stand next to what, for which sets are moved by one place; only brackets, numbers,
//! literals and escapes are looked at one by one.

#![expect(clippy::inline_always, reason = "what is called has vector instructions only inside of `dispatch!`")]

use fearless_simd::{Level, dispatch, prelude::*, u8x64};

use super::tidy::{DEEPEST, is_plain_escape, literal_or_number};

/// How much is looked at together.
const BLOCK: usize = 64;

/// Whether a text is such. What is not may be JSON all the same: a scalar, with white space, or with surrogates.
pub(super) fn is_compact(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(b'{' | b'[')) && dispatch!(Level::new(), simd => check(simd, bytes))
}

#[inline(always)]
fn check<S: Simd>(simd: S, bytes: &[u8]) -> bool {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut reader = Reader { bytes, ..Reader::default() };
    // Not by an iterator: its closure would be compiled without vector instructions.
    for block in blocks {
        if !reader.block(simd, block, u64::MAX) {
            return false;
        }
    }
    if rest.is_empty() {
        return reader.is_ended;
    }
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    reader.block(simd, &block, (1 << rest.len()) - 1) && reader.is_ended
}

/// A set of places that is wanted one place further on, over the ends of blocks.
#[derive(Default)]
struct Next {
    carried: u64,
}

impl Next {
    #[inline(always)]
    fn after(&mut self, places: u64) -> u64 {
        let moved = places << 1 | self.carried;
        self.carried = places >> (BLOCK - 1);
        moved
    }
}

/// What is known in front of a block.
#[derive(Default)]
struct Reader<'t> {
    bytes: &'t [u8],
    /// Where the block begins.
    begin: usize,
    /// All places, where the block begins inside of a string.
    in_string: u64,
    /// Whether that is a member's name.
    in_name: bool,
    /// A bit for each open object or array, the innermost the lowest: whether it is an object.
    objects: u128,
    depth: u32,
    /// Whether the outermost is closed.
    is_ended: bool,
    escape: Next,
    open_object: Next,
    open_array: Next,
    before_name: Next,
    before_value: Next,
    name: Next,
    value: Next,
    scalar: Next,
}

impl Reader<'_> {
    /// Reads a block, of which only the `valid` places count. False for what is wrong, or no business of this module.
    #[inline(always)]
    fn block<S: Simd>(&mut self, simd: S, block: &[u8; BLOCK], valid: u64) -> bool {
        let letters = u8x64::from_slice(simd, block);
        let places_of = |byte: u8| letters.simd_eq(byte).to_bitmask();

        let mut quotes = places_of(b'"');
        let backslashes = places_of(b'\\');
        if backslashes | self.escape.carried != 0 {
            let Some(escaped) = self.escaped(backslashes) else { return false };
            quotes &= !escaped;
        }
        // With the quote in front, without the one behind.
        let in_string = from_odd_to_even(quotes) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(in_string >> (BLOCK - 1));
        let outside = !(in_string | quotes) & valid;
        let controls = letters.simd_lt(b' ').to_bitmask() & valid;
        if controls | places_of(b' ') & outside != 0 || self.is_ended {
            return false;
        }

        let (open_object, close_object) = (places_of(b'{') & outside, places_of(b'}') & outside);
        let (open_array, close_array) = (places_of(b'[') & outside, places_of(b']') & outside);
        let (colon, comma) = (places_of(b':') & outside, places_of(b',') & outside);
        let (open, close) = (open_object | open_array, close_object | close_array);
        let Some(in_object) = self.brackets(open, close, open_object | close_object) else { return false };

        let (begin, end) = (quotes & in_string, quotes & !in_string);
        let before_name = self.before_name.after(open_object | comma & in_object);
        let names = begin & before_name | u64::from(self.in_name);
        // One added where a name begins comes out behind its last byte, at the quote.
        let (sum, goes_on) = in_string.overflowing_add(names);
        self.in_name = goes_on;
        let name_ends = sum & !in_string;

        let scalar = outside & !(open | close | colon | comma);
        let scalars = scalar & !self.scalar.after(scalar);
        let first = u64::from(self.begin == 0);
        let before_value = self.before_value.after(colon | open_array | comma & !in_object) | first;
        let value = self.value.after(end & !name_ends | scalar | close);
        let wrong = begin & !(before_name | before_value)
            | (scalars | open) & !before_value
            | close_object & !(value | self.open_object.after(open_object))
            | close_array & !(value | self.open_array.after(open_array))
            | comma & !value
            | colon ^ self.name.after(name_ends);
        let is_right = wrong & valid == 0 && self.are_scalars(scalars);
        self.begin += BLOCK;
        is_right
    }

    /// The places behind backslashes. None where one of them is no escape, or a surrogate.
    fn escaped(&mut self, backslashes: u64) -> Option<u64> {
        let mut escapes = 0;
        let mut left = backslashes & !self.escape.carried;
        while left != 0 {
            let place = left.trailing_zeros();
            if !is_plain_escape(self.bytes, self.begin + place as usize) {
                return None;
            }
            escapes |= 1 << place;
            // What it escapes may be another backslash.
            left &= !(0b11 << place);
        }
        Some(self.escape.after(escapes))
    }

    /// Opens and closes objects and arrays: the places inside of objects. None where one is closed that is not open.
    #[inline(always)]
    fn brackets(&mut self, open: u64, close: u64, of_objects: u64) -> Option<u64> {
        let mut in_object = if self.objects & 1 == 1 { u64::MAX } else { 0 };
        let mut left = open | close;
        while left != 0 {
            let place = left.trailing_zeros();
            let is_object = u128::from(of_objects >> place & 1);
            let was_in_object = self.objects & 1;
            left &= left - 1;
            if open >> place & 1 == 1 {
                self.objects = self.objects << 1 | is_object;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
            } else {
                if self.depth == 0 || was_in_object != is_object {
                    return None;
                }
                self.objects >>= 1;
                self.depth -= 1;
                if self.depth == 0 {
                    self.is_ended = self.begin + place as usize + 1 == self.bytes.len();
                    return self.is_ended.then_some(in_object);
                }
            }
            if was_in_object != self.objects & 1 {
                in_object ^= (u64::MAX << place) << 1;
            }
        }
        Some(in_object)
    }

    /// Whether numbers or literals begin at these places.
    #[inline(always)]
    fn are_scalars(&self, mut places: u64) -> bool {
        while places != 0 {
            let end = literal_or_number(self.bytes, self.begin + places.trailing_zeros() as usize);
            if !matches!(end.and_then(|end| self.bytes.get(end)), Some(b',' | b'}' | b']')) {
                return false;
            }
            places &= places - 1;
        }
        true
    }
}

/// The places from each odd one of a set, the first, the third, to that before the next of it.
#[inline(always)]
fn from_odd_to_even(mut places: u64) -> u64 {
    for distance in [1, 2, 4, 8, 16, 32] {
        places ^= places << distance;
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    fn is_json(text: &str) -> bool {
        serde_json::from_str::<IgnoredAny>(text).is_ok()
    }

    #[test]
    fn objects_and_arrays_without_white_space_are_known() {
        let cases = [
            (r#"{"a":1,"b":[true,null,-0.5e7,{}],"c":{"d":[]},"":""}"#, true),
            ("[]", true),
            (r#"[{"a b":" { [ "},"\\\" \u00e9\n"]"#, true),
            // JSON, and left to others.
            ("1", false),
            ("\"a\"", false),
            ("[1, 2]", false),
            ("[]\n", false),
            (r#"["\ud83d\ude00"]"#, false),
            // No JSON.
            ("", false),
            ("[", false),
            ("]", false),
            ("[]]", false),
            ("[][]", false),
            ("[1}", false),
            ("{\"a\":1]", false),
            ("[1,]", false),
            ("[,1]", false),
            ("{,}", false),
            ("{\"a\"}", false),
            ("{\"a\":}", false),
            ("{\"a\":1,}", false),
            ("{\"a\",1}", false),
            ("{\"a\":1:2}", false),
            ("{\"a\":\"b\":\"c\"}", false),
            ("{1:2}", false),
            ("{\"a\"\"b\"}", false),
            ("{\"a\":1\"b\":2}", false),
            ("[\"a\":1]", false),
            ("[\"a\"1]", false),
            ("[1\"a\"]", false),
            ("[01]", false),
            ("[1.]", false),
            ("[truex]", false),
            ("[tru]", false),
            ("[\"\\x\"]", false),
            ("[\"\\u12\"]", false),
            ("[\"\u{1}\"]", false),
            ("[\"a]", false),
            ("[\"a\\\"]", false),
            ("[\\\"a\"]", false),
            ("[1]\0", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_compact(text.as_bytes()), expected, "{text}");
            assert!(!expected || is_json(text), "{text}");
        }
    }

    #[test]
    fn ends_of_blocks_change_nothing() {
        let rest = r#"{"name\\":["va\"lue",12.5e-3,true,{}],"\n\u00e9":{"b":[[]]}}"#;
        for length in 0..2 * BLOCK {
            for text in [
                format!("[\"{}\",{rest}]", "a".repeat(length)),
                format!("{{\"{}\":{rest}}}", "é".repeat(length)),
                format!("[{}{rest}]", "1,".repeat(length)),
                format!("[\"{}\"]", "\\\\".repeat(length)),
            ] {
                assert!(is_compact(text.as_bytes()), "{text}");
                for end in 0..text.len() {
                    assert!(!is_compact(&text.as_bytes()[..end]), "{}", &text[..end]);
                }
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        for (depth, expected) in [(100, true), (101, false), (100_000, false)] {
            let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(is_compact(text.as_bytes()), expected, "{depth}");
        }
    }

    /// Any JSON value, with texts of all kinds.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a-c\"\\\\\n{}\\[\\]:, é]{0,90}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("[a-c\"\\\\ ]{0,70}", inner), 0..6)
                    .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn what_serde_json_writes_is_compact(value in value()) {
            let text = value.to_string();
            let is_inside = value.is_object() || value.is_array();
            prop_assert_eq!(is_compact(text.as_bytes()), is_inside, "{}", text);
        }

        #[test]
        fn what_is_compact_is_json(value in value(), at in any::<prop::sample::Index>(), by in "[{}\\[\\]:,\"\\\\1 at\n]{0,2}") {
            // One byte is left out, and others put there.
            let mut text = Value::Array(vec![value]).to_string();
            let at = (0..=at.index(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let letter = text[at..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..at + letter, &by);
            prop_assert!(!is_compact(text.as_bytes()) || is_json(&text), "{}", text);
        }

        #[test]
        fn pieces_are_judged_as_serde_json_does(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\u00e9\\n\"", "1", "-0.5e+7", "true", "null",
            ]), 0..14)
        ) {
            let text = format!("[{}]", pieces.concat());
            prop_assert_eq!(is_compact(text.as_bytes()), is_json(&text), "{}", text);
        }
    }
}
