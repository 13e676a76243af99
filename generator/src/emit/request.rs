//! The requests of operations, as the calls that build them.

use std::collections::HashMap;

use mcpgen_runtime::catalog::{
    BaseUrl, Body, BodyKind, BodyLayout, FieldEncoding, Location, Operation, Parameter, ParameterEncoding,
    SecurityRequirement, Style,
};

use super::{layout::Expr, names::identifier};

/// The constructors of `Request`.
const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"];

/// The Rust names of an operation's arguments.
#[derive(Debug)]
pub(super) struct Fields<'f> {
    /// By argument.
    pub(super) names: HashMap<&'f str, &'f str>,
    /// The field of what no argument names.
    pub(super) rest: Option<&'f str>,
}

impl Fields<'_> {
    fn of(&self, argument: &str) -> Expr {
        // Every argument that a request needs has a field.
        let name = self.names.get(argument).copied().unwrap_or_default();
        Expr::atom(format!("&self.{}", identifier(name)))
    }
}

/// The arguments that a request takes values from.
pub(super) fn needed(operation: &Operation) -> Vec<&str> {
    let of_body = operation.body.iter().flat_map(|body| {
        let choice = body.choice.as_deref();
        let bodies = std::iter::once(body).chain(choice.iter().flat_map(|choice| &choice.bodies));
        bodies.flat_map(arguments).chain(choice.map(|choice| choice.argument.as_str())).collect::<Vec<_>>()
    });
    operation.parameters.iter().map(|parameter| parameter.argument.as_str()).chain(of_body).collect()
}

/// The arguments that a body is made of.
fn arguments(body: &Body) -> Vec<&str> {
    match &body.layout {
        BodyLayout::Argument(argument) => vec![argument.as_str()],
        BodyLayout::Properties { properties, .. } => {
            properties.iter().map(|property| property.argument.as_str()).collect()
        }
    }
}

/// The expression that builds the request.
pub(super) fn request(operation: &Operation, fields: &Fields<'_>) -> Expr {
    let path = Expr::text(&operation.path.to_string());
    let mut request = if METHODS.contains(&operation.method.as_str()) {
        Expr::call(&format!("Request::{}", operation.method.to_ascii_lowercase()), vec![path])
    } else {
        Expr::call("Request::method", vec![Expr::text(&operation.method), path])
    };
    if let Some(query) = &operation.query {
        request = request.then("fixed_query", vec![Expr::text(query)]);
    }
    if operation.base_url.is_some() {
        request = request.then("server", vec![Expr::atom("Self::SERVER")]);
    }
    for parameter in &operation.parameters {
        request = self::parameter(request, parameter, fields);
    }
    if let Some(body) = &operation.body {
        request = self::bodies(request, body, fields);
    }
    request = request.then("accept", vec![Expr::text(&operation.accept)]);
    if !operation.security.is_empty() {
        request = request.then("security", vec![Expr::atom("Self::SECURITY")]);
    }
    request
}

fn parameter(request: Expr, parameter: &Parameter, fields: &Fields<'_>) -> Expr {
    let Parameter { argument, name, location, encoding } = parameter;
    // A whole query string has no name of its own.
    let name = if *location == Location::Querystring { argument } else { name };
    let encoding = match encoding {
        ParameterEncoding::Content { content } => Expr::call("Style::content", vec![Expr::text(content)]),
        ParameterEncoding::Style { style, explode, allow_reserved, items } => {
            self::style(*style, *explode, *allow_reserved, items)
        }
    };
    let request = request.then(location.as_str(), vec![Expr::text(name), fields.of(argument), encoding]);
    self::argument(request, argument, name)
}

/// Tells the argument where it has another name.
fn argument(request: Expr, argument: &str, name: &str) -> Expr {
    if argument == name { request } else { request.then("argument", vec![Expr::text(argument)]) }
}

