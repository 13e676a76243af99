//! What a build script tells cargo: lines on standard output.

use std::{env, fmt::Write as _, path::Path};

use crate::{
    diagnostic::{Diagnostic, Severity},
    mapping::text::clean_line,
};

/// How many diagnostics are shown before the rest is only counted.
const SHOWN: usize = 20;
/// The longest warning, in characters.
const LONGEST: usize = 1_000;

/// Whether cargo runs this program as a build script: only then has it an optimization level to know.
pub(super) fn runs_this() -> bool {
    ["OUT_DIR", "OPT_LEVEL"].iter().all(|name| env::var_os(name).is_some())
}

/// Runs the build script again when a file changes.
pub(super) fn rerun_if_changed(path: &Path) -> Option<String> {
    // cargo reads lines of text: what has other paths cannot be told.
    let path = path.to_str().filter(|path| !path.contains(['\n', '\r']))?;
    Some(format!("cargo::rerun-if-changed={path}\n"))
}

/// Runs the build script again when an environment variable changes.
pub(super) fn rerun_if_env_changed(name: &str) -> String {
    format!("cargo::rerun-if-env-changed={name}\n")
}

/// A warning for each of the worst diagnostics, and one that counts the others.
pub(super) fn warnings(diagnostics: &[Diagnostic], least: Severity) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().filter(|told| told.severity >= least).collect();
    // Stable: within a severity the document's order stays.
    sorted.sort_by_key(|told| std::cmp::Reverse(told.severity));
    let (shown, rest) = sorted.split_at(sorted.len().min(SHOWN));
    let mut lines: String = shown.iter().map(|told| warning(&line(told))).collect();
    if !rest.is_empty() {
        lines.push_str(&warning(&format!("… and {} more; `mcpgen check` shows all", rest.len())));
    }
    lines
}

fn warning(text: &str) -> String {
    // What descriptions say must not end the line: the next one could be an instruction to cargo.
    format!("cargo::warning={}\n", clean_line(text, LONGEST))
}

/// A diagnostic on one line: `petstore.yaml:3:7: error[code]: message (at /paths/~1pets; help)`.
fn line(told: &Diagnostic) -> String {
    let mut line = String::new();
    if let Some(source) = &told.source {
        line.push_str(source);
        if let Some(number) = told.line {
            let _ = write!(line, ":{number}:{}", told.column.unwrap_or(1));
        }
        line.push_str(": ");
    }
    let severity = match told.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let _ = write!(line, "{severity}[{}]: {}", told.code, told.message);
    if told.line.is_none() && !told.pointer.is_empty() {
        let _ = write!(line, " (at {})", told.pointer);
    }
    if let Some(help) = &told.help {
        let _ = write!(line, "; {help}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_diagnostic_is_one_line() {
        let at = |told: Diagnostic| Diagnostic { line: Some(3), column: Some(7), ..told.source("a.yaml") };
        let cases = [
            (
                at(Diagnostic::error("no-server", "it has none").help("name one")),
                "cargo::warning=a.yaml:3:7: error[no-server]: it has none; name one\n",
            ),
            (Diagnostic::note("fact", "so it is").pointer("/a"), "cargo::warning=note[fact]: so it is (at /a)\n"),
            (
                Diagnostic::warning("x", "one\ncargo::rustc-link-arg=-x\r\n\u{202e}two"),
                "cargo::warning=warning[x]: one cargo::rustc-link-arg=-x two\n",
            ),
        ];
        for (told, expected) in cases {
            assert_eq!(warnings(&[told], Severity::Note), expected);
        }
    }

    #[test]
    fn the_worst_come_first_and_the_rest_is_counted() {
        let many = |count: usize, told: &Diagnostic| vec![told.clone(); count];
        let told = [many(25, &Diagnostic::note("n", "x")), many(2, &Diagnostic::error("e", "x"))].concat();
        let text = warnings(&told, Severity::Note);
        assert_eq!(text.lines().count(), SHOWN + 1);
        assert!(
            text.starts_with("cargo::warning=error[e]: x\ncargo::warning=error[e]: x\ncargo::warning=note[n]: x\n")
        );
        assert!(text.ends_with("cargo::warning=… and 7 more; `mcpgen check` shows all\n"), "{text}");
        assert_eq!(warnings(&told, Severity::Warning).lines().count(), 2);
    }

    #[test]
    fn paths_that_are_no_line_are_passed_over() {
        let cases = [("/a/b.yaml", Some("cargo::rerun-if-changed=/a/b.yaml\n")), ("/a\ncargo::warning=x", None)];
        for (path, expected) in cases {
            assert_eq!(rerun_if_changed(Path::new(path)).as_deref(), expected);
        }
    }
}
