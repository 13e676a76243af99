//! One document as an ordered tree.

mod node;

use std::sync::OnceLock;

use serde_json::{Number, Value};

use super::arena::{Arena, Key, Member, NodeId, Shape, Slot, TooLarge, narrow};
use super::text::{self, Limits};
use crate::diagnostic::Diagnostic;

pub(super) use node::unescape;
pub use node::{Entries, Entry, Items, Node};

/// A document: its text and the nodes in it.
///
/// Nodes never change and never go; a normalising step adds new ones, which may have any older node below them, and then
/// sets the root. Subtrees can therefore be shared (as YAML's aliases are), but nothing contains itself.
#[derive(Debug)]
pub struct Tree {
    name: String,
    text: String,
    arena: Arena,
    root: NodeId,
    written_root: NodeId,
    /// Nodes below this number were read from the text, the others were added.
    written: u32,
    /// For each added node the node that it came from.
    origins: Vec<NodeId>,
    line_starts: OnceLock<Vec<u32>>,
    parents: OnceLock<Vec<NodeId>>,
}

impl Tree {
    /// Reads a document, JSON or YAML by its content, within the default [`Limits`].
    ///
    /// `name` is what diagnostics call it: a path or a URL. What was odd but readable comes back beside the tree.
    ///
    /// # Errors
    /// The text is neither JSON nor YAML, not UTF-8 (or UTF-16 with a byte order mark), or over a limit.
    pub fn parse(
        name: impl Into<String>,
        text: impl Into<Vec<u8>>,
    ) -> Result<(Self, Vec<Diagnostic>), Box<Diagnostic>> {
        Self::parse_within(name, text, &Limits::default())
    }

    /// [`Tree::parse`] with other limits.
    pub fn parse_within(
        name: impl Into<String>,
        text: impl Into<Vec<u8>>,
        limits: &Limits,
    ) -> Result<(Self, Vec<Diagnostic>), Box<Diagnostic>> {
        text::read(name.into(), text.into(), limits)
    }

    pub(super) fn from_parts(name: String, text: String, arena: Arena, root: NodeId) -> Self {
        let written = narrow(arena.nodes.len()).unwrap_or(u32::MAX);
        Self {
            name,
            text,
            arena,
            root,
            written_root: root,
            written,
            origins: Vec::new(),
            line_starts: OnceLock::new(),
            parents: OnceLock::new(),
        }
    }

    /// A tree without a text, so that its nodes have no place.
    ///
    /// # Panics
    /// When the value is too large for a document (hundreds of megabytes).
    pub fn from_value(name: impl Into<String>, value: &Value) -> Self {
        let mut tree = Self::from_parts(name.into(), String::new(), Arena::default(), NodeId(0));
        let root = tree.add_value(value, NodeId(0));
        tree.root = root;
        tree.written_root = root;
        tree.written = narrow(tree.arena.nodes.len()).unwrap_or(u32::MAX);
        tree.origins = Vec::new();
        tree
    }

