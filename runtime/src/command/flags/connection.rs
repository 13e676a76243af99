//! The way to the API.

use std::path::PathBuf;

use clap::Args;

/// Flags about the network between the server and the API.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Calls to the API")]
pub struct Connection {
    /// Use the proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, NO_PROXY)
    #[arg(long)]
    pub proxy_env: bool,

    /// Trust the certificate authorities in this PEM file too
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}
