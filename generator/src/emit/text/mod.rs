//! Encoders: what a description says, written where it can say nothing else.
//!
//! Every text of a catalog that lands in an emitted file goes through one of these. None trusts what came before it:
//! catalogs may come from anywhere.

mod doc;

pub(super) use doc::{code_span, doc, markdown, summary};

use crate::mapping::text::is_invisible;

/// A string literal of Rust, on one line.
pub(super) fn rust_string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if is_invisible(c) => literal.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// A literal of Rust with as few escapes as can be, for texts full of quotes; its lines are those of the text.
pub(super) fn raw_string(text: &str) -> String {
    // The compiler refuses what readers cannot see.
    if text.contains(|c| c != '\n' && is_invisible(c)) {
        return rust_string(text);
    }
    let hashes = text.split('"').skip(1).map(|rest| rest.len() - rest.trim_start_matches('#').len() + 1);
    let hashes = "#".repeat(hashes.max().unwrap_or_default());
    format!("r{hashes}\"{text}\"{hashes}")
}

/// JSON as a literal of Rust that people can read: what is invisible stands as an escape of JSON.
#[cfg(feature = "crates")]
pub(super) fn json_literal(json: &str) -> String {
    raw_string(&visible_json(json))
}

/// A basic string of TOML.
pub(super) fn toml_string(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            c if is_invisible(c) && u32::from(c) > 0xffff => literal.push_str(&format!("\\U{:08x}", u32::from(c))),
            c if is_invisible(c) => literal.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// JSON in which everything can be seen: what is invisible stands as an escape. Only strings hold such characters.
pub(super) fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_invisible(c) {
            let mut units = [0; 2];
            visible.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            visible.push(c);
        }
    }
    visible
}

/// A comment to the end of the line, behind `#`: one line of what can be seen.
pub(super) fn comment(text: &str) -> String {
    crate::mapping::text::clean_line(text, 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What descriptions might try.
    const HOSTILE: [&str; 12] = [
        "\"; std::process::exit(1); \"",
        "a\\",
        "*/ fn main() {} /*",
        "line\nbreak\r\nand\ttab",
        "#![allow(warnings)]",
        "{{ 7 * 7 }} {% raw %}",
        "../../etc/passwd",
        "\u{202e}drawkcab\u{2066}",
        "\u{0}\u{7f}\u{feff}\u{e0041}",
        "\"\"\" ''' r#\"x\"#",
        "${HOME} $(id) `id`",
        "猫 größe",
    ];

    #[test]
    fn json_shows_everything() {
        for text in HOSTILE {
            let json = serde_json::to_string_pretty(&[text]).expect("a text is JSON");
            let visible = visible_json(&json);
            assert!(!visible.chars().any(|c| c != '\n' && is_invisible(c)), "{visible:?}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&visible).expect("it is JSON"), [text]);
        }
        assert_eq!(visible_json("[\n\"\u{202e}\u{e0041}a\"]"), "[\n\"\\u202e\\udb40\\udc41a\"]");
    }

    #[test]
    fn literals_say_what_the_text_says() {
        for text in HOSTILE {
            let literal = rust_string(text);
            let read: syn_free::Literal = syn_free::read(&literal);
            assert_eq!(read, text, "{literal}");
            assert!(literal.chars().all(|c| !is_invisible(c)), "{literal}");
            let literal = toml_string(text);
            assert!(literal.chars().all(|c| !is_invisible(c)), "{literal}");
            let json = literal.replace("\\U000e0041", "\\udb40\\udc41");
            assert_eq!(serde_json::from_str::<String>(&json).expect("TOML's escapes are JSON's"), text);
        }
    }

    #[test]
    fn raw_literals_end_where_the_text_does() {
        for text in HOSTILE.into_iter().chain(["", "\"", "\"#", "a\"##\"#", "[\n\"#\n]", "{\"a\":\"\\n\"}"]) {
            let literal = raw_string(text);
            let Some(raw) = literal.strip_prefix('r') else {
                assert_eq!(literal, rust_string(text));
                continue;
            };
            let hashes = raw.split('"').next().expect("there is a first part");
            let end = format!("\"{hashes}");
            let inside = &raw[hashes.len() + 1..];
            assert_eq!(inside.find(&end), Some(text.len()), "{literal}");
            assert_eq!(inside, format!("{text}{end}"));
        }
    }

    #[cfg(feature = "crates")]
    #[test]
    fn json_literals_can_be_read() {
        let cases = [
            ("x", r##"r#"{"a":"x"}"#"##),
            ("\"", r##"r#"{"a":"\""}"#"##),
            ("\"#", r###"r##"{"a":"\"#"}"##"###),
            ("\"##", r####"r###"{"a":"\"##"}"###"####),
            ("\\", r##"r#"{"a":"\\"}"#"##),
            ("\n", r##"r#"{"a":"\n"}"#"##),
            ("\u{202e}", r##"r#"{"a":"\u202e"}"#"##),
            ("\u{e0041}", r##"r#"{"a":"\udb40\udc41"}"#"##),
            ("猫", r##"r#"{"a":"猫"}"#"##),
        ];
        for (text, expected) in cases {
            assert_eq!(json_literal(&serde_json::json!({"a": text}).to_string()), expected, "{text:?}");
        }
        for text in HOSTILE {
            let literal = json_literal(&serde_json::json!({"a": text}).to_string());
            assert!(literal.starts_with("r#") && !literal.contains(is_invisible), "{literal:?}");
        }
    }

    #[test]
    fn comments_stay_on_their_line() {
        for text in HOSTILE {
            let comment = comment(text);
            assert!(!comment.contains(['\n', '\r']) && comment.chars().all(|c| !is_invisible(c)), "{comment:?}");
        }
    }

    /// Reads a literal as Rust does, for the escapes that are written.
    mod syn_free {
        pub type Literal = String;

        pub fn read(literal: &str) -> String {
            let inside = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("it has quotes");
            let (mut text, mut rest) = (String::new(), inside.chars());
            while let Some(c) = rest.next() {
                assert_ne!(c, '"', "{literal} ends early");
                if c != '\\' {
                    text.push(c);
                    continue;
                }
                text.push(match rest.next().expect("an escape goes on") {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let code: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                        u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).expect("it is a character")
                    }
                    c => c,
                });
            }
            text
        }
    }
}
