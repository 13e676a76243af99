//! The output: lines of several senders, written by one task, as many at once as wait.

use std::io;

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::mpsc,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Lines that may wait; a client that reads slowly holds up its own calls, not the server's memory.
const WAITING: usize = 256;
/// Written at once, of answers that wait.
const CHUNK_BYTES: usize = 64 * 1024;

/// Sends lines to the output.
#[derive(Clone)]
pub(super) struct Output {
    lines: mpsc::Sender<Vec<u8>>,
}

impl Output {
    /// An output, and the task that ends when every sender is gone. `gone` is cancelled when nobody reads.
    pub(super) fn start(
        write: impl AsyncWrite + Unpin + Send + 'static,
        gone: CancellationToken,
    ) -> (Self, JoinHandle<io::Result<()>>) {
        let (lines, waiting) = mpsc::channel(WAITING);
        (Self { lines }, tokio::spawn(write_lines(write, waiting, gone)))
    }

    /// Sends a line, given without its end.
    pub(super) async fn send(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        // It fails when the writer has ended, which has told of it.
        let _ = self.lines.send(line).await;
    }
}

async fn write_lines(
    mut write: impl AsyncWrite + Unpin,
    mut waiting: mpsc::Receiver<Vec<u8>>,
    gone: CancellationToken,
) -> io::Result<()> {
    let mut chunk = Vec::new();
    while let Some(line) = waiting.recv().await {
        chunk.clear();
        chunk.extend_from_slice(&line);
        while chunk.len() < CHUNK_BYTES
            && let Ok(line) = waiting.try_recv()
        {
            chunk.extend_from_slice(&line);
        }
        let written = async {
            write.write_all(&chunk).await?;
            write.flush().await
        };
        if let Err(error) = written.await {
            gone.cancel();
            // A client that leaves is no failure.
            return if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) };
        }
        // One large answer does not hold its memory for ever.
        chunk.shrink_to(CHUNK_BYTES);
    }
    Ok(())
}
