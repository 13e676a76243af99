//! Path parameters, and what keeps a value inside its segment.

use serde_json::{Map, Value};

use super::{
    given,
    percent::{self, Escape},
    style::{self, Pairs},
};
use crate::{
    arguments::{Got, Problem},
    catalog::{Location, Operation, Parameter, ParameterEncoding, PathPart},
};

/// How many layers of percent-encoding are looked through; a value with more is refused.
const MOST_LAYERS: usize = 16;

/// The path with its expressions filled.
pub(super) fn write(operation: &Operation, arguments: &Map<String, Value>, problems: &mut Vec<Problem>) -> String {
    let mut out = String::with_capacity(64);
    let before = problems.len();
    let mut filled = Vec::new();
    for part in operation.path.parts() {
        match part {
            PathPart::Literal(text) => percent::literal(text, &mut out),
            PathPart::Expression(name) => {
                let value = given(operation, Location::Path, arguments).find(|(parameter, _)| parameter.name == *name);
                let Some((parameter, value)) = value else {
                    let argument = operation
                        .parameters
                        .iter()
                        .find(|parameter| parameter.location == Location::Path && parameter.name == *name)
                        .map_or(name, |parameter| &parameter.argument);
                    problems.push(Problem::with_argument(argument, "required, but missing"));
                    continue;
                };
                let start = out.len();
                match fill(parameter, value, &mut out) {
                    Ok(()) => filled.push((start..out.len(), parameter)),
                    Err(reason) => {
                        problems
                            .push(Problem::with_argument(&parameter.argument, format!("{reason}, got {}", Got(value))));
                    }
                }
            }
        }
    }
    if problems.len() == before {
        whole_segments(&out, &filled, problems);
    }
    out
}

/// Appends a value, or says why it cannot stand in a path.
fn fill(parameter: &Parameter, value: &Value, out: &mut String) -> Result<(), &'static str> {
    if let Value::String(text) = value {
        if text.is_empty() {
            return Err("expected a path segment that is not empty");
        }
        // Also where a style writes something before it: who reads the style has the value in hand.
        stays_inside(text)?;
    }
    let start = out.len();
    match &parameter.encoding {
        ParameterEncoding::Style { style, explode, allow_reserved, items } => {
            let escape = if *allow_reserved { Escape::ReservedInPath } else { Escape::All };
            let mut sink = Pairs { start, separator: "", escape, out };
            match (items.as_slice(), value) {
                ([], _) | (_, Value::Null) => style::unnamed(*style, *explode, &parameter.name, value, &mut sink),
                (items, value) => style::nested(&[&[*style], items].concat(), value, &mut sink),
            }
        }
        ParameterEncoding::Content { content } => {
            Escape::All.value(&super::query::document(content, value), out);
        }
    }
    if out.len() == start {
        return Err("expected a path segment that is not empty");
    }
    stays_inside(&out[start..])
}

/// Whether no server can read a `.` or `..` segment out of an encoded text, however often it decodes it.
fn stays_inside(encoded: &str) -> Result<(), &'static str> {
    let mut layer = encoded.as_bytes().to_vec();
    for _ in 0..MOST_LAYERS {
        if layer.split(|byte| matches!(byte, b'/' | b'\\')).any(|segment| matches!(segment, b"." | b"..")) {
            return Err("expected one path segment, without `.` and `..` segments in it");
        }
        if !layer.contains(&b'%') {
            return Ok(());
        }
        let decoded: Vec<u8> = percent_encoding::percent_decode(&layer).collect();
        if decoded == layer {
            return Ok(());
        }
        layer = decoded;
    }
    Err("expected a path segment that is not percent-encoded many times over")
}

/// Refuses values that make up a `.` or `..` only together with what stands beside them.
fn whole_segments(path: &str, filled: &[(std::ops::Range<usize>, &Parameter)], problems: &mut Vec<Problem>) {
    let mut start = 0;
    for segment in path.split('/') {
        let end = start + segment.len();
        let inside = || filled.iter().filter(|(range, _)| range.start >= start && range.end <= end);
        if inside().next().is_some()
            && let Err(reason) = stays_inside(segment)
        {
            problems.extend(inside().map(|(_, parameter)| Problem::with_argument(&parameter.argument, reason)));
        }
        start = end + 1;
    }
}
