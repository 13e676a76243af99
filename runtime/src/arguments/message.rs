//! What the validator found, in words that let a model correct itself.

use std::{fmt, io};

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

use super::{Problem, nearest, shape::Shapes};

/// How much of a value is shown, in bytes.
const SHOWN: usize = 80;
/// How many values of an `enum`, or known names, are shown.
const LISTED: usize = 20;
/// How many problems are told of one argument.
const TOLD: usize = 8;
/// How deep alternatives of alternatives are looked into.
const NESTED: usize = 8;

/// A value as its JSON text, shortened.
pub(crate) struct Got<'v>(pub(crate) &'v Value);

impl fmt::Display for Got<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut start = Start(Vec::new());
        // An error says that the text is longer than what is shown.
        let whole = serde_json::to_writer(&mut start, self.0).is_ok();
        f.write_str(String::from_utf8_lossy(&start.0).trim_end_matches('\u{fffd}'))?;
        if whole { Ok(()) } else { f.write_str("…") }
    }
}

/// Takes the first bytes and refuses the rest.
struct Start(Vec<u8>);

impl io::Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match SHOWN - self.0.len() {
            0 => Err(io::ErrorKind::WriteZero.into()),
            room => {
                let taken = room.min(bytes.len());
                self.0.extend_from_slice(&bytes[..taken]);
                Ok(taken)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A name that nothing declares.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown {what}; did you mean {near:?}?"),
        None if known.is_empty() => format!("unknown {what}; none is taken here"),
        None => format!("unknown {what}; known: {}", listed(known.iter().map(|name| format!("{name:?}")))),
    }
}

/// Adds a problem for everything that the validator refuses. `nulls` are arguments whose null was dropped.
pub(super) fn explain(
    validator: &Validator,
    arguments: &Value,
    shapes: &Shapes,
    nulls: &[String],
    problems: &mut Vec<Problem>,
) {
    let mut found = Vec::new();
    for error in validator.iter_errors(arguments) {
        tell(&error, arguments, shapes, 0, &mut found);
    }
    for problem in &mut found {
        if problem.message == MISSING && problem.pointer.matches('/').count() == 1 && nulls.contains(&problem.argument)
        {
            "required, and null was given".clone_into(&mut problem.message);
        }
    }
    let mut dropped: Vec<(String, usize)> = Vec::new();
    for problem in found {
        if problems.contains(&problem) {
            continue;
        }
        if problems.iter().filter(|other| other.argument == problem.argument).count() < TOLD {
            problems.push(problem);
        } else if let Some((_, count)) = dropped.iter_mut().find(|(argument, _)| *argument == problem.argument) {
            *count += 1;
        } else {
            dropped.push((problem.argument, 1));
        }
    }
    problems.extend(
        dropped.iter().map(|(argument, count)| Problem::with_argument(argument, format!("{count} more problems"))),
    );
}

/// Of an argument that is refused, where it would take too long to say why.
pub(super) const MUCH: &str = "does not suit its schema, which offers too many alternatives to tell where";
/// Of an argument that it would take too long to judge.
pub(super) const TOO_MUCH: &str =
    "nests too many alternatives of its schema to be checked; give a value with fewer levels";

const MISSING: &str = "required, but missing";

/// Adds the problems of one error.
fn tell(error: &ValidationError<'_>, arguments: &Value, shapes: &Shapes, depth: usize, problems: &mut Vec<Problem>) {
    let pointer = error.instance_path().as_str();
    let value = error.instance().as_ref();
    let got = Got(value);
    let message = match error.kind() {
        // The outcome is not known: the pattern counts as kept.
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => return,
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            problems.push(Problem::at(Problem::member(pointer, name), MISSING));
            return;
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = shapes.names_at(arguments, pointer);
            let what = if pointer.is_empty() { "argument" } else { "property" };
            problems.extend(
                unexpected.iter().map(|name| Problem::at(Problem::member(pointer, name), unknown(what, name, &known))),
            );
            return;
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(context, pointer, value, arguments, shapes, depth, problems);
            return;
        }
        Kind::PropertyNames { error } => {
            let mut inner = Vec::new();
            tell(error, arguments, shapes, depth + 1, &mut inner);
            let reasons = inner.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ");
            format!("a property's name is refused: {reasons}")
        }
        Kind::Type { kind } => format!("expected {}, got {got}", types(kind)),
        Kind::Enum { options } => one_of(options, value),
        Kind::Constant { expected_value } => format!("expected {}, got {got}", Got(expected_value)),
        Kind::Minimum { limit } => format!("expected at least {limit}, got {got}"),
        Kind::Maximum { limit } => format!("expected at most {limit}, got {got}"),
        Kind::ExclusiveMinimum { limit } => format!("expected more than {limit}, got {got}"),
        Kind::ExclusiveMaximum { limit } => format!("expected less than {limit}, got {got}"),
        Kind::MultipleOf { multiple_of } => format!("expected a multiple of {multiple_of}, got {got}"),
        Kind::MinLength { limit } => {
            format!("expected at least {}, got {}", plural(*limit, "character"), length(value))
        }
        Kind::MaxLength { limit } => format!("expected at most {}, got {}", plural(*limit, "character"), length(value)),
        Kind::MinItems { limit } => format!("expected at least {}, got {}", plural(*limit, "item"), length(value)),
        Kind::MaxItems { limit } => format!("expected at most {}, got {}", plural(*limit, "item"), length(value)),
        Kind::AdditionalItems { limit } => format!("expected at most {limit} items, got {}", length(value)),
        Kind::MinProperties { limit } => {
            format!("expected at least {limit} properties, got {}", length(value))
        }
        Kind::MaxProperties { limit } => {
            format!("expected at most {limit} properties, got {}", length(value))
        }
        Kind::UnevaluatedItems { .. } => "items came that nothing declares".to_owned(),
        Kind::UniqueItems => format!("expected items that all differ, got {got}"),
        Kind::Contains => format!("expected another number of items of the kind that must occur, got {got}"),
        Kind::Pattern { pattern } => format!("expected text that matches the pattern {pattern}, got {got}"),
        Kind::Format { format } => format!("expected the format {format}, got {got}"),
        Kind::Custom { message, .. } => message.clone(),
        Kind::FalseSchema => format!("nothing is taken here, got {got}"),
        Kind::Not { schema } => format!("expected anything but {}, got {got}", Got(schema)),
        Kind::OneOfMultipleValid { .. } => format!("fits more than one alternative, and must fit one, got {got}"),
        _ => format!("{}: got {got}", error.kind().keyword()),
    };
    problems.push(Problem::at(pointer, message));
}

