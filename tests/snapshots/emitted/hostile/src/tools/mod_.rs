//! What is offered of `mod`.

use mcpgen_runtime::prelude::*;

use crate::generated::mod_;

/// `DELETE /b`
pub async fn cargo_toml(api: Api, args: mod_::CargoToml) -> ToolResult {
    api.send(args.request()).await
}
