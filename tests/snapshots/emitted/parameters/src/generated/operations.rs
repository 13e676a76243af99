//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /things/{ids}`
    pub struct EveryLocation {
        pub ids: Vec<String>,
        pub word: Option<String>,
        pub words: Option<Vec<String>>,
        pub filter: Option<EveryLocationFilter>,
        pub sort: Option<Object>,
        pub x_trace: Option<Vec<Number>> = "X-Trace",
        pub theme: Option<String>,
    }
}

impl Operation for EveryLocation {
    const COMPONENT: &str = include_str!("../../schemas/every_location.json");

    fn request(&self) -> Request {
        Request::get("/things/{ids}")
            .path("ids", &self.ids, Style::Simple)
            .query("word", &self.word, Style::Form.explode())
            .query("words", &self.words, Style::Form.explode())
            .query("filter", &self.filter, Style::DeepObject)
            .query("sort", &self.sort, Style::content("application/json"))
            .header("X-Trace", &self.x_trace, Style::Simple)
            .cookie("theme", &self.theme, Style::Form.explode())
            .accept("application/json")
    }
}

model! {
    pub struct EveryLocationFilter {
        pub color: Option<String>,
        pub size: Option<EveryLocationFilterSize>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct EveryLocationFilterSize {
        pub min: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `GET /odd`
    pub struct OddNames {
        pub top: Option<Number>,
        pub page_size: Option<Number>,
        pub ids: Option<Vec<Number>>,
    }
}

impl Operation for OddNames {
    const COMPONENT: &str = include_str!("../../schemas/odd_names.json");

    fn request(&self) -> Request {
        Request::get("/odd")
            .query("$top", &self.top, Style::Form.explode())
            .argument("top")
            .query("page[size]", &self.page_size, Style::Form.explode())
            .argument("page_size")
            .query("ids[]", &self.ids, Style::Form.explode())
            .argument("ids")
            .accept("*/*")
    }
}

model! {
    /// `PATCH /same/{id}`
    pub struct SameNames {
        pub id_path: String = "id__path",
        pub id_query: Option<String> = "id__query",
        pub id: Option<Number>,
        pub nick: Option<Nullable<String>>,
    }
}

impl Operation for SameNames {
    const COMPONENT: &str = include_str!("../../schemas/same_names.json");

    fn request(&self) -> Request {
        Request::patch("/same/{id}")
            .path("id", &self.id_path, Style::Simple)
            .argument("id__path")
            .query("id", &self.id_query, Style::Form.explode())
            .argument("id__query")
            .json("application/merge-patch+json")
            .field("id", &self.id)
            .field("nick", &self.nick)
            .optional()
            .accept("*/*")
    }
}
