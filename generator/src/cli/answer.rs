//! What came of a call or a read, on standard output or in a file.

use std::path::Path;

use bytes::Bytes;

use super::{failure::Failure, output, report};

/// A block of an answer.
#[derive(Debug)]
pub(super) enum Block {
    /// Text, as it came.
    Text(String),
    /// Bytes and their media type.
    Bytes(Bytes, String),
}

impl Block {
    /// The text, or what there is instead of it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Bytes(bytes, media_type) => {
                format!("({} bytes of {media_type}; --output FILE keeps them)", bytes.len())
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes, _) => bytes,
        }
    }
}

/// Prints the blocks, each on a line of its own. With a file its first binary block goes there, or the first text where
/// none is binary; the others are printed.
pub(super) fn print(blocks: &[Block], file: Option<&Path>) -> Result<(), Failure> {
    let kept = file.and_then(|file| {
        let binary = blocks.iter().position(|block| matches!(block, Block::Bytes(..)));
        Some((file, binary.or((!blocks.is_empty()).then_some(0))?))
    });
    if let Some((file, index)) = kept {
        let bytes = blocks[index].bytes();
        std::fs::write(file, bytes)
            .map_err(|error| Failure::work(format!("cannot write {}: {error}", file.display())))?;
        report::line(&format!("{} bytes are in {}", bytes.len(), file.display()));
    }
    let mut printed = blocks.iter().enumerate().filter(|(index, _)| kept.is_none_or(|(_, kept)| kept != *index));
    Ok(printed.try_for_each(|(_, block)| output::print(&block.shown()))?)
}
