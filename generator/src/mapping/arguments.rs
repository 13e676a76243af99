//! The arguments of an operation: which there are, what they are called, and the schema of them all.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{
    self, ApiKeyLocation, Body, Location, ParameterEncoding, PathPart, PathTemplate, SchemaId, SecurityScheme, Style,
    is_reserved_header,
};
use serde_json::{Map, Value, json};

use super::{
    body::{self, BODY, BodyArguments},
    names,
    schema::{Converter, Direction, merge_uses, set_description, value},
    text,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    spec::{Cursor, Operation, Parameter, media::is_token},
};

/// How long an argument's name may be; LLM APIs refuse longer ones.
const LONGEST: usize = 64;
/// An operation's arguments, bound to their places in the request.
#[derive(Debug)]
pub(super) struct Bound<'d> {
    pub(super) path: BoundPath,
    pub(super) parameters: Vec<BoundParameter<'d>>,
    pub(super) body: Option<Body>,
    /// The schema of all arguments.
    pub(super) input: Value,
    /// What `input` refers to.
    pub(super) uses: Vec<SchemaId>,
}

/// A path and the query string that its key carries.
#[derive(Debug)]
pub(super) struct BoundPath {
    pub(super) template: PathTemplate,
    pub(super) query: Option<String>,
    /// The pairs of that query string whose value is an expression: name and expression.
    expressions: Vec<(String, String)>,
}

/// A parameter with the name of its argument.
#[derive(Debug)]
pub(super) struct BoundParameter<'d> {
    pub(super) binding: catalog::Parameter,
    pub(super) required: bool,
    /// Its schema in the description.
    pub(super) schema: Option<Cursor<'d>>,
}

/// Binds the parameters and the body of an operation.
pub(super) fn bind<'d>(
    operation: &Operation<'d>,
    schemes: &IndexMap<String, SecurityScheme>,
    converter: &mut Converter<'_>,
) -> Result<Bound<'d>, Diagnostic> {
    let path = path(operation, converter.diagnostics())?;
    let parameters = parameters(operation, &path, schemes, converter.diagnostics());
    let mut uses = Vec::new();
    let body = operation.body.as_ref().and_then(|body| body::bind(body, converter, &mut uses));

    let mut wanted: Vec<Wanted<'_>> = parameters
        .iter()
        .map(|parameter| Wanted { name: &parameter.name, location: parameter.location.as_str() })
        .collect();
    let in_body = body.as_ref().map_or(&[][..], |body| &body.arguments);
    wanted.extend(in_body.iter().map(|argument| Wanted { name: &argument.name, location: argument.location }));
    let names = argument_names(&wanted);
    let (parameter_names, body_names) = names.split_at(parameters.len());

    let (mut properties, mut required) = (Map::new(), Vec::new());
    let mut bound = Vec::with_capacity(parameters.len());
    for (parameter, argument) in parameters.into_iter().zip(parameter_names) {
        properties.insert(argument.clone(), parameter_schema(&parameter, converter, &mut uses));
        if parameter.required {
            required.push(argument.clone());
        }
        bound.push(BoundParameter {
            binding: catalog::Parameter {
                argument: argument.clone(),
                name: parameter.name,
                location: parameter.location,
                encoding: parameter.encoding,
            },
            required: parameter.required,
            schema: parameter.schema,
        });
    }
    let mut open = Value::Bool(false);
    let body = body.map(|BodyArguments { arguments, open: further, finish }| {
        for (argument, name) in arguments.into_iter().zip(body_names) {
            properties.insert(name.clone(), argument.schema);
            if argument.required {
                required.push(name.clone());
            }
        }
        if let Some(further) = further {
            open = further;
        }
        finish.body(body_names)
    });
    let mut input =
        Map::from_iter([("type".to_owned(), "object".into()), ("properties".to_owned(), properties.into())]);
    if !required.is_empty() {
        input.insert("required".to_owned(), required.into());
    }
    input.insert("additionalProperties".to_owned(), open);
    Ok(Bound { path, parameters: bound, body, input: input.into(), uses })
}

