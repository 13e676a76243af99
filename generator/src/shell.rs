//! Words for a POSIX shell.

use std::fmt::Write as _;

use mcpgen_runtime::text::is_invisible;

/// A text as `printf %b` takes it (POSIX): what is invisible as escapes.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_invisible(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\0{byte:03o}");
                }
            }
            c => out.push(c),
        }
        out
    })
}

/// A shell's word that is this text.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A word of a command line, `--flag=value` say, as a shell reads it, on one line and with nothing in it that is invisible.
pub(crate) fn word(text: &str) -> String {
    let value = |text: &str| {
        if text.contains(is_invisible) { format!("\"$(printf %b {})\"", quoted(&escaped(text))) } else { quoted(text) }
    };
    match text.split_once('=') {
        Some((flag, rest)) => format!("{}={}", value(flag), value(rest)),
        None => value(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        let cases = [
            ("", "''"),
            ("POST", "POST"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("$HOME `x` \"y\" \\", "'$HOME `x` \"y\" \\'"),
            ("http://h/x?a=b", "'http://h/x?a=b'"),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected, "{text}");
        }
    }

    #[test]
    fn flags_are_words_that_can_be_read() {
        let cases = [
            ("--read-only", "--read-only"),
            ("--map=tools", "--map=tools"),
            ("--name=Pet store", "--name='Pet store'"),
            ("--name=", "--name=''"),
            ("--route=GET ^/it's$ = tool", "--route='GET ^/it'\\''s$ = tool'"),
            ("--name=a\n```\\x", "--name=\"$(printf %b 'a\\n```\\\\x')\""),
            ("--name=\u{202e}x", "--name=\"$(printf %b '\\0342\\0200\\0256x')\""),
            ("$(id)", "'$(id)'"),
        ];
        for (text, expected) in cases {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
