//! The report for people.

use std::fmt::Write as _;

use super::{Outcome, Report, Row, Totals};

const HEAD: [&str; 8] =
    ["document", "version", "operations", "mapped", "list KB", "ms", "peak MB", "left out, by code"];

pub fn text(report: &Report) -> String {
    let width = report.documents.iter().map(|row| row.document.chars().count()).max().unwrap_or(0).max(HEAD[0].len());
    let [document, version, operations, mapped, list, time, peak, codes] = HEAD;
    let mut text =
        format!("{document:width$} {version:>8} {operations:>10} {mapped:>7} {list:>9} {time:>9} {peak:>8} {codes}\n");
    for row in &report.documents {
        line(&mut text, row, width);
    }
    let Totals {
        documents,
        loaded,
        operations,
        hidden,
        mapped,
        mapped_percent,
        tools_list_bytes,
        milliseconds,
        peak_kib,
    } = &report.totals;
    // Writing to a text does not fail.
    let _ = writeln!(
        text,
        "\n{loaded} of {documents} documents load; {mapped} of {operations} operations are mapped, {hidden} are hidden by \
         their description: {mapped_percent:.2} %\ntools/list {} KB, {milliseconds:.0} ms, the highest peak {} MB",
        tools_list_bytes / 1000,
        megabytes(*peak_kib),
    );
    text
}

fn line(text: &mut String, Row { document, outcome }: &Row, width: usize) {
    let _ = match outcome {
        Outcome::Failed { error } => writeln!(text, "{document:width$} {error}"),
        Outcome::Loaded(one) => {
            let mut codes: Vec<String> = one.errors.iter().map(|(code, count)| format!("{code} {count}")).collect();
            if one.hidden > 0 {
                codes.push(format!("hidden {}", one.hidden));
            }
            writeln!(
                text,
                "{document:width$} {:>8} {:>10} {:>7} {:>9} {:>9.1} {:>8} {}",
                one.version,
                one.operations,
                one.mapped,
                one.tools_list_bytes / 1000,
                one.milliseconds,
                megabytes(one.peak_kib),
                codes.join(", "),
            )
        }
    };
}

fn megabytes(kib: Option<u64>) -> String {
    kib.map_or_else(|| "?".to_owned(), |kib| (kib * 1024 / 1_000_000).to_string())
}
