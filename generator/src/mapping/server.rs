//! Who the server is and where its requests go.

use mcpgen_runtime::catalog::{self, BaseUrl, ServerInfo};
use url::Url;

use super::{MapOptions, text};
use crate::{
    diagnostic::{Diagnostic, Severity},
    spec::{Description, Operation, Server, ServerError},
};

/// The requests of some operations have nowhere to go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no server URL: {reason}")]
pub struct ServersMissing {
    reason: String,
}

/// The base URLs of a mapping.
#[derive(Debug)]
pub(super) struct Servers {
    /// The catalog's base URL.
    pub(super) base_url: Option<BaseUrl>,
    reason: String,
    /// Whether operations may have servers of their own.
    own: bool,
    variables: std::collections::BTreeMap<String, String>,
    document: Option<Url>,
}

/// Chooses the base URL: the option's, else the document's first server that gives one.
pub(super) fn choose(
    description: &Description<'_>,
    options: &MapOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> Servers {
    let mut servers = Servers {
        base_url: None,
        reason: "the description names no server; say where the API is with --base-url URL".to_owned(),
        own: options.base_url.is_none(),
        variables: options.server_variables.clone(),
        document: options.document_url.clone(),
    };
    if let Some(url) = &options.base_url {
        servers.base_url = Some(BaseUrl { url: url.trim_end_matches('/').to_owned(), credentials: true });
        return servers;
    }
    let implied = Server { url: "/".to_owned(), variables: indexmap::IndexMap::default() };
    let listed = if description.servers.is_empty() && options.document_url.is_some() {
        std::slice::from_ref(&implied)
    } else {
        &description.servers
    };
    for server in listed {
        match servers.resolve(server) {
            Ok(base_url) => {
                servers.base_url = Some(base_url);
                break;
            }
            Err(error) => servers.reason = error.to_string(),
        }
    }
    for name in options.server_variables.keys() {
        let known = |server: &Server| server.variables.contains_key(name);
        let anywhere =
            description.servers.iter().chain(description.operations.iter().flat_map(|o| &o.servers)).any(known);
        if !anywhere {
            diagnostics.push(
                Diagnostic::new(
                    Severity::Warning,
                    "unknown-server-variable",
                    format!("no server has a variable {name:?}"),
                )
                .help("the variables stand under `servers` in the description"),
            );
        }
    }
    servers
}

impl Servers {
    fn resolve(&self, server: &Server) -> Result<BaseUrl, ServerError> {
        let url = server.base_url(&self.variables, self.document.as_ref())?;
        let origin = Url::parse(&url).ok().map(|url| url.origin());
        // A document from the network may name any host; what is secret goes there only when somebody confirms it.
        let credentials = self.document.as_ref().is_none_or(|document| origin == Some(document.origin()));
        Ok(BaseUrl { url, credentials })
    }

    /// The operation's own base URL, where it has one.
    pub(super) fn of(&self, operation: &Operation<'_>) -> Result<Option<BaseUrl>, Diagnostic> {
        if !self.own || operation.servers.is_empty() {
            return Ok(None);
        }
        let mut first = None;
        for server in &operation.servers {
            match self.resolve(server) {
                Ok(base_url) => return Ok(Some(base_url).filter(|own| Some(own) != self.base_url.as_ref())),
                Err(error) => first = first.or(Some(error)),
            }
        }
        let reason = first.map(|error| error.to_string()).unwrap_or_default();
        Err(operation
            .at
            .diagnostic(
                Severity::Error,
                "no-server",
                format!("the operation's own server cannot be used: {reason}; the operation is left out"),
            )
            .help("give --base-url, which counts for every operation"))
    }

    /// Why some of the operations have no base URL.
    pub(super) fn missing(&self, operations: &[catalog::Operation]) -> Option<ServersMissing> {
        let missing =
            self.base_url.is_none() && (operations.is_empty() || operations.iter().any(|o| o.base_url.is_none()));
        missing.then(|| ServersMissing { reason: self.reason.clone() })
    }
}

/// Name, title, version and instructions.
pub(super) fn info(description: &Description<'_>, name: String) -> ServerInfo {
    let title = text::clean_line(&description.title, text::TITLE);
    let version = text::clean_line(&description.version, text::TITLE);
    ServerInfo {
        name,
        title: (!title.is_empty()).then_some(title),
        version: if version.is_empty() { "0".to_owned() } else { version },
        instructions: description
            .about
            .as_deref()
            .map(|about| text::clean(about, text::INSTRUCTIONS))
            .filter(|about| !about.is_empty()),
    }
}
