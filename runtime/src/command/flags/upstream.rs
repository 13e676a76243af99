//! The API behind the server: credentials, headers, limits.

use std::time::Duration;

use clap::Args;

use super::value::{self, Sourced};

/// Flags of every command that calls the API.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Calls to the API")]
pub struct Upstream {
    /// Send this header with every call: NAME=env:VARIABLE or NAME=file:PATH (repeatable)
    #[arg(long, value_name = "NAME=SOURCE")]
    pub header: Vec<String>,

    /// The credential of a security scheme: SCHEME=env:VARIABLE or SCHEME=file:PATH (repeatable; by default
    /// MCPGEN_AUTH_<SCHEME>)
    #[arg(long, value_name = "SCHEME=SOURCE")]
    pub auth: Vec<String>,

    /// How long a call may take, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "30")]
    pub timeout: Duration,

    /// How long connecting may take, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "10")]
    pub connect_timeout: Duration,

    /// How long events of a stream are collected, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "30")]
    pub stream_timeout: Duration,

    /// How many bytes of an answer are read
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..), default_value = "10485760")]
    pub max_response_bytes: u64,
}

impl Upstream {
    /// Where the headers' values stand; nothing is read. What `--auth` says is checked for its form.
    pub fn sources(&self) -> Result<Vec<Sourced>, String> {
        for text in &self.auth {
            Sourced::parse("auth", text)?;
        }
        self.header.iter().map(|text| Sourced::parse("header", text)).collect()
    }
}