/// The path template, without fragment, with the query of the path key apart, and with what a URI cannot hold encoded.
fn path(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) -> Result<BoundPath, Diagnostic> {
    let trimmed = operation.path.trim();
    let (whole, fragment) = trimmed.split_once('#').map_or((trimmed, None), |(path, fragment)| (path, Some(fragment)));
    if fragment.is_some() {
        let message = format!("the fragment of the path {trimmed:?} is not sent");
        let told = operation.at.diagnostic(Severity::Note, "fragment-in-path", message);
        diagnostics.push(told.help("a fragment only tells paths apart here: it never goes to a server"));
    }
    let (path, query) = whole.split_once('?').map_or((whole, None), |(path, query)| (path, Some(query)));
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        let message = format!("the path {trimmed:?} does not begin with a slash; it is taken for \"/{path}\"");
        let told = operation.at.diagnostic(Severity::Warning, "path-without-slash", message);
        diagnostics.push(told.help("begin the path with `/`"));
        format!("/{path}")
    };
    if path
        .split(['/', '\\'])
        .any(|segment| matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | ".."))
    {
        return Err(operation
            .at
            .diagnostic(
                Severity::Error,
                "dot-segment",
                format!(
                    "the path {trimmed:?} has a dot segment, which would lead elsewhere; the operation is left out"
                ),
            )
            .help("write the path without `.` and `..`"));
    }
    let template = encode_literals(&path).parse().map_err(|error| {
        operation
            .at
            .diagnostic(Severity::Error, "invalid-path", format!("{error}; the operation is left out"))
            .help("a path begins with `/` and names its parameters in braces")
    })?;
    let (mut fixed, mut expressions) = (Vec::new(), Vec::new());
    for pair in query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty()) {
        if !pair.contains(['{', '}']) {
            fixed.push(pair);
        } else if let Some(expression) = query_expression(pair) {
            expressions.push(expression);
        } else {
            let message =
                format!("{pair:?} in the query of the path {trimmed:?} is no `name={{parameter}}`; it is left out");
            let told = operation.at.diagnostic(Severity::Warning, "query-in-path", message);
            diagnostics.push(told.help("declare a query parameter for it"));
        }
    }
    let query = (!fixed.is_empty()).then(|| encode_literals(&fixed.join("&")));
    Ok(BoundPath { template, query, expressions })
}

/// The name and the expression of `name={expression}`; `{expression}` alone stands for a parameter of that name.
fn query_expression(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=').map_or((None, pair), |(name, value)| (Some(name), value));
    let expression = value.strip_prefix('{')?.strip_suffix('}')?;
    // RFC 6570 has operators here, and behind a name a modifier.
    let expression = expression.trim_start_matches(['?', '&']).trim_end_matches('*');
    let is_name = |name: &str| !name.is_empty() && !name.contains(['{', '}', ',']);
    let name = name.unwrap_or(expression);
    (is_name(name) && is_name(expression)).then(|| (name.to_owned(), expression.to_owned()))
}

/// Percent-encodes what a URI cannot hold; braces, reserved characters and triplets stand.
fn encode_literals(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        inside = match c {
            '{' => true,
            '}' => false,
            _ => inside,
        };
        if inside || c.is_ascii_graphic() && !"\"<>\\^`|".contains(c) {
            encoded.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// The parameters that are arguments: those of connection and credentials left out, undeclared path expressions added.
fn parameters<'d>(
    operation: &Operation<'d>,
    BoundPath { template, expressions, .. }: &BoundPath,
    schemes: &IndexMap<String, SecurityScheme>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Parameter<'d>> {
    let mut kept = Vec::with_capacity(operation.parameters.len());
    for parameter in &operation.parameters {
        if let Some(parameter) = moved_to_query(parameter, template, expressions) {
            kept.push(parameter);
            continue;
        }
        let name = &parameter.name;
        let reason = if parameter.location == Location::Header && is_reserved_header(name) {
            Some((
                "ignored-header",
                format!("the header {name:?} is not for a parameter to set; it is left out"),
                "the server sets it itself",
            ))
        } else if name.is_empty() || parameter.location == Location::Header && !is_token(name) {
            Some((
                "invalid-name",
                format!("{name:?} is no name of a {} parameter; it is left out", parameter.location.as_str()),
                "give it a name that can stand in a request",
            ))
        } else if is_credential(parameter, schemes) {
            Some((
                "credential-parameter",
                format!("the parameter {name:?} is a credential of a security scheme; it is no argument"),
                "configure the credential with --auth",
            ))
        } else if parameter.location == Location::Path && !template.expressions().any(|expression| expression == name) {
            Some((
                "path-parameter-without-place",
                format!("the path {:?} has no place for the parameter {name:?}; it is left out", operation.path),
                "write {name} in the path, or remove the parameter",
            ))
        } else {
            None
        };
        match reason {
            None => kept.push(parameter.clone()),
            Some((code, message, help)) => {
                let own = matches!(code, "ignored-header" | "credential-parameter");
                let severity = if own { Severity::Note } else { Severity::Warning };
                diagnostics.push(parameter.at.diagnostic(severity, code, message).help(help));
            }
        }
    }
    for expression in template.expressions() {
        if kept.iter().any(|parameter| parameter.location == Location::Path && parameter.name == expression) {
            continue;
        }
        diagnostics.push(
            operation
                .at
                .diagnostic(Severity::Warning, "undeclared-path-parameter", format!("the path {:?} names {expression:?}, which no parameter declares; it is taken for a required string", operation.path))
                .help(format!("declare it: {{name: {expression}, in: path, required: true, schema: {{type: string}}}}")),
        );
        kept.push(undeclared(operation, expression, Location::Path, Style::Simple));
    }
    for (name, expression) in expressions {
        let stands_for_it = |parameter: &Parameter<'_>| match parameter.location {
            Location::Query => parameter.name == *name || parameter.name == *expression,
            Location::Querystring => true,
            _ => false,
        };
        if kept.iter().chain(&operation.parameters).any(stands_for_it) {
            continue;
        }
        let message = format!(
            "the query of the path {:?} names {expression:?}, which no parameter declares; it is taken for a required string",
            operation.path
        );
        let told = operation.at.diagnostic(Severity::Warning, "undeclared-path-parameter", message);
        diagnostics.push(
            told.help(format!("declare it: {{name: {name}, in: query, required: true, schema: {{type: string}}}}")),
        );
        kept.push(undeclared(operation, name, Location::Query, Style::Form));
    }
    kept
}

