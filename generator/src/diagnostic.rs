//! What is wrong with a description, as values: collected, shown at the end, testable.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet as Source};
use serde::{Serialize, Serializer};

use crate::source::{Entry, Node, Tree};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For the reader's interest.
    Note,
    /// Something may not be as meant.
    Warning,
    /// Something is left out, or nothing can be done at all.
    Error,
}

/// Something to tell about a description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of thing it is: kebab-case, stable.
    pub code: &'static str,
    /// What is wrong: what was expected and what came.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The document: a path or a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The JSON pointer of the node in the document as it was written; empty for the whole document.
    pub pointer: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The line itself, for showing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

/// A piece of one line of a document, and the part of it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The line, or what stands around the place where the line is very long.
    pub text: String,
    /// The bytes of `text` that are meant; on a character's boundary.
    pub marked: Range<usize>,
    /// Whether the line is longer.
    pub cut: bool,
}

/// As JSON it is its text.
impl Serialize for Snippet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Lines longer than this are shown in part: minified JSON is one line of megabytes.
const MAX_LINE: usize = 400;
/// How many bytes are shown before and after the place in such a line.
const AROUND: usize = 60;

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            help: None,
            source: None,
            pointer: String::new(),
            line: None,
            column: None,
            snippet: None,
        }
    }

    /// An error: something is left out.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    /// Places it at a node: document, JSON pointer, line and column.
    #[must_use]
    pub fn at(self, node: Node<'_>) -> Self {
        let mut placed = self.within(node.tree(), node.span());
        placed.pointer = node.pointer();
        placed
    }

    /// Places it at the key of an entry; the pointer is that of the value.
    #[must_use]
    pub fn at_key(self, entry: &Entry<'_>) -> Self {
        let mut placed = self.within(entry.value.tree(), entry.key_span());
        placed.pointer = entry.value.pointer();
        placed
    }

    /// Places it at some bytes of a document's text.
    #[must_use]
    pub fn within(mut self, tree: &Tree, span: Range<u32>) -> Self {
        self.source = Some(tree.name().to_owned());
        if tree.text().is_empty() {
            return self;
        }
        let (line, column) = tree.line_column(span.start);
        let (text, start) = tree.line_text(line);
        self.line = Some(line);
        self.column = Some(column);
        let from = span.start.saturating_sub(start) as usize;
        let to = span.end.saturating_sub(start) as usize;
        self.snippet = Some(Snippet::of(text, from, to));
        self
    }

    /// Names the document.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the JSON pointer.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Changes how bad it is.
    #[must_use]
    pub fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says first what the message is about: `GET /pets: …`.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// The diagnostic as a compiler would show it, over several lines, without a newline at its end.
    pub fn render(&self, color: Color) -> String {
        let renderer = match color {
            Color::Never => Renderer::plain(),
            Color::Always => Renderer::styled(),
        };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(self.message.as_str()).id(self.code));
        if let Some(source) = &self.source {
            let mut origin = Origin::path(source.as_str());
            if let Some(line) = self.line {
                origin = origin.line(line as usize).char_column(self.column.unwrap_or(1) as usize);
            }
            group = match &self.snippet {
                Some(snippet) if !snippet.cut => group.element(self.source_lines(snippet).path(source.as_str())),
                Some(snippet) => group.element(origin).element(self.source_lines(snippet)),
                None => group.element(origin),
            };
        }
        if !self.pointer.is_empty() {
            group = group.element(Level::NOTE.message(format!("at {}", self.pointer)));
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }

    fn source_lines<'s>(&self, snippet: &'s Snippet) -> Source<'s, annotate_snippets::Annotation<'s>> {
        Source::source(snippet.text.as_str())
            .line_start(self.line.unwrap_or(1) as usize)
            .annotation(AnnotationKind::Primary.span(snippet.marked.clone()))
    }
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.render(Color::Never))
    }
}

impl std::error::Error for Diagnostic {}

impl Snippet {
    /// The piece of `line` around the bytes `from..to`.
    fn of(line: &str, from: usize, to: usize) -> Self {
        let from = line.floor_char_boundary(from.min(line.len()));
        let to = line.ceil_char_boundary(to.clamp(from, line.len()));
        if line.len() <= MAX_LINE {
            return Self { text: line.to_owned(), marked: from..to, cut: false };
        }
        let start = line.floor_char_boundary(from.saturating_sub(AROUND));
        let to = line.floor_char_boundary(to.min(from + AROUND)).max(from);
        let end = line.ceil_char_boundary((to + AROUND).min(line.len()));
        Self { text: line[start..end].to_owned(), marked: from - start..to - start, cut: true }
    }
}

/// Whether [`Diagnostic::render`] uses terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::parse("pets.yaml", text).unwrap_or_else(|error| panic!("{error}")).0
    }

    #[test]
    fn rendered() {
        let tree = tree("openapi: 3.0.3\npaths:\n  /pets:\n    get: {$ref: '#/nowhere'}\n");
        let node = tree.root().at("/paths/~1pets/get/$ref").expect("it is there");
        let diagnostic = Diagnostic::error("ref-not-found", "`#/nowhere` leads nowhere").at(node).help("define it");
        let expected = "\
error[ref-not-found]: `#/nowhere` leads nowhere
 --> pets.yaml:4:17
  |
4 |     get: {$ref: '#/nowhere'}
  |                 ^^^^^^^^^^^
  |
  = note: at /paths/~1pets/get/$ref
  = help: define it";
        assert_eq!(diagnostic.render(Color::Never), expected);
        assert!(diagnostic.render(Color::Always).contains('\u{1b}'));
    }

    #[test]
    fn rendered_with_less_of_a_place() {
        let cases = [
            (Diagnostic::warning("odd", "it is odd"), "warning[odd]: it is odd"),
            (Diagnostic::note("fact", "so it is").source("a.json"), "note[fact]: so it is\n--> a.json"),
            (
                Diagnostic::warning("odd", "it is odd").source("a.json").pointer("/a").help("look"),
                "warning[odd]: it is odd\n--> a.json\n = note: at /a\n = help: look",
            ),
        ];
        for (diagnostic, expected) in cases {
            assert_eq!(diagnostic.render(Color::Never), expected);
        }
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("{{\"a\": \"{}\", \"b\": \"ü\", \"c\": \"{}\"}}", "é".repeat(10_000), "é".repeat(10_000));
        let tree = tree(&text);
        for pointer in ["/a", "/b", "/c", ""] {
            let diagnostic = Diagnostic::error("odd", "it is odd").at(tree.root().at(pointer).expect("it is there"));
            let rendered = diagnostic.render(Color::Never);
            let place = format!("pets.yaml:1:{}", diagnostic.column.expect("it has a column"));
            assert!(rendered.contains(&place), "{rendered}");
            assert!(rendered.len() < 2000, "{rendered}");
        }
    }

    #[test]
    fn as_json() {
        let tree = tree("a:\n  b: 1");
        let diagnostic = Diagnostic::warning("odd", "it is odd").at(tree.root().at("/a/b").expect("it is there"));
        let expected = json!({
            "severity": "warning", "code": "odd", "message": "it is odd", "source": "pets.yaml",
            "pointer": "/a/b", "line": 2, "column": 6, "snippet": "  b: 1",
        });
        assert_eq!(serde_json::to_value(&diagnostic).expect("it is data"), expected);
    }
}
