//! What a build script says, and what comes of it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{
    cargo,
    error::{Error, Kind},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    emit, front,
    mapping::{MapMode, OutputSchemas, Selector},
    settings::{Settings, route, uri_prefix},
    source::{Documents, LoadOptions},
};
use mcpgen_runtime::catalog::{BaseUrl, DeepObjectArrays};

/// What to make of a description, option by option. Without any the module is what `mcpgen serve` would offer.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is written before `compile`"]
pub struct Builder {
    out_dir: Option<PathBuf>,
    file_name: Option<String>,
    config: Option<PathBuf>,
    name: Option<String>,
    uri_prefix: Option<String>,
    map: Option<MapMode>,
    routes: Vec<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    read_only: bool,
    base_url: Option<String>,
    server_variables: Vec<(String, String)>,
    output_schemas: Option<OutputSchemas>,
    deep_object_arrays: Option<DeepObjectArrays>,
    allow_refs: Vec<String>,
    strict: bool,
    least: Option<Severity>,
    quiet: bool,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// The module.
    pub path: PathBuf,
    /// Every file that it depends on: the description, what that refers to, and the config file.
    pub files: Vec<PathBuf>,
    /// What is to be said about the description. Under cargo it is said already.
    pub diagnostics: Vec<Diagnostic>,
}

impl Builder {
    /// The folder of the module, instead of cargo's `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// The file's name, instead of the description's with `.rs`.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Settings and route rules of this file, which may be that of `mcpgen serve`; what is said here counts more.
    pub fn config(mut self, path: impl Into<PathBuf>) -> Self {
        self.config = Some(path.into());
        self
    }

