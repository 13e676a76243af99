//! What is offered of `books`.

use mcpgen_runtime::prelude::*;

use crate::generated::books;

/// List books
///
/// `GET /books`
pub async fn list_books(api: Api, args: books::ListBooks) -> ReadResult {
    api.read(args.request()).await
}

/// Add a book
///
/// `POST /books`
pub async fn add_book(api: Api, args: books::AddBook) -> ToolResult {
    api.send(args.request()).await
}

/// Get a book
///
/// `GET /books/{bookId}`
pub async fn get_book(api: Api, args: books::GetBook) -> ReadResult {
    api.read(args.request()).await
}

/// Replace a book
///
/// `PUT /books/{bookId}`
pub async fn replace_book(api: Api, args: books::ReplaceBook) -> ToolResult {
    api.send(args.request()).await
}

/// Remove a book
///
/// `DELETE /books/{bookId}`
pub async fn remove_book(api: Api, args: books::RemoveBook) -> ToolResult {
    api.send(args.request()).await
}

/// Browse a shelf
///
/// `GET /shelves/{genre}/books`
pub async fn browse_shelf(api: Api, args: books::BrowseShelf) -> ReadResult {
    api.read(args.request()).await
}
