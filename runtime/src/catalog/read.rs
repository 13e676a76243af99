//! Catalogs from files: told from descriptions, read, and checked, because anybody can have written them.

use std::{collections::HashSet, fmt::Display};

use super::{
    BaseUrl, Body, BodyLayout, Catalog, Location, Operation, OperationId, Parameter, Prompt, Resource,
    ResourceTemplate, SchemaId, Tool,
};
use crate::uri_template::UriTemplate;

/// The first key of every catalog.
const FIRST_KEY: &[u8] = b"\"mcpgen_catalog\"";
/// The longest name of a component.
const LONGEST_NAME: usize = 56;

/// Why a text is no catalog that can be served.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It is no JSON, or not of a catalog's form, or of another major version.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// Its parts do not fit together.
    #[error("{place}: {problem}")]
    Unsound {
        /// The part, like `tools[3]`.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Whether a text begins as a catalog does; a description does not.
pub fn is_catalog(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    text.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(FIRST_KEY))
}

impl Catalog {
    /// Reads a catalog of this major version.
    ///
    /// # Errors
    /// It cannot be read, or is not [sound](Self::check).
    pub fn from_json(text: &[u8]) -> Result<Self, CatalogError> {
        let catalog: Self = serde_json::from_slice(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text))?;
        catalog.check()?;
        Ok(catalog)
    }

    /// Whether every part refers to parts that are there, and is what serving takes it for.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn check(&self) -> Result<(), CatalogError> {
        let name = &self.server.name;
        ensure(is_word(name, "-_."), &"server", || format!("{name:?} is no name of a server"))?;
        if let Some(base_url) = &self.base_url {
            check_base_url(base_url, &"base_url")?;
        }
        for (index, operation) in self.operations.iter().enumerate() {
            self.check_operation(operation).map_err(|problem| unsound(format_args!("operations[{index}]"), problem))?;
        }
        each("tools", &self.tools, |Tool { name, operation, output, .. }| {
            (*output).map_or(Ok(()), |output| self.check_schema(output))?;
            self.check_component(name, *operation)
        })?;
        each("resources", &self.resources, |Resource { name, uri, operation, .. }| {
            if uri.contains(['{', '}']) || !has_scheme(uri) {
                return Err(format!("{uri:?} is no URI of a resource"));
            }
            self.check_component(name, *operation)
        })?;
        each("resource_templates", &self.resource_templates, |template| {
            let ResourceTemplate { name, uri_template, operation, .. } = template;
            if !has_scheme(uri_template) || UriTemplate::parse(uri_template).is_none() {
                return Err(format!("{uri_template:?} is no URI template of a catalog"));
            }
            self.check_component(name, *operation)
        })?;
        unique("tools", self.tools.iter().map(|tool| tool.name.as_str()))?;
        unique("resources", self.resources.iter().map(|resource| resource.name.as_str()))?;
        unique("resource_templates", self.resource_templates.iter().map(|template| template.name.as_str()))?;
        each("prompts", &self.prompts, |Prompt { name, arguments, .. }| {
            if name.len() > LONGEST_NAME || !is_word(name, "-_") {
                return Err(format!("{name:?} is no name of a component"));
            }
            arguments.iter().try_for_each(|argument| match argument.name.as_bytes() {
                [first, ..] if !first.is_ascii_digit() && is_word(&argument.name, "_") => Ok(()),
                _ => Err(format!("{:?} is no name of a prompt's argument", argument.name)),
            })
        })?;
        unique("prompts", self.prompts.iter().map(|prompt| prompt.name.as_str()))
    }

    fn check_component(&self, name: &str, operation: OperationId) -> Result<(), String> {
        if name.len() > LONGEST_NAME || !is_word(name, "-_") {
            return Err(format!("{name:?} is no name of a component"));
        }
        if operation.index() >= self.operations.len() {
            return Err(format!(
                "operation {} is named, and there are only {}",
                operation.index(),
                self.operations.len()
            ));
        }
        Ok(())
    }

    fn check_schema(&self, id: SchemaId) -> Result<(), String> {
        if !self.schemas.contains(id) {
            return Err(format!("a schema is named that is not among the {}", self.schemas.len()));
        }
        if !self.schemas.get(id).schema.starts_with('{') {
            return Err("the schema of arguments and of answers is an object".to_owned());
        }
        Ok(())
    }

    fn check_operation(&self, operation: &Operation) -> Result<(), String> {
        let Operation { method, path, query, base_url, parameters, body, accept, input, .. } = operation;
        if !is_token(method) {
            return Err(format!("{method:?} is no method"));
        }
        if query.as_deref().is_some_and(|query| query.contains('#') || !is_visible(query)) {
            return Err("the query cannot stand in a URL".to_owned());
        }
        if let Some(base_url) = base_url {
            check_base_url(base_url, &"base_url").map_err(|error| error.to_string())?;
        }
        let in_path = |name: &str| parameters.iter().any(|it| it.location == Location::Path && it.name == name);
        if let Some(name) = path.expressions().find(|name| !in_path(name)) {
            return Err(format!("no parameter fills {{{name}}} of the path"));
        }
        parameters.iter().try_for_each(check_parameter)?;
        if let Some(Body { media_type, layout, .. }) = body {
            if !is_line(media_type) {
                return Err(format!("{media_type:?} is no media type"));
            }
            if matches!(layout, BodyLayout::Argument(name) if name.is_empty()) {
                return Err("the body's argument has no name".to_owned());
            }
        }
        if !is_line(accept) {
            return Err(format!("{accept:?} cannot stand in `Accept`"));
        }
        self.check_schema(*input)
    }
}

