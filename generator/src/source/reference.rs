//! What a `$ref` leads to: a document, and a node in it by JSON pointer, anchor or `$id`.

use std::borrow::Cow;
use std::collections::HashMap;

use url::Url;

use super::arena::NodeId;
use super::documents::{DocumentId, Documents, Place};
use super::tree::{Node, Tree, unescape};
use crate::diagnostic::Diagnostic;

/// Why a reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RefError {
    /// `ref-not-found`, `ref-invalid`, `ref-refused`, `ref-unreadable` or `ref-cycle`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl RefError {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The error at the node that holds the reference.
    pub fn diagnostic(&self, at: Node<'_>) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.message.as_str()).at(at);
        diagnostic.help.clone_from(&self.help);
        diagnostic
    }
}

/// How many references are followed from one to the next.
const MAX_HOPS: usize = 100;

/// The names that a document gives to its own parts.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    /// Nodes with a `$id` (for the root also `$self`), and their absolute URIs; they are the base of what is below them.
    pub resources: Vec<(NodeId, Url)>,
    /// Nodes with a `$anchor` or `$dynamicAnchor`, by name.
    anchors: HashMap<String, Vec<NodeId>>,
}

impl Identifiers {
    /// Finds the names and the references in a tree whose own URI is `base`.
    pub fn of(tree: &Tree, base: &Url) -> (Self, Vec<NodeId>) {
        let mut found = Self::default();
        let mut references = Vec::new();
        let mut ids = Vec::new();
        for node in tree.objects() {
            for entry in node.entries().filter(|entry| entry.key.starts_with('$')) {
                let Some(text) = entry.value.as_str() else { continue };
                match entry.key {
                    "$ref" => references.push(node.id()),
                    "$anchor" | "$dynamicAnchor" => found.anchor(text, node.id()),
                    "$id" => match text.strip_prefix('#') {
                        // The anchors of draft 7.
                        Some(name) => found.anchor(name, node.id()),
                        None => ids.push((node.id(), text)),
                    },
                    "$self" if node == tree.root() => ids.push((node.id(), text)),
                    _ => {}
                }
            }
        }
        // What stands further out comes first, so that inner ones are resolved against it.
        ids.sort_by_key(|&(node, _)| node);
        for (node, text) in ids {
            let outer = found.base(tree, node).map_or(base, |(_, outer)| outer);
            if let Ok(mut url) = outer.join(text) {
                url.set_fragment(None);
                found.resources.push((node, url));
            }
        }
        (found, references)
    }

    fn anchor(&mut self, name: &str, node: NodeId) {
        self.anchors.entry(name.to_owned()).or_default().push(node);
    }

    /// The nearest node with a URI of its own around a node.
    pub fn base(&self, tree: &Tree, node: NodeId) -> Option<(NodeId, &Url)> {
        if self.resources.is_empty() {
            return None;
        }
        tree.ancestors(node).find_map(|outer| {
            let (id, url) = self.resources.iter().find(|(id, _)| *id == outer)?;
            Some((*id, url))
        })
    }
}

impl Documents {
    /// Finds what a reference leads to. `from` is the node that holds it, which says what it is relative to.
    ///
    /// What is found may be a reference itself: see [`Documents::follow`].
    ///
    /// # Errors
    /// The reference is no URI, or its document was refused or could not be read, or has no such part.
    pub fn resolve(&self, from: Place, reference: &str) -> Result<Place, RefError> {
        self.resolve_within(from, reference, MAX_HOPS)
    }

    /// Resolves `$ref` for as long as the node has one; a node without is its own end.
    ///
    /// # Errors
    /// As [`Documents::resolve`]; and references that lead in a circle.
    pub fn follow(&self, from: Place) -> Result<Place, RefError> {
        self.follow_within(from, MAX_HOPS)
    }

    fn follow_within(&self, from: Place, hops: usize) -> Result<Place, RefError> {
        let mut place = from;
        for left in (0..hops).rev() {
            match self.reference(place) {
                None => return Ok(place),
                Some(reference) => place = self.resolve_within(place, reference, left)?,
            }
        }
        Err(circle(self.reference(from).unwrap_or_default()))
    }

    fn reference(&self, place: Place) -> Option<&str> {
        self.node(place).get("$ref")?.as_str()
    }

