//! A node of a description together with the documents that its references lead into.

use std::borrow::Cow;

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::{DocumentId, Documents, Kind, Node, NodeId, Place},
};

/// A node and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'d> {
    documents: &'d Documents,
    document: DocumentId,
    node: Node<'d>,
}

impl<'d> Cursor<'d> {
    /// The root of the description.
    pub fn root(documents: &'d Documents) -> Self {
        let root = documents.root();
        Self { documents, document: root.document, node: documents.node(root) }
    }

    /// The root of the description that this node belongs to.
    #[must_use]
    pub fn top(self) -> Self {
        Self::root(self.documents)
    }

    /// What tells this node from every other of the description.
    pub fn key(self) -> (DocumentId, NodeId) {
        (self.document, self.node.id())
    }

    /// Another node of the description, by its key.
    #[must_use]
    pub fn elsewhere(self, (document, node): (DocumentId, NodeId)) -> Self {
        Self { document, node: self.documents.tree(document).node(node), ..self }
    }

    /// The property of this name.
    pub fn get(self, name: &str) -> Option<Self> {
        self.node.get(name).map(|node| self.with(node))
    }

    /// The properties of an object; none of anything else.
    pub fn entries(self) -> impl Iterator<Item = (&'d str, Self)> {
        self.node.entries().map(move |entry| (entry.key, self.with(entry.value)))
    }

    /// The items of an array; none of anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.node.items().map(move |node| self.with(node))
    }

    /// What the node is.
    pub fn kind(self) -> Kind {
        self.node.kind()
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'d str> {
        self.node.as_str()
    }

    /// A boolean, also where it was written as a string, or in a word that YAML had for one before 1.2.
    pub fn as_bool(self) -> Option<bool> {
        self.node.as_bool().or_else(|| match self.as_str()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        })
    }

    /// Any scalar but null as it was written.
    pub fn text(self) -> Option<Cow<'d, str>> {
        (self.kind() != Kind::Null).then(|| self.node.text()).flatten()
    }

    /// The node as a JSON value.
    pub fn to_value(self) -> serde_json::Value {
        self.node.to_value()
    }

    /// The text of a scalar property.
    pub fn text_of(self, name: &str) -> Option<String> {
        self.get(name).and_then(Self::text).map(Cow::into_owned)
    }

    /// Whether a property is true.
    pub fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Self::as_bool) == Some(true)
    }

    /// The JSON pointer of the node in its document.
    pub fn pointer(self) -> String {
        self.node.pointer()
    }

    /// The `$ref` of the node.
    pub fn reference(self) -> Option<&'d str> {
        self.get("$ref").and_then(Self::as_str)
    }

    /// What the node is when its references are followed; itself where it has none.
    pub fn resolve(self) -> Result<Self, Diagnostic> {
        if self.reference().is_none() {
            return Ok(self);
        }
        let from = Place { document: self.document, node: self.node.id() };
        let place = self.documents.follow(from).map_err(|error| error.diagnostic(self.node))?;
        Ok(Self { document: place.document, node: self.documents.node(place), ..self })
    }

    /// What the node's reference leads to: the first schema there that says something. One that is a reference again
    /// does so by what stands beside it, where `siblings` count, and by what counts beside any.
    pub fn target(self, siblings: bool) -> Result<Self, Diagnostic> {
        let counts = |(name, inner): (&str, Self)| match name {
            "$ref" | "$comment" => false,
            "nullable" | "x-nullable" | "readOnly" | "writeOnly" => inner.as_bool() == Some(true),
            name => siblings && !name.starts_with("x-"),
        };
        let mut at = self;
        let mut last = None;
        while let Some(reference) = at.reference() {
            let from = Place { document: at.document, node: at.node.id() };
            let place = self.documents.resolve(from, reference).map_err(|error| error.diagnostic(self.node))?;
            at = Self { document: place.document, node: self.documents.node(place), ..self };
            if at.reference().is_none() {
                break;
            }
            // Only what leads somewhere in the end is taken.
            if last.is_none() {
                last = Some(self.resolve()?);
            }
            if at.entries().any(counts) {
                break;
            }
        }
        Ok(at)
    }

    /// A diagnostic about this node.
    pub fn diagnostic(self, severity: Severity, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(severity, code, message).at(self.node)
    }

    fn with(self, node: Node<'d>) -> Self {
        Self { node, ..self }
    }
}
