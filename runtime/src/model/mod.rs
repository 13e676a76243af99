//! Rust types over JSON values: what the typed arguments and models of an emitted crate are made of.
//!
//! [`model!`](crate::model!) writes a struct, [`one_of!`](crate::one_of!) an enum of texts. Neither derives serde's code
//! for each type, which costs compile time where an API has thousands of them: what they expand to calls a few functions
//! that all types share.

mod macros;
mod members;
mod nullable;
mod values;

pub use members::{Fields, Members, name};
pub use nullable::Nullable;
pub use serde;
pub use serde_json::{Number, Value};
pub use values::one_of;

pub use crate::arguments::Problem;

/// An object that can hold anything, in order.
pub type Object = serde_json::Map<String, Value>;
/// An object whose members all have one type, in order.
pub type Map<T> = indexmap::IndexMap<String, T>;

/// Read from a JSON value.
pub trait FromJson: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// When it is another one; the problem says where.
    fn from_json(value: Value) -> Result<Self, Problem>;

    /// What stands for a member that is not there; none where it has to be.
    fn absent() -> Option<Self> {
        None
    }
}

/// Written as a JSON value.
pub trait ToJson {
    /// The value.
    fn to_json(&self) -> Value;

    /// The value of a member; none leaves the member out.
    fn present(&self) -> Option<Value> {
        Some(self.to_json())
    }
}

/// Any model through serde.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: serde::Serializer>(model: &impl ToJson, serializer: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&model.to_json(), serializer)
}

/// Any model through serde.
///
/// # Errors
/// When the input is no JSON value, or one of another type.
pub fn deserialize<'de, T: FromJson, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_json(serde::Deserialize::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests;