    fn resolve_within(&self, from: Place, reference: &str, hops: usize) -> Result<Place, RefError> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let identifiers = self.identifiers(from.document);
        if address.is_empty() {
            let tree = self.tree(from.document);
            let resource = identifiers.base(tree, from.node).map(|(node, _)| node);
            if let Some(node) = resource.filter(|&node| node != tree.root().id()) {
                let inner = Place { document: from.document, node };
                if let Ok(found) = self.part(inner, fragment, reference, hops) {
                    return Ok(found);
                }
                // Many documents give their schemas an `$id` and still count from the document's root.
            }
            return self.part(self.root_of(from.document), fragment, reference, hops);
        }
        let start = self.find_document(from, address, reference)?;
        self.part(start, fragment, reference, hops)
    }

    /// What a fragment names, seen from the root of a document or of a resource in it.
    fn part(&self, start: Place, fragment: &str, reference: &str, hops: usize) -> Result<Place, RefError> {
        let decoded = percent_decode(fragment);
        if fragment.is_empty() {
            return Ok(start);
        }
        let Some(pointer) = fragment.strip_prefix('/') else {
            let nodes = self.identifiers(start.document).anchors.get(decoded.as_ref());
            let tree = self.tree(start.document);
            let is_inside = |&&node: &&NodeId| tree.ancestors(node).any(|outer| outer == start.node);
            let found = nodes.and_then(|nodes| nodes.iter().find(is_inside).or(nodes.first()));
            let missing = || {
                RefError::new("ref-not-found", format!("`{reference}` leads nowhere: no `$anchor` has this name"))
                    .help("correct the reference; a path within the document begins with `#/`")
            };
            return found.map(|&node| Place { document: start.document, node }).ok_or_else(missing);
        };
        let mut place = start;
        let mut passed = String::new();
        for raw in pointer.split('/') {
            let mut next = self.step(place, raw);
            if next.is_none() && self.reference(place).is_some() {
                let hops = hops.checked_sub(1).ok_or_else(|| circle(reference))?;
                place = self.follow_within(place, hops)?;
                next = self.step(place, raw);
            }
            let Some(node) = next else {
                return Err(missing_part(self.node(place), &passed, raw, reference));
            };
            passed.push('/');
            passed.push_str(raw);
            place = Place { node, ..place };
        }
        Ok(place)
    }

    /// One token of a pointer, percent-encoded and escaped as it should be, or as it is.
    fn step(&self, place: Place, raw: &str) -> Option<NodeId> {
        let node = self.node(place);
        let decoded = percent_decode(raw);
        let found = unescape(&decoded).and_then(|token| node.step(&token));
        found.or_else(|| node.step(&unescape(raw)?)).or_else(|| node.step(raw)).map(Node::id)
    }

    /// The root of the document, or the resource in one, that a reference without its fragment names.
    fn find_document(&self, from: Place, address: &str, reference: &str) -> Result<Place, RefError> {
        let candidates = self.candidates(from, address).map_err(|message| invalid(reference, &message))?;
        if let Some(found) = candidates.iter().find_map(|url| self.identified(url)) {
            return Ok(found);
        }
        let mut refusal = None;
        for url in &candidates {
            match self.loaded(url) {
                Some(Ok(document)) => return Ok(self.root_of(document)),
                Some(Err(error)) => refusal = refusal.or(Some(error.clone())),
                None => {}
            }
        }
        Err(refusal.unwrap_or_else(|| {
            RefError::new("ref-unreadable", format!("the document of `{reference}` was not read"))
                .help("references that a normalising step makes up must stay within the document")
        }))
    }

    /// The absolute URLs that an address may mean: against the nearest `$id` or `$self`, then against where the document
    /// was read from.
    pub(super) fn candidates(&self, from: Place, address: &str) -> Result<Vec<Url>, String> {
        let tree = self.tree(from.document);
        let named = self.identifiers(from.document).base(tree, from.node).map(|(_, url)| url);
        let mut candidates: Vec<Url> = Vec::new();
        let mut problem = None;
        for base in named.into_iter().chain([self.retrieved(from.document)]) {
            match base.join(address) {
                Ok(mut url) => {
                    url.set_fragment(None);
                    if !candidates.contains(&url) {
                        candidates.push(url);
                    }
                }
                Err(error) => problem = Some(error.to_string()),
            }
        }
        match problem {
            Some(problem) if candidates.is_empty() => Err(problem),
            _ => Ok(candidates),
        }
    }

    fn root_of(&self, document: DocumentId) -> Place {
        Place { document, node: self.tree(document).root().id() }
    }
}