fn check_parameter(parameter: &Parameter) -> Result<(), String> {
    let Parameter { argument, name, location, .. } = parameter;
    if argument.is_empty() {
        return Err(format!("the parameter {name:?} has no argument"));
    }
    if *location == Location::Header && !is_token(name) {
        return Err(format!("{name:?} is no name of a header"));
    }
    Ok(())
}

fn check_base_url(base_url: &BaseUrl, place: &dyn Display) -> Result<(), CatalogError> {
    let url = &base_url.url;
    let host = ["http://", "https://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
    let sound = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) && !url.contains(['?', '#']);
    ensure(sound && is_visible(url), place, || format!("{url:?} is no base URL"))
}

/// Checks the parts of a list.
fn each<T>(list: &str, parts: &[T], check: impl Fn(&T) -> Result<(), String>) -> Result<(), CatalogError> {
    let place = |index: usize| format!("{list}[{index}]");
    parts.iter().enumerate().try_for_each(|(index, part)| check(part).map_err(|problem| unsound(place(index), problem)))
}

fn unique<'a>(list: &str, mut names: impl Iterator<Item = &'a str>) -> Result<(), CatalogError> {
    let mut seen = HashSet::new();
    names.find(|name| !seen.insert(*name)).map_or(Ok(()), |name| Err(unsound(list, format!("{name:?} is there twice"))))
}

fn ensure(holds: bool, place: &dyn Display, problem: impl FnOnce() -> String) -> Result<(), CatalogError> {
    if holds { Ok(()) } else { Err(unsound(place, problem())) }
}

fn unsound(place: impl Display, problem: String) -> CatalogError {
    CatalogError::Unsound { place: place.to_string(), problem }
}

fn is_word(text: &str, besides: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || besides.contains(c))
}

/// Whether a URI begins with a scheme and two slashes.
fn has_scheme(uri: &str) -> bool {
    uri.split_once("://")
        .is_some_and(|(scheme, _)| scheme.starts_with(|c: char| c.is_ascii_lowercase()) && is_word(scheme, "+-."))
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    is_word(text, "!#$%&'*+-.^_`|~")
}

fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether a text can be the value of a header.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = include_str!("golden.json");

    #[test]
    fn catalogs_are_told_from_descriptions() {
        let cases = [
            (GOLDEN, true),
            ("\u{feff} {\n\"mcpgen_catalog\": \"9.0\"", true),
            ("{\"openapi\": \"3.0.3\", \"mcpgen_catalog\": 1}", false),
            ("mcpgen_catalog: 1", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_catalog(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        Catalog::from_json(GOLDEN.as_bytes()).expect("the golden file is sound");
        let cases = [
            ("\"1.0\"", "\"2.0\"", "version 2.0"),
            ("\"method\": \"PUT\"", "\"method\": \"P T\"", "operations[0]: \"P T\" is no method"),
            ("\"path\": \"/items/{id}.{ext}\"", "\"path\": \"items\"", "begins with `/`"),
            ("\"path\": \"/items/{id}.{ext}\"", "\"path\": \"/items/{other}\"", "no parameter fills {other}"),
            ("\"query\": \"v=2\"", "\"query\": \"v= 2\"", "the query"),
            ("https://other.example", "ftp://other.example", "is no base URL"),
            ("https://shop.example/v2", "https://", "base_url: \"https://\" is no base URL"),
            ("\"media_type\": \"multipart/form-data\"", "\"media_type\": \"a\\r\\nb\"", "is no media type"),
            ("\"accept\": \"application/json\"", "\"accept\": \"a\\nb\"", "`Accept`"),
            ("\"input\": 1", "\"input\": 99", "a schema is named that is not among the 3"),
            ("\"output\": 2", "\"output\": 4294967295", "tools[0]: a schema is named"),
            ("\"name\": \"put_item\"", "\"name\": \"put item\"", "tools[0]: \"put item\" is no name"),
            ("\"name\": \"shop\"", "\"name\": \"sh/op\"", "server: \"sh/op\" is no name"),
            ("\"operation\": 0", "\"operation\": 7", "operation 7 is named, and there are only 1"),
            ("\"uses\": [0]", "\"uses\": [12]", "schema 12 is used"),
            ("\"uses\": [0]", "\"uses\": [1]", "has no name"),
            ("{\"schema\": {\"type\": \"object\"}}", "{\"schema\": 7}", "an object or a boolean"),
        ];
        for (from, to, says) in cases {
            assert!(GOLDEN.contains(from), "{from}");
            let error = Catalog::from_json(GOLDEN.replacen(from, to, 1).as_bytes()).expect_err(to).to_string();
            assert!(error.contains(says), "{to}: {error}");
        }
    }

    #[test]
    fn a_catalog_that_is_cut_anywhere_is_refused() {
        let text = GOLDEN.trim_end();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(Catalog::from_json(&text.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
