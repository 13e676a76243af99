//! The templates, and the filters that encode what they print.

use minijinja::{Environment, UndefinedBehavior, syntax::SyntaxConfig};

use super::text;

/// The templates by the names of the files that they print.
const TEMPLATES: [(&str, &str); 18] = [
    (".dockerignore", include_str!("../../templates/.dockerignore.j2")),
    (".env.example", include_str!("../../templates/.env.example.j2")),
    (".gitignore", include_str!("../../templates/.gitignore.j2")),
    ("Cargo.toml", include_str!("../../templates/Cargo.toml.j2")),
    ("Dockerfile", include_str!("../../templates/Dockerfile.j2")),
    ("README.md", include_str!("../../templates/README.md.j2")),
    ("module.rs", include_str!("../../templates/module.rs.j2")),
    ("src/generated/mod.rs", include_str!("../../templates/src/generated/mod.rs.j2")),
    ("src/generated/model.rs", include_str!("../../templates/src/generated/model.rs.j2")),
    ("src/generated/models.rs", include_str!("../../templates/src/generated/models.rs.j2")),
    ("src/generated/module.rs", include_str!("../../templates/src/generated/module.rs.j2")),
    ("src/generated/operation.rs", include_str!("../../templates/src/generated/operation.rs.j2")),
    ("src/lib.rs", include_str!("../../templates/src/lib.rs.j2")),
    ("src/main.rs", include_str!("../../templates/src/main.rs.j2")),
    ("src/tools/function.rs", include_str!("../../templates/src/tools/function.rs.j2")),
    ("src/tools/mod.rs", include_str!("../../templates/src/tools/mod.rs.j2")),
    ("src/tools/module.rs", include_str!("../../templates/src/tools/module.rs.j2")),
    ("tests/smoke.rs", include_str!("../../templates/tests/smoke.rs.j2")),
];

/// The environment in which templates are printed: nothing is escaped by itself, and what is not defined is an error.
pub(super) fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("literal", |text: &str| text::rust_string(text));
    environment.add_filter("toml", |text: &str| text::toml_string(text));
    environment.add_filter("md", |text: &str| text::markdown(text));
    environment.add_filter("span", |text: &str| text::code_span(text));
    environment.add_filter("comment", |text: &str| text::comment(text));
    environment.add_filter("words", |text: &str| text::markdown(&text::comment(text)));
    environment.add_filter("doc", |text: &str, indent: usize| {
        let lines = text::doc(text, indent, "///");
        lines.iter().map(|line| format!("{}{line}", " ".repeat(indent))).collect::<Vec<_>>().join("\n")
    });
    environment.add_filter("inner_doc", |text: &str| text::doc(text, 0, "//!").join("\n"));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}
