//! The cursor that walks a tree.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use serde_json::{Map, Value};

use super::Tree;
use crate::source::arena::{Key, Kind, Member, NodeId, Shape, Slot};
use crate::source::text;

/// How deep [`Node::to_value`] and [`Node::write_json`] go. Documents are cut at a smaller depth when they are read; only
/// nodes that were added can lie deeper.
const MAX_OUTPUT_DEPTH: usize = 2 * text::MAX_DEPTH;

/// A node of a tree: a cursor that is copied freely.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) id: NodeId,
}

impl<'t> Node<'t> {
    /// Its tree.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its id in the tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    fn slot(self) -> Slot {
        self.tree.arena.slot(self.id)
    }

    /// Its type.
    pub fn kind(self) -> Kind {
        match self.slot().shape() {
            Shape::Null => Kind::Null,
            Shape::False | Shape::True => Kind::Bool,
            Shape::Number | Shape::NumberInSide => Kind::Number,
            Shape::String | Shape::StringInSide => Kind::String,
            Shape::Array => Kind::Array,
            Shape::Object | Shape::LargeObject => Kind::Object,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.kind() == Kind::Array
    }

    /// The text of a string; of nothing else.
    pub fn as_str(self) -> Option<&'t str> {
        let slot = self.slot();
        match slot.shape() {
            Shape::String | Shape::StringInSide => Some(self.tree.arena.scalar_text(&self.tree.text, slot)),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.slot().shape() {
            Shape::True => Some(true),
            Shape::False => Some(false),
            _ => None,
        }
    }

    /// The spelling of a number, as JSON has it (YAML's `0x1F` is `31`).
    pub fn as_number(self) -> Option<&'t str> {
        let slot = self.slot();
        match slot.shape() {
            Shape::Number | Shape::NumberInSide => Some(self.tree.arena.scalar_text(&self.tree.text, slot)),
            _ => None,
        }
    }

    /// The text of a string, or a number or boolean as it was written: `version: 1.10` is `1.10`. None for null, arrays
    /// and objects.
    pub fn text(self) -> Option<Cow<'t, str>> {
        let slot = self.slot();
        let plain = match slot.shape() {
            Shape::String | Shape::StringInSide | Shape::Number => {
                return Some(Cow::Borrowed(self.tree.arena.scalar_text(&self.tree.text, slot)));
            }
            Shape::NumberInSide => self.tree.arena.scalar_text(&self.tree.text, slot),
            Shape::True => "true",
            Shape::False => "false",
            Shape::Null | Shape::Array | Shape::Object | Shape::LargeObject => return None,
        };
        let written = if self.id.0 < self.tree.written { self.source_text() } else { "" };
        Some(Cow::Borrowed(if written.is_empty() { plain } else { written }))
    }

    /// How many items or entries it has; 0 for scalars.
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Array | Kind::Object => self.slot().len() as usize,
            _ => 0,
        }
    }

    /// Whether it has no items or entries.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The value of an object's entry.
    pub fn get(self, key: &str) -> Option<Self> {
        let member = self.tree.arena.find(&self.tree.text, self.slot(), key)?;
        Some(self.tree.node(member.value))
    }

    /// An object's entry with its key.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        let member = self.tree.arena.find(&self.tree.text, self.slot(), key)?;
        Some(Entry::new(self.tree, member))
    }

    /// The entries of an object in the order in which they were written; nothing for other nodes. A key comes once: where
    /// a document repeats one, the last value counts.
    pub fn entries(self) -> Entries<'t> {
        Entries { tree: self.tree, members: self.tree.arena.members(self.slot()).iter() }
    }

    /// The items of an array; nothing for other nodes.
    pub fn items(self) -> Items<'t> {
        Items { tree: self.tree, items: self.tree.arena.elements(self.slot()).iter() }
    }

    /// The item of an array.
    pub fn item(self, index: usize) -> Option<Self> {
        self.tree.arena.elements(self.slot()).get(index).map(|&id| self.tree.node(id))
    }

    /// Where it stands in the text, in bytes; empty where there is no text. Added nodes stand where they came from.
    pub fn span(self) -> Range<u32> {
        let slot = self.slot();
        slot.start..slot.end
    }

    /// The part of the text where it stands.
    pub fn source_text(self) -> &'t str {
        let slot = self.slot();
        self.tree.text.get(slot.start as usize..slot.end as usize).unwrap_or("")
    }

    /// Line and column of its beginning, from 1; none where the tree has no text.
    pub fn position(self) -> Option<(u32, u32)> {
        (!self.tree.text.is_empty()).then(|| self.tree.line_column(self.slot().start))
    }

    /// The node at a JSON pointer (RFC 6901) below this one; the empty pointer is this one.
    pub fn at(self, pointer: &str) -> Option<Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| node.step(&unescape(token)?))
    }

    /// The entry or the item that an unescaped token of a JSON pointer names.
    pub(in crate::source) fn step(self, token: &str) -> Option<Self> {
        match self.kind() {
            Kind::Object => self.get(token),
            Kind::Array => {
                let canonical = token == "0" || !token.starts_with(['0', '+']);
                self.item(token.parse().ok().filter(|_| canonical)?)
            }
            _ => None,
        }
    }

    /// Its JSON pointer in the document as written; an added node has the pointer of the one it came from. Where aliases
    /// give it several places it is one of them.
    pub fn pointer(self) -> String {
        let parents = self.tree.parents();
        let mut tokens = Vec::new();
        let mut child = self.tree.origin(self.id);
        while let Some(&parent) = parents.get(child.index()).filter(|&&parent| parent != child) {
            let node = self.tree.node(parent);
            let token = node.entries().find(|entry| entry.value.id == child).map(|entry| escape(entry.key));
            let token = token.or_else(|| {
                let index = self.tree.elements(parent).iter().position(|&item| item == child)?;
                Some(index.to_string())
            });
            tokens.push(token.unwrap_or_default());
            child = parent;
        }
        tokens.iter().rev().fold(String::new(), |mut pointer, token| {
            pointer.push('/');
            pointer.push_str(token);
            pointer
        })
    }

    /// The node as a value.
    pub fn to_value(self) -> Value {
        self.value_within(MAX_OUTPUT_DEPTH)
    }

    fn value_within(self, depth: usize) -> Value {
        if depth == 0 {
            return Value::Null;
        }
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool => Value::Bool(self.as_bool().unwrap_or_default()),
            Kind::Number => self.as_number().and_then(|text| text.parse().ok()).map_or(Value::Null, Value::Number),
            Kind::String => Value::String(self.as_str().unwrap_or_default().to_owned()),
            Kind::Array => self.items().map(|item| item.value_within(depth - 1)).collect(),
            Kind::Object => {
                let mut entries = Map::with_capacity(self.len());
                entries.extend(self.entries().map(|entry| (entry.key.to_owned(), entry.value.value_within(depth - 1))));
                Value::Object(entries)
            }
        }
    }

    /// Appends the node as compact JSON.
    pub fn write_json(self, out: &mut String) {
        self.write_within(out, MAX_OUTPUT_DEPTH);
    }

    fn write_within(self, out: &mut String, depth: usize) {
        match self.kind() {
            _ if depth == 0 => out.push_str("null"),
            Kind::Null => out.push_str("null"),
            Kind::Bool => out.push_str(if self.as_bool() == Some(true) { "true" } else { "false" }),
            Kind::Number => out.push_str(self.as_number().unwrap_or("null")),
            Kind::String => write_string(self.as_str().unwrap_or_default(), out),
            Kind::Array => {
                out.push('[');
                for (i, item) in self.items().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write_within(out, depth - 1);
                }
                out.push(']');
            }
            Kind::Object => {
                out.push('{');
                for (i, entry) in self.entries().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    write_string(entry.key, out);
                    out.push(':');
                    entry.value.write_within(out, depth - 1);
                }
                out.push('}');
            }
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        // Value prints as JSON does; writing to a String cannot fail.
        let _ = write!(out, "{}", Value::String(text.to_owned()));
        return;
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// Nodes are equal when they are the same node of the same tree.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

