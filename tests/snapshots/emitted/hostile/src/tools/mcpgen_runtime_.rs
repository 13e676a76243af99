//! What is offered of `mcpgen_runtime`.

use mcpgen_runtime::prelude::*;

use crate::generated::mcpgen_runtime_;

/// `POST /c`
pub async fn get_pet(api: Api, args: mcpgen_runtime_::GetPet) -> ToolResult {
    api.send(args.request()).await
}
