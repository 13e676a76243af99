//! What is told on standard error: diagnostics, warnings, errors.

use std::collections::BTreeMap;

use mcpgen_runtime::command::terminal;
pub(super) use mcpgen_runtime::command::terminal::{error, line};

use crate::diagnostic::{Color, Diagnostic, Severity};

use super::flags::LogFormat;

/// How many diagnostics are shown before the rest is only counted.
const SHOWN: usize = 20;

/// Whether standard error shows colours.
pub(super) fn color() -> Color {
    if terminal::shows_color(&std::io::stderr()) { Color::Always } else { Color::Never }
}

/// Whether standard output shows colours.
pub(super) fn stdout_color() -> Color {
    if terminal::shows_color(&std::io::stdout()) { Color::Always } else { Color::Never }
}

/// Shows the worst diagnostics and counts the others. As JSON each is an entry of the log.
pub(super) fn diagnostics(diagnostics: &[Diagnostic], format: LogFormat) {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    // Stable: within a severity the document's order stays.
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    if format == LogFormat::Json {
        sorted.into_iter().for_each(log);
        return;
    }
    let (shown, rest) = sorted.split_at(sorted.len().min(SHOWN));
    let color = color();
    for diagnostic in shown {
        line(&diagnostic.render(color));
    }
    if let Some(summary) = counted(rest) {
        line(&summary);
    }
}

/// A log entry: the same as is shown, without the line of the document.
fn log(diagnostic: &Diagnostic) {
    let Diagnostic { code, message, help, source, pointer, line, column, .. } = diagnostic;
    match diagnostic.severity {
        Severity::Error => {
            tracing::error!(code, help, source, pointer, line, column, "{message}");
        }
        Severity::Warning => {
            tracing::warn!(code, help, source, pointer, line, column, "{message}");
        }
        Severity::Note => {
            tracing::info!(code, help, source, pointer, line, column, "{message}");
        }
    }
}

/// How many of each code there are, the most frequent first.
fn counted(diagnostics: &[&Diagnostic]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let list: Vec<_> = counts.iter().map(|(code, count)| format!("{count} {code}")).collect();
    (!list.is_empty())
        .then(|| format!("… and {} more: {}; `mcpgen check` shows all", diagnostics.len(), list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_counted_by_code() {
        let of = |codes: &[&'static str]| -> Vec<Diagnostic> {
            codes.iter().map(|code| Diagnostic::new(Severity::Note, code, "x")).collect()
        };
        let cases: [(&[&'static str], Option<&str>); 2] =
            [(&[], None), (&["b", "a", "c", "a"], Some("… and 4 more: 2 a, 1 b, 1 c; `mcpgen check` shows all"))];
        for (codes, expected) in cases {
            let diagnostics = of(codes);
            assert_eq!(counted(&diagnostics.iter().collect::<Vec<_>>()).as_deref(), expected);
        }
    }
}
