//! The parts of which crates and modules are put together: what the templates get of each.

use std::collections::HashMap;

use mcpgen_runtime::catalog::{ApiKeyLocation, DeepObjectArrays, SecurityScheme};
use minijinja::{Value, context};

use super::{
    layout::{self, Expr},
    names::identifier,
    plan::{Plan, Planned},
    request::{self, Fields},
    schemas::{compact, component, pretty},
    text::{markdown, raw_string, summary},
    types::{Home, Model, ModelKind},
};

/// The file of the prompts.
pub(super) const PROMPTS: &str = "prompts.json";

/// Where the JSON texts stand that are compiled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// In files, which people review.
    #[cfg(feature = "crates")]
    Files,
    /// Where they are used.
    Inline,
}

impl Texts {
    /// The expression of a text that would have this path in a crate.
    fn text(self, path: &str, text: impl FnOnce() -> String) -> Expr {
        match self {
            #[cfg(feature = "crates")]
            Self::Files => Expr::call("include_str!", vec![Expr::text(&format!("../../{path}"))]),
            Self::Inline => {
                let _ = path;
                Expr::Literal(raw_string(&compact(&text())))
            }
        }
    }
}

/// The line that offers an operation.
pub(super) fn offer(plan: &Plan<'_>, planned: &Planned<'_>) -> String {
    let kind = if planned.tool.is_some() { "tool" } else { "resource" };
    let function = format!("{}::{}", plan.modules[planned.module].name, identifier(&planned.function));
    Expr::atom("server").then(kind, vec![Expr::atom(function)]).layout(4, 4, 1)
}

/// The server without what it offers.
pub(super) fn server(plan: &Plan<'_>, texts: Texts) -> Expr {
    let catalog = plan.catalog;
    let info = &catalog.server;
    let mut server = Expr::call("Server::new", vec![Expr::text(&info.name), Expr::text(&info.version)]);
    let mut say = |method: &str, argument: Expr| {
        server = server.clone().then(method, vec![argument]);
    };
    if let Some(title) = &info.title {
        say("title", Expr::text(title));
    }
    if let Some(instructions) = &info.instructions {
        say("instructions", Expr::text(instructions));
    }
    if let Some(base_url) = &catalog.base_url {
        let method = if base_url.credentials { "base_url" } else { "base_url_without_credentials" };
        say(method, Expr::text(&base_url.url));
    }
    match catalog.deep_object_arrays {
        DeepObjectArrays::Index => {}
        DeepObjectArrays::Brackets => say("deep_object_arrays", Expr::atom("DeepObjectArrays::Brackets")),
        DeepObjectArrays::Repeat => say("deep_object_arrays", Expr::atom("DeepObjectArrays::Repeat")),
    }
    for (name, scheme) in &catalog.security_schemes {
        server = server.then("security_scheme", vec![Expr::text(name), security_scheme(scheme)]);
    }
    if !plan.shared.files.is_empty() {
        server = server.then("schemas", vec![Expr::atom("SCHEMAS")]);
    }
    if !catalog.prompts.is_empty() {
        server = server.then("prompts", vec![texts.text(PROMPTS, || prompts(plan))]);
    }
    server
}

/// The text of the prompts' file.
pub(super) fn prompts(plan: &Plan<'_>) -> String {
    pretty(&serde_json::to_value(&plan.catalog.prompts).unwrap_or_default())
}

fn security_scheme(scheme: &SecurityScheme) -> Expr {
    let (name, arguments) = match scheme {
        SecurityScheme::ApiKey { name, location } => {
            let location = match location {
                ApiKeyLocation::Header => "ApiKeyLocation::Header",
                ApiKeyLocation::Query => "ApiKeyLocation::Query",
                ApiKeyLocation::Cookie => "ApiKeyLocation::Cookie",
            };
            ("api_key", vec![Expr::atom(location), Expr::text(name)])
        }
        SecurityScheme::Http { scheme } => ("http", vec![Expr::text(scheme)]),
        SecurityScheme::OAuth2 { token_url, refresh_url } => {
            let token_url = token_url.as_ref().map_or_else(|| Expr::atom("None"), |url| Expr::text(url));
            let scheme = Expr::call("SecurityScheme::oauth2", vec![token_url]);
            return match refresh_url {
                Some(url) => scheme.then("refreshed_at", vec![Expr::text(url)]),
                None => scheme,
            };
        }
        SecurityScheme::OpenIdConnect { open_id_connect_url } => {
            ("open_id_connect", vec![Expr::text(open_id_connect_url)])
        }
        SecurityScheme::MutualTls => return Expr::atom("SecurityScheme::MutualTls"),
    };
    Expr::call(&format!("SecurityScheme::{name}"), arguments)
}

/// The constant with the shared schemas.
pub(super) fn schemas(plan: &Plan<'_>, texts: Texts) -> Option<String> {
    let pairs: Vec<Expr> = plan
        .shared
        .files
        .iter()
        .map(|(name, file, schema)| {
            let text = texts.text(&format!("schemas/shared/{file}"), || schema.clone());
            Expr::Tuple(vec![Expr::text(name), text])
        })
        .collect();
    (!pairs.is_empty()).then(|| layout::constant("const SCHEMAS: &[(&str, &str)]", &Expr::Slice(pairs), 0))
}