/// A parameter of the path whose expression stands in the query of the path key: it goes there.
fn moved_to_query<'d>(
    parameter: &Parameter<'d>,
    template: &PathTemplate,
    expressions: &[(String, String)],
) -> Option<Parameter<'d>> {
    let is_in_path = parameter.location == Location::Path;
    let (name, _) = expressions.iter().find(|(_, expression)| is_in_path && *expression == parameter.name)?;
    if template.expressions().any(|expression| expression == parameter.name) {
        return None;
    }
    let mut parameter = parameter.clone();
    parameter.location = Location::Query;
    parameter.name.clone_from(name);
    if let ParameterEncoding::Style { style, .. } = &mut parameter.encoding {
        *style = Style::Form;
    }
    Some(parameter)
}

/// The parameter of an expression that none declares.
fn undeclared<'d>(operation: &Operation<'d>, name: &str, location: Location, style: Style) -> Parameter<'d> {
    Parameter {
        at: operation.at,
        name: name.to_owned(),
        location,
        required: true,
        description: None,
        deprecated: false,
        examples: Vec::new(),
        encoding: ParameterEncoding::Style { style, explode: false, allow_reserved: false, items: Vec::new() },
        schema: None,
    }
}

fn is_credential(parameter: &Parameter<'_>, schemes: &IndexMap<String, SecurityScheme>) -> bool {
    schemes.values().any(|scheme| match scheme {
        SecurityScheme::ApiKey { name, location } => match (location, parameter.location) {
            (ApiKeyLocation::Header, Location::Header) => name.eq_ignore_ascii_case(&parameter.name),
            (ApiKeyLocation::Query, Location::Query) | (ApiKeyLocation::Cookie, Location::Cookie) => {
                *name == parameter.name
            }
            _ => false,
        },
        _ => false,
    })
}

fn parameter_schema(parameter: &Parameter<'_>, converter: &mut Converter<'_>, uses: &mut Vec<SchemaId>) -> Value {
    let converted = match parameter.schema {
        Some(at) => {
            let converted = converter.convert(at, Direction::Request);
            merge_uses(uses, converted.uses);
            converted.schema
        }
        None if parameter.location == Location::Path || is_undeclared(parameter) => json!({"type": "string"}),
        None => json!({}),
    };
    let Value::Object(mut schema) = converted else { return if converted == false { converted } else { json!({}) } };
    if let Some(description) = &parameter.description {
        set_description(&mut schema, description);
    }
    if parameter.deprecated {
        schema.insert("deprecated".to_owned(), true.into());
    }
    // A parameter's own examples say more than its schema's.
    let examples: Vec<Value> = parameter.examples.iter().copied().filter_map(value).collect();
    if !examples.is_empty() {
        schema.insert("examples".to_owned(), examples.into());
    }
    schema.into()
}

/// Whether nothing but an expression of the path speaks of it: then it stands where its operation does.
fn is_undeclared(parameter: &Parameter<'_>) -> bool {
    parameter.at.get("in").is_none()
}

/// What an argument would like to be called.
#[derive(Debug, Clone, Copy)]
struct Wanted<'a> {
    name: &'a str,
    location: &'a str,
}

