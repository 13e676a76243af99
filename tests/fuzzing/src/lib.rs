//! What the fuzz targets of `fuzz/` do with their bytes; `tests/seeds.rs` does the same with the seed corpus.
//!
//! Whatever the bytes are, nothing here may panic, and what came out has to keep what users rely on. Work is bounded by
//! counts (bytes, nodes), so that an input that hangs is a finding.

mod arguments;
mod grammar;
mod load;
mod map;
mod schema;

pub use arguments::arguments;
pub use load::load;
pub use map::map;
pub use schema::schema;

use arbitrary::Unstructured;
use mcpgen::source::{Limits, LoadOptions};

/// Bytes that begin with this are choices of the [grammar], all others are a text.
const CHOICES: u8 = b'%';

/// A text and the bytes that are left for further choices.
fn text_of(bytes: &[u8], make: fn(&mut Unstructured<'_>) -> serde_json::Value) -> (Vec<u8>, Unstructured<'_>) {
    match bytes {
        [CHOICES, choices @ ..] => {
            let mut choices = Unstructured::new(choices);
            (make(&mut choices).to_string().into_bytes(), choices)
        }
        text => (text.to_vec(), Unstructured::new(text)),
    }
}

/// Limits under which every input is done in a moment.
fn limits() -> LoadOptions {
    let limits = Limits { max_bytes: 1 << 20, max_nodes: 100_000, max_expanded: 100_000, ..Limits::default() };
    LoadOptions { limits, ..LoadOptions::default() }
}
