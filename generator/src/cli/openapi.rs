//! `mcpgen openapi`: a description, as a crate.

use std::path::PathBuf;

use clap::Args;

use super::{failure::Failure, flags, load, output};
use crate::emit::{self, Runtime};

/// Write a Rust crate that serves an API over MCP
///
/// The crate is yours: change it, and emit it again when the description changes. What you changed is kept.
#[derive(Debug, Args)]
pub(super) struct Openapi {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    #[command(flatten)]
    emission: flags::Emission,
}

impl Openapi {
    pub(super) fn run(self) -> Result<(), Failure> {
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.tell(&self.description, flags::LogFormat::Text)?;
        let emitted = emit::emit(&loaded.catalog, &self.emission.runtime).map_err(Failure::work)?;
        for (path, text) in &emitted.files {
            let path = self.emission.out.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Ok(())
    }
}
