//! The flags, in groups that subcommands share; what a flag means stands where it is defined.
//!
//! Every flag is a key of the config file too, see [`config`](super::config).

// Comments of flags are their help, shown as plain text.
#![expect(clippy::doc_markdown)]

mod description;
mod log;
mod mapping;
mod route;
mod server;
mod upstream;
mod value;

pub(super) use self::{
    description::Description,
    log::{Log, LogFormat},
    mapping::Mapping,
    route::{kind, methods},
    server::{Server, Transport},
    upstream::Upstream,
    value::Sourced,
};
