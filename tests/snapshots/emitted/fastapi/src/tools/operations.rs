//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// Read Room
///
/// `GET /rooms/{room_id}`
pub async fn read_room(api: Api, args: operations::ReadRoom) -> ReadResult {
    api.read(args.request()).await
}

/// Write Room
///
/// `PUT /rooms/{room_id}`
pub async fn write_room(api: Api, args: operations::WriteRoom) -> ToolResult {
    api.send(args.request()).await
}
