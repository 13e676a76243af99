//! Prompts, filled in: the templates of messages with the values of arguments.
//!
//! Values are put in as they are and never read as templates. What a template may do is bounded: it knows its arguments
//! and the built-in filters, and nothing else.

use std::{
    collections::{BTreeMap, HashSet},
    io,
};

use minijinja::{Environment, Template, UndefinedBehavior};
use serde_json::{Map, Value};

use crate::{
    arguments::nearest,
    catalog::{Prompt, PromptContent, PromptRole},
    dispatch::{Content, Contents, ContentsBody, Dispatch, DispatchError},
};

/// How many steps a template may take.
const STEPS: u64 = 1_000_000;
/// The longest text that a template may make, in bytes.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}{}", .line.map(|line| format!(" (line {line} of the template)")).unwrap_or_default())]
pub struct TemplateError {
    /// What is wrong, in words.
    pub reason: String,
    /// The line of the template, from 1.
    pub line: Option<usize>,
}

/// A message that was filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Who says it.
    pub role: PromptRole,
    /// What is said.
    pub content: MessageContent,
}

/// What a filled-in message says.
#[derive(Debug, Clone, PartialEq)]
pub enum MessageContent {
    /// A text, a picture or a sound.
    Content(Content),
    /// A resource that was read.
    Resource(Contents),
}

/// Whether a prompt's templates can be filled in: they can be read, and name nothing but its arguments.
///
/// # Errors
/// The index of the first message that cannot, and why.
pub fn check(prompt: &Prompt) -> Result<(), (usize, TemplateError)> {
    let environment = environment();
    let known: HashSet<&str> = prompt.arguments.iter().map(|argument| argument.name.as_str()).collect();
    prompt.messages.iter().enumerate().try_for_each(|(index, message)| {
        let checked = compile(&environment, message.content.template()).and_then(|template| {
            let builtin = |name: &str| environment.globals().any(|(global, _)| global == name);
            let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
            unknown.retain(|name| !known.contains(name.as_str()) && !builtin(name));
            unknown.sort();
            match unknown.first() {
                None => misspelt(&template, &known),
                Some(name) => {
                    let hint = nearest(name, known.iter().copied());
                    let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                    Err(TemplateError { reason: format!("{name:?} is no argument of the prompt{hint}"), line: None })
                }
            }
        });
        checked.map_err(|error| (index, error))
    })
}

/// Filters, tests and functions that there are not show only when a template is filled in; other values may well fit.
fn misspelt(template: &Template<'_, '_>, known: &HashSet<&str>) -> Result<(), TemplateError> {
    use minijinja::ErrorKind::{TemplateNotFound, UnknownFilter, UnknownFunction, UnknownMethod, UnknownTest};
    let values = known.iter().map(|name| (*name, "1"));
    match template.render_captured_to(minijinja::Value::from_pairs(values), &mut Bounded(Vec::new())) {
        Err(error)
            if matches!(
                error.kind(),
                TemplateNotFound | UnknownFilter | UnknownFunction | UnknownMethod | UnknownTest
            ) =>
        {
            Err(told(error))
        }
        _ => Ok(()),
    }
}

/// A prompt with these arguments. Resources among its messages are read.
///
/// # Errors
/// When there is no such prompt, its arguments are wrong, a template cannot be filled in, or a resource cannot be read.
pub async fn get(
    dispatch: &Dispatch,
    name: &str,
    arguments: Option<&Map<String, Value>>,
) -> Result<(Option<String>, Vec<Message>), DispatchError> {
    let prompt = find(&dispatch.catalog().prompts, name)?;
    let values = values(prompt, arguments).map_err(DispatchError::InvalidParams)?;
    let mut messages = Vec::with_capacity(prompt.messages.len());
    for message in &prompt.messages {
        let text = fill(message.content.template(), &values)
            .map_err(|error| DispatchError::InvalidParams(format!("the prompt {name} cannot be filled in: {error}")))?;
        let content = match &message.content {
            PromptContent::Text(_) => MessageContent::Content(Content::Text(text.into())),
            PromptContent::Resource(_) => resource(dispatch.read(text.trim()).await?)?,
        };
        messages.push(Message { role: message.role, content });
    }
    Ok((prompt.description.clone(), messages))
}