fn style(style: Style, explode: bool, allow_reserved: bool, items: &[Style]) -> Expr {
    let words = [(explode, "explode"), (allow_reserved, "allow_reserved")];
    let said = words.into_iter().filter(|(said, _)| *said);
    let style = said.fold(name_of(style), |style, (_, word)| style.then(word, Vec::new()));
    if items.is_empty() {
        return style;
    }
    style.then("items", vec![Expr::Slice(items.iter().copied().map(name_of).collect())])
}

fn name_of(style: Style) -> Expr {
    let name = match style {
        Style::Matrix => "Matrix",
        Style::Label => "Label",
        Style::Simple => "Simple",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::TabDelimited => "TabDelimited",
        Style::DeepObject => "DeepObject",
        Style::Cookie => "Cookie",
    };
    Expr::atom(format!("Style::{name}"))
}

/// The body and those that may be sent instead.
fn bodies(request: Expr, body: &Body, fields: &Fields<'_>) -> Expr {
    let mut request = self::body(request, body, fields);
    if let Some(choice) = &body.choice {
        if !choice.required.is_empty() {
            let names = choice.required.iter().map(|name| Expr::text(name)).collect();
            request = request.then("needs", vec![Expr::Slice(names)]);
        }
        let argument = &choice.argument;
        request = request.then("alternatives", vec![Expr::text(argument), fields.of(argument)]);
        request = choice.bodies.iter().fold(request, |request, body| self::body(request, body, fields));
    }
    if body.required { request } else { request.then("optional", Vec::new()) }
}

fn body(request: Expr, body: &Body, fields: &Fields<'_>) -> Expr {
    let (kind, encodings) = match &body.kind {
        BodyKind::Json => ("json", None),
        BodyKind::JsonLines => ("json_lines", None),
        BodyKind::JsonSequence => ("json_sequence", None),
        BodyKind::Form { fields } => ("form", Some(fields)),
        BodyKind::Multipart { fields } => ("multipart", Some(fields)),
        BodyKind::Text => ("text", None),
        BodyKind::Binary => ("binary", None),
    };
    let mut request = request.then(kind, vec![Expr::text(&body.media_type)]);
    let mut own: Vec<&str> = Vec::new();
    match &body.layout {
        BodyLayout::Argument(argument) => {
            request = self::argument(request.then("value", vec![fields.of(argument)]), argument, "body");
        }
        BodyLayout::Properties { properties, open } => {
            for property in properties {
                let (name, value) = (Expr::text(&property.name), fields.of(&property.argument));
                request = match encodings.and_then(|encodings| encodings.get(&property.name)) {
                    Some(encoding) => {
                        own.push(&property.name);
                        request.then("field_as", vec![name, value, part(encoding)])
                    }
                    None => request.then("field", vec![name, value]),
                };
                request = self::argument(request, &property.argument, &property.name);
            }
            if let (true, Some(rest)) = (*open, fields.rest) {
                request = request.then("rest", vec![Expr::atom(format!("&self.{}", identifier(rest)))]);
            }
        }
    }
    for (name, encoding) in encodings.into_iter().flatten().filter(|(name, _)| !own.contains(&name.as_str())) {
        request = request.then("part", vec![Expr::text(name), part(encoding)]);
    }
    request
}

fn part(encoding: &FieldEncoding) -> Expr {
    let FieldEncoding { content_type, style, explode, allow_reserved, items, file, headers } = encoding;
    let mut part = Expr::call("Part::new", Vec::new());
    if let Some(content_type) = content_type {
        part = part.then("content_type", vec![Expr::text(content_type)]);
    }
    if style.is_some() || explode.is_some() || *allow_reserved || !items.is_empty() {
        let style = style.unwrap_or(Style::Form);
        let explode = explode.unwrap_or(matches!(style, Style::Form | Style::Cookie));
        part = part.then("style", vec![self::style(style, explode, *allow_reserved, items)]);
    }
    if *file {
        part = part.then("file", Vec::new());
    }
    headers.iter().fold(part, |part, (name, value)| part.then("header", vec![Expr::text(name), Expr::text(value)]))
}

