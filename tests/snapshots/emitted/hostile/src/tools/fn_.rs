//! What is offered of `fn`.

use mcpgen_runtime::prelude::*;

use crate::generated::fn_;

/// `PATCH /b`
pub async fn r#fn(api: Api, args: fn_::FnArgs) -> ToolResult {
    api.send(args.request()).await
}