fn circle(reference: &str) -> RefError {
    RefError::new("ref-cycle", format!("`{reference}` leads back to itself through references only"))
        .help("let one of the references lead to a definition")
}

fn invalid(reference: &str, problem: &str) -> RefError {
    RefError::new("ref-invalid", format!("`{reference}` is no URI reference: {problem}"))
        .help("write a path, a URL or `#/…`, percent-encoded where needed")
}

fn missing_part(node: Node<'_>, passed: &str, raw: &str, reference: &str) -> RefError {
    let holder = if passed.is_empty() { "the document" } else { passed };
    let what = match node.kind() {
        super::Kind::Object => format!("{holder} has no `{raw}`"),
        kind => format!("{holder} is {}, without a `{raw}`", kind.phrase()),
    };
    let error = RefError::new("ref-not-found", format!("`{reference}` leads nowhere: {what}"));
    let near = node.entries().find(|entry| entry.key.eq_ignore_ascii_case(raw));
    error.help(match near {
        Some(entry) => format!("did you mean `{}`?", entry.key),
        None => "define it there, or correct the reference".to_owned(),
    })
}

/// Percent-encoding undone where it is one and gives UTF-8.
fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let hex = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let pair = (byte == b'%').then(|| hex(bytes.get(i + 1)).zip(hex(bytes.get(i + 2)))).flatten();
        let value = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        decoded.push(value.unwrap_or(byte));
        i += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LoadOptions;

    const DOCUMENT: &str = r##"
openapi: 3.1.0
paths:
  /pets/{id}:
    get: {x: 1}
components:
  schemas:
    Pet: {type: object, properties: {name: {$anchor: name, type: string}}}
    a/b~c%d: {type: string}
    "100%": {type: number}
    "é ü": {type: boolean}
    Alias: {$ref: "#/components/schemas/Pet"}
    Twice: {$ref: "#/components/schemas/Alias"}
    Round: {$ref: "#/components/schemas/Trip"}
    Trip: {$ref: "#/components/schemas/Round"}
    Self: {$ref: "#/components/schemas/Self"}
    Named:
      $id: https://example.com/schemas/named.json
      $defs:
        inner: {$anchor: inner, type: string}
        user: {$ref: "#/$defs/inner"}
        root: {$ref: "#/components/schemas/Pet"}
        sibling: {$ref: "other.json"}
        anchored: {$ref: "#inner"}
        deep: {$id: deep/er.json, $defs: {x: {$ref: "../other.json"}}}
    Other: {$id: "https://example.com/schemas/other.json", type: array}
    Old: {$id: "#old", type: "null"}
  examples:
    data: {value: {$ref: {type: object}}}
