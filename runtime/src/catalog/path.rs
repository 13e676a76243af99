//! Path templates.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A path with template expressions, parsed: `/pets/{petId}.{ext}`.
///
/// As JSON it is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathTemplate {
    parts: Vec<PathPart>,
}

/// A piece of a path template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Text that is sent as it stands.
    Literal(String),
    /// The name of a path parameter.
    Expression(String),
}

/// Why a text is no path template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathTemplateError {
    /// The text does not begin with `/`.
    #[error("a path begins with `/`, this one is {0:?}")]
    NotAbsolute(String),
    /// A brace is not closed, not opened, nested, or encloses nothing.
    #[error("the braces of {0:?} do not pair up around names")]
    Braces(String),
}

impl PathTemplate {
    /// The pieces, in order; no two literals stand beside each other.
    pub fn parts(&self) -> &[PathPart] {
        &self.parts
    }

    /// The names of the expressions, in order.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            PathPart::Expression(name) => Some(name.as_str()),
            PathPart::Literal(_) => None,
        })
    }
}

impl FromStr for PathTemplate {
    type Err = PathTemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.starts_with('/') {
            return Err(PathTemplateError::NotAbsolute(text.to_owned()));
        }
        let braces = || PathTemplateError::Braces(text.to_owned());
        let (mut parts, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (literal, after) = rest.split_once('{').map_or((rest, None), |(literal, after)| (literal, Some(after)));
            if literal.contains('}') {
                return Err(braces());
            }
            if !literal.is_empty() {
                parts.push(PathPart::Literal(literal.to_owned()));
            }
            let Some(after) = after else { break };
            let (name, after) = after.split_once('}').ok_or_else(braces)?;
            if name.is_empty() || name.contains('{') {
                return Err(braces());
            }
            parts.push(PathPart::Expression(name.to_owned()));
            rest = after;
        }
        Ok(Self { parts })
    }
}

impl fmt::Display for PathTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            PathPart::Literal(text) => f.write_str(text),
            PathPart::Expression(name) => write!(f, "{{{name}}}"),
        })
    }
}

impl Serialize for PathTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PathTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_parsed_and_printed() {
        let cases: [(&str, &[&str]); 6] = [
            ("/", &[]),
            ("/pets", &[]),
            ("/pets/{petId}", &["petId"]),
            ("/{a}{b}/x", &["a", "b"]),
            ("/export/{id}.{ext}", &["id", "ext"]),
            ("/pets/{pet id}/", &["pet id"]),
        ];
        for (text, names) in cases {
            let template: PathTemplate = text.parse().expect(text);
            assert_eq!(template.expressions().collect::<Vec<_>>(), names, "{text}");
            assert_eq!(template.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for text in ["", "pets", "/{", "/}", "/{}", "/{a{b}}", "/a}b", "/{a}}"] {
            assert!(text.parse::<PathTemplate>().is_err(), "{text}");
        }
    }
}