/// An entry of an object.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key's text.
    pub key: &'t str,
    /// The key, for [`Tree::add_object`].
    pub key_id: Key,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Entry<'t> {
    fn new(tree: &'t Tree, member: Member) -> Self {
        Self { key: tree.arena.key_text(&tree.text, member.key), key_id: member.key, value: tree.node(member.value) }
    }

    /// Where the key stands in the text; without its quotes where nothing in it is escaped.
    pub fn key_span(&self) -> Range<u32> {
        let (start, end) = self.value.tree.arena.key_span(self.key_id);
        start..end
    }
}

/// The entries of an object.
#[derive(Debug, Clone)]
pub struct Entries<'t> {
    tree: &'t Tree,
    members: std::slice::Iter<'t, Member>,
}

impl<'t> Iterator for Entries<'t> {
    type Item = Entry<'t>;

    fn next(&mut self) -> Option<Entry<'t>> {
        self.members.next().map(|&member| Entry::new(self.tree, member))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.members.size_hint()
    }
}

impl ExactSizeIterator for Entries<'_> {}

/// The items of an array.
#[derive(Debug, Clone)]
pub struct Items<'t> {
    tree: &'t Tree,
    items: std::slice::Iter<'t, NodeId>,
}

impl<'t> Iterator for Items<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        self.items.next().map(|&id| self.tree.node(id))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl ExactSizeIterator for Items<'_> {}

