//! Why a build script ends.

use std::{fmt, io, path::PathBuf};

use crate::diagnostic::{Color, Diagnostic};

/// Why there is no module.
///
/// `Debug` is what people are to read, because it is what cargo shows when `main` of a build script returns an error.
pub struct Error(Box<Kind>);

pub(super) enum Kind {
    /// Something in a document.
    Document(Diagnostic),
    /// A setting of the build script.
    Setting { method: &'static str, reason: String },
    /// Operations are left out, and none may be.
    LeftOut { left_out: usize, operations: usize, first: Option<Diagnostic> },
    /// There is nothing to serve.
    Nothing { source: String, operations: usize },
    /// Nowhere to write to.
    NoFolder,
    /// A file cannot be written.
    Write(PathBuf, io::Error),
    /// A fault of mcpgen.
    Emit(crate::emit::EmitError),
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Document(diagnostic) => f.write_str(&diagnostic.render(Color::Never)),
            Kind::Setting { method, reason } => write!(f, "mcpgen::build: `{method}`: {reason}"),
            Kind::LeftOut { left_out, operations, first } => {
                write!(f, "{left_out} of {operations} operations are left out, and `strict` permits none")?;
                first.iter().try_for_each(|first| write!(f, "\n\n{}", first.render(Color::Never)))
            }
            Kind::Nothing { source, operations: 0 } => {
                write!(f, "{source} has no operations, so there is nothing to serve")
            }
            Kind::Nothing { source, operations } => write!(
                f,
                "none of the {operations} operations of {source} is left to serve; look at `include`, `exclude` and the \
                 route rules, and at the warnings above"
            ),
            Kind::NoFolder => f.write_str(
                "OUT_DIR is not set, so this is no build script; say where the module is to be written with `out_dir`",
            ),
            Kind::Write(path, error) => write!(f, "cannot write {}: {error}", path.display()),
            Kind::Emit(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
