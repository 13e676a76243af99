//! What a client is told.

use std::{path::PathBuf, time::Duration};

use super::Header;
use crate::dispatch::{Rate, Retries};

/// The options of a [`Client`](super::Client).
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How long a call may take, its answer's body included.
    pub timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long the API may be silent while its answer is waited for; a stream may be for longer.
    pub read_timeout: Option<Duration>,
    /// How long an answer that streams is listened to.
    pub stream_timeout: Duration,
    /// The most bytes of an answer, decompressed.
    pub max_response_bytes: usize,
    /// How often requests are made once more.
    pub retries: Retries,
    /// The most requests to one origin in a time.
    pub rate_limit: Option<Rate>,
    /// Whether the environment's proxies are used.
    pub proxy_env: bool,
    /// Further certificates to trust (PEM).
    pub ca_file: Option<PathBuf>,
    /// Headers of every request; they win over arguments.
    pub headers: Vec<Header>,
    /// `User-Agent`.
    pub user_agent: String,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            read_timeout: None,
            stream_timeout: Duration::from_secs(30),
            max_response_bytes: 10 * 1024 * 1024,
            retries: Retries::default(),
            rate_limit: None,
            proxy_env: false,
            ca_file: None,
            headers: Vec::new(),
            user_agent: concat!("mcpgen/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
