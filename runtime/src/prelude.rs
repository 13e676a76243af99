//! What the files of an emitted crate use: `use mcpgen_runtime::prelude::*;`.
//!
//! A crate that mcpgen writes has a type for the arguments of each operation, which knows its request; a function for
//! each tool and resource, which its owner changes; and a server that offers the functions. In small:
//!
//! ```
//! use mcpgen_runtime::prelude::*;
//!
//! one_of! {
//!     pub enum Status {
//!         Available = "available",
//!         Sold = "sold",
//!     }
//! }
//!
//! model! {
//!     /// `PATCH /pets/{petId}`
//!     pub struct UpdatePet {
//!         /// The number of the pet.
//!         pub pet_id: i64 = "petId",
//!         pub status: Option<Status>,
//!     }
//! }
//!
//! impl Operation for UpdatePet {
//!     const COMPONENT: &str = r#"{
//!         "tool": {"name": "updatePet", "description": "Change a pet"},
//!         "inputSchema": {
//!             "type": "object",
//!             "properties": {
//!                 "petId": {"type": "integer", "format": "int64"},
//!                 "status": {"type": "string", "enum": ["available", "sold"]}
//!             },
//!             "required": ["petId"],
//!             "additionalProperties": false
//!         }
//!     }"#;
//!     const SECURITY: Security = &[&[("api_key", &[])]];
//!
//!     fn request(&self) -> Request {
//!         Request::patch("/pets/{petId}")
//!             .path("petId", &self.pet_id, Style::Simple)
//!             .json("application/json")
//!             .field("status", &self.status)
//!             .accept("application/json")
//!             .security(Self::SECURITY)
//!     }
//! }
//!
//! /// Change a pet, unless it is gone.
//! pub async fn update_pet(api: Api, args: UpdatePet) -> ToolResult {
//!     if args.status == Some(Status::Sold) {
//!         return Err("Pets are sold at the counter only.".into());
//!     }
//!     api.send(args.request()).await
//! }
//!
//! /// A tool that no operation stands behind.
//! pub async fn opening_times(_: Api, _: Object) -> ToolResult {
//!     Ok(Reply::json(&json!({"opens": "9:00", "closes": "18:00"}))?)
//! }
//!
//! pub fn server() -> Server {
//!     let mut server = Server::new("pet-store", "1.0.0")
//!         .base_url("https://pets.example/v1")
//!         .security_scheme("api_key", SecurityScheme::api_key(ApiKeyLocation::Header, "X-Api-Key"));
//!     server.tool(update_pet).description("Changes the state of a pet.");
//!     server.add_tool(NewTool::new("opening_times", "When the shop is open."), opening_times);
//!     server
//! }
//!
//! let ready = server().ready()?;
//! let names: Vec<_> = ready.catalog().tools.iter().map(|tool| &tool.name).collect();
//! assert_eq!(names, ["updatePet", "opening_times"]);
//!
//! // `command::run(server)` is all that `main` does; a test can call the server in its own process.
//! let dispatch = ready.dispatch(Client::new(ClientOptions::default())?, Credentials::default());
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! let arguments = serde_json::value::to_raw_value(&json!({"petId": 7, "status": "sold"}))?;
//! let reply = runtime.block_on(dispatch.call("updatePet", Some(&arguments), None))?;
//! assert_eq!(reply.all_text(), "Pets are sold at the counter only.");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

pub use serde_json::json;

pub use crate::{
    auth::Credentials,
    catalog::{Annotations, ApiKeyLocation, DeepObjectArrays, SecurityScheme, Style},
    client::{Client, ClientOptions},
    dispatch::{Contents, Reply, ToolError},
    emitted::{Api, NewTool, Operation, OwnServer, Part, Request, Security, Server},
    model,
    model::{FromJson, Map, Nullable, Number, Object, ToJson, Value},
    one_of,
};

/// What a tool gives: a reply, or why there is none, which the client gets as a result that says so.
pub type ToolResult = Result<Reply, ToolError>;
/// What a resource gives.
pub type ReadResult = Result<Contents, ToolError>;
