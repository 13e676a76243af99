//! A running binary: what it says on standard error, and how it ends.

use std::process::ExitStatus;

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::watch,
    task::JoinHandle,
};

use crate::soon;

/// A running binary. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stderr: watch::Receiver<String>,
    reader: JoinHandle<()>,
}

impl Process {
    /// Takes over a child whose standard error is piped.
    pub fn new(mut child: Child) -> Self {
        let (written, stderr) = watch::channel(String::new());
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped"));
        let reader = tokio::spawn(async move {
            let mut line = Vec::new();
            while matches!(lines.read_until(b'\n', &mut line).await, Ok(1..)) {
                written.send_modify(|text| text.push_str(&String::from_utf8_lossy(&line)));
                line.clear();
            }
        });
        Self { child, stderr, reader }
    }

    /// The system's number of it.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it was not waited for")
    }

    /// Its standard input and output, once.
    pub fn streams(&mut self) -> (ChildStdout, ChildStdin) {
        let stdout = self.child.stdout.take().expect("stdout is piped");
        (stdout, self.child.stdin.take().expect("stdin is piped"))
    }

    /// What it has said on standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.borrow().clone()
    }

    /// Waits until standard error holds what `find` finds.
    pub async fn says<T>(&self, what: &str, mut find: impl FnMut(&str) -> Option<T>) -> T {
        let mut stderr = self.stderr.clone();
        let mut found = None;
        let waited = stderr.wait_for(|text| {
            found = find(text);
            found.is_some()
        });
        let waited = soon(what, waited).await.is_ok();
        assert!(waited, "{what}: the process ended, having said\n{}", self.stderr());
        found.expect("it was found")
    }

    /// A figure of `/proc/<pid>/status` in KiB, where the system has that.
    pub fn memory(&self, field: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    }

    /// How many descriptors it has open, where the system tells.
    pub fn descriptors(&self) -> Option<usize> {
        Some(std::fs::read_dir(format!("/proc/{}/fd", self.child.id()?)).ok()?.count())
    }

    /// Sends SIGTERM.
    pub async fn terminate(&self) {
        let pid = self.child.id().expect("the process still runs");
        // The shell's own `kill`, because the standard library has no signals.
        let status = Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().await;
        assert!(status.is_ok_and(|status| status.success()), "no signal could be sent to {pid}");
    }

    /// Waits for its end, and gives the status and all of standard error.
    pub async fn end(mut self) -> (ExitStatus, String) {
        let status = soon("the process ends", self.child.wait()).await.expect("a child can be waited for");
        soon("standard error closes", self.reader).await.expect("the reader does not panic");
        let stderr = self.stderr.borrow().clone();
        (status, stderr)
    }
}
