//! The types that models are built of.

use serde_json::{Number, Value};

use super::{FromJson, Map, Object, Problem, ToJson};
use crate::arguments::{Got, integer};

/// The problem of a value that is of another type.
pub(super) fn mismatch(expected: &str, got: &Value) -> Problem {
    Problem::at("", format!("expected {expected}, got {}", Got(got)))
}

/// The one of the texts that a value is, by its place among them.
///
/// # Errors
/// When it is no text, or another one.
pub fn one_of<T: Copy>(all: &[T], text: fn(T) -> &'static str, value: &Value) -> Result<T, Problem> {
    let found = value.as_str().and_then(|given| all.iter().find(|one| text(**one) == given));
    found.copied().ok_or_else(|| {
        let texts: Vec<_> = all.iter().map(|one| text(*one)).collect();
        mismatch(&format!("one of {}", texts.join(", ")), value)
    })
}

/// Integers of Rust: any spelling of a number that is one of them.
macro_rules! integers {
    ($($type:ty: $expected:literal),*) => {$(
        impl FromJson for $type {
            fn from_json(value: Value) -> Result<Self, Problem> {
                let digits = match &value {
                    Value::Number(number) => integer(number.as_str()),
                    _ => None,
                };
                digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| mismatch($expected, &value))
            }
        }

        impl ToJson for $type {
            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

integers! { i32: "a 32-bit integer", i64: "a 64-bit integer", u32: "an unsigned 32-bit integer", u64: "an unsigned 64-bit integer" }

/// Types that a kind of JSON value is as it is.
macro_rules! as_they_are {
    ($($type:ty: $kind:ident, $expected:literal);*) => {$(
        impl FromJson for $type {
            fn from_json(value: Value) -> Result<Self, Problem> {
                match value {
                    Value::$kind(value) => Ok(value),
                    other => Err(mismatch($expected, &other)),
                }
            }
        }

        impl ToJson for $type {
            fn to_json(&self) -> Value {
                Value::$kind(self.clone())
            }
        }
    )*};
}

as_they_are! { bool: Bool, "true or false"; String: String, "a text"; Number: Number, "a number"; Object: Object, "an object" }

impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, Problem> {
        Ok(value)
    }
}

impl ToJson for Value {
    fn to_json(&self) -> Value {
        self.clone()
    }
}

impl ToJson for str {
    fn to_json(&self) -> Value {
        Value::from(self)
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn to_json(&self) -> Value {
        (**self).to_json()
    }

    fn present(&self) -> Option<Value> {
        (**self).present()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Result<Self, Problem> {
        T::from_json(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }

    fn present(&self) -> Option<Value> {
        self.as_ref().and_then(T::present)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(value: Value) -> Result<Self, Problem> {
        T::from_json(value).map(Self::new)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Problem> {
        let Value::Array(items) = value else { return Err(mismatch("a list", &value)) };
        let item = |(index, item)| T::from_json(item).map_err(|problem| problem.inside(&usize::to_string(&index)));
        items.into_iter().enumerate().map(item).collect()
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Value {
        self.iter().map(T::to_json).collect()
    }
}

impl<T: FromJson> FromJson for Map<T> {
    fn from_json(value: Value) -> Result<Self, Problem> {
        let Value::Object(members) = value else { return Err(mismatch("an object", &value)) };
        let member = |(name, value): (String, Value)| match T::from_json(value) {
            Ok(value) => Ok((name, value)),
            Err(problem) => Err(problem.inside(&name)),
        };
        members.into_iter().map(member).collect()
    }
}

impl<T: ToJson> ToJson for Map<T> {
    fn to_json(&self) -> Value {
        self.iter().filter_map(|(name, value)| Some((name.clone(), value.present()?))).collect()
    }
}
