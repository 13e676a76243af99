//! The description: where it is and how it is read.

use std::path::PathBuf;

use clap::Args;

use super::{Connection, Sourced};

/// Flags of every command that reads a description.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Description")]
pub(in crate::cli) struct Description {
    /// The API's description: a file, an http(s) URL, or `-` for standard input; JSON or YAML
    #[arg(value_name = "SPEC", help_heading = None)]
    pub(in crate::cli) spec: String,

    /// Read settings and route rules from this file (YAML or JSON); what flags say counts more
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// Send this header when fetching the description: NAME=env:VARIABLE or NAME=file:PATH (repeatable)
    #[arg(long, value_name = "NAME=SOURCE")]
    pub(in crate::cli) spec_header: Vec<String>,

    /// Follow references below this folder or URL too (repeatable)
    #[arg(long, value_name = "PREFIX")]
    pub(in crate::cli) allow_ref: Vec<String>,

    /// Fail (exit code 1) when any operation has to be left out
    #[arg(long)]
    pub(in crate::cli) strict: bool,

    /// Use the proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), for the description and the API
    #[arg(long)]
    pub(in crate::cli) proxy_env: bool,

    /// Trust the certificate authorities in this PEM file too, for the description and the API
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ca_file: Option<PathBuf>,
}

impl Description {
    /// How connections are made, also those of calls.
    pub(in crate::cli) fn connection(&self) -> Connection {
        Connection { proxy_env: self.proxy_env, ca_file: self.ca_file.clone() }
    }

    /// Where the values of `--spec-header` stand; nothing is read.
    pub(in crate::cli) fn headers(&self) -> Result<Vec<Sourced>, String> {
        self.spec_header.iter().map(|text| Sourced::parse("spec-header", text)).collect()
    }
}
