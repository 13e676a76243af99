//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `POST /header`
pub async fn by_header(api: Api, args: operations::ByHeader) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /query`
pub async fn by_query(api: Api, args: operations::ByQuery) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /cookie`
pub async fn by_cookie(api: Api, args: operations::ByCookie) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /basic`
pub async fn by_basic(api: Api, args: operations::ByBasic) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /bearer`
pub async fn by_bearer(api: Api, args: operations::ByBearer) -> ToolResult {
    api.send(args.request()).await
}

/// `GET /bearer`
pub async fn read_by_bearer(api: Api, args: operations::ReadByBearer) -> ReadResult {
    api.read(args.request()).await
}

/// `POST /digest`
pub async fn by_other(api: Api, args: operations::ByOther) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /oauth`
pub async fn by_oauth(api: Api, args: operations::ByOauth) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /oidc`
pub async fn by_oidc(api: Api, args: operations::ByOidc) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /tls`
pub async fn by_certificate(api: Api, args: operations::ByCertificate) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /both`
pub async fn by_both(api: Api, args: operations::ByBoth) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /either`
pub async fn by_either(api: Api, args: operations::ByEither) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /optional`
pub async fn by_chance(api: Api, args: operations::ByChance) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /unset`
pub async fn by_nothing(api: Api, args: operations::ByNothing) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /public`
pub async fn for_all(api: Api, args: operations::ForAll) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /elsewhere`
pub async fn elsewhere(api: Api, args: operations::Elsewhere) -> ToolResult {
    api.send(args.request()).await
}
