//! Servers that are written in Rust: requests of typed arguments, handlers that send them, and the server that offers
//! the handlers. Calls go the way of [`dispatch`](crate::dispatch), whatever stands behind a tool.

mod api;
mod component;
mod operation;
mod part;
mod prompts;
mod request;
mod restore;
mod schemas;
mod server;
mod tool;
mod words;

pub use self::{
    api::Api,
    operation::{Operation, OwnServer, Security},
    part::Part,
    request::Request,
    restore::restore,
    server::{Offered, Ready, Server, ServerError},
    tool::NewTool,
};
pub(crate) use api::{Call, Handler};

#[cfg(test)]
mod tests;
