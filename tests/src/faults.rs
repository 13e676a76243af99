//! An upstream that fails as a script says: for each path some steps, byte by byte.

use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How often a drip drips.
const DRIP: Duration = Duration::from_millis(20);

/// What is done with a connection, once its request is there.
#[derive(Debug, Clone)]
pub enum Step {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Send these bytes again and again, until the client goes.
    Endless(Vec<u8>),
    /// Send these bytes, one at a time and with pauses, again and again, until the client goes.
    Drip(Vec<u8>),
    /// Say nothing until the client goes.
    Hang,
    /// Break the connection, so that the client has an error and no end.
    Reset,
}

/// The upstream. It stops when this is dropped.
#[derive(Debug)]
pub struct Faults {
    port: u16,
    accepting: JoinHandle<()>,
}

impl Faults {
    /// Starts on a free port. After its steps a connection is closed; a path without steps is answered by `{"ok":true}`.
    pub async fn start(script: impl IntoIterator<Item = (&'static str, Vec<Step>)>) -> Self {
        Self::start_at("127.0.0.1:0", script).await
    }

    /// As [`start`](Self::start), at an address.
    pub async fn start_at(address: &str, script: impl IntoIterator<Item = (&'static str, Vec<Step>)>) -> Self {
        let script: Arc<Vec<_>> = Arc::new(script.into_iter().collect());
        let listener = TcpListener::bind(address).await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&script)));
            }
        });
        Self { port, accepting }
    }

    /// `http://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One connection, one request. An error is a client that went away.
async fn converse(stream: TcpStream, script: Arc<Vec<(&'static str, Vec<Step>)>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut header = String::new();
    while stream.read_line(&mut header).await? > 2 {
        header.clear();
    }
    let path = line.split(' ').nth(1).unwrap_or_default();
    let steps = script.iter().find(|(known, _)| *known == path).map(|(_, steps)| steps.as_slice());
    let fine = [Step::Send(answer("application/json", br#"{"ok":true}"#))];
    for step in steps.unwrap_or(&fine) {
        match step {
            Step::Send(bytes) => stream.write_all(bytes).await?,
            Step::Endless(bytes) => loop {
                stream.write_all(bytes).await?;
            },
            Step::Drip(bytes) => {
                let mut pace = tokio::time::interval(DRIP);
                for byte in bytes.iter().cycle() {
                    pace.tick().await;
                    stream.write_all(&[*byte]).await?;
                    stream.flush().await?;
                }
            }
            Step::Hang => {
                stream.read_to_end(&mut Vec::new()).await?;
            }
            Step::Reset => stream.get_ref().set_zero_linger()?,
        }
        stream.flush().await?;
    }
    Ok(())
}

/// The head of an answer with this length, whatever comes then.
pub fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}\r\n\r\n").into_bytes()
}

/// A whole answer.
pub fn answer(media_type: &str, body: &[u8]) -> Vec<u8> {
    [&head(&format!("Content-Type: {media_type}\r\nContent-Length: {}", body.len())), body].concat()
}

/// So many MiB of zeros as gzip: a thousandth of that.
pub fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![b'0'; 1024 * 1024];
    for _ in 0..mebibytes {
        encoder.write_all(&zeros).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}
