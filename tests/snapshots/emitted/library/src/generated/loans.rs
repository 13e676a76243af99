//! The requests of `loans`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /loans`
    pub struct MyLoans {
        /// The library card
        pub x_card: String = "X-Card",
    }
}

impl Operation for MyLoans {
    const COMPONENT: &str = include_str!("../../schemas/my_loans.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::get("/loans")
            .header("X-Card", &self.x_card, Style::Simple)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /loans`
    pub struct BorrowBook {
        pub book_id: i64 = "bookId",
        pub until: Option<String>,
        pub note: Option<Nullable<String>>,
    }
}

impl Operation for BorrowBook {
    const COMPONENT: &str = include_str!("../../schemas/borrow_book.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::post("/loans")
            .json("application/json")
            .field("bookId", &self.book_id)
            .field("until", &self.until)
            .field("note", &self.note)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}
