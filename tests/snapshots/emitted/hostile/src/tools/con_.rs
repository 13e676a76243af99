//! What is offered of `con`.

use mcpgen_runtime::prelude::*;

use crate::generated::con_;

/// `PATCH /c`
pub async fn aux(api: Api, args: con_::Aux) -> ToolResult {
    api.send(args.request()).await
}
