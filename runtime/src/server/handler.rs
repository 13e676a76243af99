//! The SDK's handler: each request of the protocol is a call of dispatch.

use std::{sync::Arc, time::Instant};

use futures_util::future::BoxFuture;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult, CompletionInfo, CustomRequest,
        CustomResult, ErrorCode, Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ProgressToken, PromptsCapability,
        ReadResourceRequestParams, ReadResourceResponse, Reference, ResourcesCapability, ServerCapabilities,
        ServerConfig, ToolsCapability,
    },
    service::{Peer, RequestContext},
};
use serde_json::{Map, Value, json, value::RawValue};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[cfg(feature = "prompts")]
use rmcp::model::{GetPromptRequestParams, GetPromptResponse};

use super::{
    admission::{Admission, Caller},
    auth::Forwarded,
    client_log::{self, ClientLog},
    confirm::{Confirmation, Consent},
    lists::{ListName, Lists},
    reply, spelling,
};
#[cfg(feature = "prompts")]
use crate::prompts::Message;
use crate::{
    auth::forwarding,
    catalog::Catalog,
    dispatch::{Contents, Dispatch, Progress, Reply},
    journal::{self, Level},
};

/// The handler of one server, shared by its clients.
pub(super) struct Handler {
    dispatch: Dispatch,
    info: ServerConfig,
    lists: Lists,
    admission: Admission,
    confirmation: Confirmation,
    /// What the client wants to hear where this serves one only.
    log: ClientLog,
    /// Holds a token for each call that runs.
    calls: TaskTracker,
}

impl Handler {
    pub(super) fn new(dispatch: Dispatch, options: &super::ServerOptions, calls: TaskTracker) -> Self {
        let info = info(dispatch.catalog());
        let (lists, admission) = (Lists::new(options.page_size), Admission::new(options.calls.clone()));
        let (confirmation, log) = (Confirmation::new(options.confirm), ClientLog::default());
        Self { dispatch, info, lists, admission, confirmation, log, calls }
    }

    /// Whether the user is asked before a tool is called, which only the SDK's way can.
    pub(super) fn asks_first(&self, tool: &str) -> bool {
        self.confirmation.is_needed(&self.dispatch, tool)
    }

    /// Whether the only client wants to hear of its calls, which only the SDK's way can tell.
    pub(super) fn is_heard(&self) -> bool {
        self.log.is_wanted()
    }

    /// Calls a tool about which the user need not be asked.
    pub(super) async fn call(
        &self,
        caller: Caller,
        tool: &str,
        arguments: Option<&RawValue>,
        progress: Option<Arc<dyn Progress>>,
        cancelled: &CancellationToken,
    ) -> Result<Reply, ErrorData> {
        if self.asks_first(tool) {
            return Err(ErrorData::internal_error(
                format!("the user was not asked about {tool}, and nothing was sent"),
                None,
            ));
        }
        self.call_permitted(caller, tool, arguments, progress, cancelled).await
    }

    /// Calls a tool when it is the client's turn, unless the request is cancelled first, which drops the call.
    async fn call_permitted(
        &self,
        caller: Caller,
        tool: &str,
        arguments: Option<&RawValue>,
        progress: Option<Arc<dyn Progress>>,
        cancelled: &CancellationToken,
    ) -> Result<Reply, ErrorData> {
        if tracing::enabled!(tracing::Level::DEBUG) {
            let arguments = arguments.and_then(|raw| serde_json::from_str::<Map<String, Value>>(raw.get()).ok());
            tracing::debug!(tool, arguments = ?arguments.iter().flat_map(Map::keys).collect::<Vec<_>>(), "tool called");
        }
        let mut ending = Ending::of(Kind::Call, tool);
        let call = async {
            match self.admission.enter(caller).await {
                Ok(_slot) => self.dispatch.call(tool, arguments, progress).await.map_err(reply::error),
                Err(busy) => Ok(Reply::error(busy.to_string())),
            }
        };
        let outcome = self.unless_cancelled(cancelled, call).await;
        ending.is(match &outcome {
            Ok(reply) if reply.is_error => "error",
            Ok(_) => "ok",
            Err(_) if cancelled.is_cancelled() => "cancelled",
            Err(_) => "refused",
        });
        outcome
    }

    /// Reads a resource when it is the client's turn, unless the request is cancelled first, which drops the read.
    pub(super) async fn read(
        &self,
        caller: Caller,
        uri: &str,
        cancelled: &CancellationToken,
    ) -> Result<Vec<Contents>, ErrorData> {
        // What a query says may be private.
        let mut ending = Ending::of(Kind::Read, uri.split(['?', '#']).next().unwrap_or_default());
        let read = async {
            match self.admission.enter(caller).await {
                Ok(_slot) => self.dispatch.read(uri).await.map_err(reply::error),
                Err(busy) => Err(reply::busy(&busy)),
            }
        };
        let outcome = self.unless_cancelled(cancelled, read).await;
        ending.is(match &outcome {
            Ok(_) => "ok",
            Err(_) if cancelled.is_cancelled() => "cancelled",
            Err(_) => "error",
        });
        outcome
    }

