//! Emitted crates: what stands in them, what is kept when they are emitted again, and that they compile.
//!
//! `tests/snapshots/emitted` holds the crate of every fixture. All of them are compiled as modules of `mcpgen_tests`; as
//! crates, which takes minutes, by the tests that are ignored.

mod again;
mod crates;
mod folder;
mod snapshots;

use mcpgen_tests::emitted::SERVERS;

#[test]
fn the_servers_of_all_fixtures_are_sound() {
    for (fixture, server) in SERVERS {
        assert!(server().ready().is_ok(), "{fixture}");
    }
}
