//! From a catalog to a Rust crate that serves it.

mod layout;
mod names;
mod text;
mod types;

/// What rustfmt makes of a text in its default style; None where there is no rustfmt.
#[cfg(test)]
fn rustfmt(source: &str) -> Option<String> {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };
    let folder = tempfile::tempdir().expect("there is room for a folder");
    std::fs::write(folder.path().join("rustfmt.toml"), "").expect("the folder is there");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(folder.path().join("rustfmt.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;

    child.stdin.take().expect("it is piped").write_all(source.as_bytes()).expect("rustfmt reads");
    let output = child.wait_with_output().expect("rustfmt ends");
    Some(String::from_utf8(output.stdout).expect("rustfmt writes text"))
}