    /// Fills in a prompt when it is the client's turn: its resources are read.
    #[cfg(feature = "prompts")]
    async fn prompt(
        &self,
        caller: Caller,
        name: &str,
        arguments: Option<&Map<String, Value>>,
        cancelled: &CancellationToken,
    ) -> Result<(Option<String>, Vec<Message>), ErrorData> {
        let mut ending = Ending::of(Kind::Prompt, name);
        let get = async {
            match self.admission.enter(caller).await {
                Ok(_slot) => crate::prompts::get(&self.dispatch, name, arguments).await.map_err(reply::error),
                Err(busy) => Err(reply::busy(&busy)),
            }
        };
        let got = self.unless_cancelled(cancelled, get).await;
        ending.is(if got.is_ok() { "ok" } else { "error" });
        got
    }

    /// A page of a list, as text.
    pub(super) fn listed(&self, list: ListName, cursor: Option<&str>) -> Result<(&str, Option<String>), ErrorData> {
        list.page(self.dispatch.listing(), cursor, self.lists.page_size())
    }

    /// The values of a template's variable that begin with what was typed.
    fn values_of_template(&self, template: &str, variable: &str, typed: &str) -> Result<Vec<String>, ErrorData> {
        if !self.dispatch.catalog().resource_templates.iter().any(|known| known.uri_template == template) {
            let message = format!("there is no resource template {template:?}; give one as it is listed");
            return Err(ErrorData::invalid_params(message, None));
        }
        Ok(self.dispatch.complete(template, variable, typed))
    }

    /// `work` with the headers of the client's request that go upstream, and with its ear.
    async fn with_client<T>(&self, context: &RequestContext<RoleServer>, work: impl Future<Output = T>) -> T {
        client_log::telling(context, &self.log, Box::pin(forwarding(forwarded(context), work))).await
    }

    async fn unless_cancelled<T>(
        &self,
        cancelled: &CancellationToken,
        work: impl Future<Output = Result<T, ErrorData>>,
    ) -> Result<T, ErrorData> {
        let _running = self.calls.token();
        tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(ErrorData::internal_error("the call was cancelled, by the client or because the server ends", None)),
            outcome = work => outcome,
        }
    }
}

/// The headers of the client's request that go upstream.
fn forwarded(context: &RequestContext<RoleServer>) -> http::HeaderMap {
    let parts = context.extensions.get::<http::request::Parts>();
    parts.map(|parts| Forwarded::of(&parts.extensions)).unwrap_or_default()
}

/// The client that sent a request.
fn caller(context: &RequestContext<RoleServer>) -> Caller {
    let parts = context.extensions.get::<http::request::Parts>();
    parts.and_then(|parts| parts.extensions.get()).copied().unwrap_or_default()
}

/// Logs how a request ended, also when it is dropped before its end.
struct Ending<'a> {
    kind: Kind,
    name: &'a str,
    started: Instant,
    ended: &'static str,
}

enum Kind {
    Call,
    Read,
    #[cfg(feature = "prompts")]
    Prompt,
}

impl<'a> Ending<'a> {
    fn of(kind: Kind, name: &'a str) -> Self {
        Self { kind, name, started: Instant::now(), ended: "cancelled" }
    }

    fn is(&mut self, ended: &'static str) {
        self.ended = ended;
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let Self { name, ended, .. } = *self;
        let milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let level = if ended == "ok" { Level::Info } else { Level::Error };
        journal::note(
            level,
            || json!({"message": "the call ended", "of": name, "ended": ended, "milliseconds": milliseconds}),
        );
        match self.kind {
            Kind::Call => tracing::info!(tool = name, ended, milliseconds, "call"),
            Kind::Read => tracing::info!(uri = name, ended, milliseconds, "read"),
            #[cfg(feature = "prompts")]
            Kind::Prompt => tracing::info!(prompt = name, ended, milliseconds, "prompt"),
        }
    }
}

