//! The API behind the server: credentials, headers, limits.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::value::{self, Sourced};
use crate::{
    auth::CredentialOptions,
    dispatch::{Rate, Retries},
};

/// Flags of every command that calls the API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Calls to the API")]
pub struct Upstream {
    /// Send this header with every call: NAME=env:VARIABLE, NAME=file:PATH or NAME=text with ${VARIABLE} (repeatable)
    #[arg(long, value_name = "NAME=SOURCE")]
    pub header: Vec<String>,

    /// The credential of a security scheme: SCHEME=env:VARIABLE, SCHEME=file:PATH or SCHEME=text with ${VARIABLE}
    /// (repeatable; by default MCPGEN_AUTH_<SCHEME>)
    #[arg(long, value_name = "SCHEME=SOURCE")]
    pub auth: Vec<String>,

    /// Fetch the tokens of an OAuth 2.0 or OpenID Connect scheme here, whatever the description says: its token
    /// endpoint, or its discovery document (repeatable)
    #[arg(long, value_name = "SCHEME=URL")]
    auth_token_url: Vec<String>,

    /// Ask for these scopes, separated by spaces, instead of those that the operations name (repeatable)
    #[arg(long, value_name = "SCHEME=SCOPES")]
    auth_scope: Vec<String>,

    /// Say this to a token endpoint too, like SCHEME=audience=https://api.example.com or SCHEME=resource=URI (repeatable)
    #[arg(long, value_name = "SCHEME=NAME=VALUE")]
    auth_token_parameter: Vec<String>,

    /// How the client tells a token endpoint its secret: SCHEME=basic (the default) or SCHEME=body (repeatable)
    #[arg(long, value_name = "SCHEME=WAY")]
    auth_client: Vec<String>,

    /// Get tokens for this refresh token: SCHEME=env:VARIABLE, SCHEME=file:PATH or SCHEME=text with ${VARIABLE}
    /// (repeatable)
    #[arg(long, value_name = "SCHEME=SOURCE")]
    auth_refresh_token: Vec<String>,

    /// Show this certificate (PEM) to the API when it asks for one
    #[arg(long, value_name = "FILE")]
    client_cert: Option<PathBuf>,

    /// The key of --client-cert (PEM), where it is not in the same file
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,

    /// How long a call may take, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "30")]
    pub timeout: Duration,

    /// How long connecting may take, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "10")]
    pub connect_timeout: Duration,

    /// How long the API may send nothing while a call waits for it, in seconds; --timeout bounds it anyway
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds)]
    pub read_timeout: Option<Duration>,

    /// How long events of a stream are collected, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "30")]
    pub stream_timeout: Duration,

    /// How many bytes of an answer are read
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..), default_value = "10485760")]
    pub max_response_bytes: u64,

    /// How often a request is made once more within --timeout, when there is no connection or the API answers 429 or 503:
    /// for GET, HEAD, PUT, DELETE and the other idempotent methods
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    retries: u32,

    /// Make POST, PATCH and other requests once more too, with an Idempotency-Key; for an API that knows this header
    #[arg(long, requires = "retries")]
    retry_all_methods: bool,

    /// How many requests an API gets at most in any second, minute or hour, like 10/s, 100/m or 1000/h
    #[arg(long, value_name = "COUNT/TIME")]
    pub rate_limit: Option<Rate>,
}

impl Upstream {
    /// Where the headers' values stand; nothing is read. What `--auth` says is checked for its form.
    pub fn sources(&self) -> Result<Vec<Sourced>, String> {
        for (flag, texts) in [("auth", &self.auth), ("auth-refresh-token", &self.auth_refresh_token)] {
            for text in texts {
                Sourced::parse(flag, text)?;
            }
        }
        self.header.iter().map(|text| Sourced::parse("header", text)).collect()
    }

    /// How often requests are made once more.
    pub fn retries(&self) -> Retries {
        Retries { count: self.retries, all_methods: self.retry_all_methods }
    }

    /// What is said of credentials.
    pub fn credentials(&self) -> CredentialOptions {
        CredentialOptions {
            sources: self.auth.clone(),
            token_urls: self.auth_token_url.clone(),
            scopes: self.auth_scope.clone(),
            token_parameters: self.auth_token_parameter.clone(),
            client_auth: self.auth_client.clone(),
            refresh_tokens: self.auth_refresh_token.clone(),
            client_cert: self.client_cert.clone(),
            client_key: self.client_key.clone(),
        }
    }
}
