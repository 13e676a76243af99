//! The server of an emitted crate: the API, and what of it is offered.

use std::{collections::HashSet, sync::Arc};

use serde_json::value::{RawValue, to_raw_value};

use super::{
    NewTool, Operation, OwnServer, Security,
    api::{Api, Handler, boxed},
    component::{self, Component},
    operation::requirements,
    prompts,
    schemas::Schemas,
};
use crate::{
    auth::{CredentialError, CredentialOptions, Credentials, Need, Report},
    catalog::{
        BaseUrl, Catalog, DeepObjectArrays, FormatVersion, OperationId, Resource, ResourceTemplate, SchemaId,
        SchemaTable, SecurityRequirement, SecurityScheme, ServerInfo, Tool,
    },
    client::Client,
    dispatch::{Contents, Dispatch, Handled, Reply, ToolError, Upstream, Work},
    files::Files,
    model::FromJson,
};

/// A server in the making.
///
/// Nothing is read or checked before it [is ready](Self::ready): what is wrong with any part is told at start.
#[must_use = "a server does nothing until it is served"]
pub struct Server {
    info: ServerInfo,
    base_url: Option<BaseUrl>,
    /// Whether requests go nowhere else.
    only_base_url: bool,
    deep_object_arrays: DeepObjectArrays,
    security_schemes: Vec<(String, SecurityScheme)>,
    schemas: Vec<(&'static str, &'static str)>,
    /// JSON texts.
    prompts: Vec<&'static str>,
    offered: Vec<Offered>,
    /// What was asked for and cannot be done.
    fault: Option<ServerError>,
}

/// A component that a server offers, whose words can still be changed.
pub struct Offered {
    source: Source,
    handler: Handler,
    security: Security,
    server: Option<OwnServer>,
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
}

/// Where what clients see of a component stands.
enum Source {
    Operation(&'static str),
    New(Box<NewTool>),
}

/// Why a server cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// The JSON of a component is not as it should be.
    #[error("the component {name:?} {reason}")]
    Component {
        /// Its name, or the beginning of its text.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A shared schema is not as it should be.
    #[error("{0}")]
    Schema(String),
    /// The prompts are not as they should be.
    #[error("the prompts {0}")]
    Prompts(String),
    /// Two components of a list have one name.
    #[error("there are two {kind}s of the name {name:?}; give one of them another")]
    TwoOfOneName {
        /// `tool`, `resource`, `resource template` or `prompt`.
        kind: &'static str,
        /// The name.
        name: String,
    },
}

/// A server that was put together.
pub struct Ready {
    catalog: Catalog,
    handlers: Vec<Handled>,
    files: Files,
    needs: Vec<(Vec<SecurityRequirement>, Option<BaseUrl>)>,
    /// Whether an operation has neither a server of its own nor that of the API.
    lacks_server: bool,
    only_base_url: bool,
}

impl Server {
    /// A server by its name and the version of its API.
    pub fn new(name: &str, version: &str) -> Self {
        let (name, version) = (name.to_owned(), version.to_owned());
        Self {
            info: ServerInfo { name, title: None, version, instructions: None },
            base_url: None,
            only_base_url: false,
            deep_object_arrays: DeepObjectArrays::default(),
            security_schemes: Vec::new(),
            schemas: Vec::new(),
            prompts: Vec::new(),
            offered: Vec::new(),
            fault: None,
        }
    }

    /// Who it is.
    pub fn info(&self) -> &ServerInfo {
        &self.info
    }

    /// Its name for people.
    pub fn title(mut self, title: &str) -> Self {
        self.info.title = Some(title.to_owned());
        self
    }

    /// What the API is for, for the model.
    pub fn instructions(mut self, instructions: &str) -> Self {
        self.info.instructions = Some(instructions.to_owned());
        self
    }

    /// Where requests go: an absolute URL without a slash at its end.
    pub fn base_url(mut self, url: &str) -> Self {
        self.base_url = Some(BaseUrl { url: url.to_owned(), credentials: true });
        self
    }

    /// The same for a URL that nobody has confirmed: no credentials go there until `--base-url` names it.
    pub fn base_url_without_credentials(mut self, url: &str) -> Self {
        self.base_url = Some(BaseUrl { url: url.to_owned(), credentials: false });
        self
    }

