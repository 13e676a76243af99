//! Standard output, for what was asked for.

use std::io::{self, BufWriter, Write};

/// Writes `text` and a newline.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    stdout.write_all(text.as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

/// Writes `value` as JSON over several lines.
pub(super) fn print_json(value: &impl serde::Serialize) -> io::Result<()> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut stdout, value).map_err(io::Error::from)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}
