//! What the files of an emitted crate use: `use mcpgen_runtime::prelude::*;`.

pub use serde_json::json;

pub use crate::{
    auth::Credentials,
    catalog::{Annotations, ApiKeyLocation, DeepObjectArrays, SecurityScheme, Style},
    client::{Client, ClientOptions},
    dispatch::{Contents, Reply, ToolError},
    emitted::{Api, NewTool, Operation, OwnServer, Part, Request, Security, Server},
    model,
    model::{FromJson, Map, Nullable, Number, Object, ToJson, Value},
    one_of,
};

/// What a tool gives: a reply, or why there is none, which the client gets as a result that says so.
pub type ToolResult = Result<Reply, ToolError>;
/// What a resource gives.
pub type ReadResult = Result<Contents, ToolError>;
