//! What is offered of `Models`.

use mcpgen_runtime::prelude::*;

use crate::generated::models_01cd0fab;

/// `PUT /b`
pub async fn request(api: Api, args: models_01cd0fab::RequestArgs) -> ToolResult {
    api.send(args.request()).await
}
