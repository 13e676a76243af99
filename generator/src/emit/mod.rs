//! From a catalog to a Rust crate that serves it.
//!
//! Nothing here reads a description, and nothing writes a file: a catalog goes in and texts come out, the same for the
//! same catalog, byte for byte.

mod layout;
mod names;
mod plan;
mod render;
mod request;
mod sample;
mod schemas;
mod templates;
mod text;
mod types;

use std::{collections::BTreeMap, fmt};

use mcpgen_runtime::catalog::Catalog;

/// Where an emitted crate has the runtime from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// Its source stands in the crate.
    Vendored,
    /// The package registry, in the version of this mcpgen.
    Version,
    /// A folder.
    Path(String),
    /// A git repository.
    Git(String),
}

impl Runtime {
    /// The keys of the dependency.
    fn dependency(&self) -> String {
        match self {
            Self::Vendored => "path = \"runtime\"".to_owned(),
            Self::Version => format!("version = {}", text::toml_string(env!("CARGO_PKG_VERSION"))),
            Self::Path(path) => format!("path = {}", text::toml_string(path)),
            Self::Git(url) => format!("git = {}", text::toml_string(url)),
        }
    }
}

/// A crate that was emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// The package's name.
    pub package: String,
    /// The texts of its files, by path; folders are separated by `/`.
    pub files: BTreeMap<String, String>,
}

/// A template that cannot be printed: a fault of mcpgen.
#[derive(Debug)]
pub struct EmitError(minijinja::Error);

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot print a template: {:#}", self.0)
    }
}

impl std::error::Error for EmitError {}

/// Emits the crate of a catalog.
pub fn emit(catalog: &Catalog, runtime: &Runtime) -> Result<Emitted, EmitError> {
    let plan = plan::Plan::new(catalog, &|_| false);
    let files = render::render(&plan, runtime).map_err(EmitError)?;
    Ok(Emitted { package: plan.package, files })
}

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
