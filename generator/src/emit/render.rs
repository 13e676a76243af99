//! The files of a crate, from the plan of it: what each template gets.

use std::collections::{BTreeMap, HashMap};

use mcpgen_runtime::catalog::{ApiKeyLocation, DeepObjectArrays, SecurityScheme, credential_variable};
use minijinja::{Environment, Value, context};
use serde_json::json;

use super::{
    Runtime,
    layout::{self, Expr},
    names::identifier,
    plan::{Plan, Planned},
    request::{self, Fields},
    sample,
    schemas::{component, pretty},
    text::{markdown, summary},
    types::{Home, Model, ModelKind},
};

/// The files, by path.
pub(super) type Files = BTreeMap<String, String>;

/// Prints every file but `Cargo.lock`, the runtime and `mcpgen.lock`.
pub(super) fn render(plan: &Plan<'_>, runtime: &Runtime) -> Result<Files, minijinja::Error> {
    let environment = super::templates::environment()?;
    let print = |template: &str, context: Value| environment.get_template(template)?.render(context);
    let mut files = Files::new();
    let whole = whole(plan, runtime);
    for name in [
        ".dockerignore",
        ".env.example",
        ".gitignore",
        "Cargo.toml",
        "Dockerfile",
        "README.md",
        "src/generated/mod.rs",
        "src/lib.rs",
        "src/main.rs",
        "src/tools/mod.rs",
        "tests/smoke.rs",
    ] {
        files.insert(name.to_owned(), print(name, whole.clone())?);
    }
    files.insert("mcp.json".to_owned(), pretty(&clients(plan)));
    let models: Vec<Value> = plan.types.of(Home::Models).into_iter().map(|one| model(plan, one, None)).collect();
    if !models.is_empty() {
        files.insert("src/generated/models.rs".to_owned(), print("src/generated/models.rs", context! { models })?);
    }
    modules(plan, &environment, &mut files)?;
    for (_, file, schema) in &plan.shared.files {
        files.insert(format!("schemas/shared/{file}"), schema.clone());
    }
    for planned in &plan.operations {
        let text = component(planned, &plan.catalog.schemas, &plan.shared);
        files.insert(format!("schemas/{}", planned.file), text);
    }
    Ok(files)
}

/// The two files of each module.
fn modules(plan: &Plan<'_>, environment: &Environment<'_>, files: &mut Files) -> Result<(), minijinja::Error> {
    let (owners, ours) =
        (environment.get_template("src/tools/module.rs")?, environment.get_template("src/generated/module.rs")?);
    for (place, module) in plan.modules.iter().enumerate() {
        let planned = || plan.operations.iter().enumerate().filter(move |(_, planned)| planned.module == place);
        let label = context! { name => module.name.clone(), label => module.label.clone() };
        let functions: Vec<Value> = planned().map(|(_, planned)| function(planned, &module.name)).collect();
        let text = owners.render(context! { module => label.clone(), operations => functions })?;
        files.insert(format!("src/tools/{}.rs", module.name), text);
        // What is only kept stands last.
        let current = planned().filter(|(_, planned)| !planned.retired);
        let retired = planned().filter(|(_, planned)| planned.retired);
        let mut first_retired = true;
        let operations: Vec<Value> = current
            .chain(retired)
            .map(|(index, planned)| {
                let is_first = planned.retired && std::mem::take(&mut first_retired);
                operation(plan, index, planned, is_first)
            })
            .collect();
        let uses_models = planned().any(|(index, _)| uses_models(plan, index));
        let text = ours.render(context! { module => label, operations, uses_models })?;
        files.insert(format!("src/generated/{}.rs", module.name), text);
    }
    Ok(())
}

/// What the files say that there is one of.
fn whole(plan: &Plan<'_>, runtime: &Runtime) -> Value {
    let catalog = plan.catalog;
    let schemes: Vec<Value> = catalog
        .security_schemes
        .iter()
        .map(|(name, scheme)| {
            let is_file = matches!(scheme, SecurityScheme::MutualTls);
            context! { name => name.clone(), variable => credential_variable(name), takes => takes(scheme), is_file }
        })
        .collect();
    let has = |kind: fn(&SecurityScheme) -> bool| catalog.security_schemes.values().any(kind);
    let tokens = has(|scheme| matches!(scheme, SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. }));
    let certificates = has(|scheme| matches!(scheme, SecurityScheme::MutualTls));
    let modules: Vec<Value> = plan.modules.iter().map(|module| context! { name => module.name.clone() }).collect();
    let mut all_modules: Vec<String> = plan.modules.iter().map(|module| module.name.clone()).collect();
    if !plan.types.of(Home::Models).is_empty() {
        all_modules.push("models".to_owned());
    }
    all_modules.sort_unstable();
    let offers: Vec<String> =
        plan.operations.iter().filter(|planned| !planned.retired).map(|one| offer(plan, one)).collect();
    let call = sample::call(plan).map(|(method, params)| {
        let params = layout::constant("const CALL: &str", &Expr::text(&params.to_string()), 0);
        context! { method, params }
    });
    let counted = |kind: &dyn Fn(&Planned<'_>) -> bool| {
        plan.operations.iter().filter(|planned| !planned.retired && kind(planned)).count()
    };
    let tools = counted(&|planned| planned.tool.is_some());
    let resources = counted(&|planned| planned.tool.is_none() && planned.resource.is_some());
    let templates = counted(&|planned| planned.tool.is_none() && planned.template.is_some());
    context! {
        title => plan.title().to_owned(),
        package => plan.package.clone(),
        library => plan.library(),
        rust_version => env!("CARGO_PKG_RUST_VERSION"),
        runtime => runtime.dependency(),
        vendored => runtime.is_vendored(),
        base_url => catalog.base_url.as_ref().map(|base_url| base_url.url.clone()),
        counts => counts(tools, resources, templates),
        server => server(plan).layout(4, 4, 0),
        schemas => schemas(plan),
        program => layout::constant("const PROGRAM: &str", &program(plan), 0),
        schemes, tokens, certificates, modules, all_modules, offers, call, tools, resources, templates,
    }
}