/// What the closest alternative wants.
fn alternatives(
    branches: &[Vec<ValidationError<'static>>],
    pointer: &str,
    value: &Value,
    arguments: &Value,
    shapes: &Shapes,
    depth: usize,
    problems: &mut Vec<Problem>,
) {
    // The branches that refuse the type alone, and the others.
    let (mut wanted, mut closer) = (Vec::new(), Vec::new());
    for branch in branches {
        match mistyped(branch, pointer) {
            Some(kind) => wanted.extend(type_names(kind)),
            None => closer.push(branch),
        }
    }
    if closer.is_empty() || depth >= NESTED {
        wanted.sort_unstable();
        wanted.dedup();
        let message = if wanted.is_empty() {
            format!("fits none of {} alternatives, got {}", branches.len(), Got(value))
        } else {
            format!("expected {}, got {}", joined(&wanted), Got(value))
        };
        problems.push(Problem::at(pointer, message));
        return;
    }
    let mut told: Vec<Vec<Problem>> = closer
        .into_iter()
        .map(|branch| {
            let mut inner = Vec::new();
            for error in branch {
                tell(error, arguments, shapes, depth + 1, &mut inner);
            }
            inner
        })
        .collect();
    told.sort_by_key(Vec::len);
    match told.as_mut_slice() {
        // Only one can be meant: what it lacks is what is wrong.
        [only] => problems.append(only),
        [closest, ..] => {
            let reasons: Vec<String> = closest.iter().take(TOLD).map(ToString::to_string).collect();
            let message =
                format!("fits none of {} alternatives; the closest wants: {}", branches.len(), reasons.join("; "));
            problems.push(Problem::at(pointer, message));
        }
        [] => {}
    }
}

/// The types that a branch wants, if that is why it refuses.
fn mistyped<'e>(branch: &'e [ValidationError<'static>], pointer: &str) -> Option<&'e TypeKind> {
    branch.iter().find_map(|error| match error.kind() {
        Kind::Type { kind } if error.instance_path().as_str() == pointer => Some(kind),
        _ => None,
    })
}

fn type_names(kind: &TypeKind) -> Vec<&'static str> {
    let name = |kind: jsonschema::JsonType| match kind {
        jsonschema::JsonType::Array => "an array",
        jsonschema::JsonType::Boolean => "a boolean",
        jsonschema::JsonType::Integer => "an integer",
        jsonschema::JsonType::Null => "null",
        jsonschema::JsonType::Number => "a number",
        jsonschema::JsonType::Object => "an object",
        jsonschema::JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(one) => vec![name(*one)],
        TypeKind::Multiple(set) => set.iter().map(name).collect(),
    }
}

fn types(kind: &TypeKind) -> String {
    joined(&type_names(kind))
}

/// `a`, `a or b`, `a, b or null`.
fn joined(names: &[&str]) -> String {
    let mut names = names.to_vec();
    names.sort_by_key(|name| *name == "null");
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn one_of(options: &Value, value: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = listed(options.iter().map(|option| Got(option).to_string()));
    let near = match (value, options.len() > LISTED) {
        (Value::String(text), true) => nearest(text, options.iter().filter_map(Value::as_str)),
        _ => None,
    };
    let hint = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
    format!("expected one of {shown}, got {}{hint}", Got(value))
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(LISTED);
    let mut text = names.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    text
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn length(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{} ({})", text.chars().count(), Got(value)),
        Value::Array(items) => items.len().to_string(),
        Value::Object(object) => object.len().to_string(),
        value => Got(value).to_string(),
    }
}