/// A token of a JSON pointer as a key; none where a `~` is followed by neither 0 nor 1.
pub(in crate::source) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut key = String::with_capacity(token.len());
    let mut parts = token.split('~');
    key.push_str(parts.next()?);
    for part in parts {
        key.push(match part.as_bytes().first()? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        key.push_str(&part[1..]);
    }
    Some(Cow::Owned(key))
}

/// A key as a token of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Tree {
        Tree::parse("a.yaml", text).unwrap_or_else(|error| panic!("{error}")).0
    }

    #[test]
    fn places() {
        let json = "{\n  \"a\": [1, \"é\",\n    {\"b\\n\": null}\n  ]\n}";
        let yaml = "# é\na:\n- 1\n- \"é\"\n- b: ~\n  ü: |\n    text\nc: plain é # comment\nd: {x: 'y'}\n";
        let cases = [
            (json, "", (1, 1), "{"),
            (json, "/a", (2, 8), "["),
            (json, "/a/0", (2, 9), "1"),
            (json, "/a/1", (2, 12), "\"é\""),
            (json, "/a/2", (3, 5), "{\"b\\n\": null}"),
            (json, "/a/2/b\n", (3, 13), "null"),
            (yaml, "", (2, 1), "a:"),
            (yaml, "/a/0", (3, 3), "1"),
            (yaml, "/a/1", (4, 3), "\"é\""),
            (yaml, "/a/2", (5, 3), "b: ~"),
            (yaml, "/a/2/b", (5, 6), "~"),
            // A block scalar stands where its text begins.
            (yaml, "/a/2/ü", (7, 5), "text"),
            (yaml, "/c", (8, 4), "plain é"),
            (yaml, "/d", (9, 4), "{x: 'y'}"),
            (yaml, "/d/x", (9, 8), "'y'"),
        ];
        for (text, pointer, position, begins) in cases {
            let tree = parse(text);
            let node = tree.root().at(pointer).unwrap_or_else(|| panic!("no {pointer}"));
            assert_eq!(node.position(), Some(position), "{pointer}");
            assert!(node.source_text().starts_with(begins), "{pointer}: {:?}", node.source_text());
            assert_eq!(node.pointer(), pointer);
        }
    }

    #[test]
    fn keys_know_their_places() {
        let tree = parse("{\"a\": {\"b\\n\" : 1, \"\": 2}}");
        let places: Vec<_> = tree.root().get("a").into_iter().flat_map(Node::entries).map(|e| e.key_span()).collect();
        assert_eq!(places, [7..12, 19..19]);
        let tree = parse("é: 1\n'it''s': 2\n\"x\" : 3");
        let texts: Vec<_> = tree
            .root()
            .entries()
            .map(|e| &tree.text()[e.key_span().start as usize..e.key_span().end as usize])
            .collect();
        assert_eq!(texts, ["é", "'it''s'", "x"]);
    }

    #[test]
    fn scalars() {
        let tree = parse("[null, true, 1.10, \"1.10\", \"é\\n\"]");
        let texts: Vec<_> = tree.root().items().map(|node| node.text().map(Cow::into_owned)).collect();
        let expected = [None, Some("true"), Some("1.10"), Some("1.10"), Some("é\n")];
        assert_eq!(texts, expected.map(|text| text.map(str::to_owned)));
        let tree = parse("- 1.10\n- 0x1F\n- True\n- 010\n- '010'");
        let texts: Vec<_> = tree.root().items().filter_map(Node::text).collect();
        assert_eq!(texts, ["1.10", "0x1F", "True", "010", "010"]);
        let numbers: Vec<_> = tree.root().items().map(Node::as_number).collect();
        assert_eq!(numbers, [Some("1.10"), Some("31"), None, Some("10"), None]);
    }

    #[test]
    fn pointers() {
        let tree = parse(r#"{"a/b": {"~": [10, {"": 11}]}, "": 12, "0": 13, "~1": 14}"#);
        let cases = [
            ("", Some("object")),
            ("/a~1b/~0/0", Some("10")),
            ("/a~1b/~0/1/", Some("11")),
            ("/", Some("12")),
            ("/0", Some("13")),
            ("/~01", Some("14")),
            ("/a~1b/~0/00", None),
            ("/a~1b/~0/+1", None),
            ("/a~1b/~0/-", None),
            ("/a~1b/~0/2", None),
            ("/a~1b/~0/1/x", None),
            ("/a/b", None),
            ("/~2", None),
            ("/~", None),
            ("a", None),
        ];
        for (pointer, expected) in cases {
            let found = tree.root().at(pointer).map(|node| node.as_number().unwrap_or("object"));
            assert_eq!(found, expected, "{pointer}");
            if let Some(node) = tree.root().at(pointer) {
                assert_eq!(node.pointer(), pointer);
            }
        }
    }

    #[test]
    fn entries_of_small_and_large_objects() {
        for size in [0, 1, 15, 16, 17, 100, 3000] {
            let keys: Vec<String> = (0..size).map(|i| format!("key{}", i * 7919 % 10007)).collect();
            let text: Vec<String> = keys.iter().enumerate().map(|(i, key)| format!("\"{key}\": {i}")).collect();
            let tree = parse(&format!("{{{}}}", text.join(",")));
            let root = tree.root();
            assert_eq!(root.entries().map(|entry| entry.key).collect::<Vec<_>>(), keys, "order");
            assert_eq!(root.len(), size);
            for (i, key) in keys.iter().enumerate() {
                assert_eq!(root.get(key).and_then(Node::as_number), Some(i.to_string().as_str()), "{key} of {size}");
            }
            for key in ["", "key", "key10007", "KEY0", "é"] {
                assert_eq!(root.get(key), None, "{key} of {size}");
            }
        }
    }

    #[test]
    fn large_objects_with_repeated_keys() {
        let text: Vec<String> = (0..100).map(|i| format!("\"k{}\": {i}", i % 40)).collect();
        let (tree, diagnostics) = Tree::parse("a.json", format!("{{{}}}", text.join(","))).expect("it is JSON");
        assert_eq!(diagnostics.len(), 50);
        assert_eq!(tree.root().len(), 40);
        for (key, expected) in [("k0", "80"), ("k19", "99"), ("k20", "60"), ("k39", "79")] {
            assert_eq!(tree.root().get(key).and_then(Node::as_number), Some(expected), "{key}");
        }
        assert_eq!(tree.root().entries().next().map(|entry| entry.key), Some("k0"));
    }
}
