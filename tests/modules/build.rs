//! Makes a module of every fixture.

use mcpgen::build::{Error, configure};

fn main() -> Result<(), Error> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/specs");
    for name in [
        "fastapi.json",
        "hostile.yaml",
        "library.yaml",
        "names.yaml",
        "no-server.yaml",
        "parameters.yaml",
        "partly-broken.yaml",
        "petstore.yaml",
        "schemas.yaml",
    ] {
        // Some are there for what is wrong with them.
        let configured = if name == "partly-broken.yaml" { configure() } else { configure().strict() };
        configured.quiet().compile(format!("{folder}/{name}"))?;
    }
    Ok(())
}
