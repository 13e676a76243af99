//! Serving until a signal, or the end of the input.

use super::{
    failure::Failure,
    flags::{self, Transport},
};
use crate::{
    dispatch::Dispatch,
    server::{HttpServer, ServeError, serve_stdio, stop_on_signals},
};

/// Serves until a signal, or the end of the input. `listening` hears the URL of an HTTP endpoint.
///
/// # Errors
/// When the address is taken or no origin, or the transport breaks.
pub async fn serve(
    dispatch: Dispatch,
    transport: Transport,
    flags: &flags::Server,
    listening: impl FnOnce(&str),
) -> Result<(), Failure> {
    let stop = stop_on_signals().map_err(|error| Failure::work(format!("cannot watch for signals: {error}")))?;
    let catalog = dispatch.catalog();
    let (name, tools) = (catalog.server.name.clone(), catalog.tools.len());
    let (resources, templates) = (catalog.resources.len(), catalog.resource_templates.len());
    let served = match transport {
        Transport::Stdio => {
            tracing::info!(name, tools, resources, templates, "serving over standard input and output");
            serve_stdio(dispatch, &flags.options(), stop).await
        }
        Transport::Http => {
            let server = HttpServer::bind(flags.http()).await.map_err(failure)?;
            let url = server.url();
            if server.address().ip().is_unspecified() && flags.http().allow_hosts.is_empty() {
                tracing::warn!("clients elsewhere are refused until --allow-host names the host that they connect to");
            }
            tracing::info!(name, tools, resources, templates, "serving at {url}");
            listening(&url);
            server.serve(dispatch, &flags.options(), stop).await
        }
    };
    served.map_err(failure)
}

fn failure(error: ServeError) -> Failure {
    match error {
        ServeError::Origin(_) | ServeError::Path(_) | ServeError::PathTaken | ServeError::Inbound(_) => {
            Failure::usage(error)
        }
        ServeError::Bind { .. } | ServeError::Io(_) | ServeError::Handshake(_) => Failure::work(error),
    }
}

/// Runs `work` on this thread: over standard input and output nothing on the way of a call wakes another thread. Connections
/// over HTTP have threads of their own.
///
/// # Errors
/// Those of `work`, and when the system does not give what a runtime needs.
pub fn block_on<F: From<Failure>>(work: impl Future<Output = Result<(), F>>) -> Result<(), F> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::work(format!("cannot begin: {error}")))?;
    let outcome = runtime.block_on(work);
    // A thread that waits for standard input cannot be ended, and must not hold up the end.
    runtime.shutdown_background();
    outcome
}
