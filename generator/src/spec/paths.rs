//! Paths and path items, which are the same in every version.

use std::collections::HashSet;

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{Location, SecurityRequirement};

use super::{Cursor, Operation, Version, extras, fields, media, openapi, swagger};
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::Kind,
};

/// The methods that a path item names as keys.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];
/// The other keys of a path item.
const FIELDS: [&str; 6] = ["$ref", "summary", "description", "servers", "parameters", "additionalOperations"];

/// What was read.
pub(super) struct Read<'d> {
    pub operations: Vec<Operation<'d>>,
    pub unreadable: usize,
}

pub(super) fn read<'d>(root: Cursor<'d>, version: Version, diagnostics: &mut Vec<Diagnostic>) -> Read<'d> {
    let mut reader = Reader {
        root,
        version,
        diagnostics,
        read: Read { operations: Vec::new(), unreadable: 0 },
        extras: extras::OfOperations::default(),
    };
    match root.get("paths") {
        Some(paths) if paths.is_object() => {
            for (path, item) in paths.entries() {
                if !path.starts_with("x-") {
                    reader.item(path, item);
                }
            }
        }
        Some(paths) => reader.diagnostics.push(
            paths
                .diagnostic(Severity::Error, "wrong-type", "`paths` is no object, so there are no operations")
                .help("`paths` maps each path to its operations"),
        ),
        None => reader.diagnostics.push(
            root.diagnostic(
                Severity::Warning,
                "no-paths",
                "the description has no `paths`, so there is nothing to call",
            )
            .help("webhooks are calls that the API makes; they cannot become tools"),
        ),
    }
    if let Some(webhooks) = root.get("webhooks").filter(|webhooks| webhooks.entries().next().is_some()) {
        reader.diagnostics.push(
            webhooks
                .diagnostic(
                    Severity::Note,
                    "webhooks",
                    "webhooks are calls that the API makes itself; they are left out",
                )
                .help("nothing is to be done: they cannot become tools"),
        );
    }
    reader.extras.tell(reader.diagnostics);
    reader.read
}

struct Reader<'r, 'd> {
    root: Cursor<'d>,
    version: Version,
    diagnostics: &'r mut Vec<Diagnostic>,
    read: Read<'d>,
    extras: extras::OfOperations<'d>,
}

/// What a path item gives its operations.
struct Item<'d> {
    at: Cursor<'d>,
    /// The keys beside a `$ref`, which come first.
    beside: Option<Cursor<'d>>,
}

impl<'d> Item<'d> {
    fn get(&self, name: &str) -> Option<Cursor<'d>> {
        self.beside.and_then(|beside| beside.get(name)).or_else(|| self.at.get(name))
    }
}

