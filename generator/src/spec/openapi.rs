//! What OpenAPI 3.0, 3.1 and 3.2 have of their own: parameters, bodies, responses, servers, security schemes.

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{ApiKeyLocation, Location, ParameterEncoding, SecurityScheme, Style};

use super::{
    Cursor, Encoding, MediaType, Parameter, RequestBody, Response, Schema, Server, ServerVariable, Version, fields,
    paths::{self, Declared},
};
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn servers(at: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Server> {
    let mut servers = Vec::new();
    for server in at.get("servers").into_iter().flat_map(Cursor::items) {
        let Some(url) = server.text_of("url") else {
            diagnostics.push(
                server
                    .diagnostic(Severity::Warning, "incomplete-server", "this server has no `url`; it is left out")
                    .help("give it a `url`"),
            );
            continue;
        };
        fields::check(server, fields::SERVER, diagnostics);
        for (_, variable) in server.get("variables").into_iter().flat_map(Cursor::entries) {
            fields::check(variable, fields::SERVER_VARIABLE, diagnostics);
        }
        let variables = server.get("variables").into_iter().flat_map(Cursor::entries).map(|(name, variable)| {
            let values = variable.get("enum").into_iter().flat_map(Cursor::items).filter_map(Cursor::text);
            let variable =
                ServerVariable { default: variable.text_of("default"), values: values.map(Into::into).collect() };
            (name.to_owned(), variable)
        });
        servers.push(Server { url, variables: variables.collect() });
    }
    servers
}

pub(super) fn security_schemes(
    root: Cursor<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<String, SecurityScheme> {
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    let mut read = IndexMap::new();
    for (name, scheme) in schemes.into_iter().flat_map(Cursor::entries) {
        match scheme.resolve().and_then(security_scheme) {
            Ok(scheme) => {
                read.insert(name.to_owned(), scheme);
            }
            Err(diagnostic) => diagnostics.push(diagnostic.weighing(Severity::Warning)),
        }
    }
    read
}

/// The flows whose tokens may be refreshed.
const REFRESHING: [&str; 4] = ["authorizationCode", "deviceAuthorization", "password", "clientCredentials"];

fn security_scheme(at: Cursor<'_>) -> Result<SecurityScheme, Diagnostic> {
    let text = |name: &str| {
        at.text_of(name).ok_or_else(|| {
            at.diagnostic(
                Severity::Warning,
                "incomplete-security-scheme",
                format!("this security scheme has no `{name}`; it is left out"),
            )
            .help(format!("give it a `{name}`"))
        })
    };
    match text("type")?.as_str() {
        "apiKey" => Ok(SecurityScheme::ApiKey { name: text("name")?, location: api_key_location(at, &text("in")?)? }),
        "http" => Ok(SecurityScheme::Http { scheme: text("scheme")?.to_ascii_lowercase() }),
        "oauth2" => {
            let flows = at.get("flows");
            let url = |flow: &str, name: &str| flows?.get(flow)?.text_of(name);
            // A flow that names no place of its own for refreshing does it where its tokens come from.
            let refresh = |flow: &&str| url(flow, "refreshUrl").or_else(|| url(flow, "tokenUrl"));
            let token_url = url("clientCredentials", "tokenUrl");
            let refresh_url = REFRESHING.iter().find_map(refresh).or_else(|| url("implicit", "refreshUrl"));
            Ok(SecurityScheme::OAuth2 {
                refresh_url: refresh_url.filter(|url| token_url.as_ref() != Some(url)),
                token_url,
            })
        }
        "openIdConnect" => Ok(SecurityScheme::OpenIdConnect { open_id_connect_url: text("openIdConnectUrl")? }),
        "mutualTLS" => Ok(SecurityScheme::MutualTls),
        other => Err(at
            .diagnostic(
                Severity::Warning,
                "unknown-security-scheme",
                format!("{other:?} is no type of a security scheme; it is left out"),
            )
            .help("the types are apiKey, http, oauth2, openIdConnect and mutualTLS")),
    }
}

pub(super) fn api_key_location(at: Cursor<'_>, text: &str) -> Result<ApiKeyLocation, Diagnostic> {
    match text {
        "header" => Ok(ApiKeyLocation::Header),
        "query" => Ok(ApiKeyLocation::Query),
        "cookie" => Ok(ApiKeyLocation::Cookie),
        other => Err(at
            .diagnostic(
                Severity::Warning,
                "unknown-location",
                format!("an API key cannot stand in {other:?}; the scheme is left out"),
            )
            .help("`in` is header, query or cookie")),
    }
}

pub(super) fn parameters<'d>(
    declared: Vec<Declared<'d>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Parameter<'d>>, Diagnostic> {
    declared.into_iter().map(|declared| parameter(&declared, diagnostics)).collect()
}

fn parameter<'d>(declared: &Declared<'d>, diagnostics: &mut Vec<Diagnostic>) -> Result<Parameter<'d>, Diagnostic> {
    let at = declared.at;
    let location = paths::location(declared)?;
    fields::check(at, fields::PARAMETER, diagnostics);
    let content = at.get("content").and_then(|content| content.entries().next());
    let (encoding, schema) = match content {
        Some((media_type, content)) => {
            let content = content.resolve()?;
            if let Some(encoding) = content.get("encoding").filter(|encoding| encoding.entries().next().is_some()) {
                let message =
                    "the `encoding` of a parameter's `content` is not read; its fields are written as in any form";
                let told = encoding.diagnostic(Severity::Warning, "encoding-of-parameter", message);
                diagnostics.push(told.help("declare the fields as query parameters, each with its style"));
            }
            (ParameterEncoding::Content { content: media_type.to_owned() }, content.get("schema"))
        }
        None => (style(declared, location, diagnostics), at.get("schema").or_else(|| own_schema(at, diagnostics))),
    };
    if let (Some(content), Some(_)) = (at.get("content").filter(|_| content.is_some()), at.get("schema")) {
        let message = format!("the parameter {:?} has a `schema` and a `content`; `content` counts", declared.name);
        let told = content.diagnostic(Severity::Warning, "schema-and-content", message);
        diagnostics.push(told.help("a parameter has one of the two"));
    }
    let required = at.flag("required");
    if location == Location::Path && !required {
        diagnostics.push(
            at.diagnostic(
                Severity::Warning,
                "optional-path-parameter",
                format!("the path parameter {:?} is not `required`; it is treated as if it were", declared.name),
            )
            .help("a path parameter has `required: true`"),
        );
    }
    Ok(Parameter {
        at,
        name: declared.name.clone(),
        location,
        required: required || location == Location::Path,
        description: declared.description(),
        deprecated: at.flag("deprecated"),
        examples: paths::examples(at),
        encoding,
        schema,
    })
}

