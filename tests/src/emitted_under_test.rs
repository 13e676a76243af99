//! The emitted server of the fixture that `EMITTED` names.

use std::process::ExitCode;

use mcpgen_tests::emitted::SERVERS;

fn main() -> ExitCode {
    let wanted = std::env::var("EMITTED").unwrap_or_default();
    let Some((_, server)) = SERVERS.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("expected the name of a fixture in EMITTED, got {wanted:?}");
        return ExitCode::from(2);
    };
    #[expect(clippy::redundant_closure, reason = "the log is named after the crate of the function")]
    mcpgen_runtime::command::run(|| server())
}
