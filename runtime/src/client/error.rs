//! Failures of sending, in words for a model: what happened, no internals, nothing secret.

use std::{error::Error, io, path::PathBuf, time::Duration};

use hyper_util::client::legacy;

use super::ClientOptions;
use crate::auth::TokenError;

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The certificates cannot be used.
    #[error("the file of certificates {} cannot be used: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

/// Why no answer came, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The whole call took too long.
    #[error("the API did not answer within {}", seconds(*.0))]
    Timeout(Duration),
    /// Nothing came for too long.
    #[error("the API sent nothing for {}", seconds(*.0))]
    Silent(Duration),
    /// Connecting took too long.
    #[error("no connection to the API within {}", seconds(*.0))]
    ConnectTimeout(Duration),
    /// Nothing listens there.
    #[error("the API refused the connection; it may be down")]
    Refused,
    /// The host's name has no address.
    #[error("the name of the API's host could not be resolved")]
    Name,
    /// TLS failed.
    #[error("the TLS connection to the API failed: {0}")]
    Tls(String),
    /// The environment's proxy makes no tunnel.
    #[error("the proxy made no way to the API{0}")]
    Proxy(&'static str),
    /// No connection for another reason.
    #[error("no connection to the API could be made")]
    Connect,
    /// The connection broke before the answer was there.
    #[error("the API closed the connection before it had answered")]
    Closed,
    /// The answer was no HTTP, or its body could not be decoded.
    #[error("the API's answer could not be read: {0}")]
    Garbled(&'static str),
    /// Redirects lead on and on.
    #[error("the API redirected more than {0} times")]
    Redirects(usize),
    /// TLS cannot be set up.
    #[error("{0}")]
    Setup(String),
    /// There is no access token for the call.
    #[error("there is no access token for the security scheme {scheme:?}: {reason}")]
    Token {
        /// The scheme.
        scheme: String,
        /// Why.
        reason: TokenError,
    },
    /// The client certificate, which has changed, cannot be used.
    #[error("the server's client certificate cannot be used")]
    Certificate,
    /// Base URL and target make no URL that would be sent as it stands.
    #[error("the request's address would be changed on its way, so it was not sent")]
    Address,
}

impl SendError {
    /// In words, a failure before the answer's head.
    pub(super) fn of(error: &legacy::Error, options: &ClientOptions) -> Self {
        if error.is_connect() { Self::of_connect(error, options) } else { Self::of_body(error) }
    }

    fn of_connect(error: &legacy::Error, options: &ClientOptions) -> Self {
        for cause in causes(error) {
            if let Some(told) = cause.downcast_ref::<Self>() {
                return told.clone();
            }
            if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                return Self::Tls(tls.to_string());
            }
            // The types of these two are not public.
            let text = cause.to_string();
            if text.starts_with("dns error") {
                return Self::Name;
            }
            if let Some(reason) = text.strip_prefix("tunnel error") {
                let wants_user = reason.contains("proxy authorization required");
                return Self::Proxy(if wants_user { "; it asks for a user and a password" } else { "" });
            }
            match cause.downcast_ref::<io::Error>().map(io::Error::kind) {
                Some(io::ErrorKind::ConnectionRefused) => return Self::Refused,
                Some(io::ErrorKind::TimedOut) => return Self::ConnectTimeout(options.connect_timeout),
                _ => {}
            }
        }
        Self::Connect
    }

    /// In words, a failure on the way.
    pub(super) fn of_body(error: &(dyn Error + 'static)) -> Self {
        let closed = causes(error).any(|cause| {
            cause.downcast_ref::<io::Error>().is_some_and(is_end) || {
                let text = cause.to_string();
                text.contains("connection closed") || text.contains("end of file") || text.contains("channel closed")
            }
        });
        if closed { Self::Closed } else { Self::Garbled("it is no sound HTTP message") }
    }

    /// In words, a failure to decode a body, or to read what is to be decoded.
    pub(super) fn of_decoding(error: &io::Error) -> Self {
        match causes(error).find(|cause| cause.is::<hyper::Error>()) {
            Some(error) => Self::of_body(error),
            None => Self::Garbled("its compressed body is damaged"),
        }
    }
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

/// An error and what caused it. What an I/O error was made of is its cause too, though it does not say so.
pub(super) fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner as &(dyn Error + 'static)),
        None => cause.source(),
    })
}

fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 {
        let seconds = duration.as_secs();
        return if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") };
    }
    format!("{} ms", duration.as_millis())
}
