//! `mcpgen call`: one call without a client.

use std::path::PathBuf;

use clap::Args;
use mcpgen_runtime::{
    catalog::{Catalog, Tool},
    command::{block_on, log},
    dispatch::{Content, Dispatch, DispatchError},
};
use serde_json::{Map, Value, value::to_raw_value};

use super::{
    LOG_TARGET,
    answer::{self, Block},
    arguments, dry_run,
    failure::Failure,
    flags, likeness, load, output, report, upstream,
};

/// Call one tool, without a client
///
/// Arguments are checked, and the answer is read, as `serve` does it. Without TOOL the tools are listed.
#[derive(Debug, Args)]
pub(super) struct Call {
    #[command(flatten)]
    pub(super) description: flags::Description,

    /// The tool; without it all are listed
    #[arg(value_name = "TOOL", help_heading = None)]
    tool: Option<String>,

    /// NAME=VALUE takes the value for the type that the tool wants, several of one name are a list; NAME:=JSON is JSON as
    /// it stands; NAME=@FILE and NAME:=@FILE are what the file holds, with `-` for standard input
    #[arg(value_name = "NAME=VALUE", help_heading = None)]
    arguments: Vec<String>,

    /// All arguments as a JSON object: its text, @FILE, or @- for standard input
    #[arg(long, value_name = "OBJECT", help_heading = "Call")]
    json: Option<String>,

    /// Print the HTTP request, also as a line for curl, and send nothing
    #[arg(long, help_heading = "Call")]
    dry_run: bool,

    /// Write the answer's first binary block to this file, or its first text where none is binary
    #[arg(long, value_name = "FILE", help_heading = "Call")]
    output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    #[command(flatten)]
    upstream: flags::Upstream,
    #[command(flatten)]
    files: flags::Files,
}

impl Call {
    pub(super) fn run(mut self) -> Result<(), Failure> {
        // Whoever calls an operation by its name does not mean the resource that a server would make of it.
        self.mapping.default_to_tools();
        log::warnings(LOG_TARGET);
        let loaded = load::load_with_files(&self.description, &self.mapping, &self.files)?;
        loaded.strictly(&self.description)?;
        let Some(name) = &self.tool else { return Ok(output::print(&list(&loaded.catalog))?) };
        let tool = loaded.catalog.tools.iter().find(|tool| tool.name == *name);
        let tool = tool.ok_or_else(|| Failure::usage(unknown(name, &loaded))).cloned()?;
        loaded.require_servers()?;
        if self.dry_run {
            let (dispatch, secrets) =
                upstream::masked(loaded.catalog, &self.description, &self.upstream, Some(&self.files))?;
            let arguments = self.arguments(&dispatch, &tool)?;
            let request = dispatch.preview_call(name, arguments).map_err(Failure::work)?;
            return Ok(output::print(&dry_run::show(&request, &secrets, &self.description))?);
        }
        let dispatch = upstream::dispatch(loaded.catalog, &self.description, &self.upstream, Some(&self.files))?;
        let arguments = self.arguments(&dispatch, &tool)?;
        let arguments = to_raw_value(&arguments).map_err(Failure::work)?;
        block_on(async {
            let reply = dispatch.call(name, Some(&arguments), None).await.map_err(Failure::work)?;
            let blocks: Vec<Block> = reply.content.into_iter().map(Block::from).collect();
            if reply.is_error {
                report::line(&blocks.iter().map(Block::shown).collect::<Vec<_>>().join("\n"));
                return Err(Failure::Told);
            }
            answer::print(&blocks, self.output.as_deref())
        })
    }

    fn arguments(&self, dispatch: &Dispatch, tool: &Tool) -> Result<Map<String, Value>, Failure> {
        let operation = dispatch.catalog().operation(tool.operation);
        let takes = |argument: &str| arguments::takes(operation, argument);
        let takes_list = |argument: &str| dispatch.takes_list(&tool.name, argument);
        arguments::gather(self.json.as_deref(), &self.arguments, takes, takes_list).map_err(Failure::usage)
    }
}

impl From<Content> for Block {
    fn from(content: Content) -> Self {
        match content {
            Content::Text(text) => Self::Text(text.into()),
            Content::Image { data, mime_type } | Content::Audio { data, mime_type } => Self::Bytes(data, mime_type),
            Content::Resource { blob, mime_type, .. } => Self::Bytes(blob, mime_type),
        }
    }
}

/// A line for each tool.
fn list(catalog: &Catalog) -> String {
    let width = catalog.tools.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
    let line = |tool: &Tool| {
        let about = tool.title.as_deref().or(tool.description.lines().next()).unwrap_or_default();
        format!("{:width$}  {about}", tool.name).trim_end().to_owned()
    };
    if catalog.tools.is_empty() {
        return "There are no tools; `mcpgen read SPEC` lists the resources, and without --map all are tools."
            .to_owned();
    }
    catalog.tools.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What to say of a name that no tool has.
fn unknown(name: &str, loaded: &load::Loaded) -> String {
    let catalog = &loaded.catalog;
    let uris = catalog.resources.iter().filter(|resource| resource.name == name).map(|resource| &resource.uri);
    let templates = catalog.resource_templates.iter().filter(|template| template.name == name);
    let uris: Vec<&str> = uris.chain(templates.map(|template| &template.uri_template)).map(String::as_str).collect();
    if !uris.is_empty() {
        let what = if catalog.resources.iter().any(|resource| resource.name == name) { "" } else { " template" };
        return format!(
            "{name:?} is a resource{what} here and no tool: read it with `mcpgen read SPEC {}`, or leave --map out",
            uris.join("` or `mcpgen read SPEC ")
        );
    }
    let names = catalog.tools.iter().map(|tool| tool.name.as_str());
    let names = names.chain(catalog.resources.iter().map(|resource| resource.name.as_str()));
    let names = names.chain(catalog.resource_templates.iter().map(|template| template.name.as_str()));
    let left_out = match loaded.left_out {
        0 => String::new(),
        count => format!("; {count} operations are left out, and `mcpgen check SPEC` says why"),
    };
    let message = DispatchError::UnknownTool { name: name.to_owned(), nearest: Vec::new() };
    format!("{message}{}; `mcpgen call SPEC` lists all{left_out}", likeness::hint(name, names))
}
