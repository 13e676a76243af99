//! The values of a config file, and what is said of those that are wrong.

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::{Entry, Node},
};

/// A scalar that is not null, as it was written.
pub(crate) fn scalar(node: Node<'_>) -> Option<String> {
    node.text().filter(|_| !node.is_null()).map(std::borrow::Cow::into_owned)
}

/// The items of a list.
pub(crate) fn list<'t>(node: Node<'t>, expected: &str) -> Result<impl Iterator<Item = Node<'t>> + use<'t>, Diagnostic> {
    if node.is_array() {
        Ok(node.items())
    } else {
        Err(wrong(node, "invalid-setting", &format!("expected {expected} here"), "see docs/cli.md for the form"))
    }
}

/// Something is not as it should be at a node.
pub(crate) fn wrong(node: Node<'_>, code: &'static str, message: &str, help: &str) -> Diagnostic {
    Diagnostic { help: Some(help.to_owned()), ..Diagnostic::new(Severity::Error, code, message).at(node) }
}

/// A key that nobody knows.
pub(crate) fn unknown<'a>(entry: &Entry<'_>, known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let message = format!("there is no setting {:?} here", entry.key);
    let help = match nearest(entry.key, known.clone()) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
    };
    Diagnostic { help: Some(help), ..Diagnostic::new(Severity::Error, "unknown-setting", message).at_key(entry) }
}

/// The name that was most likely meant.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let distance = |other: &str| strsim::damerau_levenshtein(&name, other);
    let (distance, nearest) = known.map(|other| (distance(other), other)).min()?;
    (distance <= (nearest.len() / 3).max(2)).then_some(nearest)
}
