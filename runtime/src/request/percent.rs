//! Percent-encoding (RFC 3986): which characters stand in which component.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What is encoded everywhere: all but the unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Names of query parameters keep `$`, as `$filter` is usually written.
const ENCODED_IN_NAMES: &AsciiSet = &ENCODED.remove(b'$');
/// What a path's own text must not hold; its delimiters and triplets stand.
const ENCODED_IN_LITERALS: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// `allowReserved`: reserved characters stand, except what ends or splits a query.
const RESERVED_IN_QUERY: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');
/// As before, for keys that an `=` would end.
const RESERVED_IN_KEYS: &AsciiSet = &RESERVED_IN_QUERY.add(b'=');
/// `allowReserved` in a path: what ends a segment is encoded, what splits a query is not.
const RESERVED_IN_PATH: &AsciiSet =
    &RESERVED_IN_QUERY.remove(b'&').remove(b'+').remove(b'[').remove(b']').add(b'/').add(b'?');

/// How the text of a value is written in a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// As it is.
    Raw,
    /// All but the unreserved characters is encoded.
    All,
    /// As before, and a space is `+`.
    Form,
    /// `allowReserved` in a path.
    ReservedInPath,
    /// `allowReserved` in a query.
    ReservedInQuery,
    /// `allowReserved` in a form.
    ReservedInForm,
}

impl Escape {
    /// Appends a value.
    pub(super) fn value(self, text: &str, out: &mut String) {
        match self {
            Self::Raw => out.push_str(text),
            Self::All => append(text, ENCODED, out),
            Self::Form => plus(text, ENCODED, false, out),
            Self::ReservedInPath => reserved(text, RESERVED_IN_PATH, out),
            Self::ReservedInQuery => reserved(text, RESERVED_IN_QUERY, out),
            Self::ReservedInForm => plus(text, RESERVED_IN_QUERY, true, out),
        }
    }

    /// Appends the key of a member, which `=` may follow.
    pub(super) fn key(self, text: &str, out: &mut String) {
        match self {
            Self::ReservedInQuery => reserved(text, RESERVED_IN_KEYS, out),
            Self::ReservedInForm => plus(text, RESERVED_IN_KEYS, true, out),
            other => other.value(text, out),
        }
    }

    /// Appends the name of a parameter or field.
    pub(super) fn name(self, text: &str, out: &mut String) {
        match self {
            Self::Raw => out.push_str(text),
            Self::Form | Self::ReservedInForm => plus(text, ENCODED_IN_NAMES, false, out),
            Self::All | Self::ReservedInPath | Self::ReservedInQuery => append(text, ENCODED_IN_NAMES, out),
        }
    }
}

/// Appends the text of a path that is no expression.
pub(super) fn literal(text: &str, out: &mut String) {
    append(text, ENCODED_IN_LITERALS, out);
}

fn append(text: &str, set: &'static AsciiSet, out: &mut String) {
    out.extend(percent_encoding::utf8_percent_encode(text, set));
}

/// Appends text whose triplets stand.
fn reserved(text: &str, set: &'static AsciiSet, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        append(&rest[..at], set, out);
        let triplet =
            rest.as_bytes()[at + 1..].first_chunk::<2>().is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        let length = if triplet { 3 } else { 1 };
        out.push_str(if triplet { &rest[at..at + 3] } else { "%25" });
        rest = &rest[at + length..];
    }
    append(rest, set, out);
}

/// Appends text whose spaces become `+`.
fn plus(text: &str, set: &'static AsciiSet, triplets: bool, out: &mut String) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        if triplets { reserved(word, set, out) } else { append(word, set, out) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_component_has_its_characters() {
        let reserved = ":/?#[]@!$&'()*+,;=";
        let cases = [
            (Escape::Raw, "a %é", "a %é"),
            (Escape::All, "aZ09-._~", "aZ09-._~"),
            (Escape::All, reserved, "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D"),
            (Escape::All, "a b é % | \\ \" %41", "a%20b%20%C3%A9%20%25%20%7C%20%5C%20%22%20%2541"),
            (Escape::Form, "a b+c", "a+b%2Bc"),
            (Escape::ReservedInQuery, reserved, ":/?%23%5B%5D@!$%26'()*%2B,;="),
            (Escape::ReservedInQuery, "a b%2Fc%zz%", "a%20b%2Fc%25zz%25"),
            (Escape::ReservedInQuery, "é%é", "%C3%A9%25%C3%A9"),
            (Escape::ReservedInForm, "a b/+", "a+b/%2B"),
            (Escape::ReservedInPath, reserved, ":%2F%3F%23[]@!$&'()*+,;="),
        ];
        for (escape, text, wanted) in cases {
            let mut out = String::new();
            escape.value(text, &mut out);
            assert_eq!(out, wanted, "{escape:?} {text}");
        }
        let mut out = String::new();
        Escape::ReservedInQuery.key("a=b/c", &mut out);
        Escape::All.name("$f[a] ", &mut out);
        literal("/a b/{c}%20?d", &mut out);
        assert_eq!(out, "a%3Db/c$f%5Ba%5D%20/a%20b/%7Bc%7D%20%3Fd");
    }
}
