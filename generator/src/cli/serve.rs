//! `mcpgen serve`: a description, live.

use clap::Args;
use mcpgen_runtime::{
    catalog::Catalog,
    command::{block_on, log, serve},
};

use super::{
    LOG_TARGET,
    failure::Failure,
    flags::{self, Transport},
    load, upstream, weigh,
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
    files: flags::Files,
    #[command(flatten)]
    pub(super) server: flags::Server,
    #[command(flatten)]
    log: flags::Log,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        log::start(&self.log, LOG_TARGET);
        let loaded = load::load_with_files(&self.description, &self.mapping, &self.files)?;
        loaded.tell(&self.description, self.log.log_format)?;
        loaded.require_servers()?;
        if let Some(warning) = weigh::warning(loaded.catalog.tools.len()) {
            tracing::warn!("{warning}");
        }
        let Catalog { tools, resources, resource_templates, prompts, .. } = &loaded.catalog;
        if tools.is_empty() && resources.is_empty() && resource_templates.is_empty() && prompts.is_empty() {
            tracing::warn!("there is nothing to serve; `mcpgen check` says what became of the operations");
        }
        let dispatch = upstream::serving(loaded.catalog, &self.description, &self.upstream, &self.files)?;
        let transport = self.server.transport.unwrap_or(Transport::Stdio);
        Ok(block_on(serve(dispatch, transport, &self.server, |_| {}))?)
    }
}
