//! `mcpgen serve`: a description, live.

use clap::Args;
use mcpgen_runtime::{
    dispatch::Dispatch,
    server::{HttpServer, ServeError, serve_stdio, stop_on_signals},
};

use super::{
    failure::Failure,
    flags::{self, Transport},
    load, log, upstream, weigh,
};

/// Serve an API over MCP
///
/// Reads the description, and serves its operations as tools, resources and resource templates; calls go to the API.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    #[command(flatten)]
    pub(super) upstream: flags::Upstream,
    #[command(flatten)]
    server: flags::Server,
    #[command(flatten)]
    log: flags::Log,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        log::start(&self.log);
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.tell(&self.description, self.log.log_format)?;
        loaded.require_servers()?;
        if let Some(warning) = weigh::warning(loaded.catalog.tools.len()) {
            tracing::warn!("{warning}");
        }
        let dispatch = upstream::dispatch(loaded.catalog, &self.description, &self.upstream)?;
        let transport = self.server.transport.unwrap_or(Transport::Stdio);
        block_on(serve(dispatch, transport, &self.server, |_| {}))
    }
}

/// Serves until a signal, or the end of the input. `listening` hears the URL of an HTTP endpoint.
pub(super) async fn serve(
    dispatch: Dispatch,
    transport: Transport,
    flags: &flags::Server,
    listening: impl FnOnce(&str),
) -> Result<(), Failure> {
    let stop = stop_on_signals().map_err(|error| Failure::work(format!("cannot watch for signals: {error}")))?;
    let catalog = dispatch.catalog();
    let (name, tools) = (catalog.server.name.clone(), catalog.tools.len());
    let (resources, templates) = (catalog.resources.len(), catalog.resource_templates.len());
    if tools + resources + templates == 0 {
        tracing::warn!("there is nothing to serve; `mcpgen check` says what became of the operations");
    }
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
        ServeError::Origin(_) | ServeError::Path(_) | ServeError::PathTaken => Failure::usage(error),
        ServeError::Bind { .. } | ServeError::Io(_) | ServeError::Handshake(_) => Failure::work(error),
    }
}

/// Runs `work` on a runtime of its own.
pub(super) fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::work(format!("cannot start threads: {error}")))?;
    let outcome = runtime.block_on(work);
    // A thread that waits for standard input cannot be ended, and must not hold up the end.
    runtime.shutdown_background();
    outcome
}
