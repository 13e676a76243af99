//! Types that requests share.

use mcpgen_runtime::prelude::*;

model! {
    pub struct Book {
        pub title: String,
        pub authors: Option<Vec<String>>,
        pub genre: Option<Genre>,
        pub price: Option<Number>,
        pub sequel_of: Option<Box<Book>> = "sequelOf",
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

one_of! {
    /// A shelf of the library
    pub enum Genre {
        Fiction = "fiction",
        History = "history",
        Science = "science",
        Travel = "travel",
    }
}
