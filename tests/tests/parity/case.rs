//! A case: a fixture, how its server is started, and what happens one after the other. It is written once and run
//! against any server.

use std::fmt::Write as _;

use mcpgen_tests::{Answer, Mcpgen, Upstream, rpc::StdioRpc, workspace};
use serde_json::json;

/// A case in the making.
#[derive(Debug)]
pub struct Case {
    pub fixture: String,
    flags: Vec<String>,
    variables: Vec<(&'static str, &'static str)>,
    steps: Vec<Step>,
}

/// What a call comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It is sent, and the result is none that says `isError`.
    Succeeds,
    /// It is sent, and the result says `isError` or there is none.
    Fails,
    /// It is not sent.
    IsRefused,
    /// What the other server does.
    Same,
}

#[derive(Debug)]
enum Step {
    Answer(Answer),
    Ask { method: &'static str, params: String, outcome: Outcome },
}

/// The lists that clients ask for.
const LISTS: [&str; 4] = ["tools/list", "resources/list", "resources/templates/list", "prompts/list"];

/// A case of a fixture, which begins with its lists.
pub fn case(fixture: &str) -> Case {
    Case { fixture: fixture.to_owned(), flags: Vec::new(), variables: Vec::new(), steps: Vec::new() }
}

impl Case {
    /// Adds flags; `@upstream` is the URL of the API, `@fixtures` the folder of the fixtures.
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|&flag| flag.to_owned()));
        self
    }

    /// Sets a variable.
    pub fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// What the API answers next; `{}` where nothing is said.
    pub fn answer(mut self, answer: Answer) -> Self {
        self.steps.push(Step::Answer(answer));
        self
    }

    /// A call that is sent and goes well. The arguments are JSON text.
    pub fn call(self, tool: &str, arguments: &str) -> Self {
        self.tool(tool, arguments, Outcome::Succeeds)
    }

    /// A call that is sent and goes wrong.
    pub fn fails(self, tool: &str, arguments: &str) -> Self {
        self.tool(tool, arguments, Outcome::Fails)
    }

    /// A call that is not sent.
    pub fn refuses(self, tool: &str, arguments: &str) -> Self {
        self.tool(tool, arguments, Outcome::IsRefused)
    }

    /// A call that comes to the same everywhere.
    pub fn calls_alike(self, tool: &str, arguments: &str) -> Self {
        self.tool(tool, arguments, Outcome::Same)
    }

    /// A read that goes well.
    pub fn read(self, uri: &str) -> Self {
        self.ask("resources/read", &json!({"uri": uri}).to_string(), Outcome::Succeeds)
    }

    /// A read that is sent and goes wrong.
    pub fn fails_to_read(self, uri: &str) -> Self {
        self.ask("resources/read", &json!({"uri": uri}).to_string(), Outcome::Fails)
    }

    /// A read that is not sent.
    pub fn refuses_to_read(self, uri: &str) -> Self {
        self.ask("resources/read", &json!({"uri": uri}).to_string(), Outcome::IsRefused)
    }

    /// A prompt that is given.
    pub fn prompt(self, name: &str, arguments: &str) -> Self {
        self.ask("prompts/get", &format!(r#"{{"name":{name:?},"arguments":{arguments}}}"#), Outcome::Same)
    }

    fn tool(self, tool: &str, arguments: &str, outcome: Outcome) -> Self {
        // As text: a number keeps its spelling.
        let params = format!(r#"{{"name":{tool:?},"arguments":{arguments},"_meta":{{"progressToken":"here"}}}}"#);
        self.ask("tools/call", &params, outcome)
    }

    fn ask(mut self, method: &'static str, params: &str, outcome: Outcome) -> Self {
        self.steps.push(Step::Ask { method, params: params.to_owned(), outcome });
        self
    }

    /// Runs the case against the server that `start` makes of the API's URL: every message of the server and every
    /// request to the API, as text.
    pub async fn run(&self, start: impl FnOnce(&str) -> Mcpgen) -> String {
        let upstream = Upstream::start().await;
        let fixtures = workspace().join("fixtures/specs").display().to_string();
        let flags =
            self.flags.iter().map(|flag| flag.replace("@upstream", &upstream.url()).replace("@fixtures", &fixtures));
        let mut command = start(&upstream.url()).with(flags);
        for (name, value) in &self.variables {
            command = command.env(name, value);
        }
        let mut server = command.stdio();
        let mut rpc = server.rpc();
        let hello = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "parity", "version": "1"},
        });
        let mut told = Transcript { text: String::new(), seen: 0 };
        told.ask(&mut rpc, &upstream, "initialize", &hello.to_string()).await;
        rpc.tell("notifications/initialized").await;
        for list in LISTS {
            told.ask(&mut rpc, &upstream, list, "{}").await;
        }
        let mut wrong = Vec::new();
        for step in &self.steps {
            match step {
                Step::Answer(answer) => upstream.answer(answer.clone()),
                Step::Ask { method, params, outcome } => {
                    let came = told.ask(&mut rpc, &upstream, method, params).await;
                    if *outcome != Outcome::Same && came != *outcome {
                        wrong.push(format!("{method} {params}: expected {outcome:?}, got {came:?}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}\n{}", told.text);
        assert_eq!(upstream.pending(), 0, "the API is asked too seldom\n{}", told.text);
        told.text
    }
}

/// What was said.
struct Transcript {
    text: String,
    /// How many requests of the API are in it.
    seen: usize,
}

impl Transcript {
    /// Asks, and writes down what the server says until it answers, and what it sent to the API.
    async fn ask(&mut self, rpc: &mut StdioRpc, upstream: &Upstream, method: &str, params: &str) -> Outcome {
        self.line(&format!("> {method} {params}"));
        rpc.line(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":{method:?},"params":{params}}}"#)).await;
        let answer = loop {
            let Some(message) = rpc.next().await else {
                panic!("the server ended\n{}", self.text);
            };
            // The API's address is another each time.
            self.line(&format!("< {}", message.to_string().replace(&upstream.url(), "http://upstream")));
            if message.get("method").is_none() {
                break message;
            }
        };
        let requests = upstream.requests();
        for request in &requests[self.seen..] {
            self.line(&format!("= {}", request.line));
            for (name, value) in request.headers.iter().filter(|(name, _)| name != "host") {
                self.line(&format!("= {name}: {value}"));
            }
            self.line(&format!("= {}", String::from_utf8_lossy(&request.body).escape_debug()));
        }
        let is_sent = requests.len() > std::mem::replace(&mut self.seen, requests.len());
        let is_error = answer.get("error").is_some() || answer["result"]["isError"] == true;
        match (is_sent, is_error) {
            (false, true) => Outcome::IsRefused,
            (true, true) => Outcome::Fails,
            (_, false) => Outcome::Succeeds,
        }
    }

    fn line(&mut self, line: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}
