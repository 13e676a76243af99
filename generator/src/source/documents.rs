//! A root document with every document that it refers to.
//!
//! References are found and their documents read right after the root, so that resolving them later needs nothing but
//! what is in memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use url::Url;

use super::arena::NodeId;
use super::fetch::Fetch;
use super::loader::{LoadOptions, Loader, unreadable};
use super::location::{Location, is_http};
use super::reference::{Identifiers, RefError};
use super::tree::{Node, Tree};
use crate::diagnostic::Diagnostic;

/// A document among [`Documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(u32);

impl DocumentId {
    /// The document that was asked for.
    pub const ROOT: Self = Self(0);

    /// Its number, in the order of reading.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node of one of several documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The document.
    pub document: DocumentId,
    /// The node in it.
    pub node: NodeId,
}

#[derive(Debug)]
struct Loaded {
    tree: Tree,
    location: Location,
    /// Where it was read from; for a text the working directory's.
    retrieved: Url,
    identifiers: Identifiers,
}

/// A root document and what it refers to.
#[derive(Debug)]
pub struct Documents {
    loaded: Vec<Loaded>,
    /// What came of each URL that a reference named.
    by_url: HashMap<Url, Result<DocumentId, RefError>>,
    /// Resources by their `$id` or `$self`.
    by_id: HashMap<Url, Place>,
}

impl Documents {
    /// Reads the document at a path or an `http(s)` URL, or from standard input (`-`), and those that it refers to.
    ///
    /// A document that a reference names and that cannot be read is no error here: [`Documents::resolve`] tells it where
    /// the reference is used.
    ///
    /// # Errors
    /// The root document cannot be read or is neither JSON nor YAML, or a prefix in `allow_refs` is none.
    pub fn load(
        source: &str,
        options: &LoadOptions,
        fetch: Option<&dyn Fetch>,
    ) -> Result<(Self, Vec<Diagnostic>), Box<Diagnostic>> {
        let mut loader = Loader::new(options, fetch)?;
        let url = Url::parse(source).ok();
        match url {
            _ if source == "-" => loader.root_input()?,
            Some(url) if is_http(&url) => loader.root_url(&url)?,
            Some(url) if url.scheme() == "file" => {
                let path = url.to_file_path().map_err(|()| unreadable(source, "it is no local path"))?;
                loader.root_file(&path, source)?;
            }
            _ => loader.root_file(Path::new(source), source)?,
        }
        Ok(loader.finish())
    }

    /// Reads a document that is at hand; what it refers to is read only where `allow_refs` has it.
    ///
    /// # Errors
    /// As [`Documents::load`].
    pub fn from_text(
        name: &str,
        text: impl Into<Vec<u8>>,
        options: &LoadOptions,
    ) -> Result<(Self, Vec<Diagnostic>), Box<Diagnostic>> {
        let mut loader = Loader::new(options, None)?;
        loader.root_text(name.to_owned(), text.into())?;
        Ok(loader.finish())
    }

    /// Documents that consist of one tree.
    pub fn from_tree(tree: Tree) -> Self {
        let mut documents = Self::none();
        documents.add(tree, Location::Text, working_directory());
        documents
    }

    /// No document yet, not even the root.
    pub(super) fn none() -> Self {
        Self { loaded: Vec::new(), by_url: HashMap::new(), by_id: HashMap::new() }
    }

    /// The root of the root document.
    pub fn root(&self) -> Place {
        Place { document: DocumentId::ROOT, node: self.tree(DocumentId::ROOT).root().id() }
    }

    /// A document's tree.
    pub fn tree(&self, document: DocumentId) -> &Tree {
        &self.get(document).tree
    }

    /// A document's tree, for adding nodes.
    pub fn tree_mut(&mut self, document: DocumentId) -> &mut Tree {
        let index = document.index().min(self.loaded.len() - 1);
        &mut self.loaded[index].tree
    }

    /// The node at a place.
    pub fn node(&self, place: Place) -> Node<'_> {
        self.tree(place.document).node(place.node)
    }

    /// The place of a node, which is of one of these documents.
    pub fn place(&self, document: DocumentId, node: Node<'_>) -> Place {
        Place { document, node: node.id() }
    }

    /// Where a document was read from.
    pub fn location(&self, document: DocumentId) -> &Location {
        &self.get(document).location
    }

    /// The documents, the root first.
    pub fn ids(&self) -> impl Iterator<Item = DocumentId> + use<> {
        (0..u32::try_from(self.loaded.len()).unwrap_or(u32::MAX)).map(DocumentId)
    }

    /// The files that were read, and those that references name and that could not be: what these documents depend on.
    pub fn files(&self) -> impl Iterator<Item = PathBuf> {
        let read = self.loaded.iter().filter_map(|loaded| loaded.location.path().map(Path::to_owned));
        let unread = self.by_url.iter().filter(|(_, outcome)| outcome.is_err());
        let mut unread: Vec<PathBuf> = unread.filter_map(|(url, _)| url.to_file_path().ok()).collect();
        unread.sort_unstable();
        read.chain(unread)
    }

    fn get(&self, document: DocumentId) -> &Loaded {
        &self.loaded[document.index().min(self.loaded.len() - 1)]
    }

    pub(super) fn identifiers(&self, document: DocumentId) -> &Identifiers {
        &self.get(document).identifiers
    }

    pub(super) fn retrieved(&self, document: DocumentId) -> &Url {
        &self.get(document).retrieved
    }

    /// The resource that calls itself by a URL.
    pub(super) fn identified(&self, url: &Url) -> Option<Place> {
        self.by_id.get(url).copied()
    }

    /// What came of reading a URL.
    pub(super) fn loaded(&self, url: &Url) -> Option<Result<DocumentId, &RefError>> {
        self.by_url.get(url).map(|result| result.as_ref().copied())
    }

    /// Writes down what came of reading a URL.
    pub(super) fn remember(&mut self, url: Url, outcome: Result<DocumentId, RefError>) {
        self.by_url.insert(url, outcome);
    }

    /// How many documents were read.
    pub(super) fn count(&self) -> usize {
        self.loaded.len()
    }

    /// Takes a document in; the nodes that hold its references.
    pub(super) fn add(&mut self, tree: Tree, location: Location, retrieved: Url) -> (DocumentId, Vec<NodeId>) {
        let id = DocumentId(u32::try_from(self.loaded.len()).unwrap_or(u32::MAX));
        let (identifiers, references) = Identifiers::of(&tree, &retrieved);
        for (node, url) in &identifiers.resources {
            self.by_id.entry(url.clone()).or_insert(Place { document: id, node: *node });
        }
        self.by_url.insert(retrieved.clone(), Ok(id));
        self.loaded.push(Loaded { tree, location, retrieved, identifiers });
        (id, references)
    }
}

/// What the references of a text are relative to, where they are allowed at all.
pub(super) fn working_directory() -> Url {
    let nowhere = || Url::parse("about:blank").ok();
    let directory = std::env::current_dir().ok().and_then(|path| Url::from_file_path(path.join("-")).ok());
    directory.or_else(nowhere).unwrap_or_else(|| unreachable!("about:blank is a URL"))
}
