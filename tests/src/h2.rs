//! An API that speaks HTTP/2 over TLS.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::{Reason, RecvStream, server::SendResponse};
use http::{Request, Response};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::tls::Authority;

/// The API. It stops when this is dropped.
#[derive(Debug)]
pub struct Http2 {
    port: u16,
    targets: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Http2 {
    /// Starts on a free port. It hands back the first `unread` requests without having looked at them, and answers all
    /// others with `{"over":2}`.
    pub async fn start(authority: &Authority, unread: usize) -> Self {
        let acceptor = authority.acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let targets = Arc::<Mutex<Vec<String>>>::default();
        let heard = Arc::clone(&targets);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heard) = (acceptor.clone(), Arc::clone(&heard));
                tokio::spawn(async move {
                    let Ok(tls) = acceptor.accept(stream).await else { return };
                    let Ok(mut connection) = h2::server::handshake(tls).await else { return };
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        answer(&request, respond, &heard, unread);
                    }
                });
            }
        });
        Self { port, targets, accepting }
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// Method and URI of the requests that came.
    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().expect("no connection panics").clone()
    }
}

impl Drop for Http2 {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn answer(request: &Request<RecvStream>, mut respond: SendResponse<Bytes>, heard: &Mutex<Vec<String>>, unread: usize) {
    let mut heard = heard.lock().expect("no connection panics");
    heard.push(format!("{} {}", request.method(), request.uri()));
    if heard.len() <= unread {
        respond.send_reset(Reason::REFUSED_STREAM);
        return;
    }
    let head = Response::builder().header("content-type", "application/json").body(()).expect("a head");
    if let Ok(mut body) = respond.send_response(head, false) {
        // The client may have gone.
        let _ = body.send_data(Bytes::from_static(br#"{"over":2}"#), true);
    }
}
