//! Members of objects, in and out: what the code of every model calls.

use serde_json::Value;

use super::{FromJson, Object, Problem, ToJson, values::mismatch};

/// The members of an object that is read.
pub struct Fields(Object);

impl Fields {
    /// The members of a value.
    ///
    /// # Errors
    /// When it is no object.
    pub fn of(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Object(object) => Ok(Self(object)),
            other => Err(mismatch("an object", &other)),
        }
    }

    /// Takes a member.
    ///
    /// # Errors
    /// When it is of another type, or is not there and has to be.
    pub fn take<T: FromJson>(&mut self, name: &str) -> Result<T, Problem> {
        match self.0.shift_remove(name) {
            Some(value) => T::from_json(value).map_err(|problem| problem.inside(name)),
            None => T::absent().ok_or_else(|| Problem::with_argument(name, "required, but missing")),
        }
    }

    /// Takes the members that are left.
    ///
    /// # Errors
    /// When one is of another type.
    pub fn rest<T: FromJson>(&mut self) -> Result<T, Problem> {
        T::from_json(Value::Object(std::mem::take(&mut self.0)))
    }
}

/// The members of an object that is written.
#[derive(Default)]
pub struct Members(Object);

impl Members {
    /// Adds a member, unless its value is absent.
    pub fn put(&mut self, name: &str, value: &dyn ToJson) {
        if let Some(value) = value.present() {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Adds members that no field names; a field of that name counts more.
    pub fn rest(&mut self, rest: &dyn ToJson) {
        if let Value::Object(rest) = rest.to_json() {
            for (name, value) in rest {
                self.0.entry(name).or_insert(value);
            }
        }
    }

    /// The object.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// A field's own name: `type` for `r#type`.
pub const fn name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}
