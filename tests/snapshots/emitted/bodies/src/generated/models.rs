//! Types that requests share.

use mcpgen_runtime::prelude::*;

model! {
    pub struct Card {
        pub kind: Value,
        pub number: String,
        pub limit: Option<Nullable<Number>>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct Note {
        pub title: String,
        pub state: Option<NoteState>,
        pub due: Option<Nullable<String>>,
        pub size: Option<i32>,
        pub views: Option<i64>,
        pub price: Option<Number>,
        pub tags: Option<Vec<Nullable<String>>>,
        pub labels: Option<Map<String>>,
        pub extra: Option<Object>,
        pub owner: Option<Value>,
        pub point: Option<Value>,
        pub parent: Option<Box<Note>>,
        pub replies: Option<Vec<Note>>,
        pub fixed: Option<Value>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

one_of! {
    pub enum NoteState {
        Open = "open",
        Done = "done",
    }
}