/// The values of a prompt's argument that begin with `prefix`.
///
/// # Errors
/// When there is no such prompt, or it has no such argument.
pub fn complete(prompts: &[Prompt], name: &str, argument: &str, prefix: &str) -> Result<Vec<String>, DispatchError> {
    let prompt = find(prompts, name)?;
    let found = prompt.arguments.iter().find(|known| known.name == argument);
    let found = found.ok_or_else(|| DispatchError::InvalidParams(unknown(prompt, argument)))?;
    Ok(found.values.iter().filter(|value| value.starts_with(prefix)).cloned().collect())
}

fn find<'p>(prompts: &'p [Prompt], name: &str) -> Result<&'p Prompt, DispatchError> {
    prompts.iter().find(|prompt| prompt.name == name).ok_or_else(|| {
        let hint = nearest(name, prompts.iter().map(|prompt| prompt.name.as_str()));
        let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        DispatchError::InvalidParams(format!("there is no prompt {name:?}{hint}"))
    })
}

/// The texts of the arguments; those that were not given are empty.
fn values<'p>(prompt: &'p Prompt, arguments: Option<&Map<String, Value>>) -> Result<BTreeMap<&'p str, String>, String> {
    let given = |name: &str| arguments.and_then(|arguments| arguments.get(name)).filter(|value| !value.is_null());
    for (name, value) in arguments.into_iter().flatten() {
        if !prompt.arguments.iter().any(|known| known.name == *name) {
            return Err(unknown(prompt, name));
        }
        if value.is_object() || value.is_array() {
            return Err(format!("the argument {name:?} of the prompt {} is a text", prompt.name));
        }
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let missing = prompt.arguments.iter().filter(|known| known.required && given(&known.name).is_none());
    let missing: Vec<_> = missing.map(|known| known.name.as_str()).collect();
    if !missing.is_empty() {
        return Err(format!("the prompt {} needs {}", prompt.name, missing.join(", ")));
    }
    Ok(prompt.arguments.iter().map(|known| (&*known.name, given(&known.name).map(text).unwrap_or_default())).collect())
}

fn unknown(prompt: &Prompt, argument: &str) -> String {
    let known = || prompt.arguments.iter().map(|known| known.name.as_str());
    let hint = match nearest(argument, known()) {
        Some(near) => format!("; did you mean {near}?"),
        None if prompt.arguments.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", known().collect::<Vec<_>>().join(", ")),
    };
    format!("the prompt {} has no argument {argument:?}{hint}", prompt.name)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(STEPS));
    environment
}

fn compile<'e>(environment: &'e Environment<'_>, source: &'e str) -> Result<Template<'e, 'e>, TemplateError> {
    environment.template_from_str(source).map_err(told)
}

