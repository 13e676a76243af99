//! The files of a crate, from the plan of it: what each template gets.

use std::collections::BTreeMap;

use mcpgen_runtime::catalog::{ApiKeyLocation, SecurityScheme, credential_variable, is_loopback};
use minijinja::{Environment, Value, context};
use serde_json::json;
use url::Url;

use super::{
    Runtime,
    layout::{self, Expr},
    parts::{self, Texts, model},
    plan::{Plan, Planned},
    sample::{self, Sample},
    schemas::{component, pretty},
    text::json_literal,
    types::Home,
};
use crate::shell;

/// The longest line of a command.
const LINE: usize = 100;

/// The files, by path.
pub(super) type Files = BTreeMap<String, String>;

/// Prints every file but `Cargo.lock`, the runtime and `mcpgen.lock`.
pub(super) fn render(plan: &Plan<'_>, runtime: &Runtime, flags: &[String]) -> Result<Files, minijinja::Error> {
    let environment = super::templates::environment()?;
    let print = |template: &str, context: Value| environment.get_template(template)?.render(context);
    let mut files = Files::new();
    let whole = whole(plan, runtime, flags);
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
    if !plan.catalog.prompts.is_empty() {
        files.insert(parts::PROMPTS.to_owned(), parts::prompts(plan));
    }
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
        let functions: Vec<Value> =
            planned().map(|(_, planned)| parts::function(planned, &format!("{}::", module.name))).collect();
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
                parts::operation(plan, Texts::Files, index, is_first)
            })
            .collect();
        let uses_models = planned().any(|(index, _)| parts::uses_models(plan, index));
        let text = ours.render(context! { module => label, operations, uses_models })?;
        files.insert(format!("src/generated/{}.rs", module.name), text);
    }
    Ok(())
}

/// What the files say that there is one of.
fn whole(plan: &Plan<'_>, runtime: &Runtime, flags: &[String]) -> Value {
    let catalog = plan.catalog;
    let schemes: Vec<Value> = catalog
        .security_schemes
        .iter()
        .enumerate()
        .map(|(index, (name, scheme))| {
            let is_file = matches!(scheme, SecurityScheme::MutualTls);
            let variable = credential_variable(name);
            let shares =
                catalog.security_schemes.keys().take(index).any(|other| credential_variable(other) == variable);
            context! { name => name.clone(), variable, takes => takes(scheme), is_file, shares }
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
        plan.operations.iter().filter(|planned| !planned.retired).map(|one| parts::offer(plan, one)).collect();
    let calls = calls(&sample::calls(plan));
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
        locked => runtime.is_at_hand(),
        base_url => catalog.base_url.as_ref().map(|base_url| base_url.url.clone()),
        is_local => catalog.base_url.as_ref().and_then(|base_url| Url::parse(&base_url.url).ok()).is_some_and(|url| is_loopback(&url)),
        counts => counts(tools, resources, templates),
        server => parts::server(plan, Texts::Files).layout(4, 4, 0),
        schemas => parts::schemas(plan, Texts::Files),
        program => layout::constant("const PROGRAM: &str", &program(plan), 0),
        prompts => catalog.prompts.len(),
        command => command(flags),
        has_paths => flags.iter().any(|flag| ["--config=", "--allow-ref="].iter().any(|name| flag.starts_with(name))),
        schemes, tokens, certificates, modules, all_modules, offers, calls, tools, resources, templates,
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

/// The command that emits the crate again, over several lines where one would be long.
fn command(flags: &[String]) -> String {
    let flags = flags.iter().map(|flag| shell::word(flag));
    let words: Vec<String> = std::iter::once("mcpgen openapi DESCRIPTION --out .".to_owned()).chain(flags).collect();
    let line = words.join(" ");
    if line.chars().count() > LINE { words.join(" \\\n    ") } else { line }
}

/// The calls of the smoke test as a literal, a line for each; None where there are none.
fn calls(samples: &[Sample]) -> Option<String> {
    let lines = samples
        .iter()
        .map(|Sample { method, params, request }| format!("  [{}, {params}, {}]", json!(method), json!(request)));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| json_literal(&format!("[\n{}\n]", lines.join(",\n"))))
}

/// The path of the program, for tests.
fn program(plan: &Plan<'_>) -> Expr {
    Expr::call("env!", vec![Expr::text(&format!("CARGO_BIN_EXE_{}", plan.package))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_broken_where_they_are_long() {
        let long = format!("--name={}", "a".repeat(60));
        let cases: [(&[&str], &str); 3] = [
            (&[], "mcpgen openapi DESCRIPTION --out ."),
            (&["--name=a b"], "mcpgen openapi DESCRIPTION --out . --name='a b'"),
            (
                &[&long, "--read-only"],
                &format!("mcpgen openapi DESCRIPTION --out . \\\n    {long} \\\n    --read-only"),
            ),
        ];
        for (flags, expected) in cases {
            let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
            assert_eq!(command(&flags), expected);
        }
    }
}
