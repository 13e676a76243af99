//! The API behind the end-to-end benchmark: answers that cost next to nothing to make.
//!
//! Prints the port that it listens on. `GET /connections` gives the number of connections taken so far.

use std::{
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::{get, post},
    serve::ListenerExt as _,
};
use mcpgen_benches::{SMALL, large};
use tokio::net::TcpListener;

const SLOW: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let connections = Arc::new(AtomicU64::new(0));
    let taken = Arc::clone(&connections);
    let listener = listener.tap_io(move |stream| {
        taken.fetch_add(1, Ordering::Relaxed);
        // An answer is one small write, which must not wait for more.
        let _ = stream.set_nodelay(true);
    });
    let large = Bytes::from(large());
    let router = Router::new()
        .route("/small", get(async || json(Bytes::from_static(SMALL.as_bytes()))))
        .route("/large", get(async move || json(large.clone())))
        .route("/things", post(async |_: Bytes| json(Bytes::from_static(SMALL.as_bytes()))))
        .route(
            "/slow",
            get(async || {
                tokio::time::sleep(SLOW).await;
                json(Bytes::from_static(SMALL.as_bytes()))
            }),
        )
        .route("/connections", get(async move || connections.load(Ordering::Relaxed).to_string()));
    println!("{port}");
    io::stdout().flush()?;
    axum::serve(listener, router).await
}

fn json(body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}