fn counts(tools: usize, resources: usize, templates: usize) -> String {
    let counted = [(tools, "tool"), (resources, "resource"), (templates, "resource template")];
    let words = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }));
    let words: Vec<String> = words.collect();
    if words.is_empty() { "nothing yet".to_owned() } else { words.join(", ") }
}

/// What the value of a scheme is, for people.
fn takes(scheme: &SecurityScheme) -> String {
    match scheme {
        SecurityScheme::ApiKey { name, location } => {
            let place = match location {
                ApiKeyLocation::Header => "header",
                ApiKeyLocation::Query => "query parameter",
                ApiKeyLocation::Cookie => "cookie",
            };
            format!("the key, sent in the {place} {name}")
        }
        SecurityScheme::Http { scheme } => match scheme.as_str() {
            "basic" => "user:password".to_owned(),
            "bearer" => "the token".to_owned(),
            other => format!("the whole value of the Authorization header, which begins with {other}"),
        },
        SecurityScheme::OAuth2 { token_url: None, .. } => "client_id:client_secret, with --auth-token-url".to_owned(),
        SecurityScheme::OAuth2 { token_url: Some(url), .. } => {
            format!("client_id:client_secret, for tokens from {url}")
        }
        SecurityScheme::OpenIdConnect { open_id_connect_url } => {
            format!("client_id:client_secret, for tokens from where {open_id_connect_url} says")
        }
        SecurityScheme::MutualTls => "a certificate and its key, both PEM".to_owned(),
    }
}

/// What clients like to have in their settings.
fn clients(plan: &Plan<'_>) -> serde_json::Value {
    let schemes = plan.catalog.security_schemes.iter();
    let variables: serde_json::Map<String, serde_json::Value> = schemes
        .filter(|(_, scheme)| !matches!(scheme, SecurityScheme::MutualTls))
        .map(|(name, _)| (credential_variable(name), "".into()))
        .collect();
    let mut server = json!({"command": plan.package, "args": []});
    if !variables.is_empty() {
        server["env"] = variables.into();
    }
    json!({"mcpServers": {plan.catalog.server.name.clone(): server}})
}

/// The path of the program, for tests.
fn program(plan: &Plan<'_>) -> Expr {
    Expr::call("env!", vec![Expr::text(&format!("CARGO_BIN_EXE_{}", plan.package))])
}

/// The line of `tools/mod.rs` that offers an operation.
fn offer(plan: &Plan<'_>, planned: &Planned<'_>) -> String {
    let kind = if planned.tool.is_some() { "tool" } else { "resource" };
    let function = format!("{}::{}", plan.modules[planned.module].name, identifier(&planned.function));
    Expr::atom("server").then(kind, vec![Expr::atom(function)]).layout(4, 4, 1)
}

/// The expression of `generated::server`.
fn server(plan: &Plan<'_>) -> Expr {
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
    if plan.shared.files.is_empty() { server } else { server.then("schemas", vec![Expr::atom("SCHEMAS")]) }
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
fn schemas(plan: &Plan<'_>) -> Option<String> {
    let pairs: Vec<Expr> = plan
        .shared
        .files
        .iter()
        .map(|(name, file, _)| {
            let text = Expr::call("include_str!", vec![Expr::text(&format!("../../schemas/shared/{file}"))]);
            Expr::Tuple(vec![Expr::text(name), text])
        })
        .collect();
    (!pairs.is_empty()).then(|| layout::constant("const SCHEMAS: &[(&str, &str)]", &Expr::Slice(pairs), 0))
}

/// The owner's function of an operation.
fn function(planned: &Planned<'_>, module: &str) -> Value {
    let (verb, result) = if planned.tool.is_some() { ("send", "ToolResult") } else { ("read", "ReadResult") };
    let head = format!("pub async fn {}", identifier(&planned.function));
    let parameters = ["api: Api".to_owned(), format!("args: {module}::{}", planned.structure)];
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
fn operation(plan: &Plan<'_>, index: usize, planned: &Planned<'_>, first_retired: bool) -> Value {
    let family = plan.types.family(plan.types.arguments[index]);
    let (mut names, mut rest_name) = (HashMap::new(), None);
    if let Some(Model { kind: ModelKind::Struct { fields, rest }, .. }) = family.first() {
        names.extend(fields.iter().map(|field| (field.key.as_str(), field.name.as_str())));
        rest_name = rest.as_deref();
    }
    let operation = planned.operation;
    let file = Expr::call("include_str!", vec![Expr::text(&format!("../../schemas/{}", planned.file))]);
    let mut constants = vec![layout::constant("const COMPONENT: &str", &file, 4)];
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

fn uses_models(plan: &Plan<'_>, index: usize) -> bool {
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
fn model(plan: &Plan<'_>, model: &Model, label: Option<String>) -> Value {
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
