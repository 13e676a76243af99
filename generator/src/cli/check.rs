//! `mcpgen check`: everything that is to be told about a description.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{compiled, failure::Failure, flags, load, output, report};
use crate::diagnostic::{Diagnostic, Severity};

/// Tell everything that is wrong with a description
///
/// Exit code 0 when there are no errors, 1 when there are, 2 when it is no description at all.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    /// The form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As a compiler would say it.
    Text,
    /// An object with all diagnostics.
    Json,
}

impl Check {
    pub(super) fn run(self) -> Result<(), Failure> {
        if compiled::is_one(&self.description.spec) {
            return Err(Failure::usage(format!(
                "{} is a catalog; what is to be told about its description was told when it was made",
                self.description.spec
            )));
        }
        let loaded = match load::load(&self.description, &self.mapping) {
            Err(Failure::Document(diagnostic)) if self.format == Format::Json => {
                print_json(&[(*diagnostic).clone()], None)?;
                return Err(Failure::Document(diagnostic));
            }
            loaded => loaded?,
        };
        let diagnostics = &loaded.diagnostics;
        match self.format {
            Format::Json => print_json(diagnostics, Some((loaded.operations, loaded.left_out)))?,
            Format::Text => {
                let color = report::stdout_color();
                for diagnostic in diagnostics {
                    output::print(&diagnostic.render(color))?;
                }
                output::print(&summary(diagnostics, loaded.operations, loaded.left_out))?;
            }
        }
        loaded.strictly(&self.description)?;
        let errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        if errors { Err(Failure::Told) } else { Ok(()) }
    }
}

/// `operations` holds how many there are and how many of them are left out.
fn print_json(diagnostics: &[Diagnostic], operations: Option<(usize, usize)>) -> Result<(), Failure> {
    let (operations, left_out) = operations.unzip();
    Ok(output::print_json(&json!({"operations": operations, "left_out": left_out, "diagnostics": diagnostics}))?)
}

fn summary(diagnostics: &[Diagnostic], operations: usize, left_out: usize) -> String {
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")]
        .map(|(severity, word)| (diagnostics.iter().filter(|one| one.severity == severity).count(), word));
    let counted: Vec<String> = counts.into_iter().filter(|(count, _)| *count > 0).map(super::weigh::count).collect();
    let told = if counted.is_empty() { "nothing to tell".to_owned() } else { counted.join(", ") };
    let left_out = if left_out == 0 { String::new() } else { format!("; {left_out} left out") };
    format!("{}{left_out}: {told}", super::weigh::count((operations, "operation")))
}