/// The value of `SECURITY`.
pub(super) fn security(requirements: &[SecurityRequirement]) -> Expr {
    let requirement = |requirement: &SecurityRequirement| {
        let schemes = requirement.iter().map(|(name, scopes)| {
            let scopes = scopes.iter().map(|scope| Expr::text(scope)).collect();
            Expr::Tuple(vec![Expr::text(name), Expr::Slice(scopes)])
        });
        Expr::Slice(schemes.collect())
    };
    Expr::Slice(requirements.iter().map(requirement).collect())
}

/// The value of `SERVER`.
pub(super) fn server(base_url: &BaseUrl) -> Expr {
    let server = Expr::call("OwnServer::new", vec![Expr::text(&base_url.url)]);
    let server = if base_url.credentials { server } else { server.then("without_credentials", Vec::new()) };
    Expr::call("Some", vec![server])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_written_in_full() {
        let operation = |value| serde_json::from_value::<Operation>(value).expect("it is an operation");
        let cases = [
            (
                operation(json!({"method": "PURGE", "path": "/a", "accept": "*/*", "input": 0})),
                r#"Request::method("PURGE", "/a").accept("*/*")"#,
            ),
            (
                operation(json!({
                    "method": "GET", "path": "/a/{b}", "query": "x=1", "accept": "*/*", "input": 0,
                    "base_url": {"url": "https://other.test", "credentials": false},
                    "security": [{"key": []}],
                    "parameters": [
                        {"argument": "type", "name": "b", "in": "path", "style": "label", "explode": true, "allow_reserved": true},
                        {"argument": "q", "name": "q", "in": "querystring", "content": "application/json"},
                    ],
                })),
                r#"Request::get("/a/{b}")
    .fixed_query("x=1")
    .server(Self::SERVER)
    .path("b", &self.r#type, Style::Label.explode().allow_reserved())
    .argument("type")
    .querystring("q", &self.q, Style::content("application/json"))
    .accept("*/*")
    .security(Self::SECURITY)"#,
            ),
            (
                operation(json!({
                    "method": "POST", "path": "/a", "accept": "*/*", "input": 0,
                    "body": {
                        "required": false, "media_type": "multipart/form-data", "kind": "multipart",
                        "layout": {"properties": {"properties": [{"argument": "q", "name": "file"}, {"argument": "type", "name": "type"}], "open": true}},
                        "fields": {"file": {"file": true, "content_type": "image/png", "headers": {"X": "y"}}, "other": {"explode": false}},
                    },
                })),
                r#"Request::post("/a")
    .multipart("multipart/form-data")
    .field_as(
        "file",
        &self.q,
        Part::new()
            .content_type("image/png")
            .file()
            .header("X", "y"),
    )
    .argument("q")
    .field("type", &self.r#type)
    .rest(&self.rest)
    .part("other", Part::new().style(Style::Form))
    .optional()
    .accept("*/*")"#,
            ),
            (
                operation(json!({
                    "method": "POST", "path": "/a", "accept": "*/*", "input": 0,
                    "body": {
                        "required": false, "media_type": "application/json", "kind": "json",
                        "layout": {"properties": {"properties": [{"argument": "q", "name": "q"}], "open": false}},
                        "choice": {
                            "argument": "type", "required": ["q"],
                            "bodies": [{"required": false, "media_type": "text/csv", "kind": "text", "layout": {"argument": "q"}}],
                        },
                    },
                })),
                r#"Request::post("/a")
    .json("application/json")
    .field("q", &self.q)
    .needs(&["q"])
    .alternatives("type", &self.r#type)
    .text("text/csv")
    .value(&self.q)
    .argument("q")
    .optional()
    .accept("*/*")"#,
            ),
        ];
        let fields = Fields { names: HashMap::from([("type", "type"), ("q", "q")]), rest: Some("rest") };
        for (operation, expected) in cases {
            assert_eq!(request(&operation, &fields).layout(0, 0, 0), expected);
        }
    }
}