impl<'d> Reader<'_, 'd> {
    fn item(&mut self, path: &str, at: Cursor<'d>) {
        let item = match at.resolve() {
            Ok(target) => Item { at: target, beside: at.reference().map(|_| at) },
            Err(diagnostic) => {
                self.read.unreadable += 1;
                self.diagnostics.push(diagnostic.about(path));
                return;
            }
        };
        if !item.at.is_object() {
            self.diagnostics.push(
                item.at
                    .diagnostic(
                        Severity::Warning,
                        "wrong-type",
                        format!("the path item of {path:?} is {}; it is left out", item.at.kind().phrase()),
                    )
                    .help("a path item is an object from methods to operations"),
            );
            return;
        }
        let mut seen = HashSet::new();
        for source in [item.beside, Some(item.at)].into_iter().flatten() {
            fields::check(source, fields::PATH_ITEM, self.diagnostics);
            for (key, value) in source.entries() {
                let lower = key.to_ascii_lowercase();
                if METHODS.contains(&lower.as_str()) {
                    if lower != key {
                        self.diagnostics.push(
                            value
                                .diagnostic(
                                    Severity::Warning,
                                    "method-case",
                                    format!("the method {key:?} is read as {lower:?}"),
                                )
                                .help("methods are keys in lower case"),
                        );
                    }
                    if seen.insert(lower.clone()) {
                        self.operation(&lower.to_ascii_uppercase(), path, value, &item);
                    }
                } else if key == "additionalOperations" {
                    for (method, value) in value.entries() {
                        if seen.insert(method.to_owned()) {
                            self.operation(method, path, value, &item);
                        }
                    }
                } else if !FIELDS.contains(&key) && !key.starts_with("x-") {
                    self.diagnostics.push(
                        value
                            .diagnostic(
                                Severity::Warning,
                                "unknown-key",
                                format!("{key:?} is no method and no other key of a path item; it is left out"),
                            )
                            .help("other methods stand under `additionalOperations` (OpenAPI 3.2), what is your own under `x-…`"),
                    );
                }
            }
        }
    }

    fn operation(&mut self, method: &str, path: &str, at: Cursor<'d>, item: &Item<'d>) {
        match self.try_operation(method, path, at, item) {
            Ok(operation) => self.read.operations.push(operation),
            Err(diagnostic) => {
                self.read.unreadable += 1;
                self.diagnostics.push(diagnostic.about(&format!("{method} {path}")));
            }
        }
    }

    fn try_operation(
        &mut self,
        method: &str,
        path: &str,
        at: Cursor<'d>,
        item: &Item<'d>,
    ) -> Result<Operation<'d>, Diagnostic> {
        // No version lets an operation be a reference, and split documents have them all the same.
        let at = at.resolve()?;
        if !at.is_object() {
            return Err(at
                .diagnostic(Severity::Error, "wrong-type", "this operation is no object; it is left out")
                .help("an operation is an object with `responses`, and what else it needs"));
        }
        if !media::is_token(method) {
            return Err(at
                .diagnostic(
                    Severity::Error,
                    "invalid-method",
                    format!("{method:?} is no HTTP method; the operation is left out"),
                )
                .help("a method is a word of letters, like COPY"));
        }
        fields::check(at, fields::OPERATION, self.diagnostics);
        self.extras.see(at);
        let declared = self.parameters(at, item)?;
        let (parameters, body) = match self.version {
            Version::Swagger2 => swagger::parameters_and_body(self.root, at, declared, self.diagnostics)?,
            _ => (openapi::parameters(declared, self.diagnostics)?, openapi::request_body(at, self.diagnostics)?),
        };
        let responses = match self.version {
            Version::Swagger2 => swagger::responses(self.root, at, self.diagnostics),
            version => openapi::responses(at, version, self.diagnostics),
        };
        let own = |name: &str| at.text_of(name).or_else(|| item.get(name).and_then(Cursor::text).map(Into::into));
        let servers = match self.version {
            Version::Swagger2 => swagger::schemes_of_operation(self.root, at),
            _ => [Some(at), item.beside, Some(item.at)]
                .into_iter()
                .flatten()
                .map(|at| openapi::servers(at, self.diagnostics))
                .find(|servers| !servers.is_empty())
                .unwrap_or_default(),
        };
        Ok(Operation {
            at,
            method: method.to_owned(),
            path: path.to_owned(),
            operation_id: at.text_of("operationId").filter(|id| !id.trim().is_empty()),
            summary: own("summary"),
            description: own("description"),
            tags: at
                .get("tags")
                .into_iter()
                .flat_map(Cursor::items)
                .filter_map(|tag| tag.text().map(Into::into))
                .collect(),
            deprecated: at.flag("deprecated"),
            hidden: self.hidden(at, item),
            servers,
            security: self.security(at),
            parameters,
            body,
            responses,
        })
    }

    /// The parameters of the path item and the operation, resolved; the operation's win over the path item's.
    fn parameters(&mut self, at: Cursor<'d>, item: &Item<'d>) -> Result<Vec<Declared<'d>>, Diagnostic> {
        let mut merged: IndexMap<(String, String), Declared<'d>> = IndexMap::new();
        for source in [item.get("parameters"), at.get("parameters")].into_iter().flatten() {
            let mut here = HashSet::new();
            for reference in source.items() {
                if reference.kind() == Kind::Null {
                    let told = reference.diagnostic(
                        Severity::Warning,
                        "wrong-type",
                        "a parameter is an object, and this one is null; it counts as absent",
                    );
                    self.diagnostics.push(told.help("describe the parameter, or remove the empty entry"));
                    continue;
                }
                let at = reference.resolve()?;
                let (Some(name), Some(location)) =
                    (at.text_of("name"), at.text_of("in").map(|place| self.place(at, place)))
                else {
                    return Err(at
                        .diagnostic(
                            Severity::Error,
                            "incomplete-parameter",
                            "this parameter has no `name` or no `in`; its operation is left out",
                        )
                        .help("every parameter has `name` and `in`"));
                };
                let folded = if location == "header" { name.to_ascii_lowercase() } else { name.clone() };
                if !here.insert((folded.clone(), location.clone())) {
                    self.diagnostics.push(
                        at.diagnostic(
                            Severity::Warning,
                            "duplicate-parameter",
                            format!("the {location} parameter {name:?} is declared twice; the last declaration counts"),
                        )
                        .help("remove one of the two"),
                    );
                }
                let description = reference.reference().and_then(|_| reference.text_of("description"));
                merged.insert((folded, location.clone()), Declared { at, name, location, description });
            }
        }
        Ok(merged.into_values().collect())
    }

    /// Where a parameter stands, in the case that the standard has for it.
    fn place(&mut self, at: Cursor<'d>, written: String) -> String {
        let places = ["path", "query", "querystring", "header", "cookie", "body", "formData"];
        let Some(place) = places.iter().find(|place| place.eq_ignore_ascii_case(&written)) else { return written };
        if *place != written {
            let message = format!("the location {written:?} is read as {place:?}");
            let told = at.diagnostic(Severity::Warning, "location-case", message);
            self.diagnostics.push(told.help(format!("write `in: {place}`")));
        }
        (*place).to_owned()
    }

    /// The nearest of `x-internal` and `x-mcp` on the operation, its path item and the document decides.
    fn hidden(&self, at: Cursor<'d>, item: &Item<'d>) -> bool {
        let said = |level: Cursor<'d>| {
            let internal = level.get("x-internal").and_then(Cursor::as_bool);
            let mcp = level.get("x-mcp").and_then(Cursor::as_bool);
            (internal.is_some() || mcp.is_some()).then(|| internal == Some(true) || mcp == Some(false))
        };
        [Some(at), item.beside, Some(item.at), Some(self.root)].into_iter().flatten().find_map(said).unwrap_or(false)
    }

    fn security(&mut self, at: Cursor<'d>) -> Vec<SecurityRequirement> {
        let Some(security) = at.get("security").or_else(|| self.root.get("security")) else { return Vec::new() };
        if security.kind() != Kind::Array {
            self.diagnostics.push(
                security
                    .diagnostic(
                        Severity::Warning,
                        "wrong-type",
                        "`security` is no list; calls go out without credentials",
                    )
                    .help("`security` is a list of objects, each with schemes that are needed together"),
            );
        }
        let mut alternatives = Vec::new();
        for requirement in security.items() {
            if !requirement.is_object() {
                self.diagnostics.push(
                    requirement
                        .diagnostic(
                            Severity::Warning,
                            "wrong-type",
                            format!(
                                "a security requirement is an object, and this one is {}; it is left out",
                                requirement.kind().phrase()
                            ),
                        )
                        .help("write it as an object from a scheme to a list of scopes, like `key: []`"),
                );
                continue;
            }
            alternatives.push(
                requirement
                    .entries()
                    .map(|(scheme, scopes)| {
                        (scheme.to_owned(), scopes.items().filter_map(|scope| scope.text().map(Into::into)).collect())
                    })
                    .collect(),
            );
        }
        alternatives
    }
}

