//! What Swagger 2.0 has of its own, brought to the same view.

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{Location, ParameterEncoding, SecurityScheme, Style};

use super::{
    Cursor, Encoding, FormField, MediaType, Parameter, RequestBody, Response, Schema, Server, fields,
    media::{self, Family},
    openapi,
    paths::{self, Declared},
};
use crate::diagnostic::{Diagnostic, Severity};

/// How many arrays stand inside each other.
const DEEPEST: usize = 8;

pub(super) fn servers(root: Cursor<'_>) -> Vec<Server> {
    addresses(root, &schemes(root))
}

/// The servers of an operation that has `schemes` of its own.
pub(super) fn schemes_of_operation(root: Cursor<'_>, operation: Cursor<'_>) -> Vec<Server> {
    let own = schemes(operation);
    if own.is_empty() || own == schemes(root) || root.get("host").is_none() {
        Vec::new()
    } else {
        addresses(root, &own)
    }
}

fn schemes(at: Cursor<'_>) -> Vec<String> {
    let all = at.get("schemes").into_iter().flat_map(Cursor::items).filter_map(Cursor::text);
    let mut schemes: Vec<String> = all.map(Into::into).filter(|scheme| scheme == "https" || scheme == "http").collect();
    schemes.sort_by_key(|scheme| scheme != "https");
    schemes
}

fn addresses(root: Cursor<'_>, schemes: &[String]) -> Vec<Server> {
    let base_path = root.text_of("basePath").unwrap_or_default();
    let base_path = base_path.trim_end_matches('/');
    let slash = if base_path.is_empty() || base_path.starts_with('/') { "" } else { "/" };
    let server = |url: String| Server { url, variables: IndexMap::new() };
    match root.text_of("host").filter(|host| !host.is_empty()) {
        None if base_path.is_empty() => Vec::new(),
        None => vec![server(format!("{slash}{base_path}"))],
        // Without a scheme the document's own counts, as in a relative reference.
        Some(host) if schemes.is_empty() => vec![server(format!("//{host}{slash}{base_path}"))],
        Some(host) => schemes.iter().map(|scheme| server(format!("{scheme}://{host}{slash}{base_path}"))).collect(),
    }
}

