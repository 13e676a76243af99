//! Texts as JSON strings.

/// How much is looked at together.
const CHUNK: usize = 64;

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
    let marks = bytes.iter().filter(|&&byte| is_mark(byte)).count();
    let controls = bytes.iter().filter(|&&byte| byte < b' ').count();
    out.reserve(2 + bytes.len() + marks + 5 * controls);
    out.push(b'"');
    if marks + controls == 0 {
        out.extend_from_slice(bytes);
    } else {
        let mut chunks = bytes.chunks_exact(CHUNK);
        for chunk in &mut chunks {
            if controls > 0 && chunk.iter().any(|&byte| byte < b' ') {
                each(chunk, out);
            } else {
                let mut written = [0; 2 * CHUNK];
                let mut length = 0;
                for &byte in chunk {
                    // The backslash is written over where it is not wanted.
                    written[length % (2 * CHUNK)] = b'\\';
                    length += usize::from(is_mark(byte));
                    written[length % (2 * CHUNK)] = byte;
                    length += 1;
                }
                out.extend_from_slice(&written[..length]);
            }
        }
        each(chunks.remainder(), out);
    }
    out.push(b'"');
}

fn is_mark(byte: u8) -> bool {
    byte == b'"' || byte == b'\\'
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
