//! What the end-to-end tests share: the binary as a process, an upstream that records, clients of every kind.

#![allow(clippy::missing_panics_doc, reason = "whatever goes wrong fails the test")]

pub mod binary;
pub mod client;
pub mod faults;
#[allow(missing_docs, dead_code, reason = "emitted crates are not to be documented here")]
#[allow(clippy::pedantic, reason = "as in an emitted crate")]
pub mod emitted {
    //! The emitted crate of each fixture, as a module.

    use mcpgen_runtime::prelude::Server;

    include!(concat!(env!("OUT_DIR"), "/emitted.rs"));
}
pub mod h2;
pub mod issuer;
pub mod process;
pub mod proxy;
pub mod rpc;
pub mod server;
pub mod tls;
pub mod upstream;

use std::{future::Future, path::PathBuf, time::Duration};

pub use binary::{Finished, Mcpgen};
pub use process::Process;
pub use server::{HttpServer, StdioServer};
pub use upstream::{Answer, Upstream};

/// How long anything that a test waits for may take before the test fails. Nothing waits this long when all is well.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What `future` gives.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, future).await;
    waited.unwrap_or_else(|_| panic!("waited for {} s: {what}", PATIENCE.as_secs()))
}

/// The workspace's root.
pub fn workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The path of `fixtures/specs/<name>`.
pub fn fixture(name: &str) -> String {
    workspace().join("fixtures/specs").join(name).to_string_lossy().into_owned()
}

/// The flags of a fixture: `fixtures/config` has a config file for some.
pub fn config(name: &str) -> Vec<String> {
    let path = workspace().join("fixtures/config").join(name);
    if path.exists() { vec!["--config".to_owned(), path.display().to_string()] } else { Vec::new() }
}

/// An HTTP client for loopback: no proxy, no redirects.
pub fn http_client() -> reqwest::Client {
    static PROVIDER: std::sync::Once = std::sync::Once::new();
    PROVIDER.call_once(|| {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true)
        .build()
        .expect("a client can be made")
}
