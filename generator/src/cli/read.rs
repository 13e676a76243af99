//! `mcpgen read`: one read without a client.

use std::path::PathBuf;

use clap::Args;
use mcpgen_runtime::{
    catalog::Catalog,
    command::{block_on, log},
    dispatch::{Contents, ContentsBody, DispatchError},
};

use super::{
    LOG_TARGET,
    answer::{self, Block},
    dry_run,
    failure::Failure,
    flags, likeness, load, output, report, upstream,
};

/// Read one resource, without a client
///
/// The URI is a resource's, or a template's with its variables filled. Without URI all are listed.
#[derive(Debug, Args)]
pub(super) struct Read {
    #[command(flatten)]
    pub(super) description: flags::Description,

    /// The resource; without it all resources and templates are listed
    #[arg(value_name = "URI", help_heading = None)]
    uri: Option<String>,

    /// Print the HTTP request, also as a line for curl, and send nothing
    #[arg(long, help_heading = "Read")]
    dry_run: bool,

    /// Write what was read to this file
    #[arg(long, value_name = "FILE", help_heading = "Read")]
    output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    #[command(flatten)]
    upstream: flags::Upstream,
}

impl Read {
    pub(super) fn run(self) -> Result<(), Failure> {
        log::warnings(LOG_TARGET);
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.strictly(&self.description)?;
        let Some(uri) = &self.uri else { return Ok(output::print(&list(&loaded.catalog))?) };
        loaded.require_servers()?;
        if self.dry_run {
            let (dispatch, secrets) = upstream::masked(loaded.catalog, &self.description, &self.upstream, None)?;
            let request = dispatch.preview_read(uri).map_err(|error| failure(error, dispatch.catalog(), uri))?;
            return Ok(output::print(&dry_run::show(&request, &secrets, &self.description))?);
        }
        let dispatch = upstream::dispatch(loaded.catalog, &self.description, &self.upstream, None)?;
        block_on(async {
            let contents = dispatch.read(uri).await;
            let contents = contents.map_err(|error| failure(error, dispatch.catalog(), uri))?;
            let blocks: Vec<Block> = contents.into_iter().map(Block::from).collect();
            answer::print(&blocks, self.output.as_deref())
        })
    }
}

/// What to say of a read that failed.
fn failure(error: DispatchError, catalog: &Catalog, uri: &str) -> Failure {
    match error {
        error @ DispatchError::UnknownResource { .. } => {
            Failure::usage(format!("{error}{}; `mcpgen read SPEC` lists all", hint(catalog, uri)))
        }
        DispatchError::Upstream { message, body, .. } => {
            report::line(&message);
            if let Some(body) = body.filter(|body| body.as_str() != Some("")) {
                report::line(&body.as_str().map_or_else(|| body.to_string(), str::to_owned));
            }
            Failure::Told
        }
        error => Failure::work(error),
    }
}

impl From<Contents> for Block {
    fn from(contents: Contents) -> Self {
        match contents.body {
            ContentsBody::Text(text) => Self::Text(text),
            ContentsBody::Blob(bytes) => Self::Bytes(bytes, contents.mime_type.unwrap_or_default()),
        }
    }
}

/// A line for each resource and template.
fn list(catalog: &Catalog) -> String {
    let resources = catalog.resources.iter().map(|resource| (&resource.uri, &resource.title, &resource.description));
    let templates = &catalog.resource_templates;
    let templates = templates.iter().map(|template| (&template.uri_template, &template.title, &template.description));
    let lines: Vec<String> = resources
        .chain(templates)
        .map(|(uri, title, description)| {
            let about = title.as_deref().or(description.lines().next()).unwrap_or_default();
            format!("{uri}  {about}").trim_end().to_owned()
        })
        .collect();
    if lines.is_empty() {
        "There are no resources; `mcpgen call` lists the tools.".to_owned()
    } else {
        lines.join("\n")
    }
}

/// What else could have been meant: a URI like it, or the tool of this name.
fn hint(catalog: &Catalog, uri: &str) -> String {
    if catalog.tools.iter().any(|tool| tool.name == uri) {
        return format!("; {uri} is a tool: `mcpgen call SPEC {uri}`");
    }
    let named = |name: &str| name == uri;
    let resources = catalog.resources.iter().filter(|resource| named(&resource.name)).map(|resource| &resource.uri);
    let templates = catalog.resource_templates.iter().filter(|template| named(&template.name));
    let own: Vec<&str> =
        resources.chain(templates.map(|template| &template.uri_template)).map(String::as_str).collect();
    if !own.is_empty() {
        return format!("; that is the name of {}", own.join(" and "));
    }
    let known = catalog.resources.iter().map(|resource| resource.uri.as_str());
    let known = known.chain(catalog.resource_templates.iter().map(|template| template.uri_template.as_str()));
    likeness::hint(uri, known)
}