    /// The server's name, instead of the description's title.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How the URIs of resources begin, instead of `api://<name>/`.
    pub fn uri_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.uri_prefix = Some(prefix.into());
        self
    }

    /// The built-in rules: reads become resources, or every operation a tool.
    pub fn map(mut self, mode: MapMode) -> Self {
        self.map = Some(mode);
        self
    }

    /// A rule that comes before the config file's and the built-in ones, like `GET ^/users = tool`. Repeatable; the
    /// first that matches decides.
    pub fn route(mut self, rule: impl Into<String>) -> Self {
        self.routes.push(rule.into());
        self
    }

    /// Only these operations: `tag:NAME`, `operation:ID` or `path:GLOB`. Repeatable.
    pub fn include(mut self, selector: impl Into<String>) -> Self {
        self.include.push(selector.into());
        self
    }

    /// Not these operations. Repeatable.
    pub fn exclude(mut self, selector: impl Into<String>) -> Self {
        self.exclude.push(selector.into());
        self
    }

    /// Only GET and HEAD.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Where requests go, instead of the description's servers.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Fills in a variable of a server's URL. Repeatable.
    pub fn server_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.server_variables.push((name.into(), value.into()));
        self
    }

    /// Which output schemas tools have.
    pub fn output_schemas(mut self, form: OutputSchemas) -> Self {
        self.output_schemas = Some(form);
        self
    }

    /// How arrays inside `deepObject` values are written.
    pub fn deep_object_arrays(mut self, form: DeepObjectArrays) -> Self {
        self.deep_object_arrays = Some(form);
        self
    }

    /// References may lead below this folder too. Repeatable.
    pub fn allow_ref(mut self, prefix: impl Into<String>) -> Self {
        self.allow_refs.push(prefix.into());
        self
    }

    /// An operation that has to be left out is an error.
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// Warns of nothing that is less bad than this, instead of everything.
    pub fn warn_from(mut self, least: Severity) -> Self {
        self.least = Some(least);
        self
    }

    /// Warns of nothing; [`Compiled`] still has all that there is to say.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// Writes the module of a description: a file, JSON or YAML. Relative paths begin at the package's folder, where
    /// cargo runs build scripts.
    ///
    /// Under cargo the build script runs again when a file changes that was read, and what is to be said about the
    /// description is said as warnings of the build.
    ///
    /// ```
    /// let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/specs/petstore.yaml");
    /// let folder = tempfile::tempdir()?;
    /// let compiled = mcpgen::build::configure().out_dir(folder.path()).include("tag:pets").compile(fixture)?;
    /// assert_eq!(compiled.path, folder.path().join("petstore.rs"));
    /// assert!(std::fs::read_to_string(&compiled.path)?.contains("pub async fn add_pet("));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the description or the config file cannot be read or used, an option is none, nothing is left to serve, or
    /// the module cannot be written.
    pub fn compile(self, description: impl AsRef<Path>) -> Result<Compiled, Error> {
        let mut told = Told::default();
        let outcome = self.make(description.as_ref(), &mut told);
        // What was read counts where it could not be used, too.
        if cargo::runs_this() {
            print!("{}", told.lines);
        }
        outcome
    }

    fn make(self, description: &Path, told: &mut Told) -> Result<Compiled, Error> {
        told.file(description);
        let mut settings = Settings::default();
        if let Some(path) = &self.config {
            told.file(path);
            settings = Settings::read(path).map_err(|told| Kind::Document(*told))?;
            settings.variables.iter().for_each(|name| told.say(&cargo::rerun_if_env_changed(name)));
        }
        self.apply(&mut settings)?;
        let file = self.file(description)?;

        let Settings { options, allow_refs, strict, prompts, .. } = settings;
        let load = LoadOptions { allow_refs, ..LoadOptions::default() };
        let (documents, read) =
            Documents::load(&description.to_string_lossy(), &load, None).map_err(|told| Kind::Document(*told))?;
        documents.files().for_each(|path| told.file(&path));
        let mut mapping = front::read(&documents, read, options).map_err(|told| Kind::Document(*told))?;
        if !self.quiet {
            told.say(&cargo::warnings(&mapping.diagnostics, self.least.unwrap_or(Severity::Note)));
        }

        let (left_out, operations) = (mapping.left_out, mapping.operations);
        if (strict || self.strict) && left_out > 0 {
            let first = mapping.diagnostics.into_iter().find(|told| told.severity == Severity::Error);
            return Err(Kind::LeftOut { left_out, operations, first }.into());
        }
        mapping.catalog.prompts = prompts;
        let catalog = &mapping.catalog;
        if catalog.tools.is_empty() && catalog.resources.is_empty() && catalog.resource_templates.is_empty() {
            return Err(Kind::Nothing { source: description.display().to_string(), operations }.into());
        }
        let module = emit::module(catalog).map_err(Kind::Emit)?;
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, module));
        written.map_err(|error| Kind::Write(file.clone(), error))?;
        Ok(Compiled { path: file, files: told.files.clone(), diagnostics: mapping.diagnostics })
    }

    /// What is said here, over what the config file says.
    fn apply(&self, settings: &mut Settings) -> Result<(), Error> {
        let wrong = |method: &'static str| move |reason: String| Error::from(Kind::Setting { method, reason });
        let options = &mut settings.options;
        let rules = self.routes.iter().map(|text| route::parse(text).map_err(wrong("route")));
        options.rules.splice(0..0, rules.collect::<Result<Vec<_>, _>>()?);
        let selectors = |texts: &[String], method| {
            texts.iter().map(|text| Selector::parse(text).map_err(wrong(method))).collect::<Result<Vec<_>, _>>()
        };
        options.selection.include.extend(selectors(&self.include, "include")?);
        options.selection.exclude.extend(selectors(&self.exclude, "exclude")?);
        options.selection.read_only |= self.read_only;
        if let Some(url) = &self.base_url {
            BaseUrl::check(url).map_err(|why| wrong("base_url")(format!("{url:?}: {why}")))?;
            options.base_url = Some(url.clone());
        }
        if let Some(prefix) = &self.uri_prefix {
            options.uri_prefix = Some(uri_prefix::parse(prefix).map_err(wrong("uri_prefix"))?);
        }
        options.server_variables.extend(self.server_variables.iter().cloned());
        options.name = self.name.clone().or(options.name.take());
        options.mode = self.map.unwrap_or(options.mode);
        options.output_schemas = self.output_schemas.unwrap_or(options.output_schemas);
        options.deep_object_arrays = self.deep_object_arrays.unwrap_or(options.deep_object_arrays);
        settings.allow_refs.extend(self.allow_refs.iter().cloned());
        Ok(())
    }

    /// Where the module is written.
    fn file(&self, description: &Path) -> Result<PathBuf, Error> {
        let folder =
            self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from)).ok_or(Kind::NoFolder)?;
        Ok(match &self.file_name {
            Some(name) => folder.join(name),
            None => folder.join(description.file_stem().unwrap_or_default()).with_added_extension("rs"),
        })
    }
}

/// What there is to tell cargo.
#[derive(Default)]
struct Told {
    lines: String,
    files: Vec<PathBuf>,
}

impl Told {
    fn file(&mut self, path: &Path) {
        // A path from the root is one and the same, however it was written.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if !self.files.contains(&path) {
            self.say(&cargo::rerun_if_changed(&path).unwrap_or_default());
            self.files.push(path);
        }
    }

    fn say(&mut self, lines: &str) {
        self.lines.push_str(lines);
    }
}

