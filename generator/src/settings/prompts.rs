//! The config file's prompts.

use std::collections::HashSet;

use mcpgen_runtime::catalog::{Prompt, PromptArgument, PromptContent, PromptMessage, PromptRole};

use super::value::{list, scalar, unknown, wrong};
use crate::{diagnostic::Diagnostic, source::Node};

/// The key of the prompts.
pub(crate) const PROMPTS: &str = "prompts";

/// The keys of a prompt.
const PROMPT: [&str; 5] = ["name", "title", "description", "arguments", "messages"];
/// The keys of an argument.
const ARGUMENT: [&str; 4] = ["name", "description", "required", "values"];
/// The keys of a message.
const MESSAGE: [&str; 3] = ["role", "text", "resource"];
/// The code of what is wrong with any of them.
const CODE: &str = "invalid-prompt";
/// Where the form is told.
const HELP: &str = "see docs/prompts.md for the form";
/// The longest name, as of every component.
const LONGEST_NAME: usize = 56;

/// Reads the prompts, in their order.
pub(crate) fn prompts(node: Node<'_>) -> Result<Vec<Prompt>, Diagnostic> {
    let mut names = HashSet::new();
    list(node, "a list of prompts")?
        .map(|item| {
            let prompt = prompt(item)?;
            if names.insert(prompt.name.clone()) {
                Ok(prompt)
            } else {
                let message = format!("there are two prompts of the name {:?}", prompt.name);
                Err(wrong(item.get("name").unwrap_or(item), CODE, &message, "give one of them another"))
            }
        })
        .collect()
}

fn prompt(node: Node<'_>) -> Result<Prompt, Diagnostic> {
    object(node, "a prompt", "like {name: greet, messages: [{text: Say hello.}]}", &PROMPT)?;
    let name = required(node, "name", "the prompt")?;
    let at_name = node.get("name").unwrap_or(node);
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(legal) {
        let help = "letters, digits, `_` and `-`, at most 56 of them";
        return Err(wrong(at_name, CODE, &format!("{name:?} is no name of a prompt"), help));
    }
    let mut seen = HashSet::new();
    let arguments = items(node, "arguments")?
        .map(|item| {
            let argument = argument(item)?;
            if seen.insert(argument.name.clone()) {
                return Ok(argument);
            }
            let message = format!("there are two arguments of the name {:?}", argument.name);
            Err(wrong(item.get("name").unwrap_or(item), CODE, &message, "give one of them another"))
        })
        .collect::<Result<_, _>>()?;
    let places: Vec<Node<'_>> = items(node, "messages")?.collect();
    if places.is_empty() {
        let help = "give it at least one, like messages: [{text: Say hello.}]";
        return Err(wrong(node, CODE, "the prompt has no messages", help));
    }
    let prompt = Prompt {
        name,
        title: text(node, "title")?,
        description: text(node, "description")?,
        arguments,
        messages: places.iter().map(|place| message(*place)).collect::<Result<_, _>>()?,
    };
    // Templates are the server's, which a build script does without: its server checks them when it starts.
    #[cfg(feature = "cli")]
    check(&prompt, &places)?;
    Ok(prompt)
}

/// Checks the templates.
#[cfg(feature = "cli")]
fn check(prompt: &Prompt, places: &[Node<'_>]) -> Result<(), Diagnostic> {
    mcpgen_runtime::prompts::check(prompt).map_err(|(index, error)| {
        let place = places[index.min(places.len() - 1)];
        let place = place.get("text").or_else(|| place.get("resource")).unwrap_or(place);
        let message = format!("this template cannot be filled in: {error}");
        wrong(place, CODE, &message, "templates are those of minijinja, and know the prompt's arguments alone")
    })
}

fn argument(node: Node<'_>) -> Result<PromptArgument, Diagnostic> {
    object(node, "an argument", "like {name: topic, required: true}", &ARGUMENT)?;
    let name = required(node, "name", "the argument")?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let message = format!("{name:?} is no name that a template could use");
        return Err(wrong(node.get("name").unwrap_or(node), CODE, &message, "letters, digits and `_`, no digit first"));
    }
    let is_required = match node.get("required") {
        None => false,
        Some(value) => value.as_bool().ok_or_else(|| wrong(value, CODE, "expected true or false here", HELP))?,
    };
    let values = items(node, "values")?;
    let values = values.map(|item| scalar(item).ok_or_else(|| wrong(item, CODE, "expected a text here", HELP)));
    Ok(PromptArgument {
        name,
        description: text(node, "description")?,
        required: is_required,
        values: values.collect::<Result<_, _>>()?,
    })
}

fn message(node: Node<'_>) -> Result<PromptMessage, Diagnostic> {
    if let Some(text) = scalar(node) {
        return Ok(PromptMessage { role: PromptRole::User, content: PromptContent::Text(text) });
    }
    object(node, "a message", "like {role: user, text: Say hello.}", &MESSAGE)?;
    let role = match text(node, "role")?.as_deref() {
        None | Some("user") => PromptRole::User,
        Some("assistant") => PromptRole::Assistant,
        Some(_) => return Err(wrong(node.get("role").unwrap_or(node), CODE, "expected user or assistant here", HELP)),
    };
    let content = match (text(node, "text")?, text(node, "resource")?) {
        (Some(text), None) => PromptContent::Text(text),
        (None, Some(resource)) => PromptContent::Resource(resource),
        (None, None) => {
            return Err(wrong(node, CODE, "the message says nothing", "give it a text, or a resource's URI"));
        }
        (Some(_), Some(_)) => {
            return Err(wrong(node, CODE, "a message is a text or a resource", "make two messages of it"));
        }
    };
    Ok(PromptMessage { role, content })
}

/// Checks that a node is an object of known keys.
fn object(node: Node<'_>, what: &str, like: &str, known: &[&str]) -> Result<(), Diagnostic> {
    if !node.is_object() {
        return Err(wrong(node, CODE, &format!("expected {what} here"), like));
    }
    match node.entries().find(|entry| !known.contains(&entry.key)) {
        Some(entry) => Err(unknown(&entry, known.iter().copied())),
        None => Ok(()),
    }
}

fn text(node: Node<'_>, key: &str) -> Result<Option<String>, Diagnostic> {
    let Some(value) = node.get(key) else { return Ok(None) };
    scalar(value).map(Some).ok_or_else(|| wrong(value, CODE, "expected a text here", HELP))
}

fn required(node: Node<'_>, key: &str, what: &str) -> Result<String, Diagnostic> {
    text(node, key)?.ok_or_else(|| wrong(node, CODE, &format!("{what} has no {key}"), HELP))
}

fn items<'t>(node: Node<'t>, key: &str) -> Result<impl Iterator<Item = Node<'t>> + use<'t>, Diagnostic> {
    let items = node.get(key).map(|value| list(value, &format!("a list of {key}"))).transpose()?;
    Ok(items.into_iter().flatten())
}
