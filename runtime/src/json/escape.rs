//! Texts as JSON strings.

/// How much is looked at together.
const WORD: usize = 8;
/// The most bytes that one byte is written with.
const LONGEST: usize = 6;
const ONES: u64 = u64::from_ne_bytes([1; WORD]);
const TOPS: u64 = u64::from_ne_bytes([0x80; WORD]);
/// The bytes' own places in a word.
const PLACES: u64 = u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7]);

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
    let has_lines = bytes.contains(&b'\n');
    let begin = out.len();
    if marks + controls == 0 {
        out.reserve(2 + bytes.len());
        out.push(b'"');
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    // Words are written with room to spare behind them.
    out.resize(begin + 2 + bytes.len() + marks + (LONGEST - 1) * controls + 2 * WORD, 0);
    let to = &mut out[begin..];
    to[0] = b'"';
    let mut at = 1;
    let (words, rest) = bytes.as_chunks::<WORD>();
    for word in words {
        let window = to.get_mut(at..).and_then(<[u8]>::first_chunk_mut);
        at += match window {
            Some(window) if controls == 0 || !word.iter().any(|&byte| is_control(byte)) => {
                if has_lines {
                    together::<true>(*word, window)
                } else {
                    together::<false>(*word, window)
                }
            }
            _ => each(word, to, at),
        };
    }
    at += each(rest, to, at);
    to[at] = b'"';
    out.truncate(begin + at + 1);
}

/// Writes a word without [other controls](is_control), and says how long it has become. Where there are no `LINES`, line
/// feeds are not looked for.
#[inline]
fn together<const LINES: bool>(word: [u8; WORD], to: &mut [u8; 2 * WORD]) -> usize {
    let bytes = u64::from_le_bytes(word);
    let unlike = |byte: u8| nonzeros(bytes ^ (u64::from(byte) * ONES));
    let no_line_feed = if LINES { unlike(b'\n') } else { u64::MAX };
    let marks = (!(unlike(b'"') & unlike(b'\\') & no_line_feed) & TOPS) >> 7;
    if marks == 0 {
        to[..WORD].copy_from_slice(&word);
        return WORD;
    }
    let line_feeds = (!no_line_feed & TOPS) >> 7;
    let letters = (bytes ^ (line_feeds * u64::from(b'\n' ^ b'n'))).to_le_bytes();
    // Each byte goes so much further as there are marks up to it, and what is left free are the backslashes.
    let places = marks.wrapping_mul(ONES).wrapping_add(PLACES).to_le_bytes();
    *to = [b'\\'; 2 * WORD];
    for (place, letter) in places.into_iter().zip(letters) {
        to[usize::from(place) % (2 * WORD)] = letter;
    }
    usize::from(places[WORD - 1]) + 1
}

/// The top bit of each byte says that it is not 0; the other bits say nothing.
#[inline]
fn nonzeros(word: u64) -> u64 {
    ((word & !TOPS) + !TOPS) | word
}

/// How many bytes are such. Counts of a few of them fit into bytes, which are added up many at once.
fn count(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> usize {
    let few = |few: &[u8]| usize::from(few.iter().map(|&byte| u8::from(is_such(byte))).sum::<u8>());
    bytes.chunks(128).map(few).sum()
}

/// What is written as two bytes. Line feeds are, because whole texts are made of lines.
#[inline]
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | b'\n')
}

/// What is written as six bytes at most.
#[inline]
fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\n'
}

/// Writes bytes one by one, and says how long they have become.
fn each(bytes: &[u8], to: &mut [u8], begin: usize) -> usize {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut at = begin;
    let mut put = |part: &[u8]| {
        to[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    };
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => put(&[b'\\', byte]),
            b'\n' => put(b"\\n"),
            b'\r' => put(b"\\r"),
            b'\t' => put(b"\\t"),
            8 => put(b"\\b"),
            12 => put(b"\\f"),
            0..b' ' => {
                let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
                put(b"\\u00");
                put(&digits);
            }
            byte => put(&[byte]),
        }
    }
    at - begin
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
