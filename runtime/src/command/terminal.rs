//! What is told on standard error.

use std::io::{IsTerminal, Write};

/// Writes a line to standard error, which may be closed.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Tells an error.
pub fn error(message: &str) {
    line(&format!("error: {message}"));
}

/// Whether a stream shows colours: it is a terminal, and nobody forbids it (<https://no-color.org>).
pub fn shows_color(stream: &impl IsTerminal) -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && stream.is_terminal()
}
