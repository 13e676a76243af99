//! Outlines as JSON text, and what they cost.

use serde_json::Value;

use super::{Children, Node, Prose};
use crate::mapping::text;

/// The bytes of `,"items":{"properties":{}}`.
pub(super) const AROUND: usize = 26;
/// The bytes of `"description":""`.
const DESCRIPTION: usize = 16;
/// Behind what is cut.
const CUT: &str = "…";

impl Node<'_> {
    /// The bytes that the node takes by itself, without prose: `"name":{"description":"words …"},`.
    pub(super) fn cost(&self) -> usize {
        let cut = if self.inside.is_some() { CUT.len() + 1 } else { 0 };
        length(self.name) + 6 + DESCRIPTION + length(&self.words) + cut
    }
}

/// The bytes of a string's JSON, without quotes.
fn length(text: &str) -> usize {
    let escaped = |byte: &u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\t' | b'\r');
    text.len() + text.as_bytes().iter().filter(|byte| escaped(byte)).count()
}

/// The bytes that so much of the descriptions takes.
pub(super) fn prose(among: &Children<'_>, told: Prose) -> usize {
    let own = |node: &Node<'_>| match &*text::shortened(&node.prose, told.most) {
        "" => 0,
        prose => length(prose) + 2,
    };
    among.nodes.iter().map(|node| own(node) + prose(&node.children, told.below())).sum()
}

/// The whole outline.
pub(super) fn root(among: &Children<'_>, told: Prose) -> String {
    let mut text = String::from(r#"{"type":"object""#);
    if among.more {
        text.push_str(r#","description":"…""#);
    }
    members(among, told, &mut text, ",");
    text.push('}');
    text
}

fn members(among: &Children<'_>, told: Prose, text: &mut String, separator: &str) {
    if among.nodes.is_empty() {
        return;
    }
    text.push_str(separator);
    text.push_str(r#""properties":{"#);
    for (index, node) in among.nodes.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        quoted(node.name, text);
        text.push(':');
        write(node, told, text);
    }
    text.push('}');
}

fn write(node: &Node<'_>, prose: Prose, text: &mut String) {
    text.push('{');
    let (below, prose) = (prose.below(), text::shortened(&node.prose, prose.most));
    let cut = node.children.nodes.is_empty() && node.inside.is_some();
    let parts = [node.words.as_str(), if node.words.is_empty() || prose.is_empty() { "" } else { ". " }, &prose];
    let mut told = parts.concat();
    if cut && !told.ends_with(CUT) {
        told.push_str(if told.is_empty() { CUT } else { " …" });
    }
    let mut separator = "";
    if !told.is_empty() {
        text.push_str(r#""description":"#);
        quoted(&told, text);
        separator = ",";
    }
    let items = node.inside.as_ref().is_some_and(|inside| inside.items);
    if items && !node.children.nodes.is_empty() {
        text.push_str(separator);
        text.push_str(r#""items":{"#);
        members(&node.children, below, text, "");
        text.push('}');
    } else {
        members(&node.children, below, text, separator);
    }
    text.push('}');
}

fn quoted(content: &str, text: &mut String) {
    if content.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        text.extend(["\"", content, "\""]);
    } else {
        text.push_str(&Value::from(content).to_string());
    }
}