pub(super) fn security_schemes(
    root: Cursor<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<String, SecurityScheme> {
    let mut read = IndexMap::new();
    for (name, at) in root.get("securityDefinitions").into_iter().flat_map(Cursor::entries) {
        let scheme = match at.text_of("type").as_deref() {
            Some("basic") => Ok(SecurityScheme::Http { scheme: "basic".to_owned() }),
            Some("apiKey") => openapi::api_key_location(at, &at.text_of("in").unwrap_or_default())
                .map(|location| SecurityScheme::ApiKey { name: at.text_of("name").unwrap_or_default(), location }),
            Some("oauth2") => {
                let application = at.text_of("flow").as_deref() == Some("application");
                let (token_url, refresh_url) = match (application, at.text_of("tokenUrl")) {
                    (true, url) => (url, None),
                    (false, url) => (None, url),
                };
                Ok(SecurityScheme::OAuth2 { token_url, refresh_url })
            }
            other => Err(at
                .diagnostic(
                    Severity::Warning,
                    "unknown-security-scheme",
                    format!("{:?} is no type of a security scheme; it is left out", other.unwrap_or_default()),
                )
                .help("the types are basic, apiKey and oauth2")),
        };
        match scheme {
            Ok(scheme) => {
                read.insert(name.to_owned(), scheme);
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    read
}

pub(super) fn parameters_and_body<'d>(
    root: Cursor<'d>,
    operation: Cursor<'d>,
    declared: Vec<Declared<'d>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Vec<Parameter<'d>>, Option<RequestBody<'d>>), Diagnostic> {
    let (mut parameters, mut body, mut fields) = (Vec::new(), None, Vec::new());
    for declared in declared {
        fields::check(declared.at, fields::SWAGGER_PARAMETER, diagnostics);
        match declared.location.as_str() {
            "body" => body = Some(declared),
            "formData" => fields.push(declared),
            _ => parameters.push(parameter(&declared, diagnostics)?),
        }
    }
    let consumes = media_types(root, operation, "consumes");
    if body.is_some() && !fields.is_empty() {
        diagnostics.push(
            operation
                .diagnostic(
                    Severity::Warning,
                    "body-and-form",
                    "this operation has a body and form fields; the form fields are left out",
                )
                .help("an operation has `in: body` or `in: formData`, not both"),
        );
    }
    let body = match body {
        Some(declared) => Some(RequestBody {
            at: declared.at,
            required: declared.at.flag("required"),
            description: declared.description(),
            content: or_json(consumes)
                .into_iter()
                .map(|name| MediaType {
                    name,
                    schema: declared.at.get("schema").map(Schema::Node),
                    item_schema: None,
                    encoding: IndexMap::new(),
                })
                .collect(),
        }),
        None if fields.is_empty() => None,
        None => Some(form(operation, &consumes, &fields)),
    };
    Ok((parameters, body))
}

fn parameter<'d>(declared: &Declared<'d>, diagnostics: &mut Vec<Diagnostic>) -> Result<Parameter<'d>, Diagnostic> {
    let at = declared.at;
    let location = paths::location(declared)?;
    let (style, explode) = collection_format(at).unwrap_or_else(|| {
        if let Some(format) = at.text_of("collectionFormat").filter(|format| format != "csv") {
            diagnostics.push(
                at.diagnostic(
                    Severity::Warning,
                    "unknown-style",
                    format!("{format:?} is no collectionFormat; csv is taken"),
                )
                .help("the formats are csv, ssv, tsv, pipes and multi"),
            );
        }
        (Style::Form, false)
    });
    // Comma-separated values of a path or a header have a style of their own there.
    let style = match (location, style) {
        (Location::Path | Location::Header, Style::Form) => Style::Simple,
        (_, style) => style,
    };
    Ok(Parameter {
        at,
        name: declared.name.clone(),
        location,
        required: at.flag("required") || location == Location::Path,
        description: declared.description(),
        deprecated: at.flag("deprecated"),
        examples: at.get("x-example").or_else(|| at.get("example")).into_iter().collect(),
        encoding: ParameterEncoding::Style { style, explode, allow_reserved: false, items: inner_formats(at) },
        schema: Some(at.get("schema").unwrap_or(at)),
    })
}

/// `collectionFormat`, or its default; None when it is not one.
fn collection_format(at: Cursor<'_>) -> Option<(Style, bool)> {
    match at.text_of("collectionFormat").as_deref().unwrap_or("csv") {
        "csv" => Some((Style::Form, false)),
        "ssv" => Some((Style::SpaceDelimited, false)),
        "tsv" => Some((Style::TabDelimited, false)),
        "pipes" => Some((Style::PipeDelimited, false)),
        "multi" => Some((Style::Form, true)),
        _ => None,
    }
}

/// `collectionFormat` of the arrays inside an array, from the outside in.
fn inner_formats(at: Cursor<'_>) -> Vec<Style> {
    let is_array = |at: &Cursor<'_>| at.text_of("type").as_deref() == Some("array");
    let arrays = std::iter::successors(at.get("items").filter(is_array), |at| at.get("items").filter(is_array));
    let arrays = arrays.take(DEEPEST);
    arrays.map(|at| collection_format(at).map_or(Style::Form, |(style, _)| style)).collect()
}

fn form<'d>(operation: Cursor<'d>, consumes: &[String], fields: &[Declared<'d>]) -> RequestBody<'d> {
    let has_file = fields.iter().any(|field| field.at.text_of("type").as_deref() == Some("file"));
    let wanted = if has_file { Family::Multipart } else { Family::Form };
    let fallback = if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let declared = consumes.iter().find(|name| media::family(name) == wanted);
    let other = (!has_file).then(|| consumes.iter().find(|name| media::family(name) == Family::Multipart)).flatten();
    let name = declared.or(other).map_or(fallback, String::as_str).to_owned();
    let encoding = fields.iter().filter(|field| field.at.text_of("type").as_deref() == Some("array")).map(|field| {
        let (style, explode) = collection_format(field.at).unwrap_or((Style::Form, false));
        let items = inner_formats(field.at);
        let encoding = Encoding { style: Some(style), explode: Some(explode), items, ..Encoding::default() };
        (field.name.clone(), encoding)
    });
    let required = fields.iter().any(|field| field.at.flag("required"));
    let content = MediaType {
        name,
        encoding: encoding.collect(),
        item_schema: None,
        schema: Some(Schema::Fields(
            fields
                .iter()
                .map(|field| FormField {
                    name: field.name.clone(),
                    required: field.at.flag("required"),
                    description: field.description(),
                    schema: field.at,
                })
                .collect(),
        )),
    };
    RequestBody { at: operation, required, description: None, content: vec![content] }
}

pub(super) fn responses<'d>(
    root: Cursor<'d>,
    operation: Cursor<'d>,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<String, Response<'d>> {
    let produces = media_types(root, operation, "produces");
    let mut own = Vec::new();
    let responses = paths::responses_of(operation, diagnostics, |response| {
        paths::tell_undescribed(response, &mut own);
        let schema = response.get("schema");
        let file = schema.is_some_and(|schema| schema.text_of("type").as_deref() == Some("file"));
        let names = match (schema, file) {
            (None, _) => Vec::new(),
            (Some(_), true) if produces.is_empty() => vec!["application/octet-stream".to_owned()],
            (Some(_), true) => produces.clone(),
            (Some(_), false) => or_json(produces.clone()),
        };
        let media_type =
            |name| MediaType { name, schema: schema.map(Schema::Node), item_schema: None, encoding: IndexMap::new() };
        Response { content: names.into_iter().map(media_type).collect() }
    });
    diagnostics.append(&mut own);
    responses
}

fn media_types(root: Cursor<'_>, operation: Cursor<'_>, name: &str) -> Vec<String> {
    let list = operation.get(name).or_else(|| root.get(name));
    list.into_iter().flat_map(Cursor::items).filter_map(|item| item.text().map(Into::into)).collect()
}

fn or_json(names: Vec<String>) -> Vec<String> {
    if names.is_empty() { vec!["application/json".to_owned()] } else { names }
}
