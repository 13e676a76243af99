//! What is offered of `t #![evil] //! {{ x }} " \ */`.

use mcpgen_runtime::prelude::*;

use crate::generated::t_evil_x;

/// txet #!\[evil\]
///
/// txet !\[evil\]
///
/// `POST /e%22%5C%20*/%20$x%20{y}`
pub async fn a_evil_fn_main_7_7(api: Api, args: t_evil_x::AEvilFnMain77) -> ToolResult {
    api.send(args.request()).await
}
