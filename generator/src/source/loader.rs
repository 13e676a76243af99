//! Reading a root document and what it refers to, as far as the policy allows.

use std::collections::VecDeque;
use std::fmt;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use url::{Host, Url};

use super::documents::{DocumentId, Documents, Place, working_directory};
use super::fetch::{Fetch, FetchError, FetchRequest, Fetched, is_link_local};
use super::location::{Location, Policy, is_http, shown};
use super::reference::RefError;
use super::text::Limits;
use super::tree::{Node, Tree};
use crate::diagnostic::Diagnostic;

/// How documents are read.
#[derive(Clone)]
pub struct LoadOptions {
    /// Paths and URLs beyond the root's folder and origin below which references may lead (`--allow-ref`).
    pub allow_refs: Vec<String>,
    /// Headers for the root document's origin and no other, and not sent on through redirects (`--spec-header`).
    pub headers: Vec<(String, String)>,
    /// For each document; all together may take ten times as long.
    pub timeout: Duration,
    /// For each document.
    pub limits: Limits,
    /// How many documents are read.
    pub max_documents: usize,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            allow_refs: Vec::new(),
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            limits: Limits::default(),
            max_documents: 20_000,
        }
    }
}

impl fmt::Debug for LoadOptions {
    /// Names headers without their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("LoadOptions")
            .field("allow_refs", &self.allow_refs)
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("limits", &self.limits)
            .field("max_documents", &self.max_documents)
            .finish()
    }
}

/// Reads a root document, then what it refers to, then what that refers to.
pub(super) struct Loader<'a> {
    documents: Documents,
    diagnostics: Vec<Diagnostic>,
    /// Nodes with a `$ref` that were not looked at yet.
    pending: VecDeque<Place>,
    options: &'a LoadOptions,
    policy: Policy,
    fetch: Option<&'a dyn Fetch>,
    deadline: Instant,
}

impl<'a> Loader<'a> {
    pub(super) fn new(options: &'a LoadOptions, fetch: Option<&'a dyn Fetch>) -> Result<Self, Box<Diagnostic>> {
        let mut policy = Policy::default();
        for prefix in &options.allow_refs {
            policy.allow(prefix).map_err(|problem| {
                let message = format!("`--allow-ref {prefix}` is neither a path nor a URL: {problem}");
                Box::new(Diagnostic::error("invalid-allow-ref", message).help("give a folder, a file or a URL"))
            })?;
        }
        Ok(Self {
            documents: Documents::none(),
            diagnostics: Vec::new(),
            pending: VecDeque::new(),
            options,
            policy,
            fetch,
            deadline: Instant::now() + options.timeout * 10,
        })
    }

    /// Takes what stands on standard input.
    pub(super) fn root_input(&mut self) -> Result<(), Box<Diagnostic>> {
        let (name, limits) = ("standard input", &self.options.limits);
        let bytes = read_bounded(std::io::stdin().lock(), 0, limits).map_err(|p| p.diagnostic(name, limits))?;
        self.root_text(name.to_owned(), bytes)
    }

    /// Takes a text.
    pub(super) fn root_text(&mut self, name: String, bytes: Vec<u8>) -> Result<(), Box<Diagnostic>> {
        self.root(name, bytes, Location::Text, working_directory())
    }

    pub(super) fn root_url(&mut self, url: &Url) -> Result<(), Box<Diagnostic>> {
        let mut url = url.clone();
        url.set_fragment(None);
        self.policy.root = Some(url.clone());
        let (bytes, retrieved) = self.get(&url).map_err(|error| {
            let diagnostic = unreadable(&shown(&url), &error.message);
            match error.help {
                Some(help) => Box::new(diagnostic.help(help)),
                None => diagnostic,
            }
        })?;
        self.root(shown(&retrieved), bytes, Location::Url(retrieved.clone()), retrieved)?;
        self.documents.remember(url, Ok(DocumentId::ROOT));
        Ok(())
    }