    /// How arrays inside `deepObject` values are written.
    pub fn deep_object_arrays(mut self, arrays: DeepObjectArrays) -> Self {
        self.deep_object_arrays = arrays;
        self
    }

    /// A security scheme; where its credential comes from is said at start.
    pub fn security_scheme(mut self, name: &str, scheme: SecurityScheme) -> Self {
        self.security_schemes.push((name.to_owned(), scheme));
        self
    }

    /// The schemas that those of components refer to by `#/$defs/<name>`: names and JSON texts.
    pub fn schemas(mut self, schemas: &[(&'static str, &'static str)]) -> Self {
        self.schemas.extend(schemas);
        self
    }

    /// Prompts, as the JSON text of a list in the form that a catalog has. They want the feature `prompts`.
    pub fn prompts(mut self, json: &'static str) -> Self {
        self.prompts.push(json);
        self
    }

    /// Offers an operation as the tool that its component describes.
    pub fn tool<A, F, Fut>(&mut self, handler: F) -> &mut Offered
    where
        A: Operation,
        F: Fn(Api, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ToolError>> + Send + 'static,
    {
        self.offer(Offered::of::<A>(Handler::Tool(boxed(handler))))
    }

    /// Offers an operation as the resource, the resource template, or both, that its component describes.
    pub fn resource<A, F, Fut>(&mut self, handler: F) -> &mut Offered
    where
        A: Operation,
        F: Fn(Api, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Contents, ToolError>> + Send + 'static,
    {
        self.offer(Offered::of::<A>(Handler::Resource(boxed(handler))))
    }

    /// Puts a function in the place of the one that a tool is offered with. Its arguments say which tool that is; what
    /// clients see stays, and so does its place in the list.
    pub fn replace_tool<A, F, Fut>(&mut self, handler: F) -> &mut Offered
    where
        A: Operation,
        F: Fn(Api, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ToolError>> + Send + 'static,
    {
        self.replace::<A>(Handler::Tool(boxed(handler)))
    }

    /// The same for a resource, a resource template, or both.
    pub fn replace_resource<A, F, Fut>(&mut self, handler: F) -> &mut Offered
    where
        A: Operation,
        F: Fn(Api, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Contents, ToolError>> + Send + 'static,
    {
        self.replace::<A>(Handler::Resource(boxed(handler)))
    }

    /// Offers a tool that is written by hand. Its arguments are a [`model!`](crate::model!), or an
    /// [`Object`](crate::model::Object) of anything.
    pub fn add_tool<A, F, Fut>(&mut self, tool: NewTool, handler: F) -> &mut Offered
    where
        A: FromJson,
        F: Fn(Api, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ToolError>> + Send + 'static,
    {
        self.offer(Offered::new(Source::New(Box::new(tool)), Handler::Tool(boxed(handler))))
    }

    /// The base URL of every request, operations with a server of their own included, as `--base-url` says.
    pub fn override_base_url(&mut self, url: &str) {
        self.base_url = Some(BaseUrl { url: url.to_owned(), credentials: true });
        self.only_base_url = true;
        for offered in &mut self.offered {
            offered.server = None;
        }
    }

    /// Puts everything together.
    ///
    /// # Errors
    /// What is wrong with a component.
    pub fn ready(self) -> Result<Ready, ServerError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut schemas = Schemas::new(&self.schemas).map_err(ServerError::Schema)?;
        let mut catalog = Catalog {
            mcpgen_catalog: FormatVersion::CURRENT,
            server: self.info,
            base_url: self.base_url,
            deep_object_arrays: self.deep_object_arrays,
            security_schemes: self.security_schemes.into_iter().collect(),
            schemas: SchemaTable::default(),
            operations: Vec::new(),
            tools: Vec::with_capacity(self.offered.len()),
            resources: Vec::new(),
            resource_templates: Vec::new(),
            prompts: Vec::new(),
        };
        for json in self.prompts {
            catalog.prompts.extend(prompts::read(json).map_err(ServerError::Prompts)?);
        }
        let lacks_server = catalog.base_url.is_none() && self.offered.iter().any(Offered::needs_base_url);
        let (mut handlers, mut needs) = (Vec::new(), Vec::new());
        for (index, offered) in self.offered.into_iter().enumerate() {
            needs.push((requirements(offered.security), offered.server.map(OwnServer::base_url)));
            handlers.push(offered.list(OperationId::new(index), &mut schemas, &mut catalog)?);
        }
        catalog.schemas = schemas.table;
        distinct("tool", catalog.tools.iter().map(|tool| &tool.name))?;
        distinct("resource", catalog.resources.iter().map(|resource| &resource.name))?;
        distinct("resource template", catalog.resource_templates.iter().map(|template| &template.name))?;
        distinct("prompt", catalog.prompts.iter().map(|prompt| &prompt.name))?;
        let (files, only_base_url) = (Files::default(), self.only_base_url);
        Ok(Ready { catalog, handlers, files, needs, lacks_server, only_base_url })
    }

    fn offer(&mut self, offered: Offered) -> &mut Offered {
        self.offered.push(offered);
        let last = self.offered.len() - 1;
        &mut self.offered[last]
    }

    fn replace<A: Operation>(&mut self, handler: Handler) -> &mut Offered {
        match self.offered.iter().position(Offered::is_of::<A>) {
            Some(index) => {
                self.offered[index].handler = handler;
                &mut self.offered[index]
            }
            None => {
                let reason = "is not offered, so nothing can be put in its place; offer it by Server::tool or \
                              Server::resource"
                    .to_owned();
                self.fault = Some(ServerError::Component { name: component::name(A::COMPONENT), reason });
                self.offer(Offered::of::<A>(handler))
            }
        }
    }
}

impl Offered {
    fn of<A: Operation>(handler: Handler) -> Self {
        Self { security: A::SECURITY, server: A::SERVER, ..Self::new(Source::Operation(A::COMPONENT), handler) }
    }

    /// Whether it is this operation.
    fn is_of<A: Operation>(&self) -> bool {
        matches!(self.source, Source::Operation(component) if component == A::COMPONENT)
    }

    fn new(source: Source, handler: Handler) -> Self {
        Self { source, handler, security: &[], server: None, name: None, title: None, description: None }
    }

    /// Gives it another name.
    pub fn name(&mut self, name: impl Into<String>) -> &mut Self {
        self.name = Some(name.into());
        self
    }

    /// Gives it another name for people.
    pub fn title(&mut self, title: impl Into<String>) -> &mut Self {
        self.title = Some(title.into());
        self
    }

    /// Gives it another description.
    pub fn description(&mut self, description: impl Into<String>) -> &mut Self {
        self.description = Some(description.into());
        self
    }

    /// Whether it is an operation without a server of its own.
    fn needs_base_url(&self) -> bool {
        matches!(self.source, Source::Operation(_)) && self.server.is_none()
    }

    /// Adds it to the lists.
    fn list(self, id: OperationId, schemas: &mut Schemas, catalog: &mut Catalog) -> Result<Handled, ServerError> {
        let Self { source, handler, name, title, description, .. } = self;
        let words = Words { name, title, description };
        let (input, files) = match source {
            Source::Operation(text) => words.operation(text, &handler, id, schemas, catalog)?,
            Source::New(tool) => words.new_tool(*tool, id, schemas, catalog)?,
        };
        Ok(Handled { input, files, handler })
    }
}

/// The schema of a component's arguments, and where files and bytes stand in it.
type Input = (SchemaId, Vec<String>);

/// What the owner says instead of the component.
struct Words {
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
}

impl Words {
    fn operation(
        self,
        text: &'static str,
        handler: &Handler,
        id: OperationId,
        schemas: &mut Schemas,
        catalog: &mut Catalog,
    ) -> Result<Input, ServerError> {
        let Self { name, title, description } = self;
        let of_name = |name: &str| {
            let name = name.to_owned();
            move |reason: String| ServerError::Component { name: name.clone(), reason }
        };
        let Component { tool, resource, resource_template, input_schema, files } = serde_json::from_str(text)
            .map_err(|error| of_name(&component::name(text))(format!("cannot be read: {error}")))?;
        match (handler, tool, resource, resource_template) {
            (Handler::Tool(_), Some(tool), None, None) => {
                let component::Tool {
                    name: own,
                    title: own_title,
                    description: about,
                    annotations,
                    output_schema,
                    tags,
                } = tool;
                let wrong = of_name(&own);
                let output = output_schema.map(|schema| schemas.add(schema)).transpose().map_err(&wrong)?;
                catalog.tools.push(Tool {
                    name: name.unwrap_or(own),
                    title: title.or(own_title),
                    description: description.unwrap_or(about),
                    annotations,
                    output,
                    tags,
                    operation: id,
                });
                Ok((schemas.add(input_schema).map_err(wrong)?, files))
            }
            (Handler::Resource(_), None, resource, template) if resource.is_some() || template.is_some() => {
                let wrong = of_name(
                    resource
                        .as_ref()
                        .map(|resource| &resource.name)
                        .or(template.as_ref().map(|template| &template.name))
                        .map_or("", String::as_str),
                );
                catalog.resources.extend(resource.map(|own| Resource {
                    name: name.clone().unwrap_or(own.name),
                    title: title.clone().or(own.title),
                    description: description.clone().unwrap_or(own.description),
                    uri: own.uri,
                    mime_type: own.mime_type,
                    tags: own.tags,
                    operation: id,
                }));
                catalog.resource_templates.extend(template.map(|own| ResourceTemplate {
                    name: name.unwrap_or(own.name),
                    title: title.or(own.title),
                    description: description.unwrap_or(own.description),
                    uri_template: own.uri_template,
                    mime_type: own.mime_type,
                    variables: own.variables,
                    tags: own.tags,
                    operation: id,
                }));
                Ok((schemas.add(input_schema).map_err(wrong)?, files))
            }
            (Handler::Tool(_), ..) => {
                Err(of_name(&component::name(text))("describes no tool; offer it by Server::resource".to_owned()))
            }
            (Handler::Resource(_), ..) => {
                Err(of_name(&component::name(text))("describes no resource; offer it by Server::tool".to_owned()))
            }
        }
    }

    fn new_tool(
        self,
        tool: NewTool,
        id: OperationId,
        schemas: &mut Schemas,
        catalog: &mut Catalog,
    ) -> Result<Input, ServerError> {
        let mut add = |schema: &serde_json::Value| {
            let raw: Box<RawValue> = to_raw_value(schema).map_err(|error| error.to_string())?;
            schemas.add(&raw)
        };
        let wrong = |reason| ServerError::Component { name: tool.name.clone(), reason };
        let input = add(&tool.input).map_err(wrong)?;
        let output = tool.output.as_ref().map(add).transpose().map_err(wrong)?;
        catalog.tools.push(Tool {
            name: self.name.unwrap_or(tool.name),
            title: self.title.or(tool.title),
            description: self.description.unwrap_or(tool.description),
            annotations: tool.annotations,
            output,
            tags: tool.tags,
            operation: id,
        });
        Ok((input, Vec::new()))
    }
}

impl Ready {
    /// Who the server is and what it offers. Its operations are functions, so it has none.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Whether every request has somewhere to go.
    pub fn has_servers(&self) -> bool {
        !self.lacks_server
    }

    /// What to say of credentials at start.
    pub fn report(&self, credentials: &Credentials) -> Report {
        credentials.report_of(&self.catalog, self.needs())
    }

    /// The credentials of its operations.
    ///
    /// # Errors
    /// As [`Credentials::load`].
    pub fn credentials(&self, options: &CredentialOptions) -> Result<Credentials, CredentialError> {
        Credentials::load_for(&self.catalog, options, &self.needs())
    }

    /// Lets arguments that are files be given by their path below these folders.
    pub fn allow_files(&mut self, files: Files) {
        for Handled { input, files, .. } in &mut self.handlers {
            if !files.is_empty() {
                *input = self.catalog.schemas.admit_paths(*input, |_| files.clone());
            }
        }
        self.files = files;
    }

    fn needs(&self) -> impl Iterator<Item = Need<'_>> + Clone {
        self.needs.iter().map(|(security, base_url)| Need { security, base_url: base_url.as_ref() })
    }

    /// What serves it.
    pub fn dispatch(self, client: Client, credentials: Credentials) -> Dispatch {
        let work = Work::Handlers { handlers: self.handlers, only_base_url: self.only_base_url };
        Dispatch::with_work(Upstream::new(Arc::new(self.catalog), client, credentials, self.files), work)
    }
}

fn distinct<'n>(kind: &'static str, names: impl Iterator<Item = &'n String>) -> Result<(), ServerError> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(ServerError::TwoOfOneName { kind, name: name.clone() });
        }
    }
    Ok(())
}
