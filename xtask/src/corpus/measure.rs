//! One document, loaded, mapped and listed; the whole of a child process, so that the peak of memory is its own.

use std::{collections::BTreeMap, io, path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use mcpgen::{
    diagnostic::{Diagnostic, Severity},
    mapping::{self, MapMode, MapOptions},
    source::{Documents, LoadOptions},
    spec::{self, Cursor},
};
use mcpgen_runtime::listing::Listing;
use serde::{Deserialize, Serialize};

/// Measure one document and print a line of JSON
#[derive(Debug, Args)]
pub struct Measure {
    document: PathBuf,
}

/// What a document came to.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    /// `openapi` or `swagger`, as it is written.
    pub version: String,
    /// Operations as they stand in the document, HEAD, OPTIONS and TRACE aside.
    pub operations: usize,
    /// Those with `x-internal: true` or `x-mcp: false`.
    pub hidden: usize,
    /// Those that became a tool.
    pub mapped: usize,
    /// Errors by their code: each costs an operation, or what hangs on a part that cannot be read.
    pub errors: BTreeMap<String, usize>,
    /// Warnings by their code.
    pub warnings: BTreeMap<String, usize>,
    /// The bytes of `tools/list`.
    pub tools_list_bytes: usize,
    /// From the file to the list.
    pub milliseconds: f64,
    /// The most memory that the process held, where the system tells.
    pub peak_kib: Option<u64>,
}

/// What a child process says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// It was loaded.
    Measured(Box<Measured>),
    /// It is no description, but a part of one perhaps.
    NoDescription,
    /// It does not load: why.
    Failed(String),
}

impl Measure {
    /// Runs it.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn run(self) -> io::Result<ExitCode> {
        let answer = self.answer();
        println!("{}", serde_json::to_string(&answer)?);
        Ok(ExitCode::SUCCESS)
    }

    fn answer(&self) -> Answer {
        let start = Instant::now();
        let (documents, mut told) =
            match Documents::load(&self.document.to_string_lossy(), &LoadOptions::default(), None) {
                Ok(loaded) => loaded,
                Err(diagnostic) => return Answer::Failed(diagnostic.to_string()),
            };
        let description = match spec::load(&documents) {
            Ok((description, more)) => {
                told.extend(more);
                description
            }
            Err(diagnostic) if diagnostic.code == "no-description" => return Answer::NoDescription,
            Err(diagnostic) => return Answer::Failed(diagnostic.to_string()),
        };
        let mut mapping = mapping::map(&description, &MapOptions { mode: MapMode::Tools, ..MapOptions::default() });
        told.append(&mut mapping.diagnostics);
        let listing = Listing::new(&mapping.catalog);
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let root = Cursor::root(&documents);
        let mapped = mapping.catalog.operations.len();
        let operations = stated(root);
        Answer::Measured(Box::new(Measured {
            version: root.text_of("openapi").or_else(|| root.text_of("swagger")).unwrap_or_default(),
            operations,
            hidden: description.operations.iter().filter(|operation| operation.hidden).count(),
            mapped,
            errors: by_code(&told, Severity::Error),
            warnings: by_code(&told, Severity::Warning),
            tools_list_bytes: listing.tools.iter().map(str::len).sum(),
            milliseconds,
            peak_kib: peak_kib(),
        }))
    }
}

fn by_code(told: &[Diagnostic], severity: Severity) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for diagnostic in told.iter().filter(|diagnostic| diagnostic.severity == severity) {
        *codes.entry(diagnostic.code.to_owned()).or_default() += 1;
    }
    codes
}

/// How many operations the document states, whatever the reader made of them: counted apart from it, so that none is
/// lost in silence.
fn stated(root: Cursor<'_>) -> usize {
    const METHODS: [&str; 6] = ["get", "put", "post", "delete", "patch", "query"];
    let items = root.get("paths").into_iter().flat_map(Cursor::entries).filter(|(path, _)| !path.starts_with("x-"));
    items
        .map(|(_, item)| {
            let target = item.resolve().unwrap_or(item);
            let keys = item.entries().chain(target.entries().filter(|_| target.key() != item.key()));
            let mut named: Vec<String> = Vec::new();
            for (key, value) in keys {
                let lower = key.to_ascii_lowercase();
                let more = match METHODS.contains(&lower.as_str()) {
                    true => vec![lower],
                    false if key == "additionalOperations" => {
                        value.entries().map(|(name, _)| name.to_owned()).collect()
                    }
                    false => Vec::new(),
                };
                named.extend(more.into_iter().filter(|name| !["HEAD", "OPTIONS", "TRACE"].contains(&name.as_str())));
            }
            named.sort();
            named.dedup();
            named.len()
        })
        .sum()
}

/// `VmHWM` of Linux.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_counted_as_they_stand() {
        let text = r##"{"openapi": "3.2.0", "paths": {
            "/a": {"get": {}, "head": {}, "POST": 5, "parameters": [], "x-get": {}},
            "/b": {"$ref": "#/paths/~1a", "delete": {}, "get": {}},
            "/c": {"additionalOperations": {"COPY": {}, "TRACE": {}}, "query": null},
            "/d": {"$ref": "#/nowhere"}, "/e": 5, "x-f": {"get": {}}}}"##;
        let (documents, _) =
            Documents::from_text("a.json", text, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
        // get and post; get, post and delete; COPY and query.
        assert_eq!(stated(Cursor::root(&documents)), 7);
    }
}
