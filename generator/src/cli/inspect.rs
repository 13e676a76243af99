//! `mcpgen inspect`: what would be served.

use std::{collections::BTreeMap, fmt::Write as _};

use clap::{Args, ValueEnum};
use mcpgen_runtime::{
    catalog::Catalog,
    listing::{List, Listing},
};
use serde::Serialize;

use super::{
    failure::Failure,
    flags,
    load::{self, Loaded},
    output,
    weigh::{self, Weight, count},
};

/// How many of the most expensive tools are shown.
const EXPENSIVE: usize = 10;

/// Show what would be served
///
/// The components by kind and tag, what the lists cost a client in bytes and tokens, and what had to be left out.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    /// A summary for people (text), the catalog (json), or the lists exactly as clients see them (mcp)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Mcp,
}

/// The lists.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Lists<'a> {
    tools: &'a List,
    resources: &'a List,
    resource_templates: &'a List,
    #[serde(skip_serializing_if = "List::is_empty")]
    prompts: &'a List,
}

impl Inspect {
    pub(super) fn run(self) -> Result<(), Failure> {
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.tell(&self.description, flags::LogFormat::Text)?;
        match self.format {
            Format::Json => output::print_json(&loaded.catalog)?,
            Format::Mcp => {
                let Listing { tools, resources, resource_templates, prompts } = &Listing::new(&loaded.catalog);
                output::print_json(&Lists { tools, resources, resource_templates, prompts })?;
            }
            Format::Text => output::print(&summary(&loaded))?,
        }
        Ok(())
    }
}

fn summary(loaded: &Loaded) -> String {
    let catalog = &loaded.catalog;
    let listing = Listing::new(catalog);
    let mut text = head(loaded);
    by_tag(&mut text, catalog);
    let tools = weigh::weigh(&listing.tools);
    let mut lists = vec![
        ("tools", tools.iter().copied().sum()),
        ("resources", weigh::weigh(&listing.resources).into_iter().sum()),
        ("resource templates", weigh::weigh(&listing.resource_templates).into_iter().sum()),
    ];
    if !listing.prompts.is_empty() {
        lists.push(("prompts", weigh::weigh(&listing.prompts).into_iter().sum()));
    }
    let lists: Vec<_> = lists.into_iter().map(|(name, weight)| (name.to_owned(), weight)).collect();
    table(&mut text, "listed", &lists);
    let mut expensive: Vec<_> =
        catalog.tools.iter().zip(tools).map(|(tool, weight)| (tool.name.clone(), weight)).collect();
    expensive.sort_by_key(|(_, weight)| std::cmp::Reverse(weight.tokens));
    expensive.truncate(EXPENSIVE);
    if !expensive.is_empty() {
        table(&mut text, "most expensive tools", &expensive);
    }
    if let Some(warning) = weigh::warning(catalog.tools.len()) {
        // Writing to a text does not fail.
        let _ = write!(text, "\nwarning: {warning}\n");
    }
    text.truncate(text.trim_end().len());
    text
}

/// Who it is and how much there is.
fn head(loaded: &Loaded) -> String {
    let Catalog { server, base_url, tools, resources, resource_templates, prompts, .. } = &loaded.catalog;
    let title = server.title.as_deref().unwrap_or(&server.name);
    let mut kinds =
        vec![(tools.len(), "tool"), (resources.len(), "resource"), (resource_templates.len(), "resource template")];
    kinds.extend((!prompts.is_empty()).then_some((prompts.len(), "prompt")));
    let kinds: Vec<_> = kinds.into_iter().map(count).collect();
    let mut text = format!("{title} {} (as {})\n", server.version, server.name);
    let _ = write!(text, "{}: {}", count((loaded.operations, "operation")), kinds.join(", "));
    if loaded.left_out > 0 {
        let _ = write!(text, "; {} left out", loaded.left_out);
    }
    let _ = match base_url {
        Some(base_url) => writeln!(text, "\nrequests go to {}", base_url.url),
        None => writeln!(text, "\nrequests go nowhere until --base-url says where"),
    };
    text
}

fn by_tag(text: &mut String, catalog: &Catalog) {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let kinds = [
        catalog.tools.iter().map(|tool| tool.tags.as_slice()).collect::<Vec<_>>(),
        catalog.resources.iter().map(|resource| resource.tags.as_slice()).collect(),
        catalog.resource_templates.iter().map(|template| template.tags.as_slice()).collect(),
    ];
    for (kind, components) in kinds.iter().enumerate() {
        for tags in components {
            for tag in tags.iter().map(String::as_str).chain(tags.is_empty().then_some("(no tag)")) {
                counts.entry(tag).or_default()[kind] += 1;
            }
        }
    }
    if counts.is_empty() {
        return;
    }
    let width = counts.keys().map(|tag| tag.chars().count()).max().unwrap_or_default().max("by tag".len());
    let _ = writeln!(text, "\n{:width$}  {:>9}  {:>9}  {:>9}", "by tag", "tools", "resources", "templates");
    for (tag, [tools, resources, templates]) in counts {
        let _ = writeln!(text, "{tag:width$}  {tools:>9}  {resources:>9}  {templates:>9}");
    }
}

fn table(text: &mut String, title: &str, rows: &[(String, Weight)]) {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default().max(title.len());
    let _ = writeln!(text, "\n{title:width$}  {:>9}  {:>9}", "bytes", "tokens");
    for (name, Weight { bytes, tokens }) in rows {
        let _ = writeln!(text, "{name:width$}  {bytes:>9}  {tokens:>9}");
    }
}
