//! Types of Rust, and the models that emitted crates declare.

use std::fmt::Write as _;

/// The place of a model among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::emit) struct ModelId(pub(super) usize);

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emit) enum Type {
    /// Any JSON.
    Value,
    /// An object of any members.
    Object,
    Bool,
    String,
    I32,
    I64,
    /// A number in its own spelling.
    Number,
    Vec(Box<Type>),
    /// An object whose members are all of one type.
    Map(Box<Type>),
    /// A model.
    Model(ModelId),
    /// A model in a box, which breaks a circle.
    Boxed(ModelId),
    /// Null or the type.
    Nullable(Box<Type>),
    /// Absent or the type.
    Option(Box<Type>),
}

impl Type {
    /// The type with null admitted.
    pub(super) fn nullable(self) -> Self {
        match self {
            Self::Value | Self::Nullable(_) => self,
            other => Self::Nullable(Box::new(other)),
        }
    }

    /// As it is written, `name` giving the models' names.
    pub(in crate::emit) fn write(&self, out: &mut String, name: &dyn Fn(ModelId) -> String) {
        let mut wrapped = |word: &str, inner: &Self| {
            out.push_str(word);
            out.push('<');
            inner.write(out, name);
            out.push('>');
        };
        match self {
            Self::Vec(inner) => wrapped("Vec", inner),
            Self::Map(inner) => wrapped("Map", inner),
            Self::Nullable(inner) => wrapped("Nullable", inner),
            Self::Option(inner) => wrapped("Option", inner),
            // Writing to a text does not fail.
            Self::Boxed(id) => drop(write!(out, "Box<{}>", name(*id))),
            Self::Model(id) => out.push_str(&name(*id)),
            Self::Value => out.push_str("Value"),
            Self::Object => out.push_str("Object"),
            Self::Bool => out.push_str("bool"),
            Self::String => out.push_str("String"),
            Self::I32 => out.push_str("i32"),
            Self::I64 => out.push_str("i64"),
            Self::Number => out.push_str("Number"),
        }
    }

    /// The model that stands in the value itself, not behind a list or a map.
    pub(super) fn direct(&self) -> Option<ModelId> {
        match self {
            Self::Model(id) => Some(*id),
            Self::Nullable(inner) | Self::Option(inner) => inner.direct(),
            _ => None,
        }
    }

    /// Puts the model that stands in the value itself into a box.
    pub(super) fn boxed(&mut self) {
        match self {
            Self::Model(id) => *self = Self::Boxed(*id),
            Self::Nullable(inner) | Self::Option(inner) => inner.boxed(),
            _ => {}
        }
    }

    /// Calls `visit` with every model that the type names.
    pub(in crate::emit) fn models(&self, visit: &mut dyn FnMut(ModelId)) {
        match self {
            Self::Model(id) | Self::Boxed(id) => visit(*id),
            Self::Vec(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Option(inner) => inner.models(visit),
            _ => {}
        }
    }
}

/// A type that an emitted crate declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emit) struct Model {
    /// Its name in Rust.
    pub(in crate::emit) name: String,
    /// Where it stands.
    pub(in crate::emit) home: Home,
    /// What its schema says of it.
    pub(in crate::emit) description: Option<String>,
    pub(in crate::emit) kind: ModelKind,
}

/// The module in which a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::emit) enum Home {
    /// `models`, for what several operations may use.
    Models,
    /// The module of this number.
    Module(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emit) enum ModelKind {
    /// An object with named members.
    Struct {
        fields: Vec<Field>,
        /// Whether it keeps members that it does not name, and under which name.
        rest: Option<String>,
    },
    /// One of some texts: the variants' names and the texts.
    OneOf(Vec<(String, String)>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emit) struct Field {
    /// The name in Rust, without `r#`.
    pub(in crate::emit) name: String,
    /// The name in JSON.
    pub(in crate::emit) key: String,
    pub(in crate::emit) ty: Type,
    /// What its schema says of it.
    pub(in crate::emit) description: Option<String>,
}
