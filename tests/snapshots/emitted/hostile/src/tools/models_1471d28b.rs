//! What is offered of `models`.

use mcpgen_runtime::prelude::*;

use crate::generated::models_1471d28b;

/// `GET /b`
pub async fn option_17245cb4(api: Api, args: models_1471d28b::Option17245cb4) -> ReadResult {
    api.read(args.request()).await
}

/// `POST /b`
pub async fn option(api: Api, args: models_1471d28b::OptionArgs) -> ToolResult {
    api.send(args.request()).await
}
