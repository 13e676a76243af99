//! An upstream that plays a script: for each connection an answer, byte by byte as it is given here.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// What a connection gets for its request.
#[derive(Clone)]
pub(crate) enum Play {
    /// These bytes; then the connection is closed.
    Send(Vec<u8>),
    /// These bytes; then nothing, until the client closes.
    Stall(Vec<u8>),
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Play {
    let body = body.as_ref();
    let mut bytes = head(status, headers);
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    Play::Send(bytes)
}

/// The head of an answer whose body ends with the connection.
pub(crate) fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\n{}\r\n", lines.concat()).into_bytes()
}

/// JSON with 200.
pub(crate) fn json(body: &str) -> Play {
    answer("200 OK", &[("Content-Type", "application/json")], body)
}

pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    closed: mpsc::UnboundedReceiver<()>,
    reached: mpsc::UnboundedReceiver<()>,
}

impl Upstream {
    /// Plays the script, a step for each connection.
    pub(crate) async fn start(script: Vec<Play>) -> Self {
        Self::serve(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    /// Plays the script to whoever connects.
    pub(crate) fn serve(listener: TcpListener, script: Vec<Play>) -> Self {
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (tell_closed, closed) = mpsc::unbounded_channel();
        let (tell_reached, reached) = mpsc::unbounded_channel();
        let record = Arc::clone(&requests);
        tokio::spawn(async move {
            for play in script {
                let (mut socket, _) = listener.accept().await.unwrap();
                let request = request(&mut socket).await;
                record.lock().unwrap().push(request);
                let _ = tell_reached.send(());
                let (Play::Send(bytes) | Play::Stall(bytes)) = &play;
                let _ = socket.write_all(bytes).await;
                if matches!(play, Play::Stall(_)) {
                    let _ = socket.read(&mut [0; 1]).await;
                    let _ = tell_closed.send(());
                }
            }
        });
        Self { address, requests, closed, reached }
    }

    /// The requests that came, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The first lines of the requests.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.lines().next().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until a request has come.
    pub(crate) async fn reached(&mut self) {
        self.reached.recv().await.unwrap();
    }

    /// Waits until the client has closed a connection that stalls.
    pub(crate) async fn closed(&mut self) {
        self.closed.recv().await.unwrap();
    }
}

async fn request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        // A TLS handshake gets its answer at once.
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 || bytes[0] == 0x16 {
            return text;
        }
    }
}
