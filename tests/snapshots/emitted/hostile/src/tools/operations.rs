//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `DELETE /c`
pub async fn delete_c(api: Api, args: operations::DeleteC) -> ToolResult {
    api.send(args.request()).await
}
