//! From a catalog to Rust that serves it: a [module](module()) for a build script, or a whole crate.
//!
//! Nothing here reads a description: a catalog goes in and texts come out, the same for the same catalog, byte for byte.

#[cfg(feature = "crates")]
mod cargo_lock;
#[cfg(feature = "crates")]
mod folder;
#[cfg(feature = "crates")]
mod former;
mod layout;
#[cfg(feature = "crates")]
pub mod lock;
mod module;
mod names;
mod parts;
mod plan;
#[cfg(feature = "crates")]
pub mod regenerate;
#[cfg(feature = "crates")]
mod render;
mod request;
#[cfg(feature = "crates")]
mod sample;
mod schemas;
mod templates;
mod text;
mod types;

#[cfg(feature = "crates")]
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use mcpgen_runtime::catalog::Catalog;

#[cfg(feature = "crates")]
pub use folder::{Emission, Folder, FolderError};
#[cfg(feature = "crates")]
pub use former::Gone;
#[cfg(feature = "crates")]
use former::{Former, Joined};
#[cfg(feature = "crates")]
use lock::{Base, Lock};

/// Where an emitted crate has the runtime from.
#[cfg(feature = "crates")]
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

#[cfg(feature = "crates")]
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

    /// Whether it stands in the crate.
    fn is_vendored(&self) -> bool {
        !matches!(self, Self::Version | Self::Path(_) | Self::Git(_))
    }

    /// Whether cargo has nothing to look up for it.
    fn is_at_hand(&self) -> bool {
        !matches!(self, Self::Version | Self::Git(_))
    }

    /// Its files in the crate.
    fn files(&self) -> Vec<(String, String)> {
        if *self == Self::Vendored {
            let files = mcpgen_runtime::source::vendored().iter();
            return files.map(|(path, text)| (format!("runtime/{path}"), (*text).to_owned())).collect();
        }
        Vec::new()
    }
}

/// A crate that was emitted.
#[cfg(feature = "crates")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emitted {
    /// The package's name.
    pub package: String,
    /// The texts of its files, by path; folders are separated by `/`.
    pub files: BTreeMap<String, String>,
    /// The text of `mcpgen.lock`.
    pub lock: String,
    /// Operations that are gone and were kept.
    pub gone: Vec<Gone>,
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

/// Emits the module of a catalog, for a file that is taken in by `include!`: the arguments of each operation as a struct
/// with its request, a function that sends it, and `server()`, which offers them all.
///
/// [`build`](crate::build) does this from a description and writes the file.
///
/// # Errors
/// When a template cannot be printed.
pub fn module(catalog: &Catalog) -> Result<String, EmitError> {
    module::render(&plan::Plan::new(catalog, &|_| false, &std::collections::BTreeMap::new())).map_err(EmitError)
}

/// Emits the crate of a catalog as texts; a [`Folder`] writes them.
///
/// `flags` are those of `mcpgen openapi` that make this crate, for its README and its lock.
/// `lock` is that of the crate as it was emitted before, if it was: operations that are gone since then are kept where
/// `keep` wants it.
///
/// # Errors
/// When a template cannot be printed.
#[cfg(feature = "crates")]
pub fn emit(
    catalog: &Catalog,
    runtime: &Runtime,
    flags: &[String],
    lock: Option<&Lock>,
    keep: &dyn Fn(&Gone) -> bool,
) -> Result<Emitted, EmitError> {
    let mut gone = lock.map(|lock| lock.former.gone(catalog)).unwrap_or_default();
    gone.retain(|gone| keep(gone));
    let joined = match lock {
        Some(lock) => lock.former.join(catalog, &|name| gone.iter().any(|gone| gone.name == name)),
        None => Joined { catalog: catalog.clone(), retired: HashSet::new() },
    };
    let known = lock.map(|lock| lock.former.functions()).unwrap_or_default();
    let plan = plan::Plan::new(&joined.catalog, &|id| joined.retired.contains(&id), &known);
    let mut files = render::render(&plan, runtime, flags).map_err(EmitError)?;
    files.extend(runtime.files());
    if runtime.is_at_hand() {
        files
            .insert("Cargo.lock".to_owned(), cargo_lock::cargo_lock(&plan.package, !joined.catalog.prompts.is_empty()));
    }
    let package = plan.package.clone();
    let bases = files.iter().map(|(path, text)| (path.clone(), Base::new(path, text))).collect();
    let lock = Lock { former: Former::of(&joined, &plan), flags: Some(flags.to_vec()), files: bases }.text();
    Ok(Emitted { package, files, lock, gone })
}

#[cfg(feature = "crates")]
impl Lock {
    /// Whether an operation was gone already when the crate was emitted.
    pub fn knows_gone(&self, gone: &Gone) -> bool {
        self.former.was_gone(&gone.name)
    }
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
