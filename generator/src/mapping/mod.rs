//! From a description to the catalog: which operation becomes what, its names, arguments and schemas.

mod arguments;
mod body;
mod names;
mod options;
mod output;
mod resource;
mod rules;
pub mod schema;
mod server;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod tool;

use std::collections::{HashMap, HashSet};

use mcpgen_runtime::catalog::{
    self, BaseUrl, Catalog, FormatVersion, OperationId, Resource, ResourceTemplate, SchemaTable, Tool,
};

pub use names::{hash, slug};
pub use options::{MapMode, MapOptions, OutputSchemas};
pub use rules::{Kind, Rule, Selection, Selector};
pub use server::ServersMissing;

use crate::{
    diagnostic::{Diagnostic, Severity},
    spec::{Description, Operation},
};
use arguments::Bound;
use names::Named;
use rules::Subject;
use schema::{Converter, Outliner};

/// What came of a description.
#[derive(Debug)]
pub struct Mapping {
    /// The catalog.
    pub catalog: Catalog,
    /// What was left out or had to be guessed.
    pub diagnostics: Vec<Diagnostic>,
    /// How many operations are left out though they were asked for.
    pub left_out: usize,
    /// How many operations the description has, HEAD, OPTIONS and TRACE aside.
    pub operations: usize,
    /// Set when the operations' requests have nowhere to go.
    pub servers_missing: Option<ServersMissing>,
}

/// Methods that are left out unless a rule asks for them.
const BY_RULE_ONLY: [&str; 3] = ["HEAD", "OPTIONS", "TRACE"];

/// Maps a description.
pub fn map(description: &Description<'_>, options: &MapOptions) -> Mapping {
    let mut diagnostics = Vec::new();
    let mut schemas = SchemaTable::default();
    let name = options.name.as_deref().map_or_else(|| slug(&description.title), slug);
    let servers = server::choose(description, options, &mut diagnostics);
    let mut mapper = Mapper {
        description,
        options,
        uri_root: options.uri_root(&name),
        servers: &servers,
        converter: Converter::new(&mut schemas, description.ref_siblings, &mut diagnostics),
        outliner: Outliner::default(),
        operations: Vec::new(),
        tools: Vec::new(),
        resources: Vec::new(),
        resource_templates: Vec::new(),
        shapes: HashSet::new(),
        left_out: description.unreadable,
    };
    mapper.all();
    let Mapper { operations, tools, resources, resource_templates, left_out, .. } = mapper;
    let servers_missing = servers.missing(&operations);
    let catalog = Catalog {
        mcpgen_catalog: FormatVersion::CURRENT,
        server: server::info(description, name),
        base_url: servers.base_url,
        deep_object_arrays: options.deep_object_arrays,
        security_schemes: description.security_schemes.clone(),
        schemas,
        operations,
        tools,
        resources,
        resource_templates,
        prompts: Vec::new(),
    };
    let countable = description.operations.iter().filter(|o| !BY_RULE_ONLY.contains(&o.method.as_str())).count();
    Mapping { catalog, diagnostics, left_out, operations: countable + description.unreadable, servers_missing }
}

/// The state of one mapping.
struct Mapper<'m, 'd> {
    description: &'m Description<'d>,
    options: &'m MapOptions,
    /// What stands before the path in a resource's URI.
    uri_root: String,
    servers: &'m server::Servers,
    converter: Converter<'m>,
    outliner: Outliner<'d>,
    operations: Vec<catalog::Operation>,
    tools: Vec<Tool>,
    resources: Vec<Resource>,
    resource_templates: Vec<ResourceTemplate>,
    /// The shapes of the URIs that are taken: two operations that differ in a fragment only are one place to a URI.
    shapes: HashSet<String>,
    left_out: usize,
}

/// An operation on its way to be a component.
struct Component<'c, 'd> {
    operation: &'c Operation<'d>,
    name: &'c str,
    bound: Bound<'d>,
    /// Its own server, where it has one.
    base_url: Option<BaseUrl>,
    tags: Vec<String>,
}

/// What the rules decided for an operation.
struct Decision {
    /// None when the built-in rules decide, which needs the bound parameters.
    kind: Option<Kind>,
    tags: Vec<String>,
}

