//! Calls and reads that are shown instead of sent.

use serde_json::{Map, Value};

use super::{Dispatch, DispatchError, Task, ToolError};
use crate::{catalog::OperationId, client::Preview};

impl Dispatch {
    /// The request of a call. Nothing is sent.
    ///
    /// # Errors
    /// When there is no such tool or the arguments are wrong.
    pub fn preview_call(&self, tool: &str, arguments: Map<String, Value>) -> Result<Preview, DispatchError> {
        self.preview(self.tool(tool)?.operation, arguments).map_err(ToolError::into_read_error)
    }

    /// The request of a read. Nothing is sent.
    ///
    /// # Errors
    /// When there is no such resource or a value in the URI is refused.
    pub fn preview_read(&self, uri: &str) -> Result<Preview, DispatchError> {
        let (id, arguments) = self.find(uri)?;
        self.preview(id, arguments).map_err(ToolError::into_read_error)
    }

    /// Whether an argument of a tool is a list and no text.
    pub fn takes_list(&self, tool: &str, argument: &str) -> bool {
        let input = self.tool(tool).ok().map(|tool| self.input(tool.operation));
        matches!(input, Some(Ok(input)) if input.wants_list(argument))
    }

    fn preview(&self, id: OperationId, arguments: Map<String, Value>) -> Result<Preview, ToolError> {
        let Task::Operation(operation) = self.inner.work.get(self.catalog(), id) else {
            return Err(ToolError::internal("a function makes this request"));
        };
        let arguments = self.check(id, operation, arguments)?;
        self.upstream().preview(operation, &arguments)
    }
}
