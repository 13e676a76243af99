//! A crate as mcpgen writes it, and the catalog that it is written from.

use serde_json::json;

use crate::prelude::*;

one_of! {
    pub(super) enum Status {
        Available = "available",
        Sold = "sold",
    }
}

model! {
    pub(super) struct Pet {
        pub(super) name: String,
        pub(super) age: Option<i32>,
        pub(super) parent: Option<Nullable<Box<Pet>>>,
        pub(super) rest: Object = ..,
    }

    pub(super) struct ListPets {
        pub(super) status: Option<Status>,
        pub(super) tags: Option<Vec<String>>,
    }

    pub(super) struct AddPet {
        pub(super) name: String,
        pub(super) status: Option<Status>,
        pub(super) tags: Option<Vec<String>>,
        pub(super) price: Option<Number>,
        pub(super) parent: Option<Nullable<Pet>>,
        pub(super) rest: Object = ..,
    }

    pub(super) struct UpdatePet {
        pub(super) pet_id: i64 = "petId",
        pub(super) x_shop: Nullable<String> = "X-Shop",
        pub(super) id_query: Option<Vec<String>> = "id__query",
        pub(super) note: Option<Nullable<String>>,
    }

    pub(super) struct Upload {
        pub(super) data: Option<Value>,
        pub(super) meta: Option<Object>,
    }

    pub(super) struct Nothing {}
}

impl Operation for ListPets {
    const COMPONENT: &str = r##"{
        "resource": {"name": "listPets", "description": "", "uri": "api://zoo/pets"},
        "resourceTemplate": {
            "name": "listPets", "title": "Pets", "description": "", "uriTemplate": "api://zoo/pets{?status,tags*}",
            "mimeType": "application/json", "tags": ["pets"],
            "variables": [{"name": "status", "argument": "status"}, {"name": "tags", "argument": "tags"}]
        },
        "inputSchema": {
            "type": "object",
            "properties": {
                "status": {"$ref": "#/$defs/Status"},
                "tags": {"type": "array", "items": {"type": "string"}}
            },
            "additionalProperties": false
        }
    }"##;

    fn request(&self) -> Request {
        Request::get("/pets")
            .query("status", &self.status, Style::Form.explode())
            .query("tags", &self.tags, Style::Form.explode())
            .accept("application/json")
    }
}

impl Operation for AddPet {
    const COMPONENT: &str = r##"{
        "tool": {
            "name": "addPet", "title": "Add", "description": "Adds a \"pet\".",
            "annotations": {"destructiveHint": false, "openWorldHint": true},
            "outputSchema": {"type": "object", "properties": {"pet": {"$ref": "#/$defs/Pet"}}}, "tags": ["pets", "new"]
        },
        "inputSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "status": {"$ref": "#/$defs/Status"},
                "tags": {"type": "array", "items": {"type": "string"}},
                "price": {"type": "number"},
                "parent": {"anyOf": [{"$ref": "#/$defs/Pet"}, {"type": "null"}]}
            },
            "required": ["name"]
        }
    }"##;
    const SECURITY: Security = &[&[("key", &[])]];

    fn request(&self) -> Request {
        Request::post("/pets")
            .json("application/json")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("tags", &self.tags)
            .field("price", &self.price)
            .field("parent", &self.parent)
            .rest(&self.rest)
            .accept("application/json")
            .security(Self::SECURITY)
    }
}

impl Operation for UpdatePet {
    const COMPONENT: &str = r#"{
        "tool": {"name": "updatePet", "description": "", "annotations": {}},
        "inputSchema": {
            "type": "object",
            "properties": {
                "petId": {"type": "integer", "format": "int64"},
                "X-Shop": {"type": ["string", "null"]},
                "id__query": {"type": "array", "items": {"type": "string"}},
                "note": {"type": ["string", "null"]}
            },
            "required": ["petId", "X-Shop"],
            "additionalProperties": false
        }
    }"#;
    const SECURITY: Security = &[&[("key", &["write"])], &[]];
    const SERVER: Option<OwnServer> = Some(OwnServer::new("http://localhost:1"));

    fn request(&self) -> Request {
        Request::patch("/pets/{petId}")
            .fixed_query("v=1")
            .server(Self::SERVER)
            .path("petId", &self.pet_id, Style::Simple)
            .header("X-Shop", &self.x_shop, Style::Simple)
            .query("id", &self.id_query, Style::PipeDelimited)
            .argument("id__query")
            .form("application/x-www-form-urlencoded")
            .field("note", &self.note)
            .optional()
            .accept("*/*")
            .security(Self::SECURITY)
    }
}

impl Operation for Upload {
    const COMPONENT: &str = r#"{
        "tool": {"name": "upload", "description": "", "annotations": {}},
        "inputSchema": {
            "type": "object",
            "properties": {"data": {}, "meta": {"type": "object"}},
            "additionalProperties": false
        }
    }"#;

    fn request(&self) -> Request {
        Request::put("/upload")
            .multipart("multipart/form-data")
            .field_as("data", &self.data, Part::new().content_type("image/png").file().header("X-A", "b"))
            .field_as("meta", &self.meta, Part::new().style(Style::DeepObject.explode()))
            .accept("*/*")
    }
}

impl Operation for Nothing {
    const COMPONENT: &str = r#"{
        "tool": {"name": "nothing", "description": ""},
        "inputSchema": {"type": "object", "additionalProperties": false}
    }"#;

    fn request(&self) -> Request {
        Request::get("/nothing").accept("*/*")
    }
}

