//! The MCP server: a thin adaptor from the official SDK to [`Dispatch`](crate::dispatch::Dispatch).
//!
//! [`serve_stdio`] serves one client over standard input and output, [`HttpServer`] many over streamable HTTP. Both end
//! when their `stop` token is cancelled, as [`stop_on_signals`] does, after the calls that still run.

mod admission;
mod auth;
mod caller;
mod client_log;
mod confirm;
mod connections;
mod cursor;
mod door;
mod front;
mod handler;
mod http;
mod intake;
mod lists;
mod origin;
mod reply;
mod sessions;
mod shutdown;
mod spelling;
mod stdio;
mod steady;
mod to_the_end;
mod weight;

use std::{io, num::NonZeroUsize, time::Duration};

pub use self::{
    admission::CallLimits,
    auth::{InboundError, InboundOptions, JwtOptions},
    confirm::Confirm,
    http::{HttpOptions, HttpServer},
    shutdown::stop_on_signals,
    stdio::{serve_lines, serve_stdio},
};
pub use tokio_util::sync::CancellationToken;

/// What holds for every transport.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// How many entries a page of a list has; `None` gives each list in one page.
    pub page_size: Option<NonZeroUsize>,
    /// How long running calls may take to end once the server is asked to stop.
    pub shutdown_timeout: Duration,
    /// How many calls may run and wait.
    pub calls: CallLimits,
    /// The longest message, in bytes.
    pub max_request_bytes: usize,
    /// Which calls the user is asked about first.
    pub confirm: Confirm,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            page_size: None,
            shutdown_timeout: Duration::from_secs(10),
            calls: CallLimits::default(),
            // Room for files in arguments, which are base64 text.
            max_request_bytes: 16 * 1024 * 1024,
            confirm: Confirm::None,
        }
    }
}

/// Why a server could not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {reason}; {help}")]
    Bind {
        /// `host:port`.
        address: String,
        /// What the system said.
        reason: String,
        /// What to do.
        help: &'static str,
    },
    /// An entry of [`HttpOptions::allow_origins`] is no origin.
    #[error(
        "{0:?} is no origin: expected scheme, host and port like https://app.example.com or http://localhost:6274, \
         `:*` for any port, or `null`"
    )]
    Origin(String),
    /// [`HttpOptions::path`] is no path.
    #[error("{0:?} is no path to serve at: expected one like /mcp, without `?`, `#`, `{{`, `}}` and spaces")]
    Path(String),
    /// [`HttpOptions::path`] is taken.
    #[error("/healthz answers health checks; serve at another path")]
    PathTaken,
    /// Clients' authentication cannot be set up.
    #[error(transparent)]
    Inbound(#[from] InboundError),
    /// The transport broke.
    #[error("the transport failed: {0}")]
    Io(#[from] io::Error),
    /// The client's first messages were no MCP handshake.
    #[error("the handshake failed: {0}")]
    Handshake(String),
}
