//! Bytes into a tree: encoding, size, and which of the two languages it is.

use super::arena::{Arena, NodeId};
use super::tree::Tree;
use super::writer::{Remark, Writer};
use super::{json, yaml};
use crate::diagnostic::{Diagnostic, Severity};

/// How deep a document is read.
pub(super) const MAX_DEPTH: usize = 512;

/// How large a document may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of its text; 64 MB. Never more than 256 MB.
    pub max_bytes: usize,
    /// Levels of nesting; what lies deeper is read as null, with a diagnostic. 512.
    pub max_depth: usize,
    /// Nodes; 16 million.
    pub max_nodes: usize,
    /// Nodes when every alias is written out; 16 million.
    pub max_expanded: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_depth: MAX_DEPTH, max_nodes: 16 << 20, max_expanded: 16 << 20 }
    }
}

impl Limits {
    /// Bytes of a document's text that can be read at all.
    pub(super) fn bytes(&self) -> usize {
        self.max_bytes.min(super::arena::MAX_LEN as usize)
    }

    /// A document is over the limit.
    pub(super) fn too_many_bytes(&self, name: &str) -> Box<Diagnostic> {
        let megabytes = self.bytes() >> 20;
        let message = match megabytes {
            0 => format!("the document is larger than {} bytes", self.bytes()),
            _ => format!("the document is larger than {megabytes} MB"),
        };
        let help = "split it, or raise the limit";
        Box::new(Diagnostic::error("document-too-large", message).source(name).help(help))
    }
}

/// A document whose nodes are not there yet, or never will be: for the places of diagnostics.
fn unread(name: String, text: String) -> Tree {
    Tree::from_parts(name, text, Arena::default(), NodeId(0))
}

fn diagnostic(tree: &Tree, remark: Remark) -> Diagnostic {
    let narrow = |place: usize| u32::try_from(place.min(tree.text().len())).unwrap_or(u32::MAX);
    let mut diagnostic = Diagnostic::new(remark.severity, remark.code, remark.message)
        .within(tree, narrow(remark.span.start)..narrow(remark.span.end));
    if let Some(node) = remark.node {
        diagnostic.pointer = tree.node(node).pointer();
    }
    if remark.help.is_empty() { diagnostic } else { diagnostic.help(remark.help) }
}

pub(super) fn read(name: String, bytes: Vec<u8>, limits: &Limits) -> Result<(Tree, Vec<Diagnostic>), Box<Diagnostic>> {
    if bytes.len() > limits.bytes() {
        return Err(limits.too_many_bytes(&name));
    }
    let text = decode(&name, bytes)?;
    let Some(first) = text.trim_start().chars().next() else {
        let help = "give the API description itself: JSON or YAML text";
        return Err(Box::new(Diagnostic::error("empty-document", "the document is empty").source(name).help(help)));
    };
    let read = if matches!(first, '{' | '[') { read_json(&text, limits) } else { yaml::read(&text, limits) };
    match read {
        Ok((arena, Some(root), remarks)) => {
            let tree = Tree::from_parts(name, text, arena, root);
            let diagnostics = remarks.into_iter().map(|remark| diagnostic(&tree, remark)).collect();
            Ok((tree, diagnostics))
        }
        Ok((_, None, _)) => {
            let help = "give the API description itself: JSON or YAML text";
            let message = "the document holds nothing but comments";
            Err(Box::new(Diagnostic::error("empty-document", message).source(name).help(help)))
        }
        Err(remark) => Err(Box::new(diagnostic(&unread(name, text), remark))),
    }
}

type Read = Result<(Arena, Option<NodeId>, Vec<Remark>), Remark>;

/// Reads JSON, and what only looks like it as YAML.
fn read_json(text: &str, limits: &Limits) -> Read {
    let mut writer = Writer::new(text, limits);
    let failure = match json::read(&mut writer) {
        Ok(()) => return Ok(writer.finish()),
        Err(failure) => failure,
    };
    if !failure.maybe_yaml {
        return Err(failure.remark);
    }
    match yaml::read(text, limits) {
        Ok((arena, root, mut remarks)) => {
            let message = format!("the document is no JSON and was read as YAML: {}", failure.remark.message);
            let remark = Remark { severity: Severity::Warning, code: "json-as-yaml", message, ..failure.remark };
            remarks.insert(0, remark);
            Ok((arena, root, remarks))
        }
        // The error that stands further on is the one that the author did not mean.
        Err(remark) if remark.span.start > failure.remark.span.start => Err(remark),
        Err(_) => Err(failure.remark),
    }
}

/// UTF-8, or UTF-16 with a byte order mark.
fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Option<String> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        rest.is_empty().then_some(())?;
        char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).collect::<Result<String, _>>().ok()
    };
    let encoding = |message: String| {
        let help = "save the document as UTF-8";
        Box::new(Diagnostic::error("invalid-encoding", message).source(name).help(help))
    };
    let wide = match bytes.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            return Err(encoding("the document is UTF-32, and UTF-8 was expected".to_owned()));
        }
        [0xFF, 0xFE, rest @ ..] => Some(units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some(units(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(wide) = wide {
        return wide.ok_or_else(|| encoding("the document begins as UTF-16 but is not".to_owned()));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
        let byte = rest.first().copied().unwrap_or_default();
        let mut diagnostic = encoding(format!("the document is not UTF-8: byte 0x{byte:02X} in line {line}"));
        diagnostic.line = u32::try_from(line).ok();
        diagnostic
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}
