//! A proxy that makes tunnels (RFC 9110, section 9.3.6) and keeps what it was asked for.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The proxy. It stops when this is dropped.
#[derive(Debug)]
pub struct Tunnels {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Tunnels {
    /// Starts on a free port. With an answer of its own it makes no tunnel.
    pub async fn start(refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&heads);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, Arc::clone(&heard), refusal));
            }
        });
        Self { port, heads, accepting }
    }

    /// `http://user:pass%20word@127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("http://user:pass%20word@127.0.0.1:{}", self.port)
    }

    /// `127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The heads of the requests that came.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no connection panics").clone()
    }
}

impl Drop for Tunnels {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn tunnel(mut stream: TcpStream, heads: Arc<Mutex<Vec<String>>>, refusal: Option<&str>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let to = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().expect("no connection panics").push(head);
    if let Some(refusal) = refusal {
        return stream.write_all(refusal.as_bytes()).await;
    }
    // The machine may have no IPv6.
    let mut behind = TcpStream::connect(to.replace("[::1]", "127.0.0.1")).await?;
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut stream, &mut behind).await.map(|_| ())
}
