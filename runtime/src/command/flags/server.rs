//! The MCP server: transports, who may connect, how lists are given.

use std::{num::NonZeroUsize, time::Duration};

use clap::{Args, ValueEnum};

use super::{Inbound, value};
use crate::server::{self, CallLimits, HttpOptions, ServerOptions};

/// Flags of every command that serves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub struct Server {
    /// Serve one client over standard input and output (stdio, the default of `serve`), or many over streamable HTTP
    /// (http, the default of `demo`)
    #[arg(long, value_name = "TRANSPORT", value_enum)]
    pub transport: Option<Transport>,

    /// The address to listen on
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,

    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    port: u16,

    /// The path of the endpoint
    #[arg(long, value_name = "PATH", default_value = "/mcp")]
    path: String,

    /// Sessions for clients of the revisions before 2026-07-28: with them a client can cancel a call by a notification,
    /// without them any instance can serve it
    #[arg(long, value_name = "SWITCH", value_enum, default_value_t = Switch::On)]
    sessions: Switch,

    /// How many connections there are at most; others wait until one ends
    #[arg(long, value_name = "COUNT", default_value = "4096")]
    max_connections: NonZeroUsize,

    /// How long a client may take to begin a request and send its head, to send its body, and how long it may take nothing
    /// of an answer, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "75")]
    client_timeout: Duration,

    /// How many sessions there are at most; the one that was not used for longest makes room for another
    #[arg(long, value_name = "COUNT", default_value = "1000")]
    max_sessions: NonZeroUsize,

    /// End a session after this long without a request or an open stream, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "14400")]
    session_idle: Duration,

    /// Take requests for this host too (repeatable); loopback names and --host are always taken
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,

    /// Let browser pages of this origin call, like https://app.example.com or http://localhost:* (repeatable)
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,

    /// Give lists in pages of this many entries, instead of in one
    #[arg(long, value_name = "COUNT")]
    page_size: Option<NonZeroUsize>,

    /// How long running calls may take to end after SIGINT, SIGTERM or the end of the input, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "10")]
    shutdown_timeout: Duration,

    /// How many calls may run at once
    #[arg(long, value_name = "COUNT", default_value = "1024")]
    max_concurrent_calls: NonZeroUsize,

    /// How many calls of one client may run at once
    #[arg(long, value_name = "COUNT", default_value = "512")]
    max_concurrent_calls_per_client: NonZeroUsize,

    /// How many calls may wait until another one ends; further ones are refused
    #[arg(long, value_name = "COUNT", default_value_t = 1024)]
    max_queued_calls: usize,

    /// How long a call may wait until another one ends, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "30")]
    queue_timeout: Duration,

    /// How many bytes a message of a client may have
    #[arg(long, value_name = "BYTES", default_value = "16777216")]
    max_request_bytes: NonZeroUsize,

    /// Ask the user before a tool is called: none, those that are destructive (DELETE, PUT, PATCH), or all. Clients that
    /// cannot ask are refused
    #[arg(long, value_name = "CALLS", value_enum, default_value_t = Confirm::None)]
    confirm: Confirm,

    /// Who may call over HTTP.
    #[command(flatten)]
    pub inbound: Inbound,
}

/// How clients connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// Standard input and output.
    Stdio,
    /// Streamable HTTP.
    Http,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Confirm {
    None,
    Destructive,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    #[value(alias = "true")]
    On,
    #[value(alias = "false")]
    Off,
}

impl Server {
    /// What holds for every transport.
    pub fn options(&self) -> ServerOptions {
        ServerOptions {
            page_size: self.page_size,
            shutdown_timeout: self.shutdown_timeout,
            calls: CallLimits {
                running: self.max_concurrent_calls.get(),
                running_per_client: self.max_concurrent_calls_per_client.get(),
                waiting: self.max_queued_calls,
                patience: self.queue_timeout,
            },
            max_request_bytes: self.max_request_bytes.get(),
            confirm: match self.confirm {
                Confirm::None => server::Confirm::None,
                Confirm::Destructive => server::Confirm::Destructive,
                Confirm::All => server::Confirm::All,
            },
        }
    }

    /// Where and for whom to serve over HTTP.
    pub fn http(&self) -> HttpOptions {
        HttpOptions {
            host: self.host.clone(),
            port: self.port,
            path: self.path.clone(),
            sessions: self.sessions == Switch::On,
            max_connections: self.max_connections.get(),
            client_timeout: self.client_timeout,
            max_sessions: self.max_sessions.get(),
            session_idle: self.session_idle,
            allow_hosts: self.allow_host.clone(),
            allow_origins: self.allow_origin.clone(),
            inbound: self.inbound.options(),
        }
    }
}
