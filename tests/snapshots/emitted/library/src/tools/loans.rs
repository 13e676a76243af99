//! What is offered of `loans`.

use mcpgen_runtime::prelude::*;

use crate::generated::loans;

/// My loans
///
/// `GET /loans`
pub async fn my_loans(api: Api, args: loans::MyLoans) -> ToolResult {
    api.send(args.request()).await
}

/// Borrow a book
///
/// `POST /loans`
pub async fn borrow_book(api: Api, args: loans::BorrowBook) -> ToolResult {
    api.send(args.request()).await
}
