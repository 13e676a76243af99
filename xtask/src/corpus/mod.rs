//! What becomes of every description below a folder: loaded, mapped, left out, and what that costs.

mod find;
mod measure;
mod record;
mod run;
mod table;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Args, ValueEnum};
use serde::Serialize;

pub use measure::Measure;
use measure::Measured;
use record::Record;

/// Load and map every API description below a folder, and print what came of it
///
/// The list is that of `--map tools`, so that every operation is in it. Exit code 1 when a document does not load, or
/// when one of the record fell back.
#[derive(Debug, Args)]
pub struct Corpus {
    /// The folder
    folder: PathBuf,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Fail when a document of this record no longer loads or maps fewer operations
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Write the record of this run
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Give a document up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What came of one document.
#[derive(Debug, Serialize)]
struct Row {
    /// Its path below the folder, with `/`.
    document: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Outcome {
    Loaded(Box<Measured>),
    Failed { error: String },
}

/// The whole report.
#[derive(Debug, Serialize)]
struct Report {
    documents: Vec<Row>,
    totals: Totals,
}

/// What all documents are together.
#[derive(Debug, Default, Serialize)]
struct Totals {
    documents: usize,
    loaded: usize,
    operations: usize,
    /// Left out because the description says so.
    hidden: usize,
    mapped: usize,
    /// Of the operations that are not hidden.
    mapped_percent: f64,
    tools_list_bytes: usize,
    milliseconds: f64,
    /// The largest.
    peak_kib: Option<u64>,
}

impl Corpus {
    /// Runs it.
    ///
    /// # Errors
    /// The folder or a record cannot be read or written.
    pub fn run(self) -> io::Result<ExitCode> {
        let against = self.against.as_deref().map(Record::read).transpose()?;
        let mut rows = Vec::new();
        for document in find::descriptions(&self.folder)? {
            let outcome = run::document(&self.folder.join(&document), Duration::from_secs(self.timeout))?;
            if let Some(outcome) = outcome {
                rows.push(Row { document, outcome });
            }
        }
        let report = Report { totals: totals(&rows), documents: rows };
        let text = match self.format {
            Format::Text => table::text(&report),
            Format::Json => serde_json::to_string_pretty(&report)? + "\n",
        };
        io::stdout().write_all(text.as_bytes())?;
        let now = Record::of(&report);
        if let Some(path) = &self.record {
            now.write(path)?;
        }
        let mut failed = report.totals.loaded < report.totals.documents;
        for regression in against.iter().flat_map(|before| now.worse_than(before)) {
            eprintln!("{regression}");
            failed = true;
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn totals(rows: &[Row]) -> Totals {
    let mut totals = Totals { documents: rows.len(), ..Totals::default() };
    for row in rows {
        let Outcome::Loaded(one) = &row.outcome else { continue };
        totals.loaded += 1;
        totals.operations += one.operations;
        totals.hidden += one.hidden;
        totals.mapped += one.mapped;
        totals.tools_list_bytes += one.tools_list_bytes;
        totals.milliseconds += one.milliseconds;
        totals.peak_kib = totals.peak_kib.max(one.peak_kib);
    }
    totals.mapped_percent = percent(totals.mapped, totals.operations - totals.hidden);
    totals
}

#[expect(clippy::cast_precision_loss)]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}