/// The parameter itself as its schema, where it has a `type` as in Swagger 2.0.
fn own_schema<'d>(at: Cursor<'d>, diagnostics: &mut Vec<Diagnostic>) -> Option<Cursor<'d>> {
    let stated = at.get("type")?;
    let told = stated.diagnostic(
        Severity::Warning,
        "type-without-schema",
        "this parameter has a `type` and no `schema`, as in Swagger 2.0; it is read as its own schema",
    );
    diagnostics.push(told.help("put `type` and what goes with it under `schema`"));
    Some(at)
}

/// The style of a parameter, the default of its place where none is given or the given one does not belong there
/// (Parameter Object, "Style Values").
fn style(declared: &Declared<'_>, location: Location, diagnostics: &mut Vec<Diagnostic>) -> ParameterEncoding {
    let at = declared.at;
    let default = match location {
        Location::Path | Location::Header => Style::Simple,
        Location::Query | Location::Querystring | Location::Cookie => Style::Form,
    };
    let named = at.text_of("style");
    let style = match named.as_deref() {
        None => default,
        Some(name) => match style_named(name) {
            Some(style) if belongs(style, location) => style,
            _ => {
                diagnostics.push(
                    at.diagnostic(
                        Severity::Warning,
                        "unknown-style",
                        format!("{name:?} is no style of a {} parameter; {:?} is sent in the default style", location.as_str(), declared.name),
                    )
                    .help("path: simple, label, matrix; query: form, spaceDelimited, pipeDelimited, deepObject; header: simple; cookie: form, cookie"),
                );
                default
            }
        },
    };
    let explode = at.get("explode").and_then(Cursor::as_bool).unwrap_or(matches!(style, Style::Form | Style::Cookie));
    ParameterEncoding::Style { style, explode, allow_reserved: at.flag("allowReserved"), items: Vec::new() }
}

fn belongs(style: Style, location: Location) -> bool {
    use Style::{Cookie, DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited, TabDelimited};
    match location {
        Location::Path => matches!(style, Simple | Label | Matrix),
        Location::Query | Location::Querystring => {
            matches!(style, Form | SpaceDelimited | PipeDelimited | TabDelimited | DeepObject)
        }
        Location::Header => style == Simple,
        Location::Cookie => matches!(style, Form | Cookie),
    }
}