/// A parameter whose reference was followed.
#[derive(Debug, Clone)]
pub(super) struct Declared<'d> {
    pub at: Cursor<'d>,
    pub name: String,
    pub location: String,
    /// The description beside the reference, which wins.
    pub description: Option<String>,
}

impl Declared<'_> {
    pub fn description(&self) -> Option<String> {
        self.description.clone().or_else(|| self.at.text_of("description"))
    }
}

/// `in` as a [`Location`].
pub(super) fn location(declared: &Declared<'_>) -> Result<Location, Diagnostic> {
    match declared.location.as_str() {
        "path" => Ok(Location::Path),
        "query" => Ok(Location::Query),
        "querystring" => Ok(Location::Querystring),
        "header" => Ok(Location::Header),
        "cookie" => Ok(Location::Cookie),
        other => Err(declared
            .at
            .diagnostic(
                Severity::Error,
                "unknown-location",
                format!(
                    "the parameter {:?} stands in {other:?}, which is no place of a request; its operation is left out",
                    declared.name
                ),
            )
            .help("`in` is path, query, querystring, header or cookie")),
    }
}

/// How many of a parameter's examples are taken; more would cost a model more than they tell it.
const EXAMPLES: usize = 3;

/// `example`, or the values of the first few of `examples`.
pub(super) fn examples(at: Cursor<'_>) -> Vec<Cursor<'_>> {
    if let Some(example) = at.get("example") {
        return vec![example];
    }
    let named = at.get("examples").into_iter().flat_map(Cursor::entries);
    let values = named.filter_map(|(_, example)| {
        let example = example.resolve().ok()?;
        example.get("dataValue").or_else(|| example.get("value"))
    });
    values.take(EXAMPLES).collect()
}

/// Before 3.2 a response has a `description`.
pub(super) fn tell_undescribed(response: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if response.get("description").is_none() {
        diagnostics.push(
            response
                .diagnostic(Severity::Note, "no-description-of-response", "this response has no `description`")
                .help("add one; nothing else depends on it"),
        );
    }
}

/// The responses of an operation, each read by `read`; one whose reference leads nowhere is left out.
pub(super) fn responses_of<'d>(
    at: Cursor<'d>,
    diagnostics: &mut Vec<Diagnostic>,
    mut read: impl FnMut(Cursor<'d>) -> super::Response<'d>,
) -> IndexMap<String, super::Response<'d>> {
    let mut responses = IndexMap::new();
    for (status, response) in at.get("responses").into_iter().flat_map(Cursor::entries) {
        if status.starts_with("x-") {
            continue;
        }
        match response.resolve() {
            Ok(response) if !response.is_object() => {
                let message = format!("the response {status:?} is {}; it says nothing", response.kind().phrase());
                diagnostics.push(
                    response
                        .diagnostic(Severity::Warning, "wrong-type", message)
                        .help("a response is an object with `description` and `content`"),
                );
            }
            Ok(response) => {
                fields::check(response, fields::RESPONSE, diagnostics);
                responses.insert(status.to_ascii_lowercase(), read(response));
            }
            Err(diagnostic) => diagnostics.push(diagnostic.weighing(Severity::Warning)),
        }
    }
    responses
}