/// A legal, unique name for each argument.
///
/// Body properties and parameters with a legal name that no other argument has keep it; parameters of one name, and
/// those that a body property stands in the way of, are `name__in`; made-up names give way to all others.
fn argument_names(wanted: &[Wanted<'_>]) -> Vec<String> {
    let keeps = |one: &Wanted<'_>| {
        is_legal(one.name)
            && (one.location == BODY || wanted.iter().filter(|other| other.name == one.name).count() == 1)
    };
    let mut taken: HashSet<String> = wanted.iter().filter(|one| keeps(one)).map(|one| one.name.to_owned()).collect();
    let made_up: Vec<Option<String>> = wanted
        .iter()
        .map(|one| {
            if keeps(one) {
                None
            } else if is_legal(one.name) {
                Some(format!("{}__{}", one.name, one.location))
            } else {
                Some(sanitised(one.name))
            }
        })
        .collect();
    let mut claims: HashMap<&str, usize> = HashMap::new();
    for name in made_up.iter().flatten() {
        *claims.entry(name).or_default() += 1;
    }
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&index| (wanted[index].location, wanted[index].name));
    let mut names = vec![String::new(); wanted.len()];
    for index in order {
        let one = &wanted[index];
        let name = match &made_up[index] {
            None => one.name.to_owned(),
            Some(name) if is_legal(name) && claims[name.as_str()] == 1 && !taken.contains(name) => name.clone(),
            Some(name) => (0..)
                .map(|round| {
                    names::with_hash(name, &format!("{} {}{}", one.location, one.name, "#".repeat(round)), LONGEST)
                })
                .find(|name| !taken.contains(name))
                .expect("hashes of ever longer texts do not all collide"),
        };
        taken.insert(name.clone());
        names[index] = name;
    }
    names
}

fn is_legal(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// A name with runs of illegal characters as `_`; other scripts are transliterated.
fn sanitised(name: &str) -> String {
    let ascii = any_ascii::any_ascii(name);
    let words: Vec<&str> = ascii
        .split(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let name = words.join("_");
    let name = name.trim_matches('_');
    if name.is_empty() { "argument".to_owned() } else { name.to_owned() }
}

/// The path with its expressions renamed, as a URI template has it.
pub(super) fn render(template: &PathTemplate, mut variable: impl FnMut(&str) -> String) -> String {
    template.parts().iter().fold(String::new(), |text, part| match part {
        PathPart::Literal(literal) => text + literal,
        PathPart::Expression(name) => text + "{" + &variable(name) + "}",
    })
}

/// A description of something that the document describes nowhere.
pub(super) fn describe(schema: &mut Map<String, Value>, description: Option<&str>, otherwise: &str) {
    let told = description.map(|told| text::clean(told, text::PROPERTY)).filter(|told| !told.is_empty());
    match told {
        Some(told) if otherwise.is_empty() => schema.insert("description".to_owned(), told.into()),
        Some(told) => schema.insert("description".to_owned(), format!("{told}\n{otherwise}").into()),
        None if otherwise.is_empty() => None,
        None => schema.insert("description".to_owned(), otherwise.into()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(wanted: &[(&str, &str)]) -> Vec<String> {
        argument_names(&wanted.iter().map(|&(name, location)| Wanted { name, location }).collect::<Vec<_>>())
    }

    #[test]
    fn arguments_have_legal_and_unique_names() {
        let cases: [(&[(&str, &str)], &[&str]); 8] = [
            (&[("id", "path"), ("name", "body")], &["id", "name"]),
            (&[("id", "path"), ("id", "body")], &["id__path", "id"]),
            (&[("v", "path"), ("v", "query"), ("v", "header")], &["v__path", "v__query", "v__header"]),
            (&[("$top", "query"), ("filter[name]", "query"), ("X-Id", "header")], &["top", "filter_name", "X-Id"]),
            (&[("ID", "query"), ("id", "path")], &["ID", "id"]),
            (&[("größe", "query"), ("名前", "query")], &["grosse", "MingQian"]),
            (&[("body", "query"), ("body", "body")], &["body__query", "body"]),
            (&[("!", "query")], &["argument"]),
        ];
        for (wanted, expected) in cases {
            assert_eq!(named(wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn made_up_names_give_way_whatever_the_order() {
        let wanted = [
            ("@type", "query"),
            ("type", "query"),
            ("a[b]", "query"),
            ("a(b)", "query"),
            ("id", "path"),
            ("id", "query"),
            ("id__path", "body"),
        ];
        let names = named(&wanted);
        assert_eq!(names[1], "type");
        assert_eq!(names[6], "id__path");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| is_legal(name)), "{names:?}");
        let mut reversed = wanted;
        reversed.reverse();
        let mut again = named(&reversed);
        again.reverse();
        assert_eq!(again, names);
        let long = "x".repeat(80);
        assert_eq!(named(&[(&long, "query")])[0].len(), LONGEST);
    }

    #[test]
    fn what_a_uri_cannot_hold_is_encoded_in_paths() {
        for (path, encoded) in
            [("/a b/{x y}", "/a%20b/{x y}"), ("/ü", "/%C3%BC"), ("/a%20b;v=1/@x", "/a%20b;v=1/@x"), ("/a|b", "/a%7Cb")]
        {
            assert_eq!(encode_literals(path), encoded);
        }
    }
}
