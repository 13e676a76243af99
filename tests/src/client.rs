//! rmcp's client, as tests use it: arguments and results as JSON.

use std::sync::{Arc, Mutex};

use rmcp::{
    ClientHandler, RoleClient,
    model::{
        CallToolRequest, CallToolRequestParams, ClientCapabilities, ClientConfig, ClientRequest, Implementation,
        ProgressNotificationParam, ProtocolVersion, ReadResourceRequestParams,
    },
    service::{
        ClientLifecycleMode, ClientServiceExt as _, NotificationContext, PeerRequestOptions, RequestHandle,
        RunningService, ServiceError,
    },
    transport::{
        IntoTransport, StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};

use crate::{http_client, soon};

/// A connected client.
pub struct Client {
    service: RunningService<RoleClient, Handler>,
    progress: Arc<Mutex<Vec<Value>>>,
}

/// Keeps what the server tells.
struct Handler {
    info: ClientConfig,
    progress: Arc<Mutex<Vec<Value>>>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        self.info.clone()
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.progress.lock().expect("no test panics while it holds this").push(plain(&params));
    }
}

/// Connects over any transport of rmcp.
pub async fn connect<T, E, A>(transport: T, version: &str) -> Client
where
    T: IntoTransport<RoleClient, E, A>,
    E: std::error::Error + Send + Sync + 'static,
{
    let version: ProtocolVersion = serde_json::from_value(json!(version)).expect("a protocol version");
    let lifecycle = if version.has_initialize() {
        ClientLifecycleMode::Initialize
    } else {
        ClientLifecycleMode::Discover { preferred_versions: vec![version.clone()] }
    };
    let progress = Arc::default();
    let info = ClientConfig::new(ClientCapabilities::default(), Implementation::new("mcpgen-tests", "1"))
        .with_protocol_version(version);
    let handler = Handler { info, progress: Arc::clone(&progress) };
    let service = soon("the handshake", Box::pin(handler.serve_with_lifecycle(transport, lifecycle))).await;
    Client { service: service.unwrap_or_else(|error| panic!("no handshake: {error}")), progress }
}

/// Connects over streamable HTTP.
pub async fn connect_http(url: &str, version: &str) -> Client {
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    connect(StreamableHttpClientTransport::with_client(http_client(), config), version).await
}

impl Client {
    /// What the server said about itself.
    pub fn server(&self) -> Value {
        plain(&*self.service.peer_info().expect("a server says who it is"))
    }

    /// Every tool, page after page.
    pub async fn tools(&self) -> Vec<Value> {
        plains(&soon("tools/list", self.service.list_all_tools()).await.expect("tools are listed"))
    }

    /// The names of [`Self::tools`].
    pub async fn tool_names(&self) -> Vec<String> {
        self.tools().await.iter().map(|tool| text(&tool["name"])).collect()
    }

    /// The tool of this name.
    pub async fn tool(&self, name: &str) -> Value {
        let tools = self.tools().await;
        tools.into_iter().find(|tool| tool["name"] == name).unwrap_or_else(|| panic!("no tool {name}"))
    }

    /// Every resource.
    pub async fn resources(&self) -> Vec<Value> {
        plains(&soon("resources/list", self.service.list_all_resources()).await.expect("resources are listed"))
    }

    /// Every resource template.
    pub async fn templates(&self) -> Vec<Value> {
        let listed = soon("resources/templates/list", self.service.list_all_resource_templates()).await;
        plains(&listed.expect("resource templates are listed"))
    }

    /// `tools/call`.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn try_call(&self, tool: &str, arguments: Value) -> Result<Value, ServiceError> {
        let result = soon("tools/call", self.service.call_tool(call(tool, arguments))).await;
        result.map(|result| plain(&result))
    }

    /// `tools/call` that the server takes, though it may answer with `isError`.
    pub async fn call(&self, tool: &str, arguments: Value) -> Value {
        self.try_call(tool, arguments).await.unwrap_or_else(|error| panic!("{tool}: {error}"))
    }

    /// Sends `tools/call` without waiting for its result.
    pub async fn begin(&self, tool: &str, arguments: Value) -> RequestHandle<RoleClient> {
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(call(tool, arguments)));
        let sent = self.service.send_cancellable_request(request, PeerRequestOptions::no_options()).await;
        sent.expect("a request can be sent")
    }

    /// `resources/read`.
    ///
    /// # Errors
    /// What the server refuses.
    pub async fn try_read(&self, uri: &str) -> Result<Value, ServiceError> {
        let result = soon("resources/read", self.service.read_resource(ReadResourceRequestParams::new(uri))).await;
        result.map(|result| plain(&result))
    }

    /// `resources/read` that succeeds.
    pub async fn read(&self, uri: &str) -> Value {
        self.try_read(uri).await.unwrap_or_else(|error| panic!("{uri}: {error}"))
    }

    /// `completion/complete` for a variable of a resource template.
    pub async fn complete(&self, template: &str, variable: &str, prefix: &str) -> Vec<String> {
        let completed = self.service.complete_resource_simple(template, variable, prefix);
        soon("completion/complete", completed).await.expect("completions are given")
    }

    /// The progress notifications so far.
    pub fn progress(&self) -> Vec<Value> {
        self.progress.lock().expect("no test panics while it holds this").clone()
    }

    /// Closes the connection.
    pub async fn close(self) {
        soon("the connection closes", self.service.cancel()).await.expect("the client's task ends");
    }
}

fn call(tool: &str, arguments: Value) -> CallToolRequestParams {
    let Value::Object(arguments) = arguments else { panic!("arguments are an object, not {arguments}") };
    CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments)
}

fn plain(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("the protocol's types are JSON")
}

fn plains(values: &[impl serde::Serialize]) -> Vec<Value> {
    values.iter().map(plain).collect()
}

/// A JSON string's text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

/// The text of a result's content blocks, one a line.
pub fn content_text(result: &Value) -> String {
    let blocks = result["content"].as_array().map_or(&[][..], Vec::as_slice);
    blocks.iter().filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n")
}
