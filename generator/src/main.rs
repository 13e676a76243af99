//! The command line of mcpgen.
fn main() {}
