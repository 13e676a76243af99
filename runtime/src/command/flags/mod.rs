//! The flags of every program that serves an API, in groups; what a flag means stands where it is defined.

// Comments of flags are their help, shown as plain text.
#![expect(clippy::doc_markdown)]
#![allow(rustdoc::bare_urls, rustdoc::invalid_html_tags, reason = "what is told here is read as help on a terminal")]

mod connection;
mod files;
mod inbound;
mod log;
mod server;
mod upstream;
pub mod value;

pub use self::{
    connection::Connection,
    files::Files,
    inbound::Inbound,
    log::{Log, LogFormat, LogLevel},
    server::{Server, Transport},
    upstream::Upstream,
    value::Sourced,
};