#[cfg(test)]
mod tests {
    use super::super::configure;
    use super::*;

    const DESCRIPTION: &str = "
        openapi: 3.1.0
        info: {title: Shop, version: '1'}
        servers: [{url: https://shop.test}]
        paths:
          /a: {post: {operationId: a, tags: [x], requestBody: {$ref: 'parts/body.yaml'}, responses: {}}}
          /b: {post: {operationId: b, tags: [y], requestBody: {$ref: 'parts/gone.yaml'}, responses: {}}}
    ";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("parts")).unwrap();
        let body = "content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}";
        for (name, text) in [
            ("shop.yaml", DESCRIPTION),
            ("parts/body.yaml", body),
            ("mcpgen.yaml", "name: '${CARGO_PKG_NAME}'\ninclude: tag:x\nport: 9000\n"),
            ("wrong.yaml", "nmae: shop\n"),
            ("empty.yaml", "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}"),
            ("text.yaml", "just text"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn cargo_hears_of_every_file_and_of_what_is_wrong() {
        let folder = folder();
        let at = |name: &str| folder.path().canonicalize().unwrap().join(name);
        let mut told = Told::default();
        let builder = configure().out_dir(at("out")).config(at("mcpgen.yaml")).include("operation:b");
        let compiled = builder.make(&at("shop.yaml"), &mut told).unwrap();
        assert_eq!(compiled.path, at("out/shop.rs"));
        let files = ["shop.yaml", "mcpgen.yaml", "parts/body.yaml", "parts/gone.yaml"].map(at);
        assert_eq!(compiled.files, files);
        let lines: Vec<&str> = told.lines.lines().collect();
        for file in &files {
            assert!(lines.contains(&format!("cargo::rerun-if-changed={}", file.display()).as_str()), "{lines:?}");
        }
        assert!(lines.contains(&"cargo::rerun-if-env-changed=CARGO_PKG_NAME"), "{lines:?}");
        let warnings: Vec<_> = lines.iter().filter(|line| line.starts_with("cargo::warning=")).collect();
        assert!(warnings.len() == 1 && warnings[0].contains("gone.yaml"), "{warnings:?}");
        let module = fs::read_to_string(compiled.path).unwrap();
        assert!(module.contains(r#"Server::new("mcpgen", "1")"#) && module.contains("pub async fn a("), "{module}");
    }

    #[test]
    fn what_is_wrong_is_told_in_words() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        let configured = || configure().out_dir(at("out"));
        let cases = [
            (configured(), "none.yaml", "none.yaml"),
            (configured(), "text.yaml", "text.yaml"),
            (configured(), "empty.yaml", "has no operations"),
            (configured().include("tag:z"), "shop.yaml", "`include`, `exclude`"),
            (configured().include("path:["), "shop.yaml", "mcpgen::build: `include`: \"[\" is no path glob"),
            (configured().route("GET"), "shop.yaml", "`route`: expected CONDITIONS=TYPE"),
            (configured().base_url("/v1"), "shop.yaml", "`base_url`: \"/v1\": expected an absolute"),
            (configured().uri_prefix("shop"), "shop.yaml", "`uri_prefix`: expected a scheme"),
            (configured().config(at("no.yaml")), "shop.yaml", "cannot read the config file"),
            (configured().config(at("wrong.yaml")), "shop.yaml", "did you mean name?"),
            (configured().strict(), "shop.yaml", "1 of 2 operations are left out"),
            (configure().out_dir(at("shop.yaml")), "shop.yaml", "cannot write"),
            (configured(), "https://shop.test/openapi.yaml", "give a file instead"),
        ];
        for (builder, description, expected) in cases {
            let description = if description.contains("://") { description.into() } else { at(description) };
            let mut told = Told::default();
            let error = builder.make(&description, &mut told).unwrap_err();
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            assert_eq!(format!("{error:?}"), error.to_string());
            assert!(told.lines.starts_with("cargo::rerun-if-changed="), "{}", told.lines);
        }
    }

    #[test]
    fn what_the_script_says_counts_more_than_the_file() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        let builder = configure().out_dir(at("out")).file_name("api.rs").config(at("mcpgen.yaml")).name("other");
        let compiled = builder.compile(at("shop.yaml")).unwrap();
        assert_eq!(compiled.path, at("out/api.rs"));
        assert!(fs::read_to_string(compiled.path).unwrap().contains(r#"Server::new("other", "1")"#));
    }
}
