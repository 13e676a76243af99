//! Emitted crates: what stands in them, what is kept when they are emitted again, and that they compile.
//!
//! `tests/snapshots/emitted` holds the crate of every fixture. Their generated modules are compiled into this test; the
//! crates as a whole, which takes minutes, by the tests that are ignored.

mod again;
mod crates;
mod folder;
mod snapshots;

#[allow(dead_code, reason = "an emitted crate is a library")]
#[allow(clippy::pedantic, reason = "as in an emitted crate")]
mod generated;

/// Every fixture and its server, without components.
const FIXTURES: [(&str, fn() -> mcpgen_runtime::prelude::Server); 9] = [
    ("fastapi.json", generated::fastapi::server),
    ("hostile.yaml", generated::hostile::server),
    ("library.yaml", generated::library::server),
    ("names.yaml", generated::names::server),
    ("no-server.yaml", generated::no_server::server),
    ("parameters.yaml", generated::parameters::server),
    ("partly-broken.yaml", generated::partly_broken::server),
    ("petstore.yaml", generated::petstore::server),
    ("schemas.yaml", generated::schemas::server),
];

#[test]
fn the_servers_of_all_fixtures_are_sound() {
    for (fixture, server) in FIXTURES {
        assert!(server().ready().is_ok(), "{fixture}");
    }
}
