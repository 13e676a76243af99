//! Makes `bookshop.rs` of the API's description.

fn main() -> Result<(), mcpgen::build::Error> {
    mcpgen::build::configure().exclude("tag:internal").compile("bookshop.yaml")?;
    Ok(())
}