fn fill(source: &str, values: &BTreeMap<&str, String>) -> Result<String, TemplateError> {
    let environment = environment();
    let mut text = Bounded(Vec::new());
    compile(&environment, source)?
        .render_captured_to(
            minijinja::Value::from_pairs(values.iter().map(|(name, value)| (*name, value.as_str()))),
            &mut text,
        )
        .map_err(told)?;
    String::from_utf8(text.0).map_err(|error| TemplateError { reason: error.to_string(), line: None })
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn told(error: minijinja::Error) -> TemplateError {
    let reason = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    TemplateError { reason, line: error.line() }
}

fn resource(mut contents: Vec<Contents>) -> Result<MessageContent, DispatchError> {
    let contents = contents.pop().ok_or_else(|| DispatchError::Internal("nothing was read".to_owned()))?;
    Ok(match (contents.mime_type.clone(), contents.body) {
        (Some(mime_type), ContentsBody::Blob(data)) if mime_type.starts_with("image/") => {
            MessageContent::Content(Content::Image { data, mime_type })
        }
        (Some(mime_type), ContentsBody::Blob(data)) if mime_type.starts_with("audio/") => {
            MessageContent::Content(Content::Audio { data, mime_type })
        }
        (_, body) => MessageContent::Resource(Contents { body, ..contents }),
    })
}

/// Takes as much text as a message may have.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_TEXT {
            return Err(io::Error::other(format!("the text is longer than {LONGEST_TEXT} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::{PromptArgument, PromptMessage};

    fn prompt(template: &str) -> Prompt {
        let argument = |name: &str, required| PromptArgument {
            name: name.to_owned(),
            description: None,
            required,
            values: ["red", "rose", "blue"].map(str::to_owned).to_vec(),
        };
        let content = PromptContent::Text(template.to_owned());
        Prompt {
            name: "paint".to_owned(),
            title: None,
            description: None,
            arguments: vec![argument("colour", true), argument("size", false)],
            messages: vec![PromptMessage { role: PromptRole::User, content }],
        }
    }

    fn filled(template: &str, arguments: &Value) -> Result<String, String> {
        let prompt = prompt(template);
        let values = values(&prompt, arguments.as_object())?;
        fill(template, &values).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_put_in_and_not_read() {
        let cases = [
            ("It is {{ colour }}.", json!({"colour": "red"}), "It is red."),
            ("{{ colour }}", json!({"colour": "{{ 7 * 7 }}"}), "{{ 7 * 7 }}"),
            (
                "{{ colour }}",
                json!({"colour": "{% for x in range(9) %}x{% endfor %}"}),
                "{% for x in range(9) %}x{% endfor %}",
            ),
            ("{{ colour }}", json!({"colour": "{# gone? #}<b>&\"'"}), "{# gone? #}<b>&\"'"),
            ("{{ colour|upper }}", json!({"colour": "{{colour}}"}), "{{COLOUR}}"),
            ("{{ size }}{% if size %}!{% endif %}", json!({"colour": "red"}), ""),
            ("{{ size }}", json!({"colour": "red", "size": 12.5}), "12.5"),
            ("{{ size }}", json!({"colour": "red", "size": null}), ""),
        ];
        for (template, arguments, expected) in cases {
            assert_eq!(filled(template, &arguments).as_deref(), Ok(expected), "{template} {arguments}");
        }
    }

    #[test]
    fn wrong_arguments_are_named() {
        let cases = [
            (json!({}), "needs colour"),
            (json!({"colour": null}), "needs colour"),
            (json!({"color": "red"}), "no argument \"color\"; did you mean colour?"),
            (json!({"colour": ["red"]}), "\"colour\" of the prompt paint is a text"),
        ];
        for (arguments, expected) in cases {
            let error = filled("{{ colour }}", &arguments).unwrap_err();
            assert!(error.contains(expected), "{arguments}: {error}");
        }
    }

    #[test]
    fn a_template_does_not_run_for_ever() {
        let colour = json!({"colour": "x".repeat(1024)});
        for template in [
            "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
            "{% for a in range(90000) %}{{ colour }}{% endfor %}",
        ] {
            let error = filled(template, &colour).unwrap_err();
            assert!(error.contains("fuel") || error.contains("write"), "{error}");
        }
    }

    #[test]
    fn templates_are_checked_before_they_are_filled_in() {
        let cases = [
            ("{{ colour }} {{ size|default('x') }} {% for n in range(3) %}{{ loop.index }}{% endfor %}", None),
            ("{% set other = colour %}{{ other }}", None),
            ("{{ color }}", Some("\"color\" is no argument of the prompt; did you mean colour?")),
            ("a\nb {{ colour ", Some("(line 2 of the template)")),
            ("{% include 'x' %}", Some("line 1")),
            ("{{ colour|shout }}", Some("unknown filter")),
        ];
        for (template, expected) in cases {
            let told = check(&prompt(template)).map_err(|(_, error)| error.to_string());
            match expected {
                None => assert_eq!(told, Ok(()), "{template}"),
                Some(part) => assert!(told.as_ref().is_err_and(|told| told.contains(part)), "{template}: {told:?}"),
            }
        }
    }

    #[test]
    fn values_are_offered() {
        let prompts = [prompt("")];
        assert_eq!(complete(&prompts, "paint", "size", "r").unwrap(), ["red", "rose"]);
        assert!(complete(&prompts, "paint", "sise", "").unwrap_err().to_string().contains("did you mean size?"));
        assert!(complete(&prompts, "point", "size", "").unwrap_err().to_string().contains("did you mean paint?"));
    }
}