fn style_named(name: &str) -> Option<Style> {
    Some(match name {
        "matrix" => Style::Matrix,
        "label" => Style::Label,
        "simple" => Style::Simple,
        "form" => Style::Form,
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "cookie" => Style::Cookie,
        _ => return None,
    })
}

pub(super) fn request_body<'d>(
    operation: Cursor<'d>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<RequestBody<'d>>, Diagnostic> {
    let Some(reference) = operation.get("requestBody") else { return Ok(None) };
    let at = reference.resolve()?;
    if !at.is_object() {
        let message = format!("a request body is an object, and this one is {}; it is left out", at.kind().phrase());
        diagnostics.push(
            at.diagnostic(Severity::Warning, "wrong-type", message)
                .help("a request body is an object with `content`, from media types to schemas"),
        );
        return Ok(None);
    }
    fields::check(at, fields::REQUEST_BODY, diagnostics);
    Ok(Some(RequestBody {
        at,
        required: at.flag("required"),
        description: reference
            .reference()
            .and_then(|_| reference.text_of("description"))
            .or_else(|| at.text_of("description")),
        content: content(at, diagnostics),
    }))
}

fn content<'d>(at: Cursor<'d>, diagnostics: &mut Vec<Diagnostic>) -> Vec<MediaType<'d>> {
    let mut read = Vec::new();
    for (name, media_type) in at.get("content").into_iter().flat_map(Cursor::entries) {
        if name.starts_with("x-") {
            continue;
        }
        match media_type.resolve() {
            Ok(at) if !at.is_object() => {
                let message = format!("the media type {name:?} is {}; it says nothing", at.kind().phrase());
                diagnostics.push(
                    at.diagnostic(Severity::Warning, "wrong-type", message)
                        .help("a media type is an object with `schema`"),
                );
                read.push(MediaType {
                    name: name.trim().to_owned(),
                    schema: None,
                    item_schema: None,
                    encoding: IndexMap::new(),
                });
            }
            Ok(at) => read.push(MediaType {
                name: name.trim().to_owned(),
                schema: at.get("schema").map(Schema::Node),
                item_schema: at.get("itemSchema"),
                encoding: {
                    fields::check(at, fields::MEDIA_TYPE, diagnostics);
                    encodings(at, diagnostics)
                },
            }),
            Err(diagnostic) => diagnostics.push(diagnostic.weighing(Severity::Warning)),
        }
    }
    read
}

/// `encoding`, or what 3.2 has for parts without names.
fn encodings(at: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> IndexMap<String, Encoding> {
    let named = at.get("encoding").into_iter().flat_map(Cursor::entries).map(|(name, at)| (name.to_owned(), at));
    let prefix = at.get("prefixEncoding").into_iter().flat_map(Cursor::items).enumerate();
    let prefix = prefix.map(|(index, at)| (index.to_string(), at));
    let rest = at.get("itemEncoding").map(|at| ("*".to_owned(), at));
    named.chain(prefix).chain(rest).map(|(name, at)| (name, encoding(at, diagnostics))).collect()
}

fn encoding(at: Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Encoding {
    fields::check(at, fields::ENCODING, diagnostics);
    let headers = at.get("headers").into_iter().flat_map(Cursor::entries);
    Encoding {
        content_type: at.text_of("contentType"),
        style: at.text_of("style").as_deref().and_then(style_named),
        explode: at.get("explode").and_then(Cursor::as_bool),
        allow_reserved: at.flag("allowReserved"),
        items: Vec::new(),
        headers: headers.filter_map(|(name, at)| Some((name.to_owned(), fixed_value(at)?))).collect(),
    }
}

/// The value of a header that its schema leaves no choice about.
fn fixed_value(header: Cursor<'_>) -> Option<String> {
    let schema = header.resolve().ok()?.get("schema")?.resolve().ok()?;
    let mut values = schema.get("enum").into_iter().flat_map(Cursor::items);
    let only = values.next().filter(|_| values.next().is_none());
    let value = schema.get("const").or(only).or_else(|| schema.get("default"))?;
    value.text().map(Into::into)
}

pub(super) fn responses<'d>(
    operation: Cursor<'d>,
    version: Version,
    diagnostics: &mut Vec<Diagnostic>,
) -> IndexMap<String, Response<'d>> {
    let mut own = Vec::new();
    let responses = paths::responses_of(operation, diagnostics, |response| {
        // Since 3.2 it may be absent.
        if version != Version::OpenApi32 {
            paths::tell_undescribed(response, &mut own);
        }
        Response { content: content(response, &mut own) }
    });
    diagnostics.append(&mut own);
    responses
}
