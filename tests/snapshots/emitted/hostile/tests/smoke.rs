//! Starts the server against a stub of the API, lists what it offers, and looks at the requests that it makes.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use serde_json::{Deserializer, Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hostile-7-7-x-b-mcp");
/// Of each call the method, the parameters, and the line that the API's request begins with.
const CALLS: &str = r#"[
  ["tools/call", {"name":"crate","arguments":{"self__path":"x"}}, "POST /a/x HTTP/1.1"],
  ["resources/read", {"uri":"api://hostile-7-7-x-b/b"}, "GET /b HTTP/1.1"]
]"#;

struct Server {
    child: Child,
    input: ChildStdin,
    messages: Box<dyn Iterator<Item = Value>>,
    requests: Receiver<String>,
}

impl Server {
    fn start() -> Self {
        let (url, requests) = stub();
        let mut child = Command::new(PROGRAM)
            .args(["--base-url", &url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take().expect("its input is a pipe");
        let output = child.stdout.take().expect("its output is a pipe");
        let messages = Deserializer::from_reader(BufReader::new(output)).into_iter();
        let mut server = Self {
            child,
            input,
            messages: Box::new(messages.map_while(Result::ok)),
            requests,
        };
        let me = json!({"name": "smoke", "version": "1"});
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": me});
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
        let answer = self
            .messages
            .find(|message| message["id"] == 1)
            .expect("the server answers");
        assert_eq!(answer["error"], Value::Null, "{method}");
        answer["result"].clone()
    }

    fn stop(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("the server ends").success());
    }
}

/// An API that answers everything with an empty object: its URL, and the first line of each request.
fn stub() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it has an address");
    let (sender, requests) = channel();
    thread::spawn(move || {
        let answer = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}";
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let request = lines.next().expect("a request has a first line");
            lines.find(String::is_empty).expect("a request has a head");
            sender.send(request).expect("the test listens");
            stream.write_all(answer).expect("the client reads");
        }
    });
    (format!("http://{address}"), requests)
}

#[test]
fn everything_is_listed() {
    let mut server = Server::start();
    for (method, list, count) in [
        ("tools/list", "tools", 11),
        ("resources/list", "resources", 2),
        ("resources/templates/list", "resourceTemplates", 1),
    ] {
        let result = server.call(method, &json!({}));
        let listed = result[list].as_array().map_or(0, Vec::len);
        assert_eq!(listed, count, "{method}");
    }
    server.stop();
}

#[test]
fn requests_are_those_of_the_description() {
    let mut server = Server::start();
    let calls: Vec<(String, Value, String)> = serde_json::from_str(CALLS).expect("they are JSON");
    for (method, params, request) in calls {
        let result = server.call(&method, &params);
        assert!(result.to_string().contains("{}"), "{result}");
        assert_eq!(server.requests.try_recv(), Ok(request));
    }
    server.stop();
}
