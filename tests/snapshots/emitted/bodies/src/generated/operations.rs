//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

use super::models;

model! {
    /// `POST /notes`
    pub struct AddNote {
        pub title: String,
        pub state: Option<AddNoteState>,
        pub due: Option<Nullable<String>>,
        pub size: Option<i32>,
        pub views: Option<i64>,
        pub price: Option<Number>,
        pub tags: Option<Vec<Nullable<String>>>,
        pub labels: Option<Map<String>>,
        pub extra: Option<Object>,
        pub owner: Option<Value>,
        pub point: Option<Value>,
        pub parent: Option<models::Note>,
        pub replies: Option<Vec<models::Note>>,
        pub fixed: Option<Value>,
    }
}

impl Operation for AddNote {
    const COMPONENT: &str = include_str!("../../schemas/add_note.json");

    fn request(&self) -> Request {
        Request::post("/notes")
            .json("application/json")
            .field("title", &self.title)
            .field("state", &self.state)
            .field("due", &self.due)
            .field("size", &self.size)
            .field("views", &self.views)
            .field("price", &self.price)
            .field("tags", &self.tags)
            .field("labels", &self.labels)
            .field("extra", &self.extra)
            .field("owner", &self.owner)
            .field("point", &self.point)
            .field("parent", &self.parent)
            .field("replies", &self.replies)
            .field("fixed", &self.fixed)
            .accept("application/json")
    }
}

one_of! {
    pub enum AddNoteState {
        Open = "open",
        Done = "done",
    }
}

model! {
    /// `PATCH /notes`
    pub struct ChangeNote {
        pub title: Option<String>,
        pub due: Option<Nullable<String>>,
        pub size: Option<i32>,
    }
}

impl Operation for ChangeNote {
    const COMPONENT: &str = include_str!("../../schemas/change_note.json");

    fn request(&self) -> Request {
        Request::patch("/notes")
            .json("application/merge-patch+json")
            .field("title", &self.title)
            .field("due", &self.due)
            .field("size", &self.size)
            .optional()
            .accept("application/json")
    }
}

model! {
    /// `PUT /notes`
    pub struct ReplaceNotes {
        pub body: Vec<models::Note>,
    }
}

impl Operation for ReplaceNotes {
    const COMPONENT: &str = include_str!("../../schemas/replace_notes.json");

    fn request(&self) -> Request {
        Request::put("/notes")
            .json("application/vnd.notes+json; charset=utf-8")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    /// `PUT /level`
    pub struct SetLevel {
        pub body: Number,
    }
}

impl Operation for SetLevel {
    const COMPONENT: &str = include_str!("../../schemas/set_level.json");

    fn request(&self) -> Request {
        Request::put("/level")
            .json("application/json")
            .value(&self.body)
            .accept("*/*")
    }
}

model! {
    /// `PUT /anything`
    pub struct SetAnything {
        pub body: Option<Value>,
    }
}

impl Operation for SetAnything {
    const COMPONENT: &str = include_str!("../../schemas/set_anything.json");

    fn request(&self) -> Request {
        Request::put("/anything")
            .json("application/json")
            .value(&self.body)
            .optional()
            .accept("application/json")
    }
}

model! {
    /// `PUT /labels`
    pub struct SetLabels {
        pub body: Map<Nullable<String>>,
    }
}

impl Operation for SetLabels {
    const COMPONENT: &str = include_str!("../../schemas/set_labels.json");

