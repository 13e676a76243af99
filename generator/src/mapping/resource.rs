//! Resources and resource templates: reads that a URI can name.

use std::collections::HashSet;

use mcpgen_runtime::catalog::{
    Location, OperationId, ParameterEncoding, Resource, ResourceTemplate, Style, TemplateVariable,
};

use super::{
    arguments::{self, Bound, BoundParameter},
    names, output, text, tool,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::Kind,
    spec::{Cursor, Operation},
};

/// An operation that can be read by URI.
#[derive(Debug)]
pub(super) struct Readable {
    /// The path with the variables of the template.
    path: String,
    /// `?…` of the path key.
    query: Option<String>,
    /// The variables of the query, `*` behind those that are exploded.
    expansion: Vec<String>,
    pub(super) variables: Vec<TemplateVariable>,
    /// Whether a read needs values, so that there is no resource without them.
    pub(super) needs_values: bool,
    /// Optional parameters, and an optional body, that the URI cannot say.
    left_out: Vec<String>,
}

/// How an operation is read by URI, or why it cannot be.
pub(super) fn readable(operation: &Operation<'_>, bound: &Bound<'_>) -> Result<Readable, Diagnostic> {
    let cannot = |what: String| {
        operation
            .at
            .diagnostic(Severity::Error, "not-readable", format!("{what}; the operation is left out"))
            .help("let the rule make it a tool")
    };
    if operation.method != "GET" {
        return Err(cannot(format!(
            "a rule makes {} {} a resource, and only GET can be read",
            operation.method, operation.path
        )));
    }
    if operation.body.as_ref().is_some_and(|body| body.required) {
        return Err(cannot("a resource cannot send the body that this operation needs".to_owned()));
    }
    let mut readable = Readable {
        path: String::new(),
        query: bound.path.query.clone(),
        expansion: Vec::new(),
        variables: Vec::new(),
        needs_values: false,
        left_out: Vec::new(),
    };
    let mut taken = HashSet::new();
    let mut in_path = Vec::new();
    let mut has_bare = false;
    for parameter in &bound.parameters {
        let binding = &parameter.binding;
        let object = kind(parameter) == Admits::Object;
        // The members of an exploded object stand without its name: of two nobody could tell whose they are.
        let bare = object && binding.location == Location::Query && explodes(parameter);
        if !is_writable(parameter) || bare && has_bare {
            if parameter.required {
                return Err(cannot(format!(
                    "no URI template can write the {} parameter {:?}, which is required",
                    binding.location.as_str(),
                    binding.name
                )));
            }
            readable.left_out.push(format!("{} ({})", text::clean_line(&binding.name, 80), binding.location.as_str()));
            continue;
        }
        has_bare |= bare;
        let name = variable(&binding.name, &mut taken);
        if binding.location == Location::Path {
            in_path.push((binding.name.as_str(), starred(parameter, &name)));
            readable.needs_values = true;
        } else {
            readable.expansion.push(starred(parameter, &name));
            readable.needs_values |= parameter.required;
        }
        readable.variables.push(TemplateVariable { name, argument: binding.argument.clone(), object });
    }
    readable.path = arguments::render(&bound.path.template, |expression| {
        in_path.iter().find(|(name, _)| *name == expression).map(|(_, variable)| variable.clone()).unwrap_or_default()
    });
    if operation.body.is_some() {
        readable.left_out.push("the body".to_owned());
    }
    Ok(readable)
}

/// A note on what a URI cannot say.
pub(super) fn tell_left_out(operation: &Operation<'_>, readable: &Readable, diagnostics: &mut Vec<Diagnostic>) {
    if readable.left_out.is_empty() {
        return;
    }
    diagnostics.push(
        operation
            .at
            .diagnostic(
                Severity::Note,
                "not-in-template",
                format!(
                    "the resource of {} {} leaves out what no URI can say: {}",
                    operation.method,
                    operation.path,
                    readable.left_out.join(", ")
                ),
            )
            .help("map the operation to a tool to have them all"),
    );
}

pub(super) fn resource(
    operation: &Operation<'_>,
    name: &str,
    uri_root: &str,
    readable: &Readable,
    tags: Vec<String>,
    id: OperationId,
) -> Resource {
    Resource {
        name: name.to_owned(),
        title: tool::title(operation),
        description: tool::description(operation),
        uri: readable.uri(uri_root),
        mime_type: output::mime_type(operation),
        tags,
        operation: id,
    }
}

