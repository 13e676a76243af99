//! The requests of `books`.

use mcpgen_runtime::prelude::*;

use super::models;

model! {
    /// `GET /books`
    pub struct ListBooks {
        pub genre: Option<models::Genre>,
        /// At most so many
        pub limit: Option<Number>,
        /// Any of these authors
        pub author: Option<Vec<String>>,
    }
}

impl Operation for ListBooks {
    const COMPONENT: &str = include_str!("../../schemas/list_books.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::get("/books")
            .query("genre", &self.genre, Style::Form.explode())
            .query("limit", &self.limit, Style::Form.explode())
            .query("author", &self.author, Style::Form.explode())
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `POST /books`
    pub struct AddBook {
        pub title: String,
        pub authors: Option<Vec<String>>,
        pub genre: Option<models::Genre>,
        pub price: Option<Number>,
        pub sequel_of: Option<models::Book> = "sequelOf",
    }
}

impl Operation for AddBook {
    const COMPONENT: &str = include_str!("../../schemas/add_book.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::post("/books")
            .json("application/json")
            .field("title", &self.title)
            .field("authors", &self.authors)
            .field("genre", &self.genre)
            .field("price", &self.price)
            .field("sequelOf", &self.sequel_of)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `GET /books/{bookId}`
    pub struct GetBook {
        /// The book's number
        pub book_id: i64 = "bookId",
    }
}

impl Operation for GetBook {
    const COMPONENT: &str = include_str!("../../schemas/get_book.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::get("/books/{bookId}")
            .path("bookId", &self.book_id, Style::Simple)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `PUT /books/{bookId}`
    pub struct ReplaceBook {
        /// The book's number
        pub book_id: i64 = "bookId",
        pub title: String,
        pub authors: Option<Vec<String>>,
        pub genre: Option<models::Genre>,
        pub price: Option<Number>,
        pub sequel_of: Option<models::Book> = "sequelOf",
    }
}

impl Operation for ReplaceBook {
    const COMPONENT: &str = include_str!("../../schemas/replace_book.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::put("/books/{bookId}")
            .path("bookId", &self.book_id, Style::Simple)
            .json("application/json")
            .field("title", &self.title)
            .field("authors", &self.authors)
            .field("genre", &self.genre)
            .field("price", &self.price)
            .field("sequelOf", &self.sequel_of)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

model! {
    /// `DELETE /books/{bookId}`
    pub struct RemoveBook {
        /// The book's number
        pub book_id: i64 = "bookId",
    }
}

impl Operation for RemoveBook {
    const COMPONENT: &str = include_str!("../../schemas/remove_book.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::delete("/books/{bookId}")
            .path("bookId", &self.book_id, Style::Simple)
            .accept("*/*")
            .security(Self::SECURITY)
    }
}

model! {
    /// `GET /shelves/{genre}/books`
    pub struct BrowseShelf {
        pub genre: models::Genre,
        pub available: Option<bool>,
    }
}

impl Operation for BrowseShelf {
    const COMPONENT: &str = include_str!("../../schemas/browse_shelf.json");
    const SECURITY: Security = &[&[("libraryKey", &[])]];

    fn request(&self) -> Request {
        Request::get("/shelves/{genre}/books")
            .path("genre", &self.genre, Style::Simple)
            .query("available", &self.available, Style::Form.explode())
            .accept("application/json")
            .security(Self::SECURITY)
    }
}