    pub(super) fn root_file(&mut self, path: &Path, name: &str) -> Result<(), Box<Diagnostic>> {
        let io = |error: std::io::Error| unreadable(name, &error.to_string());
        let absolute = std::path::absolute(path).map_err(io)?;
        let file_name = absolute.file_name().ok_or_else(|| unreadable(name, "it is a folder, not a file"))?;
        // The folder counts without links, the file itself wherever it leads: it was asked for by name.
        let folder = absolute.parent().unwrap_or(Path::new("/")).canonicalize().map_err(io)?;
        let path = folder.join(file_name);
        let bytes = read_file(&path, &self.options.limits).map_err(|p| p.diagnostic(name, &self.options.limits))?;
        let url = Url::from_file_path(&path).map_err(|()| unreadable(name, "its path is no URL's"))?;
        self.policy.folder = Some(folder);
        self.root(name.to_owned(), bytes, Location::File(path), url)
    }

    /// Reads the root document, then everything that is referred to.
    fn root(
        &mut self,
        name: String,
        bytes: Vec<u8>,
        location: Location,
        retrieved: Url,
    ) -> Result<(), Box<Diagnostic>> {
        let (tree, diagnostics) = Tree::parse_within(name, bytes, &self.options.limits)?;
        self.diagnostics.extend(diagnostics);
        self.add(tree, location, retrieved);
        while let Some(place) = self.pending.pop_front() {
            let reference = self.documents.node(place).get("$ref").and_then(Node::as_str).unwrap_or_default();
            let address = reference.split('#').next().unwrap_or_default();
            // What is no URI is told where it is used.
            let candidates = self.documents.candidates(place, address).unwrap_or_default();
            if address.is_empty() || candidates.iter().any(|url| self.documents.identified(url).is_some()) {
                continue;
            }
            for url in candidates {
                let known = self.documents.loaded(&url).map(|result| result.is_ok());
                if known.unwrap_or_else(|| self.follow(&url)) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, tree: Tree, location: Location, retrieved: Url) -> DocumentId {
        let (document, references) = self.documents.add(tree, location, retrieved);
        self.pending.extend(references.into_iter().map(|node| Place { document, node }));
        document
    }

    /// Reads a document that is referred to; whether it could be.
    fn follow(&mut self, url: &Url) -> bool {
        let read = self.read(url);
        let is_read = read.is_ok();
        self.documents.remember(url.clone(), read);
        is_read
    }

    fn read(&mut self, url: &Url) -> Result<DocumentId, RefError> {
        if self.documents.count() >= self.options.max_documents {
            let message = format!("{} is one document more than are read", shown(url));
            return Err(RefError::new("ref-refused", message).help("put several documents into one"));
        }
        let (name, bytes, location, retrieved) = match url.scheme() {
            "http" | "https" => {
                self.admit_url(url)?;
                let (bytes, retrieved) = self.get(url)?;
                (shown(&retrieved), bytes, Location::Url(retrieved.clone()), retrieved)
            }
            "file" => {
                let (bytes, path) = self.get_file(url)?;
                (path.display().to_string(), bytes, Location::File(path), url.clone())
            }
            scheme => {
                let message = format!("{} cannot be read: `{scheme}` is not supported", shown(url));
                let help = "refer to a file or an http(s) URL, or define an `$id` of this name";
                return Err(RefError::new("ref-unreadable", message).help(help));
            }
        };
        let (tree, diagnostics) = Tree::parse_within(name, bytes, &self.options.limits).map_err(|diagnostic| {
            let place = diagnostic.line.map(|line| format!(":{line}:{}", diagnostic.column.unwrap_or(1)));
            let place = format!("{}{}", diagnostic.source.unwrap_or_default(), place.unwrap_or_default());
            let error = RefError::new("ref-unreadable", format!("{place}: {}", diagnostic.message));
            RefError { help: diagnostic.help, ..error }
        })?;
        self.diagnostics.extend(diagnostics);
        let document = self.add(tree, location, retrieved);
        Ok(document)
    }

    fn get_file(&self, url: &Url) -> Result<(Vec<u8>, PathBuf), RefError> {
        let path = url.to_file_path().map_err(|()| {
            let message = format!("{url} is no path of this machine");
            RefError::new("ref-refused", message).help("refer to a file by its relative path")
        })?;
        let unreadable = |problem: &str| {
            RefError::new("ref-unreadable", format!("cannot read {}: {problem}", path.display()))
                .help("correct the reference, or put the file there")
        };
        let refused = |path: &Path, why: &str| {
            RefError::new("ref-refused", format!("{} was not read: {why}", path.display()))
                .help(format!("if you trust it: --allow-ref {}", path.display()))
        };
        if !self.policy.admits_path(&path) {
            return Err(refused(&path, "it is outside the folder of the root document"));
        }
        let real = path.canonicalize().map_err(|error| unreadable(&error.to_string()))?;
        if !self.policy.admits_path(&real) {
            return Err(refused(&real, "a link leads to it, and it is outside the folder of the root document"));
        }
        // Pipes and devices could hold the reader for ever.
        if !real.is_file() {
            return Err(unreadable("it is no regular file"));
        }
        let bytes = read_file(&real, &self.options.limits).map_err(|problem| match problem {
            ReadProblem::TooLarge => unreadable("it is too large"),
            ReadProblem::Io(error) => unreadable(&error.to_string()),
        })?;
        Ok((bytes, path))
    }

    fn admit_url(&self, url: &Url) -> Result<(), RefError> {
        if self.policy.admits_url(url) {
            return Ok(());
        }
        let why = match &self.policy.root {
            Some(root) => format!("it is of another origin than {}", shown(root)),
            None => "the root document did not come from a URL".to_owned(),
        };
        Err(RefError::new("ref-refused", format!("{} was not read: {why}", shown(url)))
            .help(format!("if you trust it: --allow-ref {}", allowing(url))))
    }

    /// Gets a URL that the policy admits, following redirects that it admits; the body, and where it came from.
    fn get(&self, url: &Url) -> Result<(Vec<u8>, Url), RefError> {
        const MAX_REDIRECTS: usize = 5;
        let Some(fetch) = self.fetch else {
            let message = format!("{} was not read: URLs are not read here", shown(url));
            return Err(RefError::new("ref-refused", message).help("give a file instead"));
        };
        let mut url = url.clone();
        // What a redirect names was not asked for by the user: the headers stay behind, on the same origin too.
        let mut headers: &[_] = if self.policy.is_of_root(&url) { &self.options.headers } else { &[] };
        for _ in 0..=MAX_REDIRECTS {
            match self.get_once(fetch, &url, headers)? {
                Fetched::Body(bytes) => return Ok((bytes, url)),
                Fetched::Redirect(location) => {
                    let next = url.join(&location).ok().filter(is_http);
                    let Some(mut next) = next else {
                        let message = format!("{} redirects to what is no http(s) URL", shown(&url));
                        return Err(RefError::new("ref-unreadable", message).help("give the document's real address"));
                    };
                    next.set_fragment(None);
                    if next.origin() != url.origin() && !self.policy.names_url(&next) {
                        let message = format!("{} redirects to {}, another origin", shown(&url), shown(&next));
                        let help = format!("give that address instead, or allow it: --allow-ref {}", allowing(&next));
                        return Err(RefError::new("ref-refused", message).help(help));
                    }
                    url = next;
                    headers = &[];
                }
            }
        }
        let message = format!("{} redirects more than {MAX_REDIRECTS} times", shown(&url));
        Err(RefError::new("ref-unreadable", message).help("give the document's real address"))
    }

    fn get_once(&self, fetch: &dyn Fetch, url: &Url, headers: &[(String, String)]) -> Result<Fetched, RefError> {
        let allow_link_local = self.policy.names_url(url);
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
            _ => None,
        };
        let left = self.deadline.saturating_duration_since(Instant::now());
        let request = FetchRequest {
            url,
            headers,
            max_bytes: self.options.limits.bytes(),
            timeout: self.options.timeout.min(left),
            allow_link_local,
        };
        let result = match address {
            Some(address) if is_link_local(address) && !allow_link_local => Err(FetchError::LinkLocal),
            _ if left.is_zero() => Err(FetchError::Timeout),
            _ => fetch.fetch(&request),
        };
        result.map_err(|problem| {
            let address = shown(url);
            let (code, help) = match &problem {
                FetchError::LinkLocal => ("ref-refused", format!("if you trust it: --allow-ref {}", allowing(url))),
                FetchError::Status(401 | 403) if headers.is_empty() && !self.options.headers.is_empty() => (
                    "ref-unreadable",
                    "--spec-header is not sent on through redirects: give the document's real address".to_owned(),
                ),
                FetchError::Status(401 | 403) => {
                    ("ref-unreadable", "give what it asks for: --spec-header NAME=env:VAR".to_owned())
                }
                FetchError::TooLarge => ("ref-unreadable", "split the document".to_owned()),
                FetchError::Status(_) => ("ref-unreadable", "check the address".to_owned()),
                _ => ("ref-unreadable", "check the address and the network, or give a file instead".to_owned()),
            };
            RefError::new(code, format!("cannot read {address}: {problem}")).help(help)
        })
    }

    pub(super) fn finish(self) -> (Documents, Vec<Diagnostic>) {
        (self.documents, self.diagnostics)
    }
}

/// The prefix that allows a URL, without what may be secret.
fn allowing(url: &Url) -> String {
    let mut prefix = url.clone();
    prefix.set_query(None);
    shown(&prefix)
}

enum ReadProblem {
    TooLarge,
    Io(std::io::Error),
}

impl ReadProblem {
    fn diagnostic(self, name: &str, limits: &Limits) -> Box<Diagnostic> {
        match self {
            Self::TooLarge => limits.too_many_bytes(name),
            Self::Io(error) => unreadable(name, &error.to_string()),
        }
    }
}

pub(super) fn unreadable(name: &str, problem: &str) -> Box<Diagnostic> {
    let help = "give a file, an http(s) URL, or `-` for standard input";
    Box::new(Diagnostic::error("unreadable-document", format!("cannot read {name}: {problem}")).help(help))
}

fn read_file(path: &Path, limits: &Limits) -> Result<Vec<u8>, ReadProblem> {
    let file = std::fs::File::open(path).map_err(ReadProblem::Io)?;
    // Only a hint: pipes say nothing.
    let size = file.metadata().map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX));
    read_bounded(file, size, limits)
}