pub(super) fn template(
    operation: &Operation<'_>,
    name: &str,
    uri_root: &str,
    readable: &Readable,
    tags: Vec<String>,
    id: OperationId,
) -> ResourceTemplate {
    let mut uri_template = readable.uri(uri_root);
    if !readable.expansion.is_empty() {
        let operator = if readable.query.is_some() { '&' } else { '?' };
        uri_template = format!("{uri_template}{{{operator}{}}}", readable.expansion.join(","));
    }
    ResourceTemplate {
        name: name.to_owned(),
        title: tool::title(operation),
        description: tool::description(operation),
        uri_template,
        mime_type: output::mime_type(operation),
        variables: readable.variables.clone(),
        tags,
        operation: id,
    }
}

impl Readable {
    /// The URI with its variables' names taken out: what two operations must not share.
    pub(super) fn shape(&self) -> String {
        let mut inside = false;
        let path = self.path.chars().filter(|&c| {
            let kept = !inside || c == '}';
            inside = c == '{' || inside && c != '}';
            kept
        });
        path.chain(self.query.as_deref().unwrap_or_default().chars()).collect()
    }

    fn uri(&self, uri_root: &str) -> String {
        let query = self.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{uri_root}{}{query}", self.path)
    }
}

/// Whether RFC 6570 can write the parameter: a scalar, a list or an object in the path, or in the query as a form.
fn is_writable(parameter: &BoundParameter<'_>) -> bool {
    let binding = &parameter.binding;
    let ParameterEncoding::Style { style, .. } = binding.encoding else { return false };
    let fits = match binding.location {
        Location::Path => true,
        Location::Query => style == Style::Form && !binding.name.contains(['[', ']']),
        Location::Querystring | Location::Header | Location::Cookie => false,
    };
    fits && kind(parameter) != Admits::ObjectToo
}

/// What a parameter's values are, as far as a template has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admits {
    Scalar,
    List,
    Object,
    /// Objects among others, which no text of a URI can tell apart.
    ObjectToo,
}

fn kind(parameter: &BoundParameter<'_>) -> Admits {
    let Some(at) = parameter.schema else { return Admits::Scalar };
    match (is(at, "object"), is_object(at), is(at, "array")) {
        (true, true, _) => Admits::Object,
        (true, false, _) => Admits::ObjectToo,
        (false, _, true) => Admits::List,
        (false, _, false) => Admits::Scalar,
    }
}

/// Whether a schema admits nothing but objects, by its own words or those of its `allOf`.
fn is_object(at: Cursor<'_>) -> bool {
    let Ok(at) = at.resolve() else { return false };
    let says = |at: Cursor<'_>| match at.get("type") {
        Some(stated) => stated.as_str() == Some("object"),
        None => at.get("properties").is_some(),
    };
    let branches = at.get("allOf").into_iter().flat_map(Cursor::items);
    says(at) || at.get("type").is_none() && branches.filter_map(|branch| branch.resolve().ok()).any(says)
}

fn explodes(parameter: &BoundParameter<'_>) -> bool {
    matches!(parameter.binding.encoding, ParameterEncoding::Style { explode: true, .. })
}

/// The variable with `*` where the style explodes a list or an object.
fn starred(parameter: &BoundParameter<'_>, name: &str) -> String {
    let has_parts = matches!(kind(parameter), Admits::List | Admits::Object);
    if explodes(parameter) && has_parts { format!("{name}*") } else { name.to_owned() }
}

/// Whether a schema admits the type, as far as its own words and those of its branches tell.
fn is(at: Cursor<'_>, name: &str) -> bool {
    let Ok(at) = at.resolve() else { return false };
    let stated = match at.get("type") {
        Some(stated) if stated.kind() == Kind::Array => stated.items().any(|item| item.as_str() == Some(name)),
        Some(stated) => stated.as_str() == Some(name),
        None => name == "object" && at.get("properties").is_some(),
    };
    // One level of branches is what parameters have in practice.
    stated
        || ["allOf", "anyOf", "oneOf"].iter().any(|keyword| {
            at.get(keyword).into_iter().flat_map(Cursor::items).any(|branch| {
                branch.resolve().is_ok_and(|branch| {
                    branch.get("type").is_some_and(|stated| stated.as_str() == Some(name))
                        || name == "object" && branch.get("properties").is_some()
                })
            })
        })
}

/// A variable's name: `[A-Za-z0-9_]`, unique in the template.
fn variable(name: &str, taken: &mut HashSet<String>) -> String {
    let ascii = any_ascii::any_ascii(name);
    let words: Vec<&str> =
        ascii.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let mapped = if words.is_empty() { "value".to_owned() } else { words.join("_") };
    let variable = (0..)
        .map(|round| match round {
            0 => mapped.clone(),
            _ => names::with_hash(&mapped, &format!("{name}{}", "#".repeat(round)), 64),
        })
        .find(|variable| !taken.contains(variable))
        .unwrap_or_default();
    taken.insert(variable.clone());
    variable
}
