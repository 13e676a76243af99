//! `mcpgen compile`: a description as a catalog that is served without it.

use std::path::PathBuf;

use clap::Args;

use super::{compiled, failure::Failure, flags, load, output, report};

/// Write what would be served into a file that starts faster
///
/// The catalog that comes out takes the description's place: `mcpgen serve FILE`, `mcpgen inspect FILE`. What the flags
/// say about the mapping stands in it.
#[derive(Debug, Args)]
pub(super) struct Compile {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    /// The file to write, or `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Compile {
    pub(super) fn run(self) -> Result<(), Failure> {
        if compiled::is_one(&self.description.spec) {
            return Err(Failure::usage(format!("{} is a catalog already", self.description.spec)));
        }
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.tell(&self.description, flags::LogFormat::Text)?;
        if let Err(Failure::Usage(why)) = loaded.require_servers() {
            report::line(&format!("warning: {why}, also when the catalog is served"));
        }
        let text = serde_json::to_string(&loaded.catalog).map_err(Failure::work)?;
        if self.output.as_os_str() == "-" {
            return Ok(output::print(&text)?);
        }
        std::fs::write(&self.output, text + "\n")
            .map_err(|error| Failure::work(format!("cannot write {}: {error}", self.output.display())))
    }
}
