//! What the server does, as plain functions: a name or a URI and arguments in, a result out.
//!
//! Nothing here knows how a client is connected. Dropping a call's future drops its request.

mod failure;
#[cfg(feature = "server")]
mod foresee;
mod input;
mod pace;
mod preview;
mod resources;
mod retry;
mod upstream;

use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, value::RawValue};

#[cfg(feature = "server")]
pub(crate) use self::foresee::Foreseen;
pub(crate) use self::upstream::Upstream;
pub use self::{failure::ToolError, pace::Rate, retry::Retries};
pub use crate::response::{Content, Contents, ContentsBody, Progress, Reply, Text};

use crate::{
    arguments::nearest,
    auth::Credentials,
    catalog::{Catalog, Operation, OperationId, SchemaId, Tool},
    client::Client,
    emitted::{Api, Call, Handler},
    files::Files,
    json,
    listing::Listing,
};
use input::{Input, Inputs};
use resources::Resources;

/// Dispatches calls and reads; cheap to clone.
#[derive(Clone)]
pub struct Dispatch {
    inner: Arc<Inner>,
}

struct Inner {
    listing: OnceLock<Listing>,
    upstream: Upstream,
    work: Work,
    inputs: Inputs,
    resources: Resources,
    tools: std::collections::HashMap<String, usize>,
}

/// What stands behind the components of a catalog, by their [`OperationId`].
pub(crate) enum Work {
    /// The catalog's operations.
    Operations,
    /// Functions. The catalog has no operations then.
    Handlers {
        handlers: Vec<Handled>,
        /// Whether requests have no servers of their own.
        only_base_url: bool,
    },
}

/// A function that stands behind a component.
pub(crate) struct Handled {
    /// The schema of its arguments.
    pub(crate) input: SchemaId,
    /// Where files and bytes stand in it.
    pub(crate) files: Vec<String>,
    pub(crate) handler: Handler,
}

/// What stands behind one component.
#[derive(Clone, Copy)]
enum Task<'w> {
    Operation(&'w Operation),
    Handler(&'w Handled),
}

impl Work {
    /// The schema of a component's arguments.
    fn input(&self, catalog: &Catalog, id: OperationId) -> SchemaId {
        match self {
            Self::Operations => catalog.operation(id).input,
            Self::Handlers { handlers, .. } => handlers[id.index()].input,
        }
    }

    fn get<'w>(&'w self, catalog: &'w Catalog, id: OperationId) -> Task<'w> {
        match self {
            Self::Operations => Task::Operation(catalog.operation(id)),
            Self::Handlers { handlers, .. } => Task::Handler(&handlers[id.index()]),
        }
    }

    fn len(&self, catalog: &Catalog) -> usize {
        match self {
            Self::Operations => catalog.operations.len(),
            Self::Handlers { handlers, .. } => handlers.len(),
        }
    }
}

/// Why there is no result at all.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DispatchError {
    /// There is no such tool.
    #[error("there is no tool {name:?}")]
    UnknownTool {
        /// What was asked for.
        name: String,
        /// Names like it.
        nearest: Vec<String>,
    },
    /// No resource and no template has this URI.
    #[error("there is no resource {uri:?}")]
    UnknownResource {
        /// What was asked for.
        uri: String,
    },
    /// The arguments are no object, or a value in a URI is refused.
    #[error("{0}")]
    InvalidParams(String),
    /// A read failed at the API or on the way there.
    #[error("{message}")]
    Upstream {
        /// The API's status, where it answered.
        status: Option<u16>,
        /// What happened, in words.
        message: String,
        /// The API's answer.
        body: Option<Value>,
    },
    /// The catalog is not what it should be.
    #[error("{0}")]
    Internal(String),
}

impl Dispatch {
    /// Serves a catalog. No files of this machine are read.
    pub fn new(catalog: Arc<Catalog>, client: Client, credentials: Credentials) -> Self {
        Self::with_files(catalog, client, credentials, Files::default())
    }

    /// Serves a catalog; arguments may be files of this machine.
    pub fn with_files(catalog: Arc<Catalog>, client: Client, credentials: Credentials, files: Files) -> Self {
        Self::with_work(Upstream::new(catalog, client, credentials, files), Work::Operations)
    }

