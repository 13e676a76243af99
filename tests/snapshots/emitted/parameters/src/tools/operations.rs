//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `GET /things/{ids}`
pub async fn every_location(api: Api, args: operations::EveryLocation) -> ReadResult {
    api.read(args.request()).await
}

/// `GET /odd`
pub async fn odd_names(api: Api, args: operations::OddNames) -> ReadResult {
    api.read(args.request()).await
}

/// `PATCH /same/{id}`
pub async fn same_names(api: Api, args: operations::SameNames) -> ToolResult {
    api.send(args.request()).await
}