    /// The path or URL that diagnostics name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as it was read, without byte order mark; empty where there was none.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The root.
    pub fn root(&self) -> Node<'_> {
        self.node(self.root)
    }

    /// The cursor at a node of this tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// How many nodes there are, the ones out of use included.
    pub fn node_count(&self) -> usize {
        self.arena.nodes.len()
    }

    /// Bytes that the tree holds, its text included.
    pub fn memory(&self) -> usize {
        self.text.capacity()
            + self.arena.side.capacity()
            + self.arena.nodes.capacity() * size_of::<Slot>()
            + self.arena.members.capacity() * size_of::<Member>()
            + self.arena.elements.capacity() * size_of::<NodeId>()
    }

    /// Line and column of a byte of the text, both from 1; columns count characters.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts[line - 1] as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        (narrow(line).unwrap_or(u32::MAX), narrow(before.chars().count() + 1).unwrap_or(u32::MAX))
    }

    /// A line of the text (from 1) without its end, and the offset where it begins.
    pub fn line_text(&self, line: u32) -> (&str, u32) {
        let starts = self.line_starts();
        let index = (line.max(1) as usize - 1).min(starts.len() - 1);
        let start = starts[index];
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        (self.text.get(start as usize..end).unwrap_or("").trim_end_matches(['\n', '\r']), start)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let after = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            std::iter::once(0).chain(after.filter_map(|(i, _)| narrow(i + 1).ok())).collect()
        })
    }

    /// The node of the text that `id` is, or was made from.
    fn origin(&self, id: NodeId) -> NodeId {
        match id.0.checked_sub(self.written) {
            None => id,
            Some(added) => self.origins.get(added as usize).copied().unwrap_or(self.written_root),
        }
    }

    /// For each node of the text one that it stands in; itself for the root and what is out of use.
    fn parents(&self) -> &[NodeId] {
        self.parents.get_or_init(|| {
            let mut parents: Vec<NodeId> = (0..self.written).map(NodeId).collect();
            let mut open = vec![self.written_root];
            while let Some(parent) = open.pop() {
                let slot = self.arena.slot(parent);
                let members = self.arena.members(slot).iter().map(|member| member.value);
                for child in members.chain(self.arena.elements(slot).iter().copied()) {
                    // Shared nodes are entered once.
                    if child != self.written_root && parents.get(child.index()) == Some(&child) {
                        parents[child.index()] = parent;
                        open.push(child);
                    }
                }
            }
            parents
        })
    }

    /// A node of the text and what it stands in, outwards; an added node counts as the one that it came from.
    pub(super) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let parents = self.parents();
        std::iter::successors(Some(self.origin(id)), |child| {
            parents.get(child.index()).copied().filter(|parent| parent != child)
        })
    }

    /// Every object of the text.
    pub(super) fn objects(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.written).map(|id| self.node(NodeId(id))).filter(|node| node.is_object())
    }

    fn add(&mut self, slot: Result<Slot, TooLarge>, origin: NodeId) -> NodeId {
        let slot = slot.unwrap_or(Slot::new(Shape::Null, 0, 0, 0, 0));
        let origin = self.origin(origin);
        let placed = self.arena.slot(origin);
        let slot = slot.placed(placed.start, placed.end);
        let id = self.arena.push(slot).unwrap_or(self.root);
        self.origins.push(origin);
        id
    }

    /// Adds `null`. Like every node that is added it takes its place in the text from `origin`, the node it was made from.
    pub fn add_null(&mut self, origin: NodeId) -> NodeId {
        self.add(Ok(Slot::new(Shape::Null, 0, 0, 0, 0)), origin)
    }

    /// Adds a boolean.
    pub fn add_bool(&mut self, value: bool, origin: NodeId) -> NodeId {
        self.add(Ok(Slot::new(if value { Shape::True } else { Shape::False }, 0, 0, 0, 0)), origin)
    }

    /// Adds a number.
    pub fn add_number(&mut self, value: &Number, origin: NodeId) -> NodeId {
        let slot = self.arena.push_side(&value.to_string());
        self.add(slot.map(|(at, len)| Slot::new(Shape::NumberInSide, 0, 0, at, len)), origin)
    }

    /// Adds a string.
    pub fn add_string(&mut self, value: &str, origin: NodeId) -> NodeId {
        let slot = self.arena.push_side(value);
        self.add(slot.map(|(at, len)| Slot::new(Shape::StringInSide, 0, 0, at, len)), origin)
    }

    /// Adds an array of nodes of this tree.
    pub fn add_array(&mut self, items: &[NodeId], origin: NodeId) -> NodeId {
        let slot = self.arena.array(items, 0, 0);
        self.add(slot, origin)
    }

    /// Adds an object of nodes of this tree; of entries with the same key the last one counts.
    pub fn add_object(&mut self, entries: &[(Key, NodeId)], origin: NodeId) -> NodeId {
        let mut members: Vec<Member> = entries.iter().map(|&(key, value)| Member { key, value }).collect();
        let slot = self.arena.object(&self.text, &mut members, 0, 0, |_, _| ());
        self.add(slot, origin)
    }

    /// Adds a key for [`Tree::add_object`]; it takes its place in the text from `origin`.
    pub fn add_key(&mut self, key: &str, origin: NodeId) -> Key {
        let placed = self.arena.slot(self.origin(origin));
        self.arena.push_side_key(key, placed.start, placed.end).unwrap_or(Key::in_side(0, 0))
    }

    /// Adds a whole value.
    pub fn add_value(&mut self, value: &Value, origin: NodeId) -> NodeId {
        match value {
            Value::Null => self.add_null(origin),
            Value::Bool(value) => self.add_bool(*value, origin),
            Value::Number(value) => self.add_number(value, origin),
            Value::String(value) => self.add_string(value, origin),
            Value::Array(items) => {
                let items: Vec<NodeId> = items.iter().map(|item| self.add_value(item, origin)).collect();
                self.add_array(&items, origin)
            }
            Value::Object(entries) => {
                let entries: Vec<(Key, NodeId)> = entries
                    .iter()
                    .map(|(key, value)| (self.add_key(key, origin), self.add_value(value, origin)))
                    .collect();
                self.add_object(&entries, origin)
            }
        }
    }

    /// The entries of an object, ready for [`Tree::add_object`]; empty for other nodes.
    pub fn members(&self, id: NodeId) -> Vec<(Key, NodeId)> {
        self.arena.members(self.arena.slot(id)).iter().map(|member| (member.key, member.value)).collect()
    }

    /// The items of an array; empty for other nodes.
    pub fn elements(&self, id: NodeId) -> &[NodeId] {
        self.arena.elements(self.arena.slot(id))
    }

    /// Makes a node of this tree the root, for a document that was rewritten.
    pub fn set_root(&mut self, root: NodeId) {
        self.root = root;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Tree {
        Tree::parse("a.yaml", text).unwrap_or_else(|error| panic!("{error}")).0
    }

    #[test]
    fn rewriting_keeps_places() {
        let mut tree = parse("swagger: '2.0'\ndefinitions:\n  Pet: {type: object}\nbasePath: /v1\n");
        let root = tree.root();
        let definitions = root.entry("definitions").map(|entry| (entry.key_id, entry.value.id())).expect("it is there");
        let old = root.id();
        let base = root.get("basePath").expect("it is there").id();

        let schemas_key = tree.add_key("schemas", definitions.1);
        let components = tree.add_object(&[(schemas_key, definitions.1)], definitions.1);
        let components_key = tree.add_key("components", definitions.1);
        let servers = tree.add_value(&json!([{"url": "/v1"}]), base);
        let servers_key = tree.add_key("servers", base);
        let mut entries = tree.members(old);
        entries.retain(|&(_, value)| value != base);
        entries.extend([(components_key, components), (servers_key, servers)]);
        let new = tree.add_object(&entries, old);
        tree.set_root(new);

        let expected = json!({
            "swagger": "2.0",
            "definitions": {"Pet": {"type": "object"}},
            "components": {"schemas": {"Pet": {"type": "object"}}},
            "servers": [{"url": "/v1"}],
        });
        assert_eq!(tree.root().to_value(), expected);
        let cases = [
            ("/components/schemas/Pet/type", "/definitions/Pet/type", (3, 15)),
            ("/components/schemas", "/definitions", (3, 3)),
            ("/components", "/definitions", (3, 3)),
            ("/servers/0/url", "/basePath", (4, 11)),
            ("", "", (1, 1)),
        ];
        for (pointer, written, position) in cases {
            let node = tree.root().at(pointer).unwrap_or_else(|| panic!("no {pointer}"));
            assert_eq!(node.pointer(), written);
            assert_eq!(node.position(), Some(position), "{pointer}");
        }
        assert_eq!(tree.root().at("/servers/0/url").and_then(Node::as_str), Some("/v1"));
    }

    #[test]
    fn a_value_has_no_places() {
        let value = json!({"a": [1, {"b": null}], "c": "é\n"});
        let tree = Tree::from_value("made up", &value);
        assert_eq!(tree.root().to_value(), value);
        let node = tree.root().at("/a/1/b").expect("it is there");
        assert_eq!(node.position(), None);
        assert_eq!(node.pointer(), "/a/1/b");
        assert_eq!(tree.root().at("/a/0").and_then(Node::text).as_deref(), Some("1"));
    }

    #[test]
    fn shared_nodes_have_a_pointer() {
        let tree = parse("x: &x {y: {z: 1}}\na: *x\nb: {<<: *x}");
        for pointer in ["/x/y/z", "/a/y/z", "/b/y/z"] {
            let node = tree.root().at(pointer).unwrap_or_else(|| panic!("no {pointer}"));
            assert_eq!(tree.root().at(&node.pointer()), Some(node), "{pointer}");
        }
    }
}
