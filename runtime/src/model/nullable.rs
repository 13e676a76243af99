//! Null as a value of its own, beside absence.

use serde_json::Value;

use super::{FromJson, Problem, ToJson};

/// A value or null. `Option<Nullable<T>>` is a member that may also be absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// `null`.
    #[default]
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, where there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value, where there is one.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: FromJson> FromJson for Nullable<T> {
    fn from_json(value: Value) -> Result<Self, Problem> {
        if value.is_null() { Ok(Self::Null) } else { T::from_json(value).map(Self::Value) }
    }
}

impl<T: ToJson> ToJson for Nullable<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}
