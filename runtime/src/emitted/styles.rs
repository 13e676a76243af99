//! Words for how a value is written: `Style::Form.explode()`.

use crate::catalog::{ParameterEncoding, Style};

impl Style {
    /// The style, with a part for each member of an array or object.
    pub fn explode(self) -> ParameterEncoding {
        ParameterEncoding::Style { style: self, explode: true, allow_reserved: false, items: Vec::new() }
    }

    /// The style, with reserved characters as they are.
    pub fn allow_reserved(self) -> ParameterEncoding {
        ParameterEncoding::from(self).allow_reserved()
    }

    /// No style: a document of a media type.
    pub fn content(media_type: &str) -> ParameterEncoding {
        ParameterEncoding::Content { content: media_type.to_owned() }
    }
}

impl ParameterEncoding {
    /// The same, with reserved characters as they are.
    #[must_use]
    pub fn allow_reserved(self) -> Self {
        match self {
            Self::Style { style, explode, items, .. } => Self::Style { style, explode, allow_reserved: true, items },
            content @ Self::Content { .. } => content,
        }
    }

    /// The same, with arrays inside the array in styles of their own, from the outside in (`items` of Swagger 2.0).
    #[must_use]
    pub fn items(self, styles: &[Style]) -> Self {
        match self {
            Self::Style { style, explode, allow_reserved, .. } => {
                Self::Style { style, explode, allow_reserved, items: styles.to_vec() }
            }
            content @ Self::Content { .. } => content,
        }
    }
}

/// The style, not exploded.
impl From<Style> for ParameterEncoding {
    fn from(style: Style) -> Self {
        Self::Style { style, explode: false, allow_reserved: false, items: Vec::new() }
    }
}
