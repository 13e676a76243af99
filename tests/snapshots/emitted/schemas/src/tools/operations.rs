//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `POST /nodes`
pub async fn add_node(api: Api, args: operations::AddNode) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /shapes`
pub async fn add_shape(api: Api, args: operations::AddShape) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /pieces`
pub async fn add_piece(api: Api, args: operations::AddPiece) -> ToolResult {
    api.send(args.request()).await
}
