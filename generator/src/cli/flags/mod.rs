//! The flags, in groups that subcommands share; what a flag means stands where it is defined. Those that emitted servers
//! have too are the runtime's.
//!
//! Every flag is a key of the config file too, see [`config`](super::config).

// Comments of flags are their help, shown as plain text.
#![expect(clippy::doc_markdown)]

mod description;
mod emission;
mod mapping;

use mcpgen_runtime::command::flags::value;

pub(super) use self::{description::Description, emission::Emission, mapping::Mapping};
pub(super) use mcpgen_runtime::command::flags::{
    Connection, Files, Log, LogFormat, Server, Sourced, Transport, Upstream,
};
