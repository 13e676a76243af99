//! The generated modules of every fixture, as they are emitted: rustfmt would take the settings of this repository.

#[path = "../../snapshots/emitted/fastapi/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod fastapi;
#[path = "../../snapshots/emitted/hostile/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod hostile;
#[path = "../../snapshots/emitted/library/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod library;
#[path = "../../snapshots/emitted/names/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod names;
#[path = "../../snapshots/emitted/no-server/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod no_server;
#[path = "../../snapshots/emitted/parameters/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod parameters;
#[path = "../../snapshots/emitted/partly-broken/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod partly_broken;
#[path = "../../snapshots/emitted/petstore/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod petstore;
#[path = "../../snapshots/emitted/schemas/src/generated/mod.rs"]
#[rustfmt::skip]
pub mod schemas;
