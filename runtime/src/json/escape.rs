//! Texts as JSON strings.

/// How much is looked at together.
const WORD: usize = 8;
/// The most bytes that a character of one byte is written with.
const LONGEST: usize = 6;

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
    let (marks, controls) = (count(bytes, is_mark), count(bytes, is_control));
    out.reserve(2 + bytes.len() + marks + (LONGEST - 1) * controls + WORD * LONGEST);
    out.push(b'"');
    if marks + controls == 0 {
        out.extend_from_slice(bytes);
    } else {
        let (words, rest) = bytes.as_chunks::<WORD>();
        for word in words {
            if controls > 0 && word.iter().any(|&byte| is_control(byte)) {
                each(word, out);
            } else if word.iter().any(|&byte| is_mark(byte)) {
                let mut written = [0; 2 * WORD];
                let mut length = 0;
                for &byte in word {
                    // The backslash is written over where it is not wanted.
                    written[length % (2 * WORD)] = b'\\';
                    length += usize::from(is_mark(byte));
                    written[length % (2 * WORD)] = byte;
                    length += 1;
                }
                // A copy of a known length is quicker than one of the right length.
                let end = out.len() + length;
                out.extend_from_slice(&written);
                out.truncate(end);
            } else {
                out.extend_from_slice(word);
            }
        }
        each(rest, out);
    }
    out.push(b'"');
}

/// How many bytes are such. Counts of a few of them fit into bytes, which are added up many at once.
fn count(bytes: &[u8], is_such: fn(u8) -> bool) -> usize {
    let few = |few: &[u8]| usize::from(few.iter().map(|&byte| u8::from(is_such(byte))).sum::<u8>());
    bytes.chunks(128).map(few).sum()
}

#[inline]
fn is_mark(byte: u8) -> bool {
    byte == b'"' || byte == b'\\'
}

#[inline]
fn is_control(byte: u8) -> bool {
    byte < b' '
}

fn each(bytes: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            0..b' ' => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&digits);
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
        for text in ["", "\"", "plain", &all, &all[0x20..], &"\\\"é".repeat(200), &"a".repeat(200)] {
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