    /// Serves a catalog's components by `work`.
    pub(crate) fn with_work(mut upstream: Upstream, work: Work) -> Self {
        upstream.credentials = upstream.credentials.beside(&upstream.client.options().headers);
        let catalog = &upstream.catalog;
        let tools = catalog.tools.iter().enumerate().map(|(index, tool)| (tool.name.clone(), index)).collect();
        let inner = Inner {
            listing: OnceLock::new(),
            inputs: Inputs::new(work.len(catalog)),
            resources: Resources::new(catalog),
            work,
            tools,
            upstream,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The catalog.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.upstream.catalog
    }

    /// What calls the API.
    #[cfg(feature = "server")]
    pub(crate) fn client(&self) -> &Client {
        &self.inner.upstream.client
    }

    /// What clients see in lists.
    pub fn listing(&self) -> &Listing {
        let catalog = self.catalog();
        self.inner.listing.get_or_init(|| Listing::with_inputs(catalog, |id| self.inner.work.input(catalog, id)))
    }

    /// Calls a tool. What is wrong with the arguments, and what goes wrong at the API, is a reply that says so.
    ///
    /// # Errors
    /// When there is no such tool or the arguments are no object.
    pub async fn call(
        &self,
        tool: &str,
        arguments: Option<&RawValue>,
        progress: Option<Arc<dyn Progress>>,
    ) -> Result<Reply, DispatchError> {
        let tool = self.tool(tool)?;
        let arguments = object(arguments)?;
        self.run(tool, arguments, progress).await.or_else(|error| error.into_reply(&tool.name))
    }

    async fn run(
        &self,
        tool: &Tool,
        arguments: Map<String, Value>,
        progress: Option<Arc<dyn Progress>>,
    ) -> Result<Reply, ToolError> {
        let id = tool.operation;
        let structured = tool.output.is_some();
        match self.inner.work.get(self.catalog(), id) {
            Task::Operation(operation) => {
                let arguments = self.checked(id, operation, arguments).await?;
                self.upstream().call(operation, &arguments, structured, progress.as_deref()).await
            }
            Task::Handler(Handled { handler: Handler::Tool(run), .. }) => {
                let arguments = self.input(id)?.check(arguments)?;
                let call = Call { id, arguments, structured, uri: None, progress };
                let reply = run(Api::new(self.clone(), call)).await?;
                Ok(if structured { reply.with_structured() } else { reply })
            }
            Task::Handler(_) => Err(ToolError::internal("a tool reads and does not call")),
        }
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// When there is no such resource, a value in the URI is refused, or the API does not answer with success.
    pub async fn read(&self, uri: &str) -> Result<Vec<Contents>, DispatchError> {
        let (id, arguments) = self.find(uri)?;
        match self.run_read(id, arguments, uri).await {
            Ok(contents) => Ok(vec![contents]),
            Err(error) => Err(error.into_read_error()),
        }
    }

    async fn run_read(&self, id: OperationId, arguments: Map<String, Value>, uri: &str) -> Result<Contents, ToolError> {
        match self.inner.work.get(self.catalog(), id) {
            Task::Operation(operation) => {
                let arguments = self.checked(id, operation, arguments).await?;
                self.upstream().read(operation, &arguments, Some(uri)).await
            }
            Task::Handler(Handled { handler: Handler::Resource(run), .. }) => {
                let arguments = self.input(id)?.check(arguments)?;
                let call = Call { id, arguments, structured: false, uri: Some(uri.to_owned()), progress: None };
                run(Api::new(self.clone(), call)).await
            }
            Task::Handler(_) => Err(ToolError::internal("a resource calls and does not read")),
        }
    }

    /// The values of a template's variable that begin with `prefix`, where the schema lists them.
    pub fn complete(&self, uri_template: &str, variable: &str, prefix: &str) -> Vec<String> {
        let catalog = self.catalog();
        let found =
            catalog.resource_templates.iter().filter(|template| template.uri_template == uri_template).find_map(
                |template| {
                    let known = template.variables.iter().find(|known| known.name == variable)?;
                    Some((template.operation, known.argument.as_str()))
                },
            );
        let Some((id, argument)) = found else { return Vec::new() };
        let Ok(input) = self.input(id) else { return Vec::new() };
        input.values(argument).into_iter().filter(|value| value.starts_with(prefix)).collect()
    }

    /// The component that reads a URI, and the arguments in it.
    fn find(&self, uri: &str) -> Result<(OperationId, Map<String, Value>), DispatchError> {
        let unknown = || DispatchError::UnknownResource { uri: uri.to_owned() };
        let (id, values) = self.inner.resources.find(self.catalog(), uri).ok_or_else(unknown)?;
        let input = self.input(id).map_err(ToolError::into_read_error)?;
        Ok((id, values.into_arguments(|argument| input.wants_list(argument))))
    }

    fn tool(&self, name: &str) -> Result<&Tool, DispatchError> {
        let tools = &self.catalog().tools;
        self.inner.tools.get(name).and_then(|&index| tools.get(index)).ok_or_else(|| DispatchError::UnknownTool {
            name: name.to_owned(),
            nearest: nearest(name, tools.iter().map(|tool| tool.name.as_str()))
                .map(str::to_owned)
                .into_iter()
                .collect(),
        })
    }

    /// The way to the API.
    pub(crate) fn upstream(&self) -> &Upstream {
        &self.inner.upstream
    }

    /// Whether every request goes to the catalog's base URL.
    pub(crate) fn has_only_base_url(&self) -> bool {
        matches!(self.inner.work, Work::Handlers { only_base_url: true, .. })
    }

    /// The schema of a component's arguments.
    pub(crate) fn input_id(&self, id: OperationId) -> SchemaId {
        self.inner.work.input(self.catalog(), id)
    }

    /// The schema of a component's arguments, compiled.
    pub(crate) fn input(&self, id: OperationId) -> Result<&Input, ToolError> {
        let task = self.inner.work.get(self.catalog(), id);
        let schemas = &self.catalog().schemas;
        self.inner
            .inputs
            .get(id, || Input::compile(&schemas.assemble(self.input_id(id)), task))
            .map_err(ToolError::internal)
    }

    /// The arguments of a catalog's operation, checked, the files among them read.
    async fn checked(
        &self,
        id: OperationId,
        operation: &Operation,
        arguments: Map<String, Value>,
    ) -> Result<Map<String, Value>, ToolError> {
        let arguments = self.input(id)?.check(arguments)?;
        self.load_files(operation, arguments).await
    }

    /// Arguments with the contents of files in the place of their paths.
    pub(crate) async fn load_files(
        &self,
        operation: &Operation,
        mut arguments: Map<String, Value>,
    ) -> Result<Map<String, Value>, ToolError> {
        let files = &self.upstream().files;
        files.refuse(operation, &mut arguments)?;
        if !files.are_wanted(operation, &mut arguments) {
            return Ok(arguments);
        }
        let (this, operation) = (self.clone(), operation.clone());
        let loaded = tokio::task::spawn_blocking(move || {
            this.upstream().files.load(&operation, &mut arguments).map(|()| arguments)
        });
        Ok(loaded.await.map_err(|error| ToolError::internal(error.to_string()))??)
    }

    /// [`checked`](Self::checked), while the thread waits for the disk.
    fn check(
        &self,
        id: OperationId,
        operation: &Operation,
        arguments: Map<String, Value>,
    ) -> Result<Map<String, Value>, ToolError> {
        let files = &self.upstream().files;
        let mut arguments = self.input(id)?.check(arguments)?;
        files.refuse(operation, &mut arguments)?;
        files.load(operation, &mut arguments)?;
        Ok(arguments)
    }
}

/// The arguments of a call as an object; none is an empty one.
fn object(arguments: Option<&RawValue>) -> Result<Map<String, Value>, DispatchError> {
    let Some(raw) = arguments else { return Ok(Map::new()) };
    match json::parse(raw.get()) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(DispatchError::InvalidParams("the arguments of a call are an object".to_owned())),
        Err(error) => Err(DispatchError::InvalidParams(format!("the arguments are no JSON: {error}"))),
    }
}

#[cfg(test)]
pub(crate) mod tests;
