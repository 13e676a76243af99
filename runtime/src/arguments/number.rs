//! Numbers by their spelling: what is an integer, without rounding anything.

use std::borrow::Cow;

/// Beyond this many zeros a number with an exponent is left as it is spelled.
const MOST_ZEROS: i64 = 64;

/// The plain digits of a JSON number whose value is an integer: `3.0` gives `3`, `1e2` gives `100`.
pub(crate) fn integer(text: &str) -> Option<Cow<'_, str>> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let length = i64::try_from(digits.len()).ok()?;
    if point > length + MOST_ZEROS {
        return None;
    }
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() => digits.extend(std::iter::repeat_n('0', point - digits.len())),
        Ok(point) => {
            let dropped = digits.split_off(point);
            if dropped.bytes().any(|byte| byte != b'0') {
                return None;
            }
        }
        Err(_) if digits.bytes().all(|byte| byte == b'0') => digits.clear(),
        Err(_) => return None,
    }
    let digits = digits.trim_start_matches('0');
    Some(Cow::Owned(match (digits.is_empty(), text.starts_with('-')) {
        (true, _) => "0".to_owned(),
        (false, true) => format!("-{digits}"),
        (false, false) => digits.to_owned(),
    }))
}

/// Whether two JSON numbers have the same value, however they are spelled.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || matches!((Decimal::of(one), Decimal::of(other)), (Some(one), Some(other)) if one == other)
}

/// A value that has one form: `0.digits` times ten to the power of `exponent`, without zeros at either end.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// The value of a JSON number, unless its exponent is beyond 64 bits.
    fn of(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let leading = i64::try_from(all.len() - digits.len()).ok()?;
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let exponent = i64::try_from(whole.len()).ok()?.checked_sub(leading)?.checked_add(exponent)?;
        Some(Self { negative: text.starts_with('-'), digits: digits.to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use super::{integer, same};

    #[test]
    fn values_have_many_spellings() {
        let cases = [
            ("1e5", "100000", true),
            ("1E+5", "1e5", true),
            ("-0", "0", true),
            ("0e9", "-0.00", true),
            ("1.10", "1.1", true),
            ("0.01e2", "1", true),
            ("10", "1", false),
            ("-1", "1", false),
            ("1.1", "11", false),
            ("9223372036854775807", "9223372036854775808", false),
            ("9223372036854775807.0", "9223372036854775807", true),
            ("1e99999999999999999999", "1e99999999999999999999", true),
            ("1e99999999999999999999", "1", false),
        ];
        for (one, other, expected) in cases {
            assert_eq!((same(one, other), same(other, one)), (expected, expected), "{one} {other}");
        }
    }

    #[test]
    fn integers_in_other_spellings() {
        let cases = [
            ("7", Some("7")),
            ("-7", Some("-7")),
            ("7.0", Some("7")),
            ("-7.000", Some("-7")),
            ("0.0", Some("0")),
            ("-0.0", Some("0")),
            ("1e2", Some("100")),
            ("1.5e+1", Some("15")),
            ("150e-1", Some("15")),
            ("15e-1", None),
            ("1.5", None),
            ("0.05", None),
            ("0e-9", Some("0")),
            ("1e-9", None),
            ("9007199254740993.0", Some("9007199254740993")),
            ("1e999999999999", None),
            ("1e99999999999999999999999", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(integer(text).as_deref(), wanted, "{text}");
        }
    }
}
