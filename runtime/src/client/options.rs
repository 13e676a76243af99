//! What a client is told.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{ClientError, Header};

/// The options of a [`Client`](super::Client).
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How long a call may take, its answer's body included.
    pub timeout: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long an answer that streams is listened to.
    pub stream_timeout: Duration,
    /// The most bytes of an answer, decompressed.
    pub max_response_bytes: usize,
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
            stream_timeout: Duration::from_secs(30),
            max_response_bytes: 10 * 1024 * 1024,
            proxy_env: false,
            ca_file: None,
            headers: Vec::new(),
            user_agent: concat!("mcpgen/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl ClientOptions {
    /// Connections that show the certificate of `identity` (PEM, with its key) to servers that ask for one.
    pub(crate) fn build(&self, identity: Option<&str>) -> Result<reqwest::Client, ClientError> {
        provide_cryptography();
        let own = self.ca_file.as_deref().map(certificates).transpose()?.unwrap_or_default();
        self.builder(identity)?.tls_certs_merge(own.clone()).build().or_else(|error| {
            // A machine without certificates can still call an API over plain HTTP; over HTTPS each call says why not.
            tracing::warn!("the system's certificates cannot be used: {error}");
            let builder = self.builder(identity)?.tls_certs_only(own);
            builder.build().map_err(|error| ClientError::Setup(error.to_string()))
        })
    }

    fn builder(&self, identity: Option<&str>) -> Result<reqwest::ClientBuilder, ClientError> {
        let builder = reqwest::Client::builder()
            .tls_backend_rustls()
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .tcp_nodelay(true)
            .user_agent(&self.user_agent);
        let builder = match identity.map(|pem| reqwest::Identity::from_pem(pem.as_bytes())).transpose() {
            Ok(Some(identity)) => builder.identity(identity),
            Ok(None) => builder,
            Err(_) => return Err(ClientError::Setup("the client certificate is no PEM with its key".to_owned())),
        };
        Ok(if self.proxy_env { builder } else { builder.no_proxy() })
    }
}

fn provide_cryptography() {
    // Fails only where a provider stands already, which then serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Whether a PEM holds a certificate and the key that belongs to it.
pub(crate) fn is_identity(pem: &str) -> bool {
    provide_cryptography();
    let Ok(identity) = reqwest::Identity::from_pem(pem.as_bytes()) else { return false };
    // Without roots it is quick, and still compares certificate and key.
    reqwest::Client::builder().tls_backend_rustls().tls_certs_only([]).identity(identity).build().is_ok()
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, ClientError> {
    let wrong = |reason: String| ClientError::CaFile { path: path.to_owned(), reason };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    match reqwest::Certificate::from_pem_bundle(&text) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(wrong("it holds no PEM certificates".to_owned())),
    }
}
