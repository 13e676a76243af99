//! Prompts: messages that a user picks, with places for arguments.

use serde::{Deserialize, Serialize};

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Unique among the prompts, of a tool name's form.
    pub name: String,
    /// The name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What its messages have places for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<PromptArgument>,
    /// The messages, in their order.
    pub messages: Vec<PromptMessage>,
}

/// An argument of a prompt; its value is a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptArgument {
    /// The name, as templates write it: `[A-Za-z_][A-Za-z0-9_]*`.
    pub name: String,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether there is no prompt without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Values that a client may offer; others are taken too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// A message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptMessage {
    /// Who says it.
    #[serde(default)]
    pub role: PromptRole,
    /// What is said.
    pub content: PromptContent,
}

/// Who says a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptRole {
    /// The user.
    #[default]
    User,
    /// The model.
    Assistant,
}

/// What a message says, as a template of minijinja.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptContent {
    /// The text.
    Text(String),
    /// The URI of a resource, which is read when the prompt is asked for. A picture or a sound stands as such, anything
    /// else as an embedded resource.
    Resource(String),
}

impl PromptContent {
    /// The template.
    pub fn template(&self) -> &str {
        match self {
            Self::Text(template) | Self::Resource(template) => template,
        }
    }
}
