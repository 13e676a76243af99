//! The arguments of a call: what a model sent, made into what the request encoder takes.
//!
//! First a walk along the schema: values that came as text are converted where the schema is sure about the type, and
//! nulls that nobody wants are dropped. Then the schema judges. Either gives every problem at once.

mod cost;
mod format;
mod message;
mod nearest;
mod normalise;
mod number;
mod shape;
mod validator;

use std::{collections::HashSet, fmt};

use serde_json::{Map, Value};

pub(crate) use message::Got;
pub use nearest::nearest;
pub(crate) use number::{integer, same as same_number};

use crate::catalog::{BodyLayout, Operation};
use cost::Costs;
use shape::{Need, Shapes};

/// In how many ways the validator may come to parts of the arguments to tell what is wrong with them.
const MOST_WAYS: u64 = 50_000;
/// The same to decide whether anything is, where the validator does not remember what it decided.
const MOST_WAYS_TO_DECIDE: u64 = 1_000_000;

/// What is wrong with an argument.
///
/// Its text is for the model: `room: expected an integer, got "first"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The argument; empty when the arguments as a whole are meant.
    pub argument: String,
    /// Where in the arguments, as a JSON Pointer (RFC 6901) from their root.
    pub pointer: String,
    /// What was expected, and what came.
    pub message: String,
}

impl Problem {
    /// A problem with an argument as a whole.
    pub fn with_argument(argument: &str, message: impl Into<String>) -> Self {
        Self { argument: argument.to_owned(), pointer: Self::member("", argument), message: message.into() }
    }

    /// A problem at a JSON Pointer from the arguments' root.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        let pointer = pointer.into();
        let first = pointer.split('/').nth(1).unwrap_or_default();
        Self { argument: first.replace("~1", "/").replace("~0", "~"), message: message.into(), pointer }
    }

    /// The same problem, of a member of that name.
    pub(crate) fn inside(self, name: &str) -> Self {
        let Self { pointer, message, .. } = self;
        Self::at(format!("{}{pointer}", Self::member("", name)), message)
    }

    /// The JSON Pointer of a member of what `pointer` points to.
    pub(crate) fn member(pointer: &str, name: &str) -> String {
        format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pointer.is_empty(), self.pointer.matches('/').count() <= 1) {
            (true, _) => write!(f, "arguments: {}", self.message),
            (false, true) => write!(f, "{}: {}", self.argument, self.message),
            (false, false) => write!(f, "{}: {}", &self.pointer[1..], self.message),
        }
    }
}

/// The input schema of an operation, compiled.
#[derive(Debug)]
pub struct Input {
    shapes: Shapes,
    validator: jsonschema::Validator,
    /// None where it never costs much to tell what is wrong.
    costs: Option<Costs>,
    /// The arguments that are parameters; all others belong to the body.
    parameters: HashSet<String>,
    /// Whether the body takes arguments that nothing declares.
    open: bool,
}

impl Input {
    /// Compiles a schema that is self-contained (`$ref`s lead into itself).
    ///
    /// # Errors
    /// In words, when the schema cannot be compiled even without the keywords that are invalid in it.
    pub fn compile(schema: &Value, operation: &Operation) -> Result<Self, String> {
        let open = operation
            .body
            .as_ref()
            .is_some_and(|body| matches!(&body.layout, BodyLayout::Properties { open: true, .. }));
        Ok(Self {
            shapes: Shapes::compile(schema),
            validator: validator::compile(schema)?,
            costs: Costs::compile(schema),
            parameters: operation.parameters.iter().map(|parameter| parameter.argument.clone()).collect(),
            open,
        })
    }

    /// Compiles a schema without knowing the operation. No argument counts as a parameter, and what the schema's root
    /// says of further arguments holds.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn of_schema(schema: &Value) -> Result<Self, String> {
        Ok(Self {
            shapes: Shapes::compile(schema),
            validator: validator::compile(schema)?,
            costs: Costs::compile(schema),
            parameters: HashSet::new(),
            open: true,
        })
    }

    /// What else is wrong with checked arguments once it is known which of them are parameters: a null gives them no
    /// value, whatever the schema admits.
    ///
    /// # Errors
    /// Every problem that was found.
    pub fn check_parameters(&self, arguments: &Map<String, Value>, operation: &Operation) -> Result<(), Vec<Problem>> {
        let is_null = |name: &str| {
            arguments.get(name).is_some_and(Value::is_null)
                && operation.parameters.iter().any(|parameter| parameter.argument == name)
        };
        let nulls: Vec<String> = arguments.keys().filter(|name| is_null(name)).cloned().collect();
        if nulls.is_empty() {
            return Ok(());
        }
        let kept = arguments.iter().filter(|(name, _)| !nulls.contains(name));
        let kept = Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect());
        let mut problems = Vec::new();
        self.judge(&kept, &nulls, &mut problems);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Converts and checks arguments.
    ///
    /// A null for a parameter is dropped. In a body it stays where the schema admits it or has no say, and is dropped
    /// otherwise. Text becomes an integer, number, boolean, array or object where the schema wants that and no text.
    ///
    /// # Errors
    /// Every problem that was found.
    pub fn check(&self, mut arguments: Map<String, Value>) -> Result<Map<String, Value>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut dropped = Vec::new();
        arguments.retain(|name, value| {
            let Some(need) = self.shapes.argument(name, self.open) else {
                problems.push(self.unknown(name));
                return false;
            };
            let keep =
                if value.is_null() && self.parameters.contains(name) { false } else { self.normalise(&need, value) };
            if !keep {
                dropped.push(name.clone());
            }
            keep
        });
        let arguments = Value::Object(arguments);
        self.judge(&arguments, &dropped, &mut problems);
        match arguments {
            Value::Object(arguments) if problems.is_empty() => Ok(arguments),
            _ => Err(problems),
        }
    }

    /// Adds what the schema refuses, as far as it can be told in time. `nulls` are arguments whose null was dropped.
    fn judge(&self, arguments: &Value, nulls: &[String], problems: &mut Vec<Problem>) {
        let explain = |arguments: &Value, problems: &mut Vec<Problem>| {
            message::explain(&self.validator, arguments, &self.shapes, nulls, problems);
        };
        let is_valid = || self.validator.is_valid(arguments);
        let (Some(costs), Value::Object(members)) = (&self.costs, arguments) else {
            if !is_valid() {
                explain(arguments, problems);
            }
            return;
        };
        if costs.decides_slowly {
            let slow = costs.above(MOST_WAYS_TO_DECIDE, members);
            if !slow.is_empty() {
                problems.extend(slow.iter().map(|name| Problem::with_argument(name, message::TOO_MUCH)));
                return;
            }
        }
        if is_valid() {
            return;
        }
        let costly = costs.above(MOST_WAYS, members);
        if costly.is_empty() {
            return explain(arguments, problems);
        }
        // What is wrong with the others may be all.
        let others = members.iter().filter(|(name, _)| !costly.contains(name));
        let others = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut found = Vec::new();
        explain(&Value::Object(others), &mut found);
        found.retain(|problem| !costly.contains(&problem.argument));
        if found.is_empty() {
            found.extend(costly.iter().map(|name| Problem::with_argument(name, message::MUCH)));
        }
        problems.append(&mut found);
    }

    fn normalise(&self, need: &Need, value: &mut Value) -> bool {
        normalise::keep(&self.shapes, need, value, 0)
    }

    fn unknown(&self, name: &str) -> Problem {
        let known = self.shapes.arguments();
        Problem::with_argument(name, message::unknown("argument", name, &known))
    }
}

#[cfg(test)]
mod tests;
