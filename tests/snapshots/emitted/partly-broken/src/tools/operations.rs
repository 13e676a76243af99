//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `POST /good`
pub async fn good(api: Api, args: operations::Good) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /also-good`
pub async fn also_good(api: Api, args: operations::AlsoGood) -> ToolResult {
    api.send(args.request()).await
}