/// Who the server is and what it can do.
fn info(catalog: &Catalog) -> ServerConfig {
    let mut capabilities = ServerCapabilities::default();
    let reads = !catalog.resources.is_empty() || !catalog.resource_templates.is_empty();
    if reads {
        capabilities.resources = Some(ResourcesCapability::default());
    }
    // A server with nothing at all says that it has tools, or clients take it for a broken one.
    if !catalog.tools.is_empty() || !reads {
        capabilities.tools = Some(ToolsCapability::default());
    }
    // Without the feature a catalog's prompts stay out of sight.
    let prompts = if cfg!(feature = "prompts") { catalog.prompts.as_slice() } else { &[] };
    if !prompts.is_empty() {
        capabilities.prompts = Some(PromptsCapability::default());
    }
    if catalog.resource_templates.iter().any(|template| !template.variables.is_empty())
        || prompts.iter().any(|prompt| !prompt.arguments.is_empty())
    {
        capabilities.completions = Some(serde_json::Map::new());
    }
    capabilities.logging = Some(serde_json::Map::new());
    let server = &catalog.server;
    let mut implementation = Implementation::new(&server.name, &server.version);
    implementation.title.clone_from(&server.title);
    let mut info = ServerConfig::new(capabilities).with_server_info(implementation);
    info.instructions.clone_from(&server.instructions);
    info
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.info.clone()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (tools, next) = self.lists.tools(self.dispatch.listing(), cursor(request.as_ref()))?;
        Ok(ListToolsResult { next_cursor: next, ..ListToolsResult::with_all_items(tools) })
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let (resources, next) = self.lists.resources(self.dispatch.listing(), cursor(request.as_ref()))?;
        Ok(ListResourcesResult { next_cursor: next, ..ListResourcesResult::with_all_items(resources) })
    }

    async fn list_resource_templates(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let (templates, next) = self.lists.resource_templates(self.dispatch.listing(), cursor(request.as_ref()))?;
        Ok(ListResourceTemplatesResult { next_cursor: next, ..ListResourceTemplatesResult::with_all_items(templates) })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if self.asks_first(&request.name) {
            let ask = self.confirmation.ask(&self.dispatch, &request, &context);
            if let Consent::Answer(answer) = self.unless_cancelled(&context.ct, ask).await? {
                return Ok(*answer);
            }
        }
        let arguments = spelling::arguments(&request, &context);
        let arguments = arguments.map_err(|error| ErrorData::invalid_params(error.to_string(), None))?;
        let token = context.meta.get_progress_token();
        let progress = token.map(|token| Arc::new(ToClient { peer: context.peer.clone(), token }) as Arc<dyn Progress>);
        let call = self.call_permitted(caller(&context), &request.name, arguments.as_deref(), progress, &context.ct);
        let reply = self.with_client(&context, call).await?;
        reply::result(reply).map(CallToolResponse::from)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let read = self.read(caller(&context), &request.uri, &context.ct);
        let contents = self.with_client(&context, read).await?;
        Ok(reply::contents(contents).into())
    }

    async fn list_prompts(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let (prompts, next) = self.lists.prompts(self.dispatch.listing(), cursor(request.as_ref()))?;
        Ok(ListPromptsResult { next_cursor: next, ..ListPromptsResult::with_all_items(prompts) })
    }

    #[cfg(feature = "prompts")]
    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let get = self.prompt(caller(&context), &request.name, request.arguments.as_ref(), &context.ct);
        let got = self.with_client(&context, get).await;
        got.map(|(description, messages)| reply::prompt(description, messages).into())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = request.method;
        let is_served = METHODS.contains(&method.as_str())
            || method == client_log::SET_LEVEL && !client_log::is_stateless(&context);
        Err(if is_served {
            let message = format!("the params of {method} have another form than the protocol says");
            ErrorData::invalid_params(message, None)
        } else {
            ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("there is no method {method:?} here"), None)
        })
    }

    #[expect(deprecated, reason = "the protocol gives its log up")]
    async fn set_level(
        &self,
        request: rmcp::model::SetLevelRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        client_log::set(request.level, &context, &self.log)
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let (name, value) = (&request.argument.name, &request.argument.value);
        let mut values = match &request.r#ref {
            Reference::Resource(reference) => self.values_of_template(&reference.uri, name, value)?,
            #[cfg(feature = "prompts")]
            Reference::Prompt(reference) => {
                let prompts = &self.dispatch.catalog().prompts;
                crate::prompts::complete(prompts, &reference.name, name, value).map_err(reply::error)?
            }
            _ => return Err(ErrorData::invalid_params("only resource templates are completed here", None)),
        };
        let total = u32::try_from(values.len()).ok();
        let more = values.len() > CompletionInfo::MAX_VALUES;
        values.truncate(CompletionInfo::MAX_VALUES);
        CompletionInfo::with_pagination(values, total, more)
            .map(CompleteResult::new)
            .map_err(|error| ErrorData::internal_error(error, None))
    }
}

/// Methods of the protocol that are served here in every revision. The SDK takes one for an unknown method when its
/// `params` have another form than they should.
const METHODS: [&str; 8] = [
    "tools/call",
    "tools/list",
    "resources/read",
    "resources/list",
    "resources/templates/list",
    "prompts/list",
    "prompts/get",
    "completion/complete",
];

fn cursor(request: Option<&PaginatedRequestParams>) -> Option<&str> {
    request.and_then(|request| request.cursor.as_deref())
}

/// Progress notifications to the client that asked for them.
struct ToClient {
    peer: Peer<RoleServer>,
    token: ProgressToken,
}

impl Progress for ToClient {
    fn report(&self, count: u64, message: &str) -> BoxFuture<'_, ()> {
        #[expect(clippy::cast_precision_loss, reason = "the protocol counts in floating-point numbers")]
        let progress = ProgressNotificationParam::new(self.token.clone(), count as f64).with_message(message);
        Box::pin(async move {
            // A client that is gone gets no progress, and its call is cancelled anyway.
            if let Err(error) = self.peer.notify_progress(progress).await {
                tracing::debug!(%error, "a progress notification was lost");
            }
        })
    }
}