impl<'d> Mapper<'_, 'd> {
    fn all(&mut self) {
        let operations = &self.description.operations;
        let named: Vec<Named<'_>> = operations
            .iter()
            .map(|operation| Named {
                method: &operation.method,
                path: &operation.path,
                operation_id: operation.operation_id.as_deref(),
            })
            .collect();
        let names = names::assign(&named);
        self.tell_duplicates();
        for (operation, name) in operations.iter().zip(&names) {
            let Some(decision) = self.decide(operation, name) else { continue };
            if let Err(diagnostic) = self.component(operation, name, &decision) {
                self.left_out += 1;
                let label = format!("{} {}", operation.method, operation.path);
                self.converter.diagnostics().push(diagnostic.about(&label));
            }
        }
    }

    fn tell_duplicates(&mut self) {
        let mut first: HashMap<&str, &Operation<'d>> = HashMap::new();
        for operation in &self.description.operations {
            let Some(id) = operation.operation_id.as_deref() else { continue };
            if let Some(other) = first.get(id) {
                let message = format!("the operationId {id:?} is taken by {} {} already", other.method, other.path);
                let at = operation.at.get("operationId").unwrap_or(operation.at);
                self.converter.diagnostics().push(
                    at.diagnostic(Severity::Warning, "duplicate-operation-id", message)
                        .help("both are served, each under a name with a hash; give each an operationId of its own"),
                );
            } else {
                first.insert(id, operation);
            }
        }
    }

    /// What the user's rules say; None leaves the operation out, as was asked.
    fn decide(&self, operation: &Operation<'d>, name: &str) -> Option<Decision> {
        let subject = Subject {
            method: &operation.method,
            path: &operation.path,
            operation_id: operation.operation_id.as_deref(),
            name,
            tags: &operation.tags,
        };
        if operation.hidden || !self.options.selection.takes(&subject) {
            return None;
        }
        let mut tags = operation.tags.clone();
        let kind = match self.options.rules.iter().find(|rule| rule.matches(&subject)) {
            Some(rule) => {
                tags.extend(rule.mcp_tags.iter().filter(|tag| !operation.tags.contains(tag)).cloned());
                Some(rule.kind)
            }
            None if BY_RULE_ONLY.contains(&operation.method.as_str()) => Some(Kind::Exclude),
            None if self.options.mode == MapMode::Tools => Some(Kind::Tool),
            None => None,
        };
        (kind != Some(Kind::Exclude)).then_some(Decision { kind, tags })
    }

    fn component(&mut self, operation: &Operation<'d>, name: &str, decision: &Decision) -> Result<(), Diagnostic> {
        let schemes = &self.description.security_schemes;
        let bound = arguments::bind(operation, schemes, &mut self.converter)?;
        let base_url = self.servers.of(operation)?;
        let component = Component { operation, name, bound, base_url, tags: tool::clean_tags(&decision.tags) };
        match decision.kind {
            Some(Kind::Tool) => self.tool(component),
            Some(kind) => {
                let readable = resource::readable(operation, &component.bound)?;
                if self.is_taken(&readable) {
                    return Err(operation
                        .at
                        .diagnostic(
                            Severity::Error,
                            "uri-taken",
                            "another resource has the same URI; the operation is left out",
                        )
                        .help("let a rule make one of the two a tool"));
                }
                self.read(component, &readable, kind);
            }
            None => match (operation.method.as_str(), resource::readable(operation, &component.bound)) {
                ("GET", Ok(readable)) if !self.is_taken(&readable) => {
                    let kind = if readable.needs_values { Kind::ResourceTemplate } else { Kind::Resource };
                    self.read(component, &readable, kind);
                }
                _ => self.tool(component),
            },
        }
        Ok(())
    }

    fn is_taken(&self, readable: &resource::Readable) -> bool {
        self.shapes.contains(&readable.shape())
    }

    fn tool(&mut self, component: Component<'_, 'd>) {
        let Component { operation, name, ref tags, .. } = component;
        let output = output::schema(operation, self.options.output_schemas, &mut self.converter, &mut self.outliner);
        let tags = tags.clone();
        let id = self.bind(component);
        self.tools.push(tool::tool(operation, name, output, tags, id));
    }

    fn read(&mut self, component: Component<'_, 'd>, readable: &resource::Readable, kind: Kind) {
        let Component { operation, name, ref tags, .. } = component;
        resource::tell_left_out(operation, readable, self.converter.diagnostics());
        self.shapes.insert(readable.shape());
        let tags = tags.clone();
        let id = self.bind(component);
        if !readable.needs_values && (kind == Kind::Resource || readable.variables.is_empty()) {
            self.resources.push(resource::resource(operation, name, &self.uri_root, readable, tags.clone(), id));
        }
        if !readable.variables.is_empty() {
            self.resource_templates.push(resource::template(operation, name, &self.uri_root, readable, tags, id));
        }
    }

    fn bind(&mut self, Component { operation, bound, base_url, .. }: Component<'_, 'd>) -> OperationId {
        let id = OperationId::new(self.operations.len());
        let input = self.converter.input(&bound.input, bound.uses);
        self.operations.push(catalog::Operation {
            method: operation.method.clone(),
            path: bound.path.template,
            query: bound.path.query,
            base_url,
            parameters: bound.parameters.into_iter().map(|parameter| parameter.binding).collect(),
            body: bound.body,
            accept: output::accept(operation),
            security: operation.security.clone(),
            input,
        });
        id
    }
}
