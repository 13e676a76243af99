//! Which body is sent where its operation takes several that differ in shape.

use serde_json::{Map, Value};

use crate::{
    arguments::{Got, Problem},
    catalog::{Body, BodyLayout},
};

/// The body that the arguments choose; none, with a problem, where they choose none or are those of another.
pub(super) fn chosen<'o>(
    body: &'o Body,
    arguments: &Map<String, Value>,
    problems: &mut Vec<Problem>,
) -> Option<&'o Body> {
    let Some(choice) = &body.choice else { return Some(body) };
    let all = || std::iter::once(body).chain(&choice.bodies);
    let Some(chosen) = body.chosen(arguments) else {
        let names: Vec<_> = all().map(|body| body.media_type.as_str()).collect();
        let got = arguments.get(&choice.argument).map(|value| Got(value).to_string()).unwrap_or_default();
        let message = format!("expected one of {}, got {got}", names.join(", "));
        problems.push(Problem::with_argument(&choice.argument, message));
        return None;
    };
    let before = problems.len();
    for argument in arguments.keys().filter(|argument| !takes(chosen, argument)) {
        let others = all().filter(|body| takes(body, argument)).map(|body| body.media_type.as_str());
        if let Some(other) = others.into_iter().next() {
            let message = format!(
                "goes into a body of {other} and not of {}; leave it out, or change {}",
                chosen.media_type, choice.argument
            );
            problems.push(Problem::with_argument(argument, message));
        }
    }
    if std::ptr::eq(chosen, body) && sends(body, arguments) {
        let missing = choice.required.iter().filter(|argument| !arguments.contains_key(*argument));
        problems.extend(missing.map(|argument| Problem::with_argument(argument, "required, but missing")));
    }
    (problems.len() == before).then_some(chosen)
}

/// Whether an argument is one that the choice, or a body to choose, declares: it is none of an open body's own.
pub(super) fn declares(body: &Body, argument: &str) -> bool {
    body.choice
        .as_ref()
        .is_some_and(|choice| choice.argument == argument || choice.bodies.iter().any(|body| takes(body, argument)))
}

fn takes(body: &Body, argument: &str) -> bool {
    match &body.layout {
        BodyLayout::Argument(name) => name == argument,
        BodyLayout::Properties { properties, .. } => properties.iter().any(|property| property.argument == argument),
    }
}

fn sends(body: &Body, arguments: &Map<String, Value>) -> bool {
    body.required || arguments.keys().any(|argument| takes(body, argument))
}
