//! What a call would do, for those who have to permit it.

use serde_json::{Map, Value, value::RawValue};

use super::{Dispatch, DispatchError, Reply, Task, ToolError, object};
use crate::{catalog::Tool, request};

/// What stands for a value that is not to be seen.
const HIDDEN: &str = "(not shown)";

/// A call that would be sent.
pub(crate) struct Foreseen {
    /// Method and path of the request, where they are known beforehand.
    pub(crate) request: Option<String>,
    /// The arguments, those that are passwords hidden.
    pub(crate) arguments: Map<String, Value>,
}

impl Dispatch {
    /// The tool of this name.
    pub(crate) fn find_tool(&self, name: &str) -> Option<&Tool> {
        self.tool(name).ok()
    }

    /// What a call would do, or the reply that it would have without being sent. No file is read.
    pub(crate) fn foresee(
        &self,
        tool: &str,
        arguments: Option<&RawValue>,
    ) -> Result<Result<Foreseen, Reply>, DispatchError> {
        let tool = self.tool(tool)?;
        match self.foreseen(tool, object(arguments)?) {
            Ok(foreseen) => Ok(Ok(foreseen)),
            Err(error) => error.into_reply(&tool.name).map(Err),
        }
    }

    fn foreseen(&self, tool: &Tool, mut arguments: Map<String, Value>) -> Result<Foreseen, ToolError> {
        let id = tool.operation;
        let input = self.input(id)?;
        let (request, mut arguments) = match self.inner.work.get(self.catalog(), id) {
            Task::Operation(operation) => {
                let path = if self.upstream().files.are_wanted(operation, &mut arguments) {
                    operation.path.to_string()
                } else {
                    let checked = self.check(id, operation, arguments.clone())?;
                    let target = request::encode(operation, self.catalog().deep_object_arrays, &checked)?.target;
                    target.split('?').next().unwrap_or_default().to_owned()
                };
                (Some(format!("{} {path}", operation.method)), input.check(arguments)?)
            }
            Task::Handler(_) => (None, input.check(arguments)?),
        };
        for (name, value) in &mut arguments {
            if input.is_password(name) {
                *value = HIDDEN.into();
            }
        }
        Ok(Foreseen { request, arguments })
    }
}
