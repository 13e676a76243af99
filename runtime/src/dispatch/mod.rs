//! What the server does, as plain functions: a name or a URI and arguments in, a result out.
//!
//! Nothing here knows how a client is connected. Dropping a call's future drops its request.

mod input;
mod resources;

use std::sync::Arc;

use http::header;
use serde_json::{Map, Value, value::RawValue};

pub use crate::response::{Content, Contents, ContentsBody, Progress, Reply};

use crate::{
    arguments::{Problem, nearest},
    auth::{self, Credentials},
    catalog::{Catalog, Operation, OperationId, Tool},
    client::{Answer, Client, SendError},
    listing::Listing,
    request,
    response::{self, Decoding},
};
use input::Inputs;
use resources::Resources;

/// Dispatches calls and reads; cheap to clone.
#[derive(Clone)]
pub struct Dispatch {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Arc<Catalog>,
    listing: Listing,
    client: Client,
    credentials: Credentials,
    inputs: Inputs,
    resources: Resources,
    tools: std::collections::HashMap<String, usize>,
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

/// Why a request did not get an answer.
enum Failure {
    Arguments(Vec<Problem>),
    Send(SendError),
    Internal(String),
}

impl Dispatch {
    /// Serves a catalog.
    pub fn new(catalog: Arc<Catalog>, client: Client, credentials: Credentials) -> Self {
        let tools = catalog.tools.iter().enumerate().map(|(index, tool)| (tool.name.clone(), index)).collect();
        let inner = Inner {
            listing: Listing::new(&catalog),
            inputs: Inputs::new(catalog.operations.len()),
            resources: Resources::new(&catalog),
            catalog,
            client,
            credentials,
            tools,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The catalog.
    pub fn catalog(&self) -> &Catalog {
        &self.inner.catalog
    }

    /// What clients see in lists.
    pub fn listing(&self) -> &Listing {
        &self.inner.listing
    }

    /// Calls a tool. What is wrong with the arguments, and what goes wrong at the API, is a reply that says so.
    ///
    /// # Errors
    /// When there is no such tool or the arguments are no object.
    pub async fn call(
        &self,
        tool: &str,
        arguments: Option<&RawValue>,
        progress: Option<&dyn Progress>,
    ) -> Result<Reply, DispatchError> {
        let tool = self.tool(tool)?;
        let arguments = object(arguments)?;
        let operation = self.catalog().operation(tool.operation);
        let (uri, answer) = match self.request(tool.operation, arguments).await {
            Ok(answered) => answered,
            Err(Failure::Arguments(problems)) => return Ok(Reply::error(listed(&problems))),
            Err(Failure::Send(error)) => return Ok(Reply::error(format!("{} failed: {error}.", tool.name))),
            Err(Failure::Internal(message)) => return Err(DispatchError::Internal(message)),
        };
        let decoding = self.decoding(&uri, operation, tool.output.is_some(), progress);
        match response::decode(answer, decoding).await {
            Ok(reply) => Ok(reply),
            Err(error) => Ok(Reply::error(format!("{} failed: {error}.", tool.name))),
        }
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// When there is no such resource, a value in the URI is refused, or the API does not answer with success.
    pub async fn read(&self, uri: &str) -> Result<Vec<Contents>, DispatchError> {
        let (id, values) = self
            .inner
            .resources
            .find(&self.inner.catalog, uri)
            .ok_or_else(|| DispatchError::UnknownResource { uri: uri.to_owned() })?;
        let input = self.inner.inputs.get(&self.inner.catalog, id).map_err(DispatchError::Internal)?;
        let arguments = values.into_arguments(|argument| input.wants_list(argument));
        let upstream = |message: String| DispatchError::Upstream { status: None, message, body: None };
        let (_, answer) = self.request(id, arguments).await.map_err(|failure| match failure {
            Failure::Arguments(problems) => DispatchError::InvalidParams(listed(&problems)),
            Failure::Send(error) => upstream(format!("reading failed: {error}")),
            Failure::Internal(message) => DispatchError::Internal(message),
        })?;
        let decoding = self.decoding(uri, self.catalog().operation(id), false, None);
        match response::contents(answer, decoding).await {
            Ok(Ok(contents)) => Ok(vec![contents]),
            Ok(Err(response::Failure { status, message, body })) => {
                Err(DispatchError::Upstream { status, message, body })
            }
            Err(error) => Err(upstream(format!("reading failed: {error}"))),
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
        let Ok(input) = self.inner.inputs.get(&self.inner.catalog, id) else { return Vec::new() };
        input.values(argument).into_iter().filter(|value| value.starts_with(prefix)).collect()
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

    /// Checks the arguments, makes the request of them and sends it. The answer comes with a URI for what it holds.
    async fn request(&self, id: OperationId, arguments: Map<String, Value>) -> Result<(String, Answer), Failure> {
        let Inner { catalog, client, credentials, inputs, .. } = &*self.inner;
        let operation = catalog.operation(id);
        let input = inputs.get(catalog, id).map_err(Failure::Internal)?;
        let arguments = input.check(arguments).map_err(Failure::Arguments)?;
        let mut request =
            request::encode(operation, catalog.deep_object_arrays, &arguments).map_err(Failure::Arguments)?;
        let path = request.target.split('?').next().unwrap_or_default();
        let uri = format!("api://{}{path}", catalog.server.name);
        credentials.apply(catalog, operation, &mut request.target, &mut request.headers);
        let base_url = operation.base_url.as_ref().or(catalog.base_url.as_ref());
        let Some(base_url) = base_url else {
            return Err(Failure::Internal("the operation has no server".to_owned()));
        };
        tracing::debug!(method = %operation.method, path = %operation.path, "request");
        let answer =
            client.send(&base_url.url, request, auth::may_send(catalog, operation)).await.map_err(Failure::Send)?;
        tracing::debug!(
            method = %operation.method,
            path = %operation.path,
            status = answer.status.as_u16(),
            bytes = answer.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()),
            "answer"
        );
        Ok((uri, answer))
    }

    fn decoding<'a>(
        &'a self,
        uri: &'a str,
        operation: &'a Operation,
        structured: bool,
        progress: Option<&'a dyn Progress>,
    ) -> Decoding<'a> {
        let Inner { catalog, client, credentials, .. } = &*self.inner;
        let options = client.options();
        Decoding {
            uri,
            structured,
            limit: options.max_response_bytes,
            stream_timeout: options.stream_timeout,
            catalog,
            operation,
            credentials,
            progress,
        }
    }
}

/// The arguments of a call as an object; none is an empty one.
fn object(arguments: Option<&RawValue>) -> Result<Map<String, Value>, DispatchError> {
    let Some(raw) = arguments else { return Ok(Map::new()) };
    match serde_json::from_str::<Value>(raw.get()) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(DispatchError::InvalidParams("the arguments of a call are an object".to_owned())),
        Err(error) => Err(DispatchError::InvalidParams(format!("the arguments are no JSON: {error}"))),
    }
}

/// Every problem on a line of its own.
fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    match lines.as_slice() {
        [one] => format!("Nothing was sent. {one}"),
        lines => format!("Nothing was sent. These arguments are wrong:\n- {}", lines.join("\n- ")),
    }
}

#[cfg(test)]
mod tests;
