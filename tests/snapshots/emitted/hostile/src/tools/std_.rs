//! What is offered of `std`.

use mcpgen_runtime::prelude::*;

use crate::generated::std_;

/// `PUT /c`
pub async fn get_pet_702e8b1c(api: Api, args: std_::GetPet702e8b1c) -> ToolResult {
    api.send(args.request()).await
}
