//! What is offered of `self`.

use mcpgen_runtime::prelude::*;

use crate::generated::self_;

/// {{ evil }} {% raw %} \${HOME} \$(id) `id`
///
/// `POST /a/{self}`
pub async fn crate_(api: Api, args: self_::Crate) -> ToolResult {
    api.send(args.request()).await
}
