//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `GET /ping`
pub async fn ping(api: Api, args: operations::Ping) -> ReadResult {
    api.read(args.request()).await
}
