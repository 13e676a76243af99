//! The input schemas of operations, compiled when an operation is first used.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::{
    arguments::{self, Problem},
    catalog::{Operation, OperationId, admit_paths, file_places},
};

use super::{Handled, Task};

/// How many references lead to a property's own words.
const LONGEST_CHAIN: usize = 16;

/// A place for each operation's input.
pub(super) struct Inputs {
    places: Vec<OnceLock<Result<Input, String>>>,
}

/// A compiled input schema, and its text for what else is asked of it.
pub(crate) struct Input {
    compiled: arguments::Input,
    schema: Value,
}

/// Admits paths where an argument is a file and nothing else: of one that may be something else too it is not known yet
/// what it is.
fn admit(schema: &mut Value, places: &[String]) {
    let places: Vec<String> = places.iter().filter(|place| !place.contains("/anyOf/")).cloned().collect();
    admit_paths(schema, &places);
}

impl Inputs {
    pub(super) fn new(operations: usize) -> Self {
        Self { places: (0..operations).map(|_| OnceLock::new()).collect() }
    }

    /// The input of an operation, compiled when it is first asked for.
    pub(super) fn get(
        &self,
        id: OperationId,
        compile: impl FnOnce() -> Result<Input, String>,
    ) -> Result<&Input, String> {
        self.places[id.index()].get_or_init(compile).as_ref().map_err(Clone::clone)
    }
}

impl Input {
    /// Compiles a schema. Of a function it is not known which arguments are parameters.
    ///
    /// Paths of files are always admitted: where none are allowed, that can be told in better words than a schema's.
    pub(super) fn compile(text: &str, task: Task<'_>) -> Result<Self, String> {
        let mut schema: Value =
            serde_json::from_str(text).map_err(|error| format!("the input schema is no JSON: {error}"))?;
        let compiled = match task {
            Task::Operation(operation) => {
                let places = file_places(operation, &schema);
                admit(&mut schema, &places);
                arguments::Input::compile(&schema, operation)?
            }
            Task::Handler(Handled { files, .. }) => {
                admit(&mut schema, files);
                arguments::Input::of_schema(&schema)?
            }
        };
        Ok(Self { compiled, schema })
    }

    /// [`check`](Self::check) once more, when it is known which arguments are parameters.
    pub(crate) fn check_parameters(
        &self,
        arguments: &Map<String, Value>,
        operation: &Operation,
    ) -> Result<(), Vec<Problem>> {
        self.compiled.check_parameters(arguments, operation)
    }

    pub(super) fn check(&self, arguments: Map<String, Value>) -> Result<Map<String, Value>, Vec<Problem>> {
        self.compiled.check(arguments)
    }

    /// Whether an argument is a password, or only ever written.
    #[cfg(feature = "server")]
    pub(super) fn is_password(&self, argument: &str) -> bool {
        let property = self.property(argument);
        property.is_some_and(|property| {
            property.get("format").is_some_and(|format| format == "password")
                || property.get("writeOnly").is_some_and(|only| *only == Value::Bool(true))
        })
    }

    /// Whether an argument is a list and no text.
    pub(super) fn wants_list(&self, argument: &str) -> bool {
        let types = self.property(argument).and_then(|property| property.get("type"));
        match types {
            Some(Value::String(name)) => name == "array",
            Some(Value::Array(names)) => {
                names.iter().any(|name| name == "array") && !names.iter().any(|name| name == "string")
            }
            _ => false,
        }
    }

    /// The values that the schema lists for an argument, or for the items of a list.
    pub(super) fn values(&self, argument: &str) -> Vec<String> {
        let Some(property) = self.property(argument) else { return Vec::new() };
        let property = property.get("items").map_or(property, |items| self.resolved(items));
        match (property.get("enum"), property.get("type")) {
            (Some(Value::Array(values)), _) => values
                .iter()
                .filter_map(|value| match value {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
                    _ => None,
                })
                .collect(),
            (_, Some(kind)) if kind == "boolean" => vec!["true".to_owned(), "false".to_owned()],
            _ => Vec::new(),
        }
    }

    fn property(&self, argument: &str) -> Option<&Value> {
        self.schema.get("properties")?.get(argument).map(|property| self.resolved(property))
    }

    fn resolved<'v>(&'v self, mut schema: &'v Value) -> &'v Value {
        for _ in 0..LONGEST_CHAIN {
            let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
            match target.and_then(|pointer| self.schema.pointer(pointer)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }
}
