//! The macros that models are written with.

/// A struct over a JSON object.
///
/// A member has its field's name, or the one after `=`. An `Option` may be absent. A field `= ..`, the last one, takes
/// the members that no other field names; without it they are dropped.
///
/// The struct is read by [`FromJson`](crate::model::FromJson) and serde's `Deserialize`, and written by
/// [`ToJson`](crate::model::ToJson) and `Serialize`.
///
/// ```
/// use mcpgen_runtime::prelude::*;
///
/// model! {
///     /// A pet.
///     pub struct Pet {
///         pub pet_id: i64 = "petId",
///         pub name: Option<String>,
///         pub rest: Object = ..,
///     }
/// }
///
/// let pet: Pet = serde_json::from_str(r#"{"name":"Rex","petId":7,"age":3}"#)?;
/// assert_eq!((pet.pet_id, &pet.rest["age"]), (7, &json!(3)));
/// assert_eq!(pet.to_json(), json!({"petId": 7, "name": "Rex", "age": 3}));
/// # Ok::<_, serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! model {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$about:meta])* $field_vis:vis $field:ident: $type:ty $(= $member:tt)?),* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::pedantic, reason = "the names are the API's")]
        $vis struct $name {
            $($(#[$about])* $field_vis $field: $type,)*
        }

        impl $crate::model::FromJson for $name {
            #[allow(unused_mut, unused_variables)]
            fn from_json(value: $crate::model::Value) -> ::std::result::Result<Self, $crate::model::Problem> {
                let mut fields = $crate::model::Fields::of(value)?;
                ::std::result::Result::Ok(Self { $($field: $crate::__take!(fields, $field $($member)?),)* })
            }
        }

        impl $crate::model::ToJson for $name {
            #[allow(unused_mut)]
            fn to_json(&self) -> $crate::model::Value {
                let mut members = $crate::model::Members::default();
                $($crate::__put!(members, self, $field $($member)?);)*
                members.into_value()
            }
        }

        impl $crate::model::serde::Serialize for $name {
            fn serialize<S: $crate::model::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::model::serialize(self, serializer)
            }
        }

        impl<'de> $crate::model::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::model::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::model::deserialize(deserializer)
            }
        }
    )*};
}

/// Reads a field of [`model!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __take {
    ($fields:ident, $field:ident) => {
        $fields.take(const { $crate::model::name(::std::stringify!($field)) })?
    };
    ($fields:ident, $field:ident ..) => {
        $fields.rest()?
    };
    ($fields:ident, $field:ident $member:literal) => {
        $fields.take($member)?
    };
}

/// Writes a field of [`model!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __put {
    ($members:ident, $self:ident, $field:ident) => {
        $members.put(const { $crate::model::name(::std::stringify!($field)) }, &$self.$field)
    };
    ($members:ident, $self:ident, $field:ident ..) => {
        $members.rest(&$self.$field)
    };
    ($members:ident, $self:ident, $field:ident $member:literal) => {
        $members.put($member, &$self.$field)
    };
}

/// An enum over texts.
///
/// ```
/// use mcpgen_runtime::prelude::*;
///
/// one_of! {
///     /// Where a pet is.
///     pub enum Status {
///         Available = "available",
///         Sold = "sold",
///     }
/// }
///
/// assert_eq!(Status::from_json(json!("sold")).ok(), Some(Status::Sold));
/// assert_eq!(Status::Sold.as_str(), "sold");
/// assert_eq!(Status::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! one_of {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$about:meta])* $variant:ident = $text:literal),* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(clippy::pedantic, reason = "the names are the API's")]
        $vis enum $name {
            $($(#[$about])* $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::model::FromJson for $name {
            fn from_json(value: $crate::model::Value) -> ::std::result::Result<Self, $crate::model::Problem> {
                $crate::model::one_of(Self::ALL, Self::as_str, &value)
            }
        }

        impl $crate::model::ToJson for $name {
            fn to_json(&self) -> $crate::model::Value {
                $crate::model::Value::from(self.as_str())
            }
        }

        impl $crate::model::serde::Serialize for $name {
            fn serialize<S: $crate::model::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::model::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::model::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::model::deserialize(deserializer)
            }
        }
    )*};
}