    fn request(&self) -> Request {
        Request::put("/labels")
            .json("application/json")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    /// `POST /open`
    pub struct AddOpen {
        pub name: Option<String>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

impl Operation for AddOpen {
    const COMPONENT: &str = include_str!("../../schemas/add_open.json");

    fn request(&self) -> Request {
        Request::post("/open")
            .json("application/json")
            .field("name", &self.name)
            .rest(&self.rest)
            .accept("application/json")
    }
}

model! {
    /// `POST /closed`
    pub struct AddClosed {
        pub name_query: Option<String> = "name__query",
        pub name: String,
        pub inner: Option<AddClosedInner>,
    }
}

impl Operation for AddClosed {
    const COMPONENT: &str = include_str!("../../schemas/add_closed.json");

    fn request(&self) -> Request {
        Request::post("/closed")
            .query("name", &self.name_query, Style::Form.explode())
            .argument("name__query")
            .json("application/json")
            .field("name", &self.name)
            .field("inner", &self.inner)
            .accept("application/json")
    }
}

model! {
    pub struct AddClosedInner {
        pub a: Option<Nullable<bool>>,
    }
}

model! {
    /// `POST /payments`
    pub struct Pay {
        pub body: Value,
    }
}

impl Operation for Pay {
    const COMPONENT: &str = include_str!("../../schemas/pay.json");

    fn request(&self) -> Request {
        Request::post("/payments")
            .json("application/json")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    /// `POST /maybe`
    pub struct MaybePay {
        pub body: Option<models::Card>,
    }
}

impl Operation for MaybePay {
    const COMPONENT: &str = include_str!("../../schemas/maybe_pay.json");

    fn request(&self) -> Request {
        Request::post("/maybe")
            .json("application/json")
            .value(&self.body)
            .optional()
            .accept("application/json")
    }
}

model! {
    /// `POST /search`
    pub struct Search {
        pub q: String,
        pub words: Option<Vec<String>>,
        pub within: Option<Vec<Number>>,
        pub r#where: Option<SearchWhere>,
        pub filter: Option<SearchFilter>,
        pub url: Option<String>,
    }
}

impl Operation for Search {
    const COMPONENT: &str = include_str!("../../schemas/search.json");

    fn request(&self) -> Request {
        Request::post("/search")
            .form("application/x-www-form-urlencoded")
            .field("q", &self.q)
            .field("words", &self.words)
            .field_as(
                "within",
                &self.within,
                Part::new().style(Style::PipeDelimited),
            )
            .field_as("where", &self.r#where, Part::new().style(Style::DeepObject))
            .field_as(
                "filter",
                &self.filter,
                Part::new().content_type("application/json"),
            )
            .field_as(
                "url",
                &self.url,
                Part::new().style(Style::Form.explode().allow_reserved()),
            )
            .accept("application/json")
    }
}

model! {
    pub struct SearchWhere {
        pub near: Option<String>,
        pub tags: Option<Vec<String>>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    pub struct SearchFilter {
        pub a: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /files`
    pub struct Upload {
        /// File: base64 text, a data: URL, or an object with the base64 text in `data`.
        pub file: Value,
        pub more: Option<Vec<Value>>,
        pub title: Option<String>,
        pub about: Option<UploadAbout>,
        /// Text of text/csv, sent as it is.
        pub csv: Option<String>,
    }
}

impl Operation for Upload {
    const COMPONENT: &str = include_str!("../../schemas/upload.json");

    fn request(&self) -> Request {
        Request::post("/files")
            .multipart("multipart/form-data")
            .field_as(
                "file",
                &self.file,
                Part::new()
                    .content_type("image/png")
                    .file()
                    .header("X-Kind", "cover"),
            )
            .field_as("more", &self.more, Part::new().file())
            .field("title", &self.title)
            .field("about", &self.about)
            .field_as("csv", &self.csv, Part::new().content_type("text/csv"))
            .accept("application/json")
    }
}

model! {
    pub struct UploadAbout {
        pub pages: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /parts`
    pub struct SendParts {
        pub body: Vec<Object>,
    }
}

impl Operation for SendParts {
    const COMPONENT: &str = include_str!("../../schemas/send_parts.json");

    fn request(&self) -> Request {
        Request::post("/parts")
            .multipart("multipart/mixed")
            .value(&self.body)
            .part("*", Part::new().content_type("application/json"))
            .accept("application/json")
    }
}

model! {
    /// `POST /lines`
    pub struct SendLines {
        pub body: Vec<SendLinesBodyItem>,
    }
}

impl Operation for SendLines {
    const COMPONENT: &str = include_str!("../../schemas/send_lines.json");

    fn request(&self) -> Request {
        Request::post("/lines")
            .json_lines("application/x-ndjson")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    pub struct SendLinesBodyItem {
        pub n: Option<Number>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

model! {
    /// `POST /sequence`
    pub struct SendSequence {
        pub body: Vec<Value>,
    }
}

impl Operation for SendSequence {
    const COMPONENT: &str = include_str!("../../schemas/send_sequence.json");

    fn request(&self) -> Request {
        Request::post("/sequence")
            .json_sequence("application/json-seq")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    /// `POST /text`
    pub struct SendText {
        pub body: String,
    }
}

impl Operation for SendText {
    const COMPONENT: &str = include_str!("../../schemas/send_text.json");

    fn request(&self) -> Request {
        Request::post("/text")
            .text("text/plain")
            .value(&self.body)
            .accept("text/plain")
    }
}

model! {
    /// `POST /xml`
    pub struct SendXml {
        pub body: Option<String>,
    }
}

impl Operation for SendXml {
    const COMPONENT: &str = include_str!("../../schemas/send_xml.json");

    fn request(&self) -> Request {
        Request::post("/xml")
            .text("application/xml")
            .value(&self.body)
            .optional()
            .accept("application/json")
    }
}

model! {
    /// `POST /bytes`
    pub struct SendBytes {
        /// Base64 text or a data: URL.
        pub body: Value,
    }
}

impl Operation for SendBytes {
    const COMPONENT: &str = include_str!("../../schemas/send_bytes.json");

    fn request(&self) -> Request {
        Request::post("/bytes")
            .binary("application/octet-stream")
            .value(&self.body)
            .accept("application/json")
    }
}

model! {
    /// `POST /image`
    pub struct SendImage {
        /// Base64 text or a data: URL. Only a data: URL says which image/* it is.
        pub body: Option<Value>,
    }
}

impl Operation for SendImage {
    const COMPONENT: &str = include_str!("../../schemas/send_image.json");

    fn request(&self) -> Request {
        Request::post("/image")
            .binary("image/*")
            .value(&self.body)
            .optional()
            .accept("application/json")
    }
}

model! {
    /// `POST /pages`
    pub struct AddPage {
        pub draft: Option<bool>,
        pub title: Option<String>,
        pub lines: Option<Number>,
        /// The body, in place of its single properties, where content_type says text/markdown,
        /// application/pdf.
        pub body: Option<Value>,
        /// The media type of the body; without it application/json.
        pub content_type: Option<AddPageContentType>,
    }
}

impl Operation for AddPage {
    const COMPONENT: &str = include_str!("../../schemas/add_page.json");

    fn request(&self) -> Request {
        Request::post("/pages")
            .query("draft", &self.draft, Style::Form.explode())
            .json("application/json")
            .field("title", &self.title)
            .field("lines", &self.lines)
            .needs(&["title"])
            .alternatives("content_type", &self.content_type)
            .text("text/markdown")
            .value(&self.body)
            .binary("application/pdf")
            .value(&self.body)
            .accept("application/json")
    }
}

one_of! {
    /// The media type of the body; without it application/json.
    pub enum AddPageContentType {
        ApplicationJson = "application/json",
        TextMarkdown = "text/markdown",
        ApplicationPdf = "application/pdf",
    }
}

model! {
    /// `POST /tables`
    pub struct AddTable {
        /// The body for content_type application/json, text/csv.
        pub body: Option<Value>,
        /// The media type of the body; without it application/json.
        pub content_type: Option<AddTableContentType>,
    }
}

impl Operation for AddTable {
    const COMPONENT: &str = include_str!("../../schemas/add_table.json");

    fn request(&self) -> Request {
        Request::post("/tables")
            .json("application/json")
            .value(&self.body)
            .alternatives("content_type", &self.content_type)
            .text("text/csv")
            .value(&self.body)
            .optional()
            .accept("application/json")
    }
}

one_of! {
    /// The media type of the body; without it application/json.
    pub enum AddTableContentType {
        ApplicationJson = "application/json",
        TextCsv = "text/csv",
    }
}
