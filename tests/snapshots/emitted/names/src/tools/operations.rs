//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `GET /users/{id}/posts`
pub async fn get_users_by_id_posts(api: Api, args: operations::GetUsersByIdPosts) -> ReadResult {
    api.read(args.request()).await
}

/// `POST /dots`
pub async fn pets_list_all(api: Api, args: operations::PetsListAll) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /twice`
pub async fn twice_f2be3d0e(api: Api, args: operations::TwiceF2be3d0e) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /again`
pub async fn twice_423b6b06(api: Api, args: operations::Twice423b6b06) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /script`
pub async fn gu_ke_yi_lan(api: Api, args: operations::GuKeYiLan) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /long`
pub async fn this_operation_has_a_name_that_is_so_long_that_no_clien_090efaf4(
    api: Api,
    args: operations::ThisOperationHasANameThatIsSoLongThatNoClien090efaf4,
) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /content`
pub async fn foo_bar_get(api: Api, args: operations::FooBarGet) -> ToolResult {
    api.send(args.request()).await
}
