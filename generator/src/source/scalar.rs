//! What a plain scalar of YAML means: the core schema of YAML 1.2.

use std::borrow::Cow;

/// The meaning of a plain scalar.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    /// In the spelling of JSON.
    Number(Cow<'t, str>),
    /// Everything else, dates and `on`, `off`, `yes`, `no` among it; what JSON has no number for too.
    String,
}

pub(super) fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => number(text).map_or(Scalar::String, Scalar::Number),
    }
}

/// The number that `text` writes, as JSON spells it.
fn number(text: &str) -> Option<Cow<'_, str>> {
    let radix = [("0x", 16), ("0o", 8)].into_iter().find_map(|(prefix, radix)| {
        let digits = text.strip_prefix(prefix)?;
        let digits = digits.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(digits)?;
        u128::from_str_radix(digits, radix).ok()
    });
    if let Some(value) = radix {
        return Some(Cow::Owned(value.to_string()));
    }
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        b'.' | b'0'..=b'9' => ("", text),
        _ => return None,
    };
    let whole = digits(unsigned);
    let mut rest = &unsigned[whole.len()..];
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        fraction = digits(after);
        rest = &after[fraction.len()..];
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if exponent.is_empty() || digits(exponent) != exponent {
            return None;
        }
    } else if !rest.is_empty() {
        return None;
    }
    let trimmed = whole.trim_start_matches('0');
    let whole_json = if trimmed.is_empty() { "0" } else { trimmed };
    let point = if fraction.is_empty() { "" } else { "." };
    let spelled = sign.len() + whole_json.len() + point.len() + fraction.len() + rest.len();
    // Of the same length only where nothing was changed: every change but `+` for nothing adds or removes.
    if spelled == text.len() && whole_json == whole {
        return Some(Cow::Borrowed(text));
    }
    Some(Cow::Owned(format!("{sign}{whole_json}{point}{fraction}{rest}")))
}

fn digits(text: &str) -> &str {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema() {
        let number = |text: &'static str| Scalar::Number(Cow::Borrowed(text));
        let cases = [
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("null", Scalar::Null),
            ("NULL", Scalar::Null),
            ("nULL", Scalar::String),
            ("true", Scalar::Bool(true)),
            ("False", Scalar::Bool(false)),
            ("on", Scalar::String),
            ("off", Scalar::String),
            ("yes", Scalar::String),
            ("no", Scalar::String),
            ("y", Scalar::String),
            ("N", Scalar::String),
            ("2001-12-14", Scalar::String),
            ("2001-12-14T21:59:43Z", Scalar::String),
            ("12:30:45", Scalar::String),
            ("1_000", Scalar::String),
            ("0", number("0")),
            ("200", number("200")),
            ("-0", number("-0")),
            ("+12", number("12")),
            ("010", number("10")),
            ("-007", number("-7")),
            ("0o17", number("15")),
            ("0x1F", number("31")),
            ("0x", Scalar::String),
            ("0x+1", Scalar::String),
            ("0b11", Scalar::String),
            ("1.10", number("1.10")),
            ("1.", number("1")),
            (".5", number("0.5")),
            ("-.5", number("-0.5")),
            ("+.5e3", number("0.5e3")),
            (".", Scalar::String),
            ("-", Scalar::String),
            ("+", Scalar::String),
            ("1e3", number("1e3")),
            ("1E+3", number("1E+3")),
            ("1.e3", number("1e3")),
            ("1e", Scalar::String),
            ("1.2.3", Scalar::String),
            ("1.0.0", Scalar::String),
            (".inf", Scalar::String),
            ("-.Inf", Scalar::String),
            (".nan", Scalar::String),
            ("9223372036854775808123", number("9223372036854775808123")),
            ("1 2", Scalar::String),
            ("é", Scalar::String),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected, "{text:?}");
        }
    }
}