list: [{a: 1}, {$ref: "#/components/schemas/Pet"}]
"##;

    fn documents() -> Documents {
        Documents::from_text("a.yaml", DOCUMENT, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}")).0
    }

    fn pointer(documents: &Documents, place: Place) -> String {
        documents.node(place).pointer()
    }

    #[test]
    fn within_the_document() {
        let documents = documents();
        let cases = [
            ("#", Ok("")),
            ("", Ok("")),
            ("#/components/schemas/Pet", Ok("/components/schemas/Pet")),
            ("#/paths/~1pets~1{id}/get", Ok("/paths/~1pets~1{id}/get")),
            ("#/paths/~1pets~1%7Bid%7D/get", Ok("/paths/~1pets~1{id}/get")),
            ("#/components/schemas/a~1b~0c%25d", Ok("/components/schemas/a~1b~0c%d")),
            ("#/components/schemas/a~1b~0c%d", Ok("/components/schemas/a~1b~0c%d")),
            ("#/components/schemas/100%", Ok("/components/schemas/100%")),
            ("#/components/schemas/100%25", Ok("/components/schemas/100%")),
            ("#/components/schemas/%C3%A9%20ü", Ok("/components/schemas/é ü")),
            ("#/components/schemas/é ü", Ok("/components/schemas/é ü")),
            ("#/list/0/a", Ok("/list/0/a")),
            ("#/list/1/properties/name", Ok("/components/schemas/Pet/properties/name")),
            ("#/components/schemas/Twice/properties/name", Ok("/components/schemas/Pet/properties/name")),
            ("#name", Ok("/components/schemas/Pet/properties/name")),
            ("#inner", Ok("/components/schemas/Named/$defs/inner")),
            ("#old", Ok("/components/schemas/Old")),
            ("https://example.com/schemas/named.json", Ok("/components/schemas/Named")),
            ("https://example.com/schemas/named.json#/$defs/inner", Ok("/components/schemas/Named/$defs/inner")),
            ("https://example.com/schemas/named.json#inner", Ok("/components/schemas/Named/$defs/inner")),
            ("https://example.com/schemas/deep/er.json", Ok("/components/schemas/Named/$defs/deep")),
            ("#/components/schemas/Nowhere", Err("ref-not-found")),
            ("#/components/schemas/Pet/type/x", Err("ref-not-found")),
            ("#/list/2", Err("ref-not-found")),
            ("#nowhere", Err("ref-not-found")),
            ("#/components/schemas/Round/properties", Err("ref-cycle")),
            ("https://[", Err("ref-invalid")),
            ("other.yaml", Err("ref-unreadable")),
        ];
        for (reference, expected) in cases {
            let found = documents.resolve(documents.root(), reference);
            let found = found.map(|place| pointer(&documents, place)).map_err(|error| error.code);
            assert_eq!(found.as_deref().map_err(|code| *code), expected, "{reference}");
        }
    }

    #[test]
    fn followed_to_the_end() {
        let documents = documents();
        let cases = [
            ("#/components/schemas/Pet", Ok("/components/schemas/Pet")),
            ("#/components/schemas/Twice", Ok("/components/schemas/Pet")),
            ("#/components/schemas/Round", Err("ref-cycle")),
            ("#/components/schemas/Self", Err("ref-cycle")),
            ("#/components/examples/data/value", Ok("/components/examples/data/value")),
            ("#/components/schemas/Named/$defs/user", Ok("/components/schemas/Named/$defs/inner")),
            ("#/components/schemas/Named/$defs/anchored", Ok("/components/schemas/Named/$defs/inner")),
            ("#/components/schemas/Named/$defs/root", Ok("/components/schemas/Pet")),
            ("#/components/schemas/Named/$defs/sibling", Ok("/components/schemas/Other")),
            ("#/components/schemas/Named/$defs/deep/$defs/x", Ok("/components/schemas/Other")),
        ];
        for (reference, expected) in cases {
            let found = documents.resolve(documents.root(), reference).and_then(|place| documents.follow(place));
            let found = found.map(|place| pointer(&documents, place)).map_err(|error| error.code);
            assert_eq!(found.as_deref().map_err(|code| *code), expected, "{reference}");
        }
    }

    #[test]
    fn errors_say_what_to_do() {
        let documents = documents();
        let cases = [
            ("#/components/schemas/pet", "/components/schemas has no `pet`", "did you mean `Pet`?"),
            ("#/nowhere/x", "the document has no `nowhere`", "define it"),
            ("#/openapi/x", "/openapi is a string", "define it"),
        ];
        for (reference, message, help) in cases {
            let error = documents.resolve(documents.root(), reference).expect_err(reference);
            assert!(error.message.contains(message), "{error}");
            assert!(error.help.as_deref().is_some_and(|text| text.contains(help)), "{error:?}");
            let diagnostic = error.diagnostic(documents.node(documents.root()));
            assert_eq!((diagnostic.code, diagnostic.line), ("ref-not-found", Some(2)));
        }
    }

    #[test]
    fn a_long_chain_is_no_circle() {
        let chain: Vec<String> = (1..60).map(|i| format!("s{i}: {{$ref: '#/s{}'}}\n", i - 1)).collect();
        let (documents, _) =
            Documents::from_text("a", format!("s0: {{x: 1}}\n{}", chain.concat()), &LoadOptions::default())
                .unwrap_or_else(|error| panic!("{error}"));
        let found = documents.resolve(documents.root(), "#/s59/x").expect("it is there");
        assert_eq!(pointer(&documents, found), "/s0/x");
    }
}