pub(super) async fn list_pets(api: Api, args: ListPets) -> ReadResult {
    api.read(args.request()).await
}

pub(super) async fn add_pet(api: Api, args: AddPet) -> ToolResult {
    api.send(args.request()).await
}

pub(super) async fn update_pet(api: Api, args: UpdatePet) -> ToolResult {
    api.send(args.request()).await
}

pub(super) async fn upload(api: Api, args: Upload) -> ToolResult {
    api.send(args.request()).await
}

pub(super) async fn nothing(api: Api, args: Nothing) -> ToolResult {
    api.send(args.request()).await
}

const STATUS: &str = r#"{"type": "string", "enum": ["available", "sold"]}"#;
const PET: &str = r##"{
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "format": "int32"},
        "parent": {"anyOf": [{"$ref": "#/$defs/Pet"}, {"type": "null"}]}
    },
    "required": ["name"]
}"##;

pub(super) fn server() -> Server {
    let mut server = Server::new("zoo", "1")
        .security_scheme("key", SecurityScheme::ApiKey { name: "X-Key".to_owned(), location: ApiKeyLocation::Header })
        .schemas(&[("Status", STATUS), ("Pet", PET)]);
    server.resource(list_pets);
    server.tool(add_pet);
    server.tool(update_pet);
    server.tool(upload);
    server.tool(nothing);
    server
}

/// What the crate was written from.
pub(super) fn catalog(base_url: &str) -> Value {
    let component = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let input = |text: &str| component(text)["inputSchema"].clone();
    let parameter = |argument: &str, name: &str, location: &str, style: &str, explode: bool| json!({"argument": argument, "name": name, "in": location, "style": style, "explode": explode});
    let property = |name: &str| json!({"argument": name, "name": name});
    let body = |required: bool, media_type: &str, names: &[&str], open: bool, kind: Value| {
        let properties: Vec<_> = names.iter().map(|name| property(name)).collect();
        let mut body = json!({
            "required": required, "media_type": media_type,
            "layout": {"properties": {"properties": properties, "open": open}},
        });
        body.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        body
    };
    let upload_fields = json!({
        "data": {"content_type": "image/png", "file": true, "headers": {"X-A": "b"}},
        "meta": {"style": "deepObject", "explode": true},
    });
    let variables = [property("status"), property("tags")];
    json!({
        "mcpgen_catalog": "1.0",
        "server": {"name": "zoo", "version": "1"},
        "base_url": {"url": base_url, "credentials": true},
        "security_schemes": {"key": {"type": "apiKey", "name": "X-Key", "in": "header"}},
        "schemas": [
            {"name": "Status", "schema": component(STATUS)},
            {"name": "Pet", "schema": component(PET), "uses": [1]},
            {"schema": input(ListPets::COMPONENT), "uses": [0]},
            {"schema": input(AddPet::COMPONENT), "uses": [0, 1]},
            {"schema": component(AddPet::COMPONENT)["tool"]["outputSchema"].clone(), "uses": [1]},
            {"schema": input(UpdatePet::COMPONENT)},
            {"schema": input(Upload::COMPONENT)},
            {"schema": input(Nothing::COMPONENT)},
        ],
        "operations": [
            {"method": "GET", "path": "/pets", "accept": "application/json", "input": 2, "parameters": [
                parameter("status", "status", "query", "form", true), parameter("tags", "tags", "query", "form", true),
            ]},
            {"method": "POST", "path": "/pets", "accept": "application/json", "input": 3, "security": [{"key": []}],
                "body": body(true, "application/json", &["name", "status", "tags", "price", "parent"], true, json!({"kind": "json"}))},
            {"method": "PATCH", "path": "/pets/{petId}", "query": "v=1", "accept": "*/*", "input": 5,
                "base_url": {"url": "http://localhost:1", "credentials": true}, "security": [{"key": ["write"]}, {}],
                "parameters": [
                    parameter("petId", "petId", "path", "simple", false),
                    parameter("X-Shop", "X-Shop", "header", "simple", false),
                    parameter("id__query", "id", "query", "pipeDelimited", false),
                ],
                "body": body(false, "application/x-www-form-urlencoded", &["note"], false, json!({"kind": "form"}))},
            {"method": "PUT", "path": "/upload", "accept": "*/*", "input": 6,
                "body": body(true, "multipart/form-data", &["data", "meta"], false, json!({"kind": "multipart", "fields": upload_fields}))},
            {"method": "GET", "path": "/nothing", "accept": "*/*", "input": 7},
        ],
        "tools": [
            {"name": "addPet", "title": "Add", "description": "Adds a \"pet\".", "annotations": {"destructive": false, "open_world": true},
                "output": 4, "tags": ["pets", "new"], "operation": 1},
            {"name": "updatePet", "description": "", "annotations": {}, "operation": 2},
            {"name": "upload", "description": "", "annotations": {}, "operation": 3},
            {"name": "nothing", "description": "", "annotations": {}, "operation": 4},
        ],
        "resources": [{"name": "listPets", "description": "", "uri": "api://zoo/pets", "operation": 0}],
        "resource_templates": [{
            "name": "listPets", "title": "Pets", "description": "", "uri_template": "api://zoo/pets{?status,tags*}",
            "mime_type": "application/json", "tags": ["pets"], "operation": 0, "variables": variables,
        }],
    })
}
