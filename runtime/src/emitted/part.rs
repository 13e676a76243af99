//! How a field of a form, or a part of a multipart body, is written.

use crate::catalog::{FieldEncoding, ParameterEncoding};

/// The encoding of a field (Encoding Object). What is not said is as the media type has it: a list is repeated, an
/// object is JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a part says how a field is written"]
pub struct Part(pub(super) FieldEncoding);

impl Part {
    /// A field as the media type writes it.
    pub fn new() -> Self {
        Self::default()
    }

    /// `contentType`.
    pub fn content_type(mut self, media_type: &str) -> Self {
        self.0.content_type = Some(media_type.to_owned());
        self
    }

    /// `style`, `explode` and `allowReserved`: `Style::DeepObject.explode()`.
    pub fn style(mut self, encoding: impl Into<ParameterEncoding>) -> Self {
        match encoding.into() {
            ParameterEncoding::Style { style, explode, allow_reserved, items } => {
                self.0.items = items;
                (self.0.style, self.0.explode, self.0.allow_reserved) = (Some(style), Some(explode), allow_reserved);
                self
            }
            ParameterEncoding::Content { content } => self.content_type(&content),
        }
    }

    /// The value, or each item of it, is a file: base64 text, a `data:` URL, or `{filename, content_type, data}`.
    pub fn file(mut self) -> Self {
        self.0.file = true;
        self
    }

    /// A header of the part.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.insert(name.to_owned(), value.to_owned());
        self
    }
}
