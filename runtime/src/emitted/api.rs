//! The API as a handler sees it during one call.

use std::{future::ready, sync::Arc};

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::{Request, restore::restore_members};
use crate::{
    catalog::{Operation, OperationId},
    dispatch::{Contents, Dispatch, Progress, Reply, ToolError},
    model::{FromJson, Object},
};

/// The API, for one call: sends requests with the credentials, limits and errors of every call.
#[derive(Clone)]
pub struct Api {
    dispatch: Dispatch,
    call: Arc<Call>,
}

/// What is known of a call.
pub(crate) struct Call {
    pub(crate) id: OperationId,
    /// As they were checked.
    pub(crate) arguments: Map<String, Value>,
    /// Whether the tool has an output schema.
    pub(crate) structured: bool,
    /// What is read.
    pub(crate) uri: Option<String>,
    pub(crate) progress: Option<Arc<dyn Progress>>,
}

/// What a component does.
pub(crate) enum Handler {
    Tool(Boxed<Reply>),
    Resource(Boxed<Contents>),
}

/// A handler whose argument type is known to itself only.
pub(crate) type Boxed<T> = Box<dyn Fn(Api) -> BoxFuture<'static, Result<T, ToolError>> + Send + Sync>;

impl Api {
    pub(crate) fn new(dispatch: Dispatch, call: Call) -> Self {
        Self { dispatch, call: Arc::new(call) }
    }

    /// Sends a request and gives the answer as a tool's result, one that says so where the API refuses.
    ///
    /// Values that are those of the call's [arguments](Self::arguments) go out in the spelling and the order in which
    /// the client gave them.
    ///
    /// # Errors
    /// When an argument has no place in the request, or no answer comes.
    pub fn send(&self, request: Request) -> BoxFuture<'_, Result<Reply, ToolError>> {
        Box::pin(async move {
            let (operation, arguments) = self.prepare(request).await?;
            let Call { structured, progress, .. } = &*self.call;
            self.dispatch.upstream().call(&operation, &arguments, *structured, progress.as_deref()).await
        })
    }

    /// Sends a request and gives the answer as what is read from a resource.
    ///
    /// # Errors
    /// As [`send`](Self::send), and when the API refuses.
    pub fn read(&self, request: Request) -> BoxFuture<'_, Result<Contents, ToolError>> {
        Box::pin(async move {
            let (operation, arguments) = self.prepare(request).await?;
            self.dispatch.upstream().read(&operation, &arguments, self.uri()).await
        })
    }

    /// The arguments of the call, checked by the input schema.
    pub fn arguments(&self) -> &Object {
        &self.call.arguments
    }

    /// The URI that is read; none in the call of a tool.
    pub fn uri(&self) -> Option<&str> {
        self.call.uri.as_deref()
    }

    async fn prepare(&self, request: Request) -> Result<(Operation, Map<String, Value>), ToolError> {
        let Call { id, arguments: original, .. } = &*self.call;
        let built = request.into_operation(self.dispatch.input_id(*id));
        let (mut operation, arguments) = built.map_err(ToolError::internal)?;
        if self.dispatch.has_only_base_url() {
            operation.base_url = None;
        }
        let arguments = restore_members(arguments, original);
        if arguments.values().any(Value::is_null) {
            self.dispatch.input(*id)?.check_parameters(&arguments, &operation)?;
        }
        let arguments = self.dispatch.load_files(&operation, arguments).await?;
        Ok((operation, arguments))
    }
}

/// A handler that takes typed arguments, as one that takes none.
pub(super) fn boxed<A, R, F, Fut>(handler: F) -> Boxed<R>
where
    A: FromJson,
    R: Send + 'static,
    F: Fn(Api, A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, ToolError>> + Send + 'static,
{
    Box::new(move |api| match A::from_json(Value::Object(api.call.arguments.clone())) {
        Ok(arguments) => Box::pin(handler(api, arguments)),
        Err(problem) => Box::pin(ready(Err(problem.into()))),
    })
}
