//! Tools that no operation stands behind.

use serde_json::{Value, json};

use crate::catalog::Annotations;

/// A tool that is written by hand.
#[derive(Debug, Clone, PartialEq)]
#[must_use = "a tool is offered by Server::add_tool"]
pub struct NewTool {
    pub(super) name: String,
    pub(super) title: Option<String>,
    pub(super) description: String,
    pub(super) input: Value,
    pub(super) output: Option<Value>,
    pub(super) annotations: Annotations,
    pub(super) tags: Vec<String>,
}

impl NewTool {
    /// A tool without arguments.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: None,
            description: description.into(),
            input: json!({"type": "object", "additionalProperties": false}),
            output: None,
            annotations: Annotations::default(),
            tags: Vec::new(),
        }
    }

    /// Its name for people.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The schema of its arguments: JSON Schema 2020-12, an object. `$defs` are those of the server unless the schema has
    /// its own.
    pub fn input(mut self, schema: Value) -> Self {
        self.input = schema;
        self
    }

    /// The schema of its structured content.
    pub fn output(mut self, schema: Value) -> Self {
        self.output = Some(schema);
        self
    }

    /// Hints for clients.
    pub fn annotations(mut self, annotations: Annotations) -> Self {
        self.annotations = annotations;
        self
    }

    /// Tags, which stand in its `_meta`.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }
}
