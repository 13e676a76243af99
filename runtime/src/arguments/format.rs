//! The formats that are asserted. All others describe: real values break them too often.

use jsonschema::{Keyword, ValidationError, paths::Location};
use serde_json::{Map, Value};

use super::{message::Got, number};

/// A format that a value must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Date,
    DateTime,
    Uuid,
    Int32,
    Int64,
    Other,
}

impl Format {
    fn named(name: &str) -> Self {
        match name {
            "date" => Self::Date,
            "date-time" => Self::DateTime,
            "uuid" => Self::Uuid,
            "int32" => Self::Int32,
            "int64" => Self::Int64,
            _ => Self::Other,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Date => "a date like 2026-01-31",
            Self::DateTime => "a date-time (RFC 3339) like 2026-01-31T09:30:00Z",
            Self::Uuid => "a uuid like 3fa85f64-5717-4562-b3fc-2c963f66afa6",
            Self::Int32 => "a 32-bit integer (int32: -2147483648 to 2147483647)",
            Self::Int64 => "a 64-bit integer (int64: -9223372036854775808 to 9223372036854775807)",
            Self::Other => "another format",
        }
    }

    fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Date, Value::String(text)) => is_date(text.as_bytes()),
            (Self::DateTime, Value::String(text)) => is_date_time(text.as_bytes()),
            (Self::Uuid, Value::String(text)) => is_uuid(text.as_bytes()),
            (Self::Int32, Value::Number(number)) => fits::<i32>(number.as_str()),
            (Self::Int64, Value::Number(number)) => fits::<i64>(number.as_str()),
            _ => true,
        }
    }
}

impl<'i> Keyword<'i> for Format {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.admits(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom(format!("expected {}, got {}", self.expected(), Got(instance))))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.admits(instance)
    }
}

/// Compiles the keyword `format`.
#[allow(clippy::unnecessary_wraps)] // as the validator's builder asks for it
pub(super) fn keyword<'a>(
    _schema: &'a Map<String, Value>,
    name: &'a Value,
    _location: Location,
) -> Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>> {
    Ok(Box::new(name.as_str().map_or(Format::Other, Format::named)))
}

/// Whether an integer, however it is spelled, is in the range; `type` judges what is no integer.
fn fits<T: std::str::FromStr>(text: &str) -> bool {
    match number::integer(text) {
        Some(digits) => digits.parse::<T>().is_ok(),
        None => !text.contains(['e', 'E']) || text.contains("e-") || text.contains("E-"),
    }
}

/// `full-date` of RFC 3339.
fn is_date(text: &[u8]) -> bool {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else { return false };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(**digit - b'0')))
    };
    let (Some(year), Some(month), Some(day)) = (number(&[y0, y1, y2, y3]), number(&[m0, m1]), number(&[d0, d1])) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// `date-time` of RFC 3339.
fn is_date_time(text: &[u8]) -> bool {
    let Some((date, [b'T' | b't', time @ ..])) = text.split_at_checked(10) else { return false };
    let Some((clock, rest)) = time.split_at_checked(8) else { return false };
    let &[h0, h1, b':', m0, m1, b':', s0, s1] = clock else { return false };
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        _ => rest,
    };
    let offset = match *rest {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', h0, h1, b':', m0, m1] => two(h0, h1, 23) && two(m0, m1, 59),
        _ => false,
    };
    // 60 is a leap second.
    is_date(date) && two(h0, h1, 23) && two(m0, m1, 59) && two(s0, s1, 60) && offset
}

/// Whether two digits make a number up to `most`.
fn two(tens: u8, ones: u8, most: u8) -> bool {
    tens.is_ascii_digit() && ones.is_ascii_digit() && (tens - b'0') * 10 + (ones - b'0') <= most
}

/// The hyphenated form of RFC 9562.
fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formats_are_asserted() {
        let cases = [
            ("date", "\"2024-02-29\"", true),
            ("date", "\"2023-02-29\"", false),
            ("date", "\"2024-13-01\"", false),
            ("date", "\"2024-1-1\"", false),
            ("date", "\"yesterday\"", false),
            ("date", "20240101", true),
            ("date-time", "\"2024-02-29T23:59:60Z\"", true),
            ("date-time", "\"2024-02-29t23:59:59.123+01:00\"", true),
            ("date-time", "\"2024-02-29 23:59:59Z\"", false),
            ("date-time", "\"2024-02-29T23:59:59\"", false),
            ("date-time", "\"2024-02-29T23:59:59.Z\"", false),
            ("date-time", "\"2024-02-29T24:00:00Z\"", false),
            ("date-time", "\"2024-02-29Tü\"", false),
            ("uuid", "\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"", true),
            ("uuid", "\"3fa85f6457174562b3fc2c963f66afa6\"", false),
            ("int32", "2147483647", true),
            ("int32", "2147483648", false),
            ("int32", "-2147483648.0", true),
            ("int64", "9223372036854775807", true),
            ("int64", "9223372036854775808", false),
            ("int64", "1e400", false),
            ("int64", "0.5", true),
            ("email", "\"no mail\"", true),
            ("uri", "\"no uri\"", true),
        ];
        for (name, text, wanted) in cases {
            let value: Value = serde_json::from_str(text).expect(text);
            assert_eq!(Format::named(name).admits(&value), wanted, "{name} {text}");
        }
        assert!(Format::named("date").admits(&json!(null)));
    }
}