/// The function of an operation; `module` is what its arguments stand in, with `::`, where it stands elsewhere.
pub(super) fn function(planned: &Planned<'_>, module: &str) -> Value {
    let (verb, result) = if planned.tool.is_some() { ("send", "ToolResult") } else { ("read", "ReadResult") };
    let head = format!("pub async fn {}", identifier(&planned.function));
    let parameters = ["api: Api".to_owned(), format!("args: {module}{}", planned.structure)];
    let (title, about) = words(planned);
    context! { title, about, label => label(planned), verb, signature => layout::signature(&head, &parameters, result) }
}

/// The title of an operation and what else its description says.
fn words(planned: &Planned<'_>) -> (Option<String>, Option<String>) {
    let visible = |text: &String| !markdown(text).is_empty();
    let title = planned.title.and_then(summary).filter(visible);
    let bare = planned.description.trim_start_matches("Deprecated. ");
    let rest = match planned.title {
        Some(title) => bare
            .strip_prefix(title)
            // A sentence that goes on is told whole.
            .filter(|rest| rest.is_empty() || rest.starts_with(['.', '\n']))
            .map_or(bare, |rest| rest.trim_start_matches(['.', '\n', ' '])),
        None => bare,
    };
    let about = summary(rest).filter(visible).filter(|about| Some(about) != title.as_ref() && *about != label(planned));
    (title, about)
}

fn label(planned: &Planned<'_>) -> String {
    format!("{} {}", planned.operation.method, planned.operation.path)
}

/// The arguments of an operation and its request.
pub(super) fn operation(plan: &Plan<'_>, texts: Texts, index: usize, first_retired: bool) -> Value {
    let planned = &plan.operations[index];
    let family = plan.types.family(plan.types.arguments[index]);
    let (mut names, mut rest_name) = (HashMap::new(), None);
    if let Some(Model { kind: ModelKind::Struct { fields, rest }, .. }) = family.first() {
        names.extend(fields.iter().map(|field| (field.key.as_str(), field.name.as_str())));
        rest_name = rest.as_deref();
    }
    let operation = planned.operation;
    let component =
        texts.text(&format!("schemas/{}", planned.file), || component(planned, &plan.catalog.schemas, &plan.shared));
    let mut constants = vec![layout::constant("const COMPONENT: &str", &component, 4)];
    if !operation.security.is_empty() {
        let security = request::security(&operation.security);
        constants.push(layout::constant("const SECURITY: Security", &security, 4));
    }
    if let Some(base_url) = &operation.base_url {
        constants.push(layout::constant("const SERVER: Option<OwnServer>", &request::server(base_url), 4));
    }
    let request = request::request(operation, &Fields { names, rest: rest_name }).layout(8, 8, 0);
    let mut models = family.into_iter();
    let arguments = models.next().map(|first| model(plan, first, Some(label(planned))));
    let inner: Vec<Value> = models.map(|one| model(plan, one, None)).collect();
    context! { first_retired, arguments, constants, request, inner }
}

/// Whether the arguments of an operation have types of `models`.
pub(super) fn uses_models(plan: &Plan<'_>, index: usize) -> bool {
    plan.types.family(plan.types.arguments[index]).iter().any(|model| match &model.kind {
        ModelKind::Struct { fields, .. } => fields.iter().any(|field| {
            let mut uses = false;
            field.ty.models(&mut |id| uses |= plan.types.get(id).home == Home::Models);
            uses
        }),
        ModelKind::OneOf(_) => false,
    })
}

/// A type that is declared. `label` is said of it instead of its description.
pub(super) fn model(plan: &Plan<'_>, model: &Model, label: Option<String>) -> Value {
    let said =
        |text: &Option<String>| text.as_deref().and_then(summary).filter(|summary| !markdown(summary).is_empty());
    let about = said(&model.description);
    let (word, keyword, members): (_, _, Vec<Value>) = match &model.kind {
        ModelKind::Struct { fields, rest } => {
            let members = fields.iter().map(|field| {
                let ty = plan.types.write(&field.ty, model.home);
                let key = if field.name == field.key {
                    String::new()
                } else {
                    format!(" = {}", super::text::rust_string(&field.key))
                };
                let line = format!("pub {}: {ty}{key}", identifier(&field.name));
                context! { about => said(&field.description), line }
            });
            let rest = rest.iter().map(|name| {
                context! { about => "What the schema does not name.", line => format!("pub {name}: Object = ..") }
            });
            ("model", "struct", members.chain(rest).collect())
        }
        ModelKind::OneOf(variants) => {
            let variants = variants.iter().map(|(name, text)| {
                context! { about => (), line => format!("{name} = {}", super::text::rust_string(text)) }
            });
            ("one_of", "enum", variants.collect())
        }
    };
    context! { macro => word, keyword, name => model.name.clone(), label, about, members }
}
