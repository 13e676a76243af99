//! From an operation and its arguments to the API's answer: encoded, with credentials, sent, decoded.

use std::sync::Arc;

use http::header;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{ToolError, pace::Pace, retry::Retry};
use crate::{
    auth::{self, Credentials},
    catalog::{Catalog, Operation},
    client::{Answer, Client, Preview},
    files::Files,
    journal::{Level, note},
    request::{self, Request},
    response::{self, Contents, Decoding, Progress, Reply},
};

/// The API: where it is and what goes along with every request.
pub(crate) struct Upstream {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) client: Client,
    pub(crate) credentials: Credentials,
    pub(crate) files: Files,
    pace: Pace,
}

impl Upstream {
    pub(crate) fn new(catalog: Arc<Catalog>, client: Client, credentials: Credentials, files: Files) -> Self {
        let pace = Pace::new(client.options().rate_limit);
        Self { catalog, client, credentials, files, pace }
    }

    /// Calls an operation. The arguments were checked; `structured` says that the tool has an output schema.
    pub(crate) async fn call(
        &self,
        operation: &Operation,
        arguments: &Map<String, Value>,
        structured: bool,
        progress: Option<&dyn Progress>,
    ) -> Result<Reply, ToolError> {
        let (uri, answer) = self.exchange(operation, arguments).await?;
        Ok(response::decode(answer, self.decoding(&uri, operation, structured, progress)).await?)
    }

    /// Reads what an operation gives, for `uri` or else under a URI of its own.
    pub(crate) async fn read(
        &self,
        operation: &Operation,
        arguments: &Map<String, Value>,
        uri: Option<&str>,
    ) -> Result<Contents, ToolError> {
        let (own, answer) = self.exchange(operation, arguments).await?;
        let decoding = self.decoding(uri.unwrap_or(&own), operation, false, None);
        Ok(response::contents(answer, decoding).await??)
    }

    /// Sends the request that the arguments make. The answer comes with a URI for what it holds.
    async fn exchange(
        &self,
        operation: &Operation,
        arguments: &Map<String, Value>,
    ) -> Result<(String, Answer), ToolError> {
        let catalog = &self.catalog;
        let request = request::encode(operation, catalog.deep_object_arrays, arguments)?;
        let path = request.target.split('?').next().unwrap_or_default();
        let uri = format!("api://{}{path}", catalog.server.name);
        tracing::debug!(method = %operation.method, path = %operation.path, "request");
        tell(Level::Debug, operation, "a request is sent", || json!({}));
        let answer = self.send(operation, request).await?;
        tracing::debug!(
            method = %operation.method,
            path = %operation.path,
            status = answer.status.as_u16(),
            bytes = answer.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()),
            "answer"
        );
        tell(Level::Debug, operation, "the API answers", || json!({"status": answer.status.as_u16()}));
        Ok((uri, answer))
    }

    /// Sends a request, as often as is configured and worth it. All tries are one call, with one deadline.
    async fn send(&self, operation: &Operation, mut request: Request) -> Result<Answer, ToolError> {
        let Self { catalog, client, credentials, pace, .. } = self;
        let base_url = self.base_url(operation)?;
        let deadline = client.deadline();
        let retry = Retry::new(client.options().retries, &mut request, deadline);
        if pace.is_free() && !retry.may_be() {
            return Ok(credentials.send(client, catalog, operation, base_url, request, deadline).await?);
        }
        // Boxed: most calls need no room for it.
        Box::pin(self.send_with(retry, operation, base_url, request, deadline)).await
    }

    async fn send_with(
        &self,
        mut retry: Retry,
        operation: &Operation,
        base_url: &str,
        mut request: Request,
        deadline: Instant,
    ) -> Result<Answer, ToolError> {
        let Self { catalog, client, credentials, pace, .. } = self;
        loop {
            pace.keep(base_url, deadline).await.map_err(|rate| {
                format!("The API gets {rate} requests at most, and this one's turn would come too late. Nothing was sent; try again later.")
            })?;
            // A body is shared, not copied.
            let again = retry.may_be().then(|| request.clone());
            let outcome = credentials.send(client, catalog, operation, base_url, request, deadline).await;
            let (Some(again), Some(pause)) = (again, retry.pause(&outcome)) else { return Ok(outcome?) };
            tracing::info!(
                method = %operation.method,
                path = %operation.path,
                status = outcome.as_ref().ok().map(|answer| answer.status.as_u16()),
                error = outcome.as_ref().err().map(ToString::to_string),
                milliseconds = pause.as_millis(),
                "the request is made once more after a pause"
            );
            tell(Level::Warning, operation, "the request is made once more after a pause", || {
                let why = match &outcome {
                    Ok(answer) => format!("the API answered {}", answer.status.as_u16()),
                    Err(error) => error.to_string(),
                };
                json!({"why": why, "seconds": pause.as_secs_f64()})
            });
            drop(outcome);
            tokio::time::sleep(pause).await;
            request = again;
        }
    }

    /// The request that the arguments make, to be shown. No token is fetched for it.
    pub(super) fn preview(&self, operation: &Operation, arguments: &Map<String, Value>) -> Result<Preview, ToolError> {
        let Self { catalog, client, credentials, .. } = self;
        let request = request::encode(operation, catalog.deep_object_arrays, arguments)?;
        let request = credentials.apply(catalog, operation, request);
        let certificate = credentials.certificate_files(catalog, operation).map(<[_]>::to_vec);
        let preview = client.preview(self.base_url(operation)?, request, auth::may_send(catalog, operation))?;
        Ok(Preview { certificate, ..preview })
    }

    /// Where an operation's requests go.
    fn base_url<'a>(&'a self, operation: &'a Operation) -> Result<&'a str, ToolError> {
        let base_url = operation.base_url.as_ref().or(self.catalog.base_url.as_ref());
        base_url.map(|base_url| base_url.url.as_str()).ok_or_else(|| ToolError::internal("the operation has no server"))
    }

    fn decoding<'a>(
        &'a self,
        uri: &'a str,
        operation: &'a Operation,
        structured: bool,
        progress: Option<&'a dyn Progress>,
    ) -> Decoding<'a> {
        let options = self.client.options();
        Decoding {
            uri,
            structured,
            limit: options.max_response_bytes,
            stream_timeout: options.stream_timeout,
            catalog: &self.catalog,
            operation,
            credentials: &self.credentials,
            progress,
        }
    }
}

/// Tells whoever listens what happens to a request of an operation.
fn tell(level: Level, operation: &Operation, message: &str, more: impl FnOnce() -> Value) {
    note(level, || {
        let mut data = json!({"message": message, "method": operation.method, "path": operation.path.to_string()});
        if let (Value::Object(data), Value::Object(more)) = (&mut data, more()) {
            data.extend(more);
        }
        data
    });
}
