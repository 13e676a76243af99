//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `POST /path/{simple}/{simpleMore}/{label}/{labelMore}/{matrix}/{matrixMore}/x{part}y`
pub async fn in_path(api: Api, args: operations::InPath) -> ToolResult {
    api.send(args.request()).await
}

/// POST /query?fixed=a%20b
///
/// `POST /query`
pub async fn in_query(api: Api, args: operations::InQuery) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /whole`
pub async fn whole_query(api: Api, args: operations::WholeQuery) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /header`
pub async fn in_header(api: Api, args: operations::InHeader) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /cookie`
pub async fn in_cookie(api: Api, args: operations::InCookie) -> ToolResult {
    api.send(args.request()).await
}

/// `GET /reads/{id}{ext}`
pub async fn read_one(api: Api, args: operations::ReadOne) -> ReadResult {
    api.read(args.request()).await
}

/// `POST /own`
pub async fn own_server(api: Api, args: operations::OwnServerArgs) -> ToolResult {
    api.send(args.request()).await
}

/// `GET /own`
pub async fn read_own_server(api: Api, args: operations::ReadOwnServer) -> ReadResult {
    api.read(args.request()).await
}
