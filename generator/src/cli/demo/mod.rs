//! `mcpgen demo`: a small API of its own, served over MCP.

mod api;
mod check;
mod connect;

use clap::Args;
use mcpgen_runtime::command::{block_on, log, serve};

use super::{
    LOG_TARGET,
    failure::Failure,
    flags::{self, Transport},
    load, report, upstream,
};
use crate::mapping::MapOptions;

/// The API's description.
const DESCRIPTION: &str = include_str!("petstore.yaml");
/// What diagnostics call it.
const NAME: &str = "petstore.yaml";

/// Serve a small pet store, which comes along, and say how to connect
///
/// Needs no network and no account. The API listens on a free loopback port and is served by the same code as `serve`
/// serves any other.
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    server: flags::Server,
    #[command(flatten)]
    log: flags::Log,
    /// Connect a client, list, read and call, print what comes, and exit: 0 when it is what it should be
    #[arg(long)]
    check: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<(), Failure> {
        if self.check {
            return block_on(check::run());
        }
        log::start(&self.log, LOG_TARGET);
        block_on(async {
            let base_url =
                api::start().await.map_err(|error| Failure::work(format!("cannot start the API: {error}")))?;
            let loaded =
                load::load_text(NAME, DESCRIPTION, MapOptions { base_url: Some(base_url), ..MapOptions::default() })?;
            report::diagnostics(&loaded.diagnostics, self.log.log_format);
            let dispatch = upstream::plain(loaded.catalog)?;
            serve(dispatch, self.server.transport.unwrap_or(Transport::Http), &self.server, |url| {
                report::line(&connect::how_to(url));
            })
            .await?;
            Ok(())
        })
    }
}
