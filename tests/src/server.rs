//! The binary as an MCP server.

use std::process::ExitStatus;

use tokio::process::{ChildStdin, ChildStdout};

use crate::{
    Process,
    client::{self, Client},
    rpc::{HttpRpc, StdioRpc},
};

/// A server on standard input and output.
#[derive(Debug)]
pub struct StdioServer {
    /// The process.
    pub process: Process,
    streams: Option<(ChildStdout, ChildStdin)>,
}

impl StdioServer {
    pub(crate) fn start(mut process: Process) -> Self {
        let streams = Some(process.streams());
        Self { process, streams }
    }

    /// Connects rmcp's client; `version` is the protocol's revision. Once a server.
    pub async fn connect(&mut self, version: &str) -> Client {
        client::connect(self.streams.take().expect("not connected yet"), version).await
    }

    /// Raw JSON-RPC, line by line. Once a server.
    pub fn rpc(&mut self) -> StdioRpc {
        let (stdout, stdin) = self.streams.take().expect("not connected yet");
        StdioRpc::new(stdout, stdin)
    }

    /// Closes standard input if nothing has, and waits for the end.
    pub async fn end(mut self) -> (ExitStatus, String) {
        self.streams = None;
        self.process.end().await
    }
}

/// A server on streamable HTTP.
#[derive(Debug)]
pub struct HttpServer {
    /// The process.
    pub process: Process,
    /// `http://127.0.0.1:<port>`
    pub origin: String,
}

impl HttpServer {
    pub(crate) async fn start(process: Process) -> Self {
        let port = process.says("the server says where it listens", port_in).await;
        Self { process, origin: format!("http://127.0.0.1:{port}") }
    }

    /// The endpoint.
    pub fn url(&self) -> String {
        format!("{}/mcp", self.origin)
    }

    /// Connects rmcp's client; `version` is the protocol's revision.
    pub async fn connect(&self, version: &str) -> Client {
        client::connect_http(&self.url(), version).await
    }

    /// Raw JSON-RPC over HTTP.
    pub fn rpc(&self) -> HttpRpc {
        HttpRpc::new(self.url())
    }

    /// Sends SIGTERM and waits for the end.
    pub async fn terminate(self) -> (ExitStatus, String) {
        self.process.terminate().await;
        self.process.end().await
    }
}

/// The port of the first whole URL of an endpoint in `stderr`.
fn port_in(stderr: &str) -> Option<u16> {
    stderr.split("http://127.0.0.1:").skip(1).find_map(|rest| rest.split_once("/mcp")?.0.parse().ok())
}
