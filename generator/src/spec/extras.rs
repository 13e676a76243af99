//! What a description may say and MCP has no counterpart for, told once a document.

use super::Cursor;
use crate::diagnostic::{Diagnostic, Severity};

/// The dialects whose keywords are read. A fragment or a last `#` makes no difference.
const DIALECTS: [&str; 8] = [
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "http://json-schema.org/draft-04/schema",
    "http://json-schema.org/draft-05/schema",
    "https://json-schema.org/draft-07/schema",
    "http://json-schema.org/schema",
];

/// Where OpenAPI's own dialects stand.
const OPENAPI_DIALECTS: &str = "https://spec.openapis.org/oas/";

/// What the root has.
pub(super) fn of_root(root: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(dialect) = root.get("jsonSchemaDialect") {
        let known = dialect.as_str().is_some_and(|text| {
            let text = text.trim_end_matches('#');
            DIALECTS.contains(&text) || text.starts_with(OPENAPI_DIALECTS)
        });
        if !known {
            let text = dialect.text().unwrap_or_default();
            diagnostics.push(
                dialect
                    .diagnostic(
                        Severity::Note,
                        "unknown-dialect",
                        format!("the dialect {text:?} is not known; schemas are read as JSON Schema 2020-12"),
                    )
                    .help("keywords of its own are left out"),
            );
        }
    }
    let mut tags = root.get("tags").into_iter().flat_map(Cursor::items);
    if let Some(parent) = tags.find_map(|tag| tag.get("parent")) {
        diagnostics.push(
            parent
                .diagnostic(Severity::Note, "nested-tags", "tags have no parents in MCP; each stands for itself")
                .help("select operations by the tags that they have themselves"),
        );
    }
}

/// What operations have: the first place of each, and how many there are.
#[derive(Debug, Default)]
pub(super) struct OfOperations<'d> {
    callbacks: Option<(Cursor<'d>, usize)>,
    links: Option<(Cursor<'d>, usize)>,
}

impl<'d> OfOperations<'d> {
    /// Looks at an operation.
    pub fn see(&mut self, operation: Cursor<'d>) {
        let filled = |at: &Cursor<'d>| at.entries().next().is_some();
        count(&mut self.callbacks, operation.get("callbacks").filter(filled));
        let mut responses = operation.get("responses").into_iter().flat_map(Cursor::entries);
        let links = responses.find_map(|(_, response)| response.resolve().ok()?.get("links").filter(filled));
        count(&mut self.links, links);
    }

    /// Tells what was seen.
    pub fn tell(&self, diagnostics: &mut Vec<Diagnostic>) {
        let told = [
            (self.callbacks, "callbacks", "callbacks are calls that the API makes itself"),
            (self.links, "links", "links between operations have no counterpart in MCP"),
        ];
        for (seen, code, why) in told {
            let Some((first, number)) = seen else { continue };
            let operations =
                if number == 1 { "one operation has".to_owned() } else { format!("{number} operations have") };
            diagnostics.push(
                first
                    .diagnostic(Severity::Note, code, format!("{why}; they are left out ({operations} some)"))
                    .help("nothing is to be done: the operations themselves are served"),
            );
        }
    }
}

fn count<'d>(seen: &mut Option<(Cursor<'d>, usize)>, at: Option<Cursor<'d>>) {
    if let Some(at) = at {
        seen.get_or_insert((at, 0)).1 += 1;
    }
}
