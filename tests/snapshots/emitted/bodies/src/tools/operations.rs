//! What is offered of `operations`.

use mcpgen_runtime::prelude::*;

use crate::generated::operations;

/// `POST /notes`
pub async fn add_note(api: Api, args: operations::AddNote) -> ToolResult {
    api.send(args.request()).await
}

/// `PATCH /notes`
pub async fn change_note(api: Api, args: operations::ChangeNote) -> ToolResult {
    api.send(args.request()).await
}

/// `PUT /notes`
pub async fn replace_notes(api: Api, args: operations::ReplaceNotes) -> ToolResult {
    api.send(args.request()).await
}

/// `PUT /level`
pub async fn set_level(api: Api, args: operations::SetLevel) -> ToolResult {
    api.send(args.request()).await
}

/// `PUT /anything`
pub async fn set_anything(api: Api, args: operations::SetAnything) -> ToolResult {
    api.send(args.request()).await
}

/// `PUT /labels`
pub async fn set_labels(api: Api, args: operations::SetLabels) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /open`
pub async fn add_open(api: Api, args: operations::AddOpen) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /closed`
pub async fn add_closed(api: Api, args: operations::AddClosed) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /payments`
pub async fn pay(api: Api, args: operations::Pay) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /maybe`
pub async fn maybe_pay(api: Api, args: operations::MaybePay) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /search`
pub async fn search(api: Api, args: operations::Search) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /files`
pub async fn upload(api: Api, args: operations::Upload) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /parts`
pub async fn send_parts(api: Api, args: operations::SendParts) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /lines`
pub async fn send_lines(api: Api, args: operations::SendLines) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /sequence`
pub async fn send_sequence(api: Api, args: operations::SendSequence) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /text`
pub async fn send_text(api: Api, args: operations::SendText) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /xml`
pub async fn send_xml(api: Api, args: operations::SendXml) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /bytes`
pub async fn send_bytes(api: Api, args: operations::SendBytes) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /image`
pub async fn send_image(api: Api, args: operations::SendImage) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /pages`
pub async fn add_page(api: Api, args: operations::AddPage) -> ToolResult {
    api.send(args.request()).await
}

/// `POST /tables`
pub async fn add_table(api: Api, args: operations::AddTable) -> ToolResult {
    api.send(args.request()).await
}
