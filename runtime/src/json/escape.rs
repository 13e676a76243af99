//! Texts as JSON strings.

#![expect(clippy::inline_always, reason = "what is called has vector instructions only inside of `dispatch!`")]

use fearless_simd::{Level, dispatch, prelude::*, u8x16, u8x64};

/// How much is looked at together.
const BLOCK: usize = 64;
/// How much is written together.
const WORD: usize = 8;
/// How long a byte becomes that is written with a backslash.
const MARK: usize = 2;
/// How long one becomes that is written with its number.
const CONTROL: usize = 6;
/// For each set of marks in a word, where the bytes of what is written come from: those of the word, or behind it a
/// backslash.
static PLACES: [[u8; MARK * WORD]; 1 << WORD] = places();

#[expect(clippy::cast_possible_truncation, reason = "places in a word are below 8")]
const fn places() -> [[u8; MARK * WORD]; 1 << WORD] {
    let mut all = [[WORD as u8; MARK * WORD]; 1 << WORD];
    let mut marks = 0;
    while marks < all.len() {
        let (mut from, mut to) = (0, 0);
        while from < WORD {
            to += marks >> from & 1;
            all[marks][to] = from as u8;
            (from, to) = (from + 1, to + 1);
        }
        marks += 1;
    }
    all
}

/// Appends a text as a JSON string. JSON texts inside of strings are what it is quick with: every few bytes of them are
/// escaped, and no branch asks which.
///
/// ```
/// let mut out = Vec::new();
/// mcpgen_runtime::json::write_string("{\"a\":\"\\\\\"}\n", &mut out);
/// assert_eq!(out, br#""{\"a\":\"\\\\\"}\n""#);
/// ```
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    dispatch!(Level::new(), simd => {
        out.reserve("\"\"".len() + length(simd, bytes));
        out.push(b'"');
        write(simd, bytes, out);
        out.push(b'"');
    });
}

/// The places in a block of what is written as two bytes, and those of the other controls. Line feeds are among the
/// first, because whole texts are made of lines.
#[inline(always)]
fn find<S: Simd>(letters: u8x64<S>) -> (u64, u64) {
    let marks = letters.simd_eq(b'"') | letters.simd_eq(b'\\') | letters.simd_eq(b'\n');
    let marks = marks.to_bitmask();
    (marks, letters.simd_lt(b' ').to_bitmask() & !marks)
}

/// No less than how long bytes become.
#[inline(always)]
fn length<S: Simd>(simd: S, bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut length = bytes.len() + (CONTROL - 1) * rest.len();
    for block in blocks {
        let (marks, controls) = find(u8x64::from_slice(simd, block));
        length += (MARK - 1) * marks.count_ones() as usize + (CONTROL - 1) * controls.count_ones() as usize;
    }
    length
}

#[inline(always)]
fn write<S: Simd>(simd: S, bytes: &[u8], out: &mut Vec<u8>) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut written = [0; MARK * BLOCK];
    for block in blocks {
        let letters = u8x64::from_slice(simd, block);
        let (marks, controls) = find(letters);
        if controls != 0 {
            each(block, out);
            continue;
        }
        if marks == 0 {
            out.extend_from_slice(block);
            continue;
        }
        let mut named = [0; BLOCK];
        letters.simd_eq(b'\n').select(u8x64::splat(simd, b'n'), letters).store_slice(&mut named);
        let mut length = 0;
        for (word, marks) in named.as_chunks::<WORD>().0.iter().zip(marks.to_le_bytes()) {
            let mut source = [b'\\'; MARK * WORD];
            source[..WORD].copy_from_slice(word);
            let places = u8x16::from_slice(simd, &PLACES[usize::from(marks)]);
            let spread = u8x16::from_slice(simd, &source).swizzle_dyn(places);
            spread.store_slice(&mut written[length..length + MARK * WORD]);
            length += WORD + marks.count_ones() as usize;
        }
        out.extend_from_slice(&written[..length]);
    }
    each(rest, out);
}

/// Writes bytes one by one.
fn each(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            8 => out.extend(b"\\b"),
            12 => out.extend(b"\\f"),
            0..b' ' => {
                out.extend(b"\\u00");
                out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            byte => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = b"x".to_vec();
        write_string(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_character_is_written_as_serde_json_does() {
        let all: String = (0..=0x2ff).filter_map(char::from_u32).collect();
        for text in [
            "",
            "\"",
            "plain",
            &all,
            &all[0x20..],
            &"\\\"é".repeat(200),
            &"a".repeat(200),
            &"\n  \"b\": \t1,".repeat(99),
        ] {
            assert_eq!(written(text), format!("x{}", serde_json::Value::from(text)));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_as_serde_json_does(text in "[a\"\\\\\u{0}-\u{20}é😀]{0,300}") {
            prop_assert_eq!(written(&text), format!("x{}", serde_json::Value::from(text.as_str())));
        }
    }
}
