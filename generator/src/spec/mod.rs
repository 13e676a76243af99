//! From documents to the [view](Description) of an API that everything downstream works with.
//!
//! Every version of OpenAPI, and Swagger 2.0, is read into the same view; what cannot be read costs only what depends
//! on it and is a diagnostic.

mod cursor;
mod extras;
mod fields;
pub mod media;
mod openapi;
mod paths;
mod servers;
mod swagger;
mod view;

pub use cursor::Cursor;
pub use servers::ServerError;
pub use view::{
    Description, Encoding, FormField, MediaType, Operation, Parameter, RequestBody, Response, Schema, Server,
    ServerVariable,
};

use crate::{
    diagnostic::{Diagnostic, Severity},
    source::Documents,
};

/// The versions that differ in how their parts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1.
    OpenApi31,
    /// OpenAPI 3.2.
    OpenApi32,
}

/// Reads a description.
///
/// # Errors
/// When the root document is no API description.
pub fn load(documents: &Documents) -> Result<(Description<'_>, Vec<Diagnostic>), Diagnostic> {
    let root = Cursor::root(documents);
    let mut diagnostics = Vec::new();
    let version = version(root, &mut diagnostics)?;
    let info = root.get("info");
    fields::check(root, fields::ROOT, &mut diagnostics);
    for (part, fields) in [(info, fields::INFO), (root.get("components"), fields::COMPONENTS)] {
        part.inspect(|part| fields::check(*part, fields, &mut diagnostics));
    }
    extras::of_root(root, &mut diagnostics);
    let text = |name: &str| info.and_then(|info| info.text_of(name));
    let about = [text("summary"), text("description")].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let (servers, security_schemes) = match version {
        Version::Swagger2 => (swagger::servers(root), swagger::security_schemes(root, &mut diagnostics)),
        _ => (openapi::servers(root, &mut diagnostics), openapi::security_schemes(root, &mut diagnostics)),
    };
    let paths::Read { operations, unreadable } = paths::read(root, version, &mut diagnostics);
    let description = Description {
        title: text("title").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        about: (!about.is_empty()).then_some(about),
        servers,
        security_schemes,
        operations,
        unreadable,
        ref_siblings: matches!(version, Version::OpenApi31 | Version::OpenApi32),
    };
    Ok((description, diagnostics))
}

fn version(root: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Result<Version, Diagnostic> {
    let stated = |name: &str| root.get(name).and_then(Cursor::text);
    if let Some(swagger) = stated("swagger") {
        if swagger.trim() != "2.0" && swagger.trim() != "2" {
            diagnostics.push(
                root.diagnostic(Severity::Warning, "unknown-version", format!("Swagger {swagger} is read as 2.0"))
                    .help("versions before 2.0 have another form; convert the document if much is missing"),
            );
        }
        return Ok(Version::Swagger2);
    }
    match stated("openapi") {
        Some(text) => match text.trim().split('.').collect::<Vec<_>>()[..] {
            ["3", "0", ..] | ["3"] => Ok(Version::OpenApi30),
            ["3", "1", ..] => Ok(Version::OpenApi31),
            ["3", "2", ..] => Ok(Version::OpenApi32),
            _ => {
                let at = root.get("openapi").unwrap_or(root);
                diagnostics.push(
                    at.diagnostic(Severity::Warning, "unknown-version", format!("OpenAPI {text} is read as 3.2"))
                        .help("the versions 3.0, 3.1 and 3.2 are known"),
                );
                Ok(Version::OpenApi32)
            }
        },
        None if root.get("paths").is_some_and(Cursor::is_object) => {
            diagnostics.push(
                root.diagnostic(
                    Severity::Warning,
                    "no-version",
                    "the document does not say its version; it is read as OpenAPI 3.0",
                )
                .help("add `openapi: 3.0.3` at the top"),
            );
            Ok(Version::OpenApi30)
        }
        None if root.get("mcpgen_catalog").is_some() => Err(root
            .diagnostic(Severity::Error, "no-description", "this is a compiled catalog, not an API description")
            .help("serve it as a file, or on standard input")),
        None => Err(root
            .diagnostic(
                Severity::Error,
                "no-description",
                "this is no API description: expected `openapi: 3.x` or `swagger: \"2.0\"` at the top",
            )
            .help("give the file or URL of an OpenAPI or Swagger document")),
    }
}
