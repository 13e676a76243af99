//! The command line under test.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

use crate::{HttpServer, Process, StdioServer, Upstream, soon};

/// A command line of `mcpgen`, not yet started. Its environment holds no `MCPGEN_…` but what a test sets.
#[derive(Debug)]
pub struct Mcpgen {
    command: Command,
}

/// What a command line that ended left behind.
#[derive(Debug)]
pub struct Finished {
    /// The exit code.
    pub code: Option<i32>,
    /// All of standard output.
    pub stdout: String,
    /// All of standard error.
    pub stderr: String,
}

impl Mcpgen {
    /// `mcpgen <arguments>`. The binary is `$MCPGEN_BIN`, or the one that cargo has just built from this tree.
    pub fn new<I: IntoIterator<Item = S>, S: AsRef<str>>(arguments: I) -> Self {
        let binary = std::env::var_os("MCPGEN_BIN").map_or_else(|| own_binary("mcpgen-under-test"), PathBuf::from);
        Self::program(&binary, arguments)
    }

    /// The server of the crate that is emitted for a fixture.
    pub fn emitted<I: IntoIterator<Item = S>, S: AsRef<str>>(fixture: &str, arguments: I) -> Self {
        let name = fixture.split('.').next().unwrap_or_default();
        Self::program(&own_binary("emitted-under-test"), arguments).env("EMITTED", name)
    }

    /// Another program, like the server of an emitted crate.
    pub fn program<I: IntoIterator<Item = S>, S: AsRef<str>>(binary: &Path, arguments: I) -> Self {
        assert!(binary.exists(), "no binary at {}", binary.display());
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MCPGEN_")) {
            command.env_remove(name);
        }
        command.args(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        command.kill_on_drop(true);
        Self { command }
    }

    /// `mcpgen serve <description> --base-url <upstream>`.
    pub fn serve(description: &str, upstream: &Upstream) -> Self {
        Self::new(["serve", description, "--base-url", &upstream.url()])
    }

    /// Adds arguments.
    #[must_use]
    pub fn with<I: IntoIterator<Item = S>, S: AsRef<str>>(mut self, arguments: I) -> Self {
        self.command.args(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Adds a variable to the environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the folder in which it runs.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it to its end, with `input` as its standard input.
    pub async fn run(mut self, input: &str) -> Finished {
        use tokio::io::AsyncWriteExt as _;
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // It may end without having read its input.
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = soon("the command ends", child.wait_with_output()).await.expect("its output can be read");
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts it as a server on standard input and output.
    pub fn stdio(self) -> StdioServer {
        StdioServer::start(self.start(Stdio::piped(), Stdio::piped()))
    }

    /// Starts it as a server on a free port of the loopback interface, and waits until it says where.
    pub async fn http(self) -> HttpServer {
        HttpServer::start(self.with(["--transport", "http", "--port", "0"]).start(Stdio::null(), Stdio::null())).await
    }

    /// Starts it.
    pub fn start(mut self, stdin: Stdio, stdout: Stdio) -> Process {
        self.command.stdin(stdin).stdout(stdout).stderr(Stdio::piped());
        Process::new(self.command.spawn().expect("the binary starts"))
    }
}

/// cargo builds the binaries of a package before its tests, and puts them two folders above the test's executable: this
/// package has one of its own, of the same source as `mcpgen`, because it cannot ask for another package's.
fn own_binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("a test stands in target/<profile>/deps");
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
