//! Starts the server against a stub of the API, lists what it offers, and calls it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
};

use serde_json::{Value, json};

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_pet-store-mcp");
/// A call and its arguments.
const CALL: &str = r#"{"name":"searchPets","arguments":{"X-Shop":"x"}}"#;

/// The server and the ends of its pipes.
struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["--base-url", &stub()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut server = Self {
            child,
            input,
            output,
        };
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": {"name": "smoke", "version": "1"},
        });
        server.call("initialize", &params);
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").expect("the server reads");
    }

    /// The result of a request.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        let lines = self.output.by_ref().lines();
        let mut messages = lines.map(|line| -> Value {
            serde_json::from_str(&line.expect("the server writes")).expect("a message is JSON")
        });
        let answer = messages
            .find(|message| message["id"] == 1)
            .expect("the server answers");
        assert_eq!(answer["error"], Value::Null, "{method}");
        answer["result"].clone()
    }

    /// How many entries a list has.
    fn count(&mut self, method: &str, list: &str) -> usize {
        self.call(method, &json!({}))[list]
            .as_array()
            .map_or(0, Vec::len)
    }

    fn stop(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("the server ends").success());
    }
}

/// An API that answers everything with an empty object. Gives its URL.
fn stub() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client connects");
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            lines.find(String::is_empty).expect("a request has a head");
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                .expect("the client reads");
        }
    });
    format!("http://{address}")
}

#[test]
fn everything_is_listed() {
    let mut server = Server::start();
    assert_eq!(server.count("tools/list", "tools"), 4);
    assert_eq!(server.count("resources/list", "resources"), 1);
    assert_eq!(
        server.count("resources/templates/list", "resourceTemplates"),
        3
    );
    server.stop();
}

#[test]
fn the_api_is_called() {
    let mut server = Server::start();
    let params = serde_json::from_str(CALL).expect("it is JSON");
    let result = server.call("tools/call", &params);
    assert_ne!(result["isError"], true, "{result}");
    assert!(result.to_string().contains("{}"), "{result}");
    server.stop();
}
