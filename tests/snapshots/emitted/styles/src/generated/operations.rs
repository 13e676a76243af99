//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `POST /path/{simple}/{simpleMore}/{label}/{labelMore}/{matrix}/{matrixMore}/x{part}y`
    pub struct InPath {
        pub simple: Vec<String>,
        pub simple_more: InPathSimpleMore = "simpleMore",
        pub label: Vec<String>,
        pub label_more: InPathLabelMore = "labelMore",
        pub matrix: InPathMatrix,
        pub matrix_more: Vec<String> = "matrixMore",
        pub part: Number,
    }
}

impl Operation for InPath {
    const COMPONENT: &str = include_str!("../../schemas/in_path.json");

    fn request(&self) -> Request {
        Request::post(
            "/path/{simple}/{simpleMore}/{label}/{labelMore}/{matrix}/{matrixMore}/x{part}y",
        )
        .path("simple", &self.simple, Style::Simple)
        .path("simpleMore", &self.simple_more, Style::Simple.explode())
        .path("label", &self.label, Style::Label)
        .path("labelMore", &self.label_more, Style::Label.explode())
        .path("matrix", &self.matrix, Style::Matrix)
        .path("matrixMore", &self.matrix_more, Style::Matrix.explode())
        .path("part", &self.part, Style::Simple.allow_reserved())
        .accept("*/*")
    }
}

model! {
    pub struct InPathSimpleMore {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct InPathLabelMore {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct InPathMatrix {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /query`
    pub struct InQuery {
        pub form: Option<Vec<String>>,
        pub form_more: Option<InQueryFormMore> = "formMore",
        pub space: Option<Vec<String>>,
        pub pipe: Option<Vec<String>>,
        pub deep: Option<Object>,
        pub reserved: Option<String>,
        pub json: Option<Object>,
        pub empty: Option<Nullable<String>>,
        pub needed: Nullable<Number>,
        pub r#type: Option<bool>,
        pub page_size: Option<i64>,
    }
}

impl Operation for InQuery {
    const COMPONENT: &str = include_str!("../../schemas/in_query.json");

    fn request(&self) -> Request {
        Request::post("/query")
            .fixed_query("fixed=a%20b")
            .query("form", &self.form, Style::Form)
            .query("formMore", &self.form_more, Style::Form.explode())
            .query("space", &self.space, Style::SpaceDelimited)
            .query("pipe", &self.pipe, Style::PipeDelimited)
            .query("deep", &self.deep, Style::DeepObject.explode())
            .query(
                "reserved",
                &self.reserved,
                Style::Form.explode().allow_reserved(),
            )
            .query("json", &self.json, Style::content("application/json"))
            .query("empty", &self.empty, Style::Form.explode())
            .query("needed", &self.needed, Style::Form.explode())
            .query("type", &self.r#type, Style::Form.explode())
            .query("page[size]", &self.page_size, Style::Form.explode())
            .argument("page_size")
            .accept("*/*")
    }
}

model! {
    pub struct InQueryFormMore {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /whole`
    pub struct WholeQuery {
        pub selector: Option<WholeQuerySelector>,
    }
}

impl Operation for WholeQuery {
    const COMPONENT: &str = include_str!("../../schemas/whole_query.json");

    fn request(&self) -> Request {
        Request::post("/whole")
            .querystring(
                "selector",
                &self.selector,
                Style::content("application/x-www-form-urlencoded"),
            )
            .accept("*/*")
    }
}

model! {
    pub struct WholeQuerySelector {
        pub a: Option<Number>,
        pub b: Option<Vec<String>>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /header`
    pub struct InHeader {
        pub x_list: Option<Vec<String>> = "X-List",
        pub x_map: Option<InHeaderXMap> = "X-Map",
        pub x_json: Option<InHeaderXJson> = "X-Json",
        pub x_text: Option<String> = "X-Text",
    }
}

impl Operation for InHeader {
    const COMPONENT: &str = include_str!("../../schemas/in_header.json");

    fn request(&self) -> Request {
        Request::post("/header")
            .header("X-List", &self.x_list, Style::Simple)
            .header("X-Map", &self.x_map, Style::Simple.explode())
            .header("X-Json", &self.x_json, Style::content("application/json"))
            .header("X-Text", &self.x_text, Style::Simple)
            .accept("*/*")
    }
}

model! {
    pub struct InHeaderXMap {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct InHeaderXJson {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /cookie`
    pub struct InCookie {
        pub form: Option<Vec<String>>,
        pub form_more: Option<InCookieFormMore> = "formMore",
        pub raw: Option<String>,
    }
}

impl Operation for InCookie {
    const COMPONENT: &str = include_str!("../../schemas/in_cookie.json");

    fn request(&self) -> Request {
        Request::post("/cookie")
            .cookie("form", &self.form, Style::Form)
            .cookie("formMore", &self.form_more, Style::Form.explode())
            .cookie("raw", &self.raw, Style::Cookie.explode())
            .accept("*/*")
    }
}

model! {
    pub struct InCookieFormMore {
        pub a: Option<String>,
        pub b: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `GET /reads/{id}{ext}`
    pub struct ReadOne {
        pub id: i64,
        pub ext: String,
        pub fields: Option<Vec<String>>,
        pub near: Option<Vec<Number>>,
    }
}

impl Operation for ReadOne {
    const COMPONENT: &str = include_str!("../../schemas/read_one.json");

    fn request(&self) -> Request {
        Request::get("/reads/{id}{ext}")
            .path("id", &self.id, Style::Simple)
            .path("ext", &self.ext, Style::Label)
            .query("fields", &self.fields, Style::Form.explode())
            .query("near", &self.near, Style::Form)
            .accept("application/json")
    }
}

model! {
    /// `POST /own`
    pub struct OwnServerArgs {}
}

impl Operation for OwnServerArgs {
    const COMPONENT: &str = include_str!("../../schemas/own_server.json");
    const SERVER: Option<OwnServer> = Some(OwnServer::new("https://uploads.example/eu"));

    fn request(&self) -> Request {
        Request::post("/own").server(Self::SERVER).accept("*/*")
    }
}

model! {
    /// `GET /own`
    pub struct ReadOwnServer {}
}

impl Operation for ReadOwnServer {
    const COMPONENT: &str = include_str!("../../schemas/read_own_server.json");
    const SERVER: Option<OwnServer> = Some(OwnServer::new("https://uploads.example/eu"));

    fn request(&self) -> Request {
        Request::get("/own")
            .server(Self::SERVER)
            .accept("text/plain")
    }
}