fn read_bounded(reader: impl Read, size: usize, limits: &Limits) -> Result<Vec<u8>, ReadProblem> {
    let limit = limits.bytes();
    let mut bytes = Vec::with_capacity(size.min(limit) + 1);
    reader.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(ReadProblem::Io)?;
    if bytes.len() > limit { Err(ReadProblem::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A folder with these files; links are `-> target`.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            match text.strip_prefix("-> ") {
                #[cfg(unix)]
                Some(target) => std::os::unix::fs::symlink(target, path).expect("a link"),
                _ => std::fs::write(path, text).expect("a file"),
            }
        }
        folder
    }

    fn load(path: &Path, options: &LoadOptions) -> Documents {
        let (documents, _) =
            Documents::load(&path.to_string_lossy(), options, None).unwrap_or_else(|error| panic!("{error}"));
        documents
    }

    /// What a `$ref` of the root leads to in the end, as text; or the error's code.
    fn outcome(documents: &Documents, key: &str) -> Result<String, RefError> {
        let holder = documents.node(documents.root()).get(key).unwrap_or_else(|| panic!("no {key}"));
        let place = documents.follow(documents.place(DocumentId::ROOT, holder))?;
        Ok(documents.node(place).text().map(String::from).unwrap_or_default())
    }

    #[test]
    fn files() {
        let folder = folder(&[
            ("outside.yaml", "x: outside"),
            ("api-internal/x.yaml", "x: internal"),
            (
                "api/root.yaml",
                "a: {$ref: 'pets/pet.yaml#/name'}\nb: {$ref: './pets/pet.yaml#/owner'}\nc: {$ref: 'all.json'}\n\
                 d: {$ref: 'my%20file.yaml#/x'}\ne: {$ref: 'my file.yaml#/x'}\nf: {$ref: 'pets\\pet.yaml#/name'}\n\
                 g: {$ref: '../outside.yaml#/x'}\nh: {$ref: 'linked.yaml#/x'}\ni: {$ref: 'missing.yaml#/x'}\n\
                 j: {$ref: 'broken.yaml'}\nk: {$ref: 'pets'}\nl: {$ref: '../api-internal/x.yaml#/x'}\n\
                 m: {$ref: 'pets/back.yaml#/again'}\nn: {$ref: 'https://example.com/x.yaml#/x'}\n\
                 o: {$ref: 'pets/%2E%2E/../../outside.yaml#/x'}\np: {$ref: 'ftp://example.com/x'}\n\
                 q: {$ref: 'inner.yaml#/x'}\nr: {$ref: 'file:///etc/hostname'}\ns: {$ref: 'pets/pet.yaml#/none'}\n\
                 t: {$ref: 'linked-folder/x.yaml#/x'}\nlast: end\n",
            ),
            ("api/pets/pet.yaml", "name: Rex\nowner: {$ref: 'person.yaml#/name'}"),
            ("api/pets/person.yaml", "name: Ada"),
            ("api/pets/back.yaml", "again: {$ref: '../root.yaml#/last'}"),
            ("api/all.json", "\"whole\""),
            ("api/my file.yaml", "x: spaced"),
            ("api/linked.yaml", "-> ../outside.yaml"),
            ("api/linked-folder", "-> ../api-internal"),
            ("api/inner.yaml", "-> pets/../deep.yaml"),
            ("api/deep.yaml", "x: within"),
            ("api/broken.yaml", "a: 1\n\tb: 2"),
        ]);
        let cases = [
            ("a", Ok("Rex")),
            ("b", Ok("Ada")),
            ("c", Ok("whole")),
            ("d", Ok("spaced")),
            ("e", Ok("spaced")),
            ("f", Ok("Rex")),
            ("g", Err("ref-refused")),
            ("h", Err("ref-refused")),
            ("i", Err("ref-unreadable")),
            ("j", Err("ref-unreadable")),
            ("k", Err("ref-unreadable")),
            ("l", Err("ref-refused")),
            ("m", Ok("end")),
            ("n", Err("ref-refused")),
            ("o", Err("ref-refused")),
            ("p", Err("ref-unreadable")),
            ("q", Ok("within")),
            ("r", Err("ref-refused")),
            ("s", Err("ref-not-found")),
            ("t", Err("ref-refused")),
        ];
        let root = folder.path().join("api/root.yaml");
        let documents = load(&root, &LoadOptions::default());
        for (key, expected) in cases {
            let found = outcome(&documents, key);
            let found = found.as_deref().map_err(|error| error.code);
            assert_eq!(found, expected, "{key}");
        }
        for key in ["g", "h", "l", "n", "o", "r", "t"] {
            let error = outcome(&documents, key).expect_err(key);
            assert!(error.help.as_deref().is_some_and(|help| help.contains("--allow-ref ")), "{error:?}");
        }
        let broken = outcome(&documents, "j").expect_err("it is broken");
        assert!(broken.message.contains("broken.yaml:2:1"), "{broken}");

        let allow_refs = vec![folder.path().to_string_lossy().into_owned()];
        let documents = load(&root, &LoadOptions { allow_refs, ..LoadOptions::default() });
        for (key, expected) in [("g", "outside"), ("h", "outside"), ("l", "internal"), ("t", "internal")] {
            assert_eq!(outcome(&documents, key).as_deref(), Ok(expected), "{key}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_root_that_is_a_link_counts_where_it_was_named() {
        let folder = folder(&[
            ("store/1.yaml", "a: {$ref: 'pet.yaml#/x'}"),
            ("store/pet.yaml", "x: of the store"),
            ("api/root.yaml", "-> ../store/1.yaml"),
            ("api/pet.yaml", "x: of the folder"),
        ]);
        let documents = load(&folder.path().join("api/root.yaml"), &LoadOptions::default());
        assert_eq!(outcome(&documents, "a").as_deref(), Ok("of the folder"));
    }

    #[test]
    fn unreadable_roots() {
        let folder = folder(&[("empty.yaml", ""), ("big.yaml", "a: 123456789"), ("x/y.yaml", "")]);
        let cases = [
            ("missing.yaml", "unreadable-document"),
            ("nowhere/a.yaml", "unreadable-document"),
            ("x", "unreadable-document"),
            ("empty.yaml", "empty-document"),
            ("big.yaml", "document-too-large"),
        ];
        let options = LoadOptions { limits: Limits { max_bytes: 10, ..Limits::default() }, ..LoadOptions::default() };
        for (name, code) in cases {
            let path = folder.path().join(name).to_string_lossy().into_owned();
            let error = Documents::load(&path, &options, None).map(|_| ()).expect_err(name);
            assert_eq!(error.code, code, "{error}");
        }
        let error = Documents::load("https://example.com/", &options, None).map(|_| ()).expect_err("no fetch");
        assert_eq!(error.code, "unreadable-document");
    }

    #[test]
    fn a_text_reads_no_files() {
        let options = LoadOptions::default();
        let (documents, _) = Documents::from_text("-", "a: {$ref: 'Cargo.toml'}", &options).expect("it is YAML");
        assert_eq!(outcome(&documents, "a").map_err(|error| error.code), Err("ref-refused"));
    }

    #[test]
    fn documents_are_counted() {
        let folder = folder(&[
            ("a.yaml", "a: {$ref: 'b.yaml#/x'}\nb: {$ref: 'c.yaml#/x'}"),
            ("b.yaml", "x: 1"),
            ("c.yaml", "x: 2"),
        ]);
        let options = LoadOptions { max_documents: 2, ..LoadOptions::default() };
        let documents = load(&folder.path().join("a.yaml"), &options);
        assert_eq!(outcome(&documents, "a").as_deref(), Ok("1"));
        assert_eq!(outcome(&documents, "b").map_err(|error| error.code), Err("ref-refused"));
        assert_eq!(documents.ids().count(), 2);
    }

    /// Answers from a table and writes down what was asked for, with the headers that came along.
    struct Table {
        answers: Vec<(&'static str, Result<&'static str, &'static str>)>,
        asked: Mutex<Vec<String>>,
    }

    impl Fetch for Table {
        fn fetch(&self, request: &FetchRequest<'_>) -> Result<Fetched, FetchError> {
            let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            self.asked.lock().expect("not poisoned").push(format!("{}{}", request.url, headers.concat()));
            let answer = self.answers.iter().find(|(url, _)| *url == request.url.as_str());
            match answer {
                Some((_, Ok(body))) => Ok(Fetched::Body(body.as_bytes().to_vec())),
                Some((_, Err(location))) => Ok(Fetched::Redirect((*location).to_owned())),
                None => Err(FetchError::Status(404)),
            }
        }
    }

    #[test]
    fn urls() {
        let table = Table {
            answers: vec![
                ("https://api.example/spec?key=secret", Err("/v1/root.yaml?key=secret")),
                (
                    "https://api.example/v1/root.yaml?key=secret",
                    Ok(
                        "a: {$ref: 'pet.yaml#/x'}\nb: {$ref: '/other.json#/x'}\nc: {$ref: 'https://other.example/x.yaml#/x'}\n\
                        d: {$ref: 'http://api.example/v1/pet.yaml#/x'}\ne: {$ref: 'moved.yaml#/x'}\nf: {$ref: 'away.yaml#/x'}\n\
                        g: {$ref: 'https://friend.example/api/x.yaml#/x'}\nh: {$ref: 'missing.yaml'}\n\
                        i: {$ref: 'file:///etc/hostname'}\nj: {$ref: 'round.yaml'}\nk: {$ref: 'aside.yaml#/x'}\n\
                        l: {$ref: 'pet.yaml#/y'}\n",
                    ),
                ),
                ("https://api.example/v1/pet.yaml", Ok("x: Rex\ny: {$ref: 'sub/y.yaml#/y'}")),
                ("https://api.example/v1/sub/y.yaml", Ok("y: nested")),
                ("https://api.example/other.json", Ok(r#"{"x": "other"}"#)),
                ("https://api.example/v1/moved.yaml", Err("../v2/moved.yaml")),
                ("https://api.example/v2/moved.yaml", Ok("x: moved")),
                ("https://api.example/v1/away.yaml", Err("https://evil.example/x.yaml")),
                ("https://api.example/v1/aside.yaml", Err("https://friend.example/api/x.yaml")),
                ("https://api.example/v1/round.yaml", Err("round.yaml")),
                ("https://friend.example/api/x.yaml", Ok("x: friend")),
            ],
            asked: Mutex::default(),
        };
        let options = LoadOptions {
            allow_refs: vec!["https://friend.example/api".to_owned()],
            headers: vec![("X-Key".to_owned(), "secret".to_owned())],
            ..LoadOptions::default()
        };
        let source = "https://api.example/spec?key=secret";
        let (documents, _) = Documents::load(source, &options, Some(&table)).unwrap_or_else(|error| panic!("{error}"));
        let cases = [
            ("a", Ok("Rex")),
            ("b", Ok("other")),
            ("c", Err("ref-refused")),
            ("d", Err("ref-refused")),
            ("e", Ok("moved")),
            ("f", Err("ref-refused")),
            ("g", Ok("friend")),
            ("h", Err("ref-unreadable")),
            ("i", Err("ref-refused")),
            ("j", Err("ref-unreadable")),
            ("k", Ok("friend")),
            ("l", Ok("nested")),
        ];
        for (key, expected) in cases {
            let found = outcome(&documents, key);
            assert_eq!(found.as_deref().map_err(|error| error.code), expected, "{key}");
            if let Err(error) = found {
                assert!(!format!("{error:?}").contains("secret"), "{error:?}");
            }
        }
        let asked = table.asked.lock().expect("not poisoned");
        assert!(
            asked.iter().all(|line| !line.contains("other.example") && !line.contains("evil.example")),
            "{asked:?}"
        );
        // What redirects to itself is asked for with and without.
        for line in asked.iter().filter(|line| !line.contains("round.yaml")) {
            let asked_for =
                line.starts_with("https://api.example/") && !line.contains("root.yaml") && !line.contains("/v2/");
            assert_eq!(line.contains("X-Key=secret"), asked_for, "{line}");
        }
        assert_eq!(documents.tree(DocumentId::ROOT).name(), "https://api.example/v1/root.yaml?…");
        assert!(!format!("{options:?}").contains("secret"));
    }

    #[test]
    fn link_local_addresses_are_refused() {
        let table = || Table {
            answers: vec![
                ("http://169.254.169.254/latest", Ok("a: 1")),
                ("http://[fd00:ec2::254]/latest", Ok("a: 1")),
                ("http://127.0.0.1:8000/latest", Ok("a: 1")),
            ],
            asked: Mutex::default(),
        };
        let cases = [
            ("http://169.254.169.254/latest", false),
            ("http://0xA9FEA9FE/latest", false),
            ("http://2852039166/latest", false),
            ("http://0251.0376.0251.0376/latest", false),
            ("http://169.16689662/latest", false),
            ("http://169.254.169.254./latest", false),
            ("http://%31%36%39.254.169.254/latest", false),
            ("http://[::ffff:a9fe:a9fe]/latest", false),
            ("http://[64:ff9b::169.254.169.254]/latest", false),
            ("http://100.100.100.200/latest", false),
            ("http://[fd00:ec2::254]/latest", false),
            ("http://[::ffff:169.254.169.254]/latest", false),
            ("http://127.0.0.1:8000/latest", true),
        ];
        for (source, expected) in cases {
            let table = table();
            let read = Documents::load(source, &LoadOptions::default(), Some(&table));
            assert_eq!(read.is_ok(), expected, "{source}");
            assert_eq!(!table.asked.lock().expect("not poisoned").is_empty(), expected, "{source}");
        }
        let allow_refs = vec!["http://169.254.169.254/".to_owned()];
        let options = LoadOptions { allow_refs, ..LoadOptions::default() };
        assert!(Documents::load("http://169.254.169.254/latest", &options, Some(&table())).is_ok());
    }

    #[test]
    fn documents_that_name_themselves() {
        let folder = folder(&[
            (
                "root.yaml",
                "openapi: 3.2.0\n$self: https://example.com/api/root.yaml\na: {$ref: 'pet.yaml#/x'}\n\
                 b: {$ref: 'https://example.com/api/root.yaml#/last'}\nc: {$ref: 'https://example.com/api/pet.yaml#/x'}\n\
                 d: {$ref: 'root.yaml#/last'}\nlast: end\n",
            ),
            ("pet.yaml", "$self: https://example.com/api/pet.yaml\nx: Rex"),
        ]);
        let documents = load(&folder.path().join("root.yaml"), &LoadOptions::default());
        for (key, expected) in [("a", "Rex"), ("b", "end"), ("c", "Rex"), ("d", "end")] {
            assert_eq!(outcome(&documents, key).as_deref(), Ok(expected), "{key}");
        }
    }
}
