//! Lines of the input, no longer than they may be.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Reads lines. A future of [`next`](Self::next) that is dropped loses nothing.
pub(super) struct Lines<R> {
    read: R,
    max_bytes: usize,
    line: Vec<u8>,
    /// Whether the line at hand is passed over, being too long.
    skipping: bool,
}

/// What the input holds next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its end.
    Text(Vec<u8>),
    /// A line that is longer than lines may be; it was passed over.
    TooLong,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(super) fn new(read: R, max_bytes: usize) -> Self {
        Self { read, max_bytes, line: Vec::new(), skipping: false }
    }

    /// How long a line may be.
    pub(super) fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// The next line; none at the end of the input. The last one may lack its end.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let chunk = self.read.fill_buf().await?;
            if chunk.is_empty() {
                let rest = std::mem::take(&mut self.line);
                return Ok((!rest.is_empty() && !self.skipping).then_some(Line::Text(rest)));
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let text = &chunk[..end.unwrap_or(chunk.len())];
            let too_long = !self.skipping && self.line.len() + text.len() > self.max_bytes;
            if !self.skipping && !too_long {
                self.line.extend_from_slice(text);
            }
            let consumed = end.map_or(chunk.len(), |end| end + 1);
            self.read.consume(consumed);
            let skipped = self.skipping;
            self.skipping = (skipped || too_long) && end.is_none();
            if too_long {
                self.line = Vec::new();
                return Ok(Some(Line::TooLong));
            }
            if end.is_some() && !skipped {
                let mut line = std::mem::take(&mut self.line);
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Some(Line::Text(line)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::*;

    #[tokio::test]
    async fn lines_are_read_whatever_the_chunks() {
        let text = |text: &str| Line::Text(text.as_bytes().to_vec());
        let cases = [
            ("", vec![]),
            ("a\nbc\r\n\nd", vec![text("a"), text("bc"), text(""), text("d")]),
            ("12345678\n", vec![text("12345678")]),
            ("123456789\na\n", vec![Line::TooLong, text("a")]),
            ("1234567890123456789\na", vec![Line::TooLong, text("a")]),
            ("123456789", vec![Line::TooLong]),
        ];
        for (input, expected) in cases {
            for chunk in [1, 3, 8, 100] {
                let mut lines = Lines::new(BufReader::with_capacity(chunk, input.as_bytes()), 8);
                assert_eq!(lines.max_bytes(), 8);
                let mut read = Vec::new();
                while let Some(line) = lines.next().await.unwrap() {
                    read.push(line);
                }
                assert_eq!(read, expected, "{input:?} by {chunk}");
            }
        }
    }
}
