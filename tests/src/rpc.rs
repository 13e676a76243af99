//! JSON-RPC as it stands on the wire, for what a well-behaved client never does or never shows.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{ChildStdin, ChildStdout},
};

use crate::{http_client, soon};

/// The `_meta` of every request of a revision without a handshake.
pub fn meta(version: &str) -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

/// The parameters of `initialize`.
pub fn hello(version: &str) -> Value {
    json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}})
}

/// A conversation of lines.
#[derive(Debug)]
pub struct StdioRpc {
    stdout: Lines<BufReader<ChildStdout>>,
    stdin: ChildStdin,
    last: u64,
}

impl StdioRpc {
    pub(crate) fn new(stdout: ChildStdout, stdin: ChildStdin) -> Self {
        Self { stdout: BufReader::new(stdout).lines(), stdin, last: 0 }
    }

    /// Sends a line as it is.
    pub async fn line(&mut self, line: &str) {
        self.stdin.write_all(format!("{line}\n").as_bytes()).await.expect("the server reads");
        self.stdin.flush().await.expect("the server reads");
    }

    /// The text of the next message.
    pub async fn text(&mut self) -> String {
        soon("a message", self.stdout.next_line()).await.expect("standard output is text").unwrap_or_default()
    }

    /// The next message; every line of standard output must be one. None at the end.
    pub async fn next(&mut self) -> Option<Value> {
        let line = soon("a message", self.stdout.next_line()).await.expect("standard output is text")?;
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON on stdout: {line}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        Some(message)
    }

    /// Sends a request and gives the answer to it, passing over notifications.
    pub async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.line(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()).await;
        loop {
            let message = self.next().await.unwrap_or_else(|| panic!("no answer to {method}"));
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Sends a notification.
    pub async fn tell(&mut self, method: &str) {
        self.line(&json!({"jsonrpc": "2.0", "method": method}).to_string()).await;
    }

    /// Sends lines and reads as many answers, but reads only where no more can be written.
    pub async fn flood(&mut self, lines: &[u8], answers: usize) -> Vec<Value> {
        let Self { stdout, stdin, .. } = self;
        let mut read = Vec::with_capacity(answers);
        {
            let mut writing = std::pin::pin!(stdin.write_all(lines));
            let mut written = false;
            while !written || read.len() < answers {
                tokio::select! {
                    biased;
                    done = &mut writing, if !written => {
                        done.expect("the server reads");
                        written = true;
                    }
                    line = soon("a message", stdout.next_line()) => {
                        let line = line.expect("standard output is text").expect("there is another answer");
                        read.push(serde_json::from_str(&line).expect("a message is JSON"));
                    }
                }
            }
        }
        read
    }

    /// Closes standard input and gives every message that still comes.
    pub async fn close(self) -> Vec<Value> {
        let Self { stdout, stdin, last } = self;
        drop(stdin);
        let mut rest = Vec::new();
        let mut stdout = stdout;
        while let Some(line) = soon("standard output closes", stdout.next_line()).await.expect("it is text") {
            rest.push(serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON after {last}: {line}")));
        }
        rest
    }
}

/// Single HTTP requests to an endpoint.
#[derive(Debug)]
pub struct HttpRpc {
    client: reqwest::Client,
    url: String,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: http::HeaderMap,
    /// The JSON-RPC answer, from a JSON body or the last event of a stream; null where there is none.
    pub message: Value,
    /// The body as it came.
    pub body: String,
}

impl HttpRpc {
    pub(crate) fn new(url: String) -> Self {
        Self { client: http_client(), url }
    }

    /// A POST of a message with the headers that streamable HTTP wants, to be sent by [`Self::send`].
    pub fn post(&self, message: &Value) -> RequestBuilder {
        self.client
            .post(&self.url)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(message.to_string())
    }

    /// A request of another method, or to another path below the endpoint's origin.
    pub fn other(&self, method: &str, path: &str) -> RequestBuilder {
        let origin = self.url.trim_end_matches("/mcp");
        self.client.request(method.parse().expect("a method"), format!("{origin}{path}"))
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: RequestBuilder) -> HttpAnswer {
        let response = soon("an HTTP answer", request.send()).await.expect("the server answers");
        read(response).await
    }

    /// A request of a revision without a handshake: the version in `_meta` and in the header, the method in the header.
    pub async fn ask(&self, version: &str, method: &str, mut params: Value) -> HttpAnswer {
        params["_meta"] = meta(version);
        let name = ["name", "uri"].iter().find_map(|key| params[key].as_str()).map(str::to_owned);
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut request = self.post(&message).header("mcp-protocol-version", version).header("mcp-method", method);
        if let Some(name) = name {
            request = request.header("mcp-name", name);
        }
        self.send(request).await
    }
}

async fn read(response: Response) -> HttpAnswer {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = soon("the whole answer", response.text()).await.expect("the answer is text");
    let events = body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
    let last = events.filter_map(|data| serde_json::from_str(data).ok()).next_back();
    let message = serde_json::from_str(&body).ok().or(last).unwrap_or(Value::Null);
    HttpAnswer { status, headers, message, body }
}
