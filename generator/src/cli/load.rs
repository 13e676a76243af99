//! From the flags to a catalog: the only place of the command line that calls the front end.

use std::sync::OnceLock;

use mcpgen_runtime::catalog::Catalog;

use super::{compiled, failure::Failure, flags, report};
use crate::{
    diagnostic::Diagnostic,
    front,
    mapping::{MapOptions, Mapping},
    source::{Documents, Fetch, FetchError, FetchRequest, Fetched, HttpFetch, HttpFetchOptions, LoadOptions},
};

/// A description that was read and mapped.
#[derive(Debug)]
pub(super) struct Loaded {
    /// What there is to serve.
    pub(super) catalog: Catalog,
    /// What is to be told about it.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many operations the description has.
    pub(super) operations: usize,
    /// How many of them had to be left out.
    pub(super) left_out: usize,
    /// Why requests have nowhere to go, if so.
    servers_missing: Option<String>,
}

impl Loaded {
    fn from_catalog(catalog: Catalog) -> Self {
        let missing = catalog.base_url.is_none() && catalog.operations.iter().any(|one| one.base_url.is_none());
        let why = "no server URL: the catalog names no server; say where the API is with --base-url URL";
        Self {
            diagnostics: Vec::new(),
            operations: catalog.operations.len(),
            left_out: 0,
            servers_missing: missing.then(|| why.to_owned()),
            catalog,
        }
    }

    /// Shows the diagnostics, and fails where `--strict` wants it.
    pub(super) fn tell(&self, description: &flags::Description, format: flags::LogFormat) -> Result<(), Failure> {
        report::diagnostics(&self.diagnostics, format);
        self.strictly(description)
    }

    /// Fails where operations are left out and `--strict` is given.
    pub(super) fn strictly(&self, description: &flags::Description) -> Result<(), Failure> {
        if description.strict && self.left_out > 0 {
            return Err(Failure::work(format!(
                "{} of {} operations are left out, and --strict permits none; `mcpgen check` says why",
                self.left_out, self.operations
            )));
        }
        Ok(())
    }

    /// Fails where requests have nowhere to go.
    pub(super) fn require_servers(&self) -> Result<(), Failure> {
        self.servers_missing.as_ref().map_or(Ok(()), |why| Err(Failure::usage(why)))
    }
}

/// Reads and maps the description that the flags name, or takes the catalog that was made of one.
pub(super) fn load(description: &flags::Description, mapping: &flags::Mapping) -> Result<Loaded, Failure> {
    let mut loaded = load_components(description, mapping)?;
    // Those of a catalog stay where the config file has none.
    if !mapping.config_prompts.is_empty() {
        loaded.catalog.prompts.clone_from(&mapping.config_prompts);
    }
    Ok(loaded)
}

/// The same for a command that takes arguments, which may be files.
pub(super) fn load_with_files(
    description: &flags::Description,
    mapping: &flags::Mapping,
    files: &flags::Files,
) -> Result<Loaded, Failure> {
    let mut loaded = load(description, mapping)?;
    if files.are_allowed() {
        loaded.catalog.admit_paths();
    }
    Ok(loaded)
}

fn load_components(description: &flags::Description, mapping: &flags::Mapping) -> Result<Loaded, Failure> {
    if compiled::is_one(&description.spec) {
        return Ok(Loaded::from_catalog(compiled::read(&description.spec, mapping)?));
    }
    let options = load_options(description)?;
    let network = HttpFetchOptions { proxies: description.proxy_env, ca_file: description.ca_file.as_deref() };
    let fetch = WhenNeeded { options: network, fetch: OnceLock::new() };
    let (documents, told) = Documents::load(&description.spec, &options, Some(&fetch)).map_err(Failure::Document)?;
    map(&documents, told, mapping.options())
}

/// Sets up TLS, which takes longer than reading most descriptions, when a document comes over the network.
struct WhenNeeded<'o> {
    options: HttpFetchOptions<'o>,
    fetch: OnceLock<Result<HttpFetch, FetchError>>,
}

impl Fetch for WhenNeeded<'_> {
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Fetched, FetchError> {
        self.fetch.get_or_init(|| HttpFetch::new(&self.options)).as_ref().map_err(Clone::clone)?.fetch(request)
    }
}

/// Maps a description that is at hand.
pub(super) fn load_text(name: &str, text: &str, options: MapOptions) -> Result<Loaded, Failure> {
    let (documents, told) = Documents::from_text(name, text, &LoadOptions::default()).map_err(Failure::Document)?;
    map(&documents, told, options)
}

fn load_options(description: &flags::Description) -> Result<LoadOptions, Failure> {
    let headers = description.headers().map_err(Failure::usage)?;
    let headers = headers.iter().map(|header| Ok((header.name.clone(), header.read("spec-header")?)));
    let headers = headers.collect::<Result<_, String>>().map_err(Failure::usage)?;
    Ok(LoadOptions { allow_refs: description.allow_ref.clone(), headers, ..LoadOptions::default() })
}

fn map(documents: &Documents, told: Vec<Diagnostic>, options: MapOptions) -> Result<Loaded, Failure> {
    let mapping = front::read(documents, told, options).map_err(Failure::Document)?;
    let Mapping { catalog, diagnostics, left_out, operations, servers_missing } = mapping;
    let servers_missing = servers_missing.map(|missing| missing.to_string());
    Ok(Loaded { catalog, diagnostics, operations, left_out, servers_missing })
}
