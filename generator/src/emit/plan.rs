//! What stands where in a crate, and what it is called.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mcpgen_runtime::catalog::{Catalog, Operation, OperationId, Resource, ResourceTemplate, Tool};

use super::{
    names::{self, Case, Reserved},
    request,
    schemas::Shared,
    types::{self, Arguments, Types},
};

/// The module of operations without a tag.
const UNTAGGED: &str = "operations";

/// An operation and its place.
#[derive(Debug)]
pub(super) struct Planned<'c> {
    pub(super) operation: &'c Operation,
    pub(super) tool: Option<&'c Tool>,
    pub(super) resource: Option<&'c Resource>,
    pub(super) template: Option<&'c ResourceTemplate>,
    /// The name in the catalog.
    pub(super) name: &'c str,
    pub(super) title: Option<&'c str>,
    pub(super) description: &'c str,
    /// The place of its module.
    pub(super) module: usize,
    /// The owner's function, without `r#`.
    pub(super) function: String,
    /// The struct of its arguments.
    pub(super) structure: String,
    /// The file of its component, without folder.
    pub(super) file: String,
    /// Whether the description has it no more, and it is only kept for the owner's function.
    #[cfg_attr(not(feature = "crates"), expect(dead_code, reason = "modules have no owner"))]
    pub(super) retired: bool,
}

/// A module of operations.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) name: String,
    /// The tag.
    pub(super) label: String,
}

/// Where everything stands.
#[derive(Debug)]
pub(super) struct Plan<'c> {
    pub(super) catalog: &'c Catalog,
    #[cfg(feature = "crates")]
    pub(super) package: String,
    pub(super) modules: Vec<Module>,
    pub(super) operations: Vec<Planned<'c>>,
    pub(super) types: Types,
    pub(super) shared: Shared,
}

impl<'c> Plan<'c> {
    /// `retired` says which operations are only kept, `known` which functions are called how already, by the names of the
    /// operations in the catalog.
    pub(super) fn new(
        catalog: &'c Catalog,
        retired: &dyn Fn(OperationId) -> bool,
        known: &BTreeMap<String, String>,
    ) -> Self {
        let mut operations = components(catalog, retired);
        let modules = modules(&mut operations);
        let catalog_names: Vec<&str> = operations.iter().map(|planned| planned.name).collect();
        let known: Vec<Option<&str>> = catalog_names.iter().map(|name| known.get(*name).map(String::as_str)).collect();
        let functions = names::assign_beside(&known, &catalog_names, Case::Snake, Reserved::Keywords, "call");
        let files = names::files(&functions.iter().map(String::as_str).collect::<Vec<_>>());
        for ((planned, function), file) in operations.iter_mut().zip(functions).zip(files) {
            planned.function = function;
            planned.file = format!("{file}.json");
        }
        for module in 0..modules.len() {
            let own: Vec<usize> = (0..operations.len()).filter(|&index| operations[index].module == module).collect();
            let texts: Vec<&str> = own.iter().map(|&index| operations[index].function.as_str()).collect();
            let structures = names::assign(&texts, Case::Camel, Reserved::Types("Args"), "Call");
            for (index, structure) in own.into_iter().zip(structures) {
                operations[index].structure = structure;
            }
        }
        let arguments: Vec<Arguments<'_>> = operations
            .iter()
            .map(|planned| Arguments {
                name: planned.structure.clone(),
                module: planned.module,
                input: planned.operation.input,
                needed: request::needed(planned.operation),
            })
            .collect();
        let types = types::read(&catalog.schemas, &arguments);
        let shared = Shared::new(&catalog.schemas, operations.iter().map(|planned| planned.operation.input));
        Self {
            catalog,
            #[cfg(feature = "crates")]
            package: package(&catalog.server.name),
            modules,
            operations,
            types,
            shared,
        }
    }

    /// The name of the library.
    #[cfg(feature = "crates")]
    pub(super) fn library(&self) -> String {
        self.package.replace('-', "_")
    }

    /// What the API is called.
    #[cfg(feature = "crates")]
    pub(super) fn title(&self) -> &str {
        self.catalog.server.title.as_deref().unwrap_or(&self.catalog.server.name)
    }
}

/// The operations that a component stands for, in the order of the lists.
fn components<'c>(catalog: &'c Catalog, retired: &dyn Fn(OperationId) -> bool) -> Vec<Planned<'c>> {
    let tools: HashMap<OperationId, &Tool> = catalog.tools.iter().map(|tool| (tool.operation, tool)).collect();
    let resources: HashMap<OperationId, &Resource> =
        catalog.resources.iter().map(|resource| (resource.operation, resource)).collect();
    let templates: HashMap<OperationId, &ResourceTemplate> =
        catalog.resource_templates.iter().map(|template| (template.operation, template)).collect();
    let planned = catalog.operations.iter().enumerate().filter_map(|(index, operation)| {
        let id = OperationId::new(index);
        let (tool, resource, template) =
            (tools.get(&id).copied(), resources.get(&id).copied(), templates.get(&id).copied());
        let (name, title, description) = tool
            .map(|tool| (&tool.name, &tool.title, &tool.description))
            .or_else(|| resource.map(|resource| (&resource.name, &resource.title, &resource.description)))
            .or_else(|| template.map(|template| (&template.name, &template.title, &template.description)))?;
        Some(Planned {
            operation,
            tool,
            resource,
            template,
            name,
            title: title.as_deref(),
            description,
            module: 0,
            function: String::new(),
            structure: String::new(),
            file: String::new(),
            retired: retired(id),
        })
    });
    planned.collect()
}

impl Planned<'_> {
    fn tag(&self) -> &str {
        let tags = self.tool.map(|tool| &tool.tags);
        let tags = tags.or_else(|| self.resource.map(|resource| &resource.tags));
        let tags = tags.or_else(|| self.template.map(|template| &template.tags));
        tags.and_then(|tags| tags.first()).map_or(UNTAGGED, String::as_str)
    }
}

/// A module for each first tag, by name.
fn modules(operations: &mut [Planned<'_>]) -> Vec<Module> {
    let labels: BTreeSet<String> = operations.iter().map(|planned| planned.tag().to_owned()).collect();
    let texts: Vec<&str> = labels.iter().map(String::as_str).collect();
    let names = names::assign(&texts, Case::Snake, Reserved::Modules, UNTAGGED);
    let mut modules: Vec<Module> =
        names.into_iter().zip(&labels).map(|(name, label)| Module { name, label: label.clone() }).collect();
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let places: HashMap<&str, usize> =
        modules.iter().enumerate().map(|(place, module)| (module.label.as_str(), place)).collect();
    for planned in operations {
        planned.module = places.get(planned.tag()).copied().unwrap_or_default();
    }
    modules
}

/// The package of a server: `pet-store-mcp`.
#[cfg(feature = "crates")]
fn package(server: &str) -> String {
    let slug = crate::mapping::slug(server);
    let slug = if slug.starts_with(|c: char| c.is_ascii_digit()) { format!("api-{slug}") } else { slug };
    if slug.ends_with("-mcp") { slug } else { format!("{slug}-mcp") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages() {
        let cases = [
            ("pet-store", "pet-store-mcp"),
            ("rmcp", "rmcp-mcp"),
            ("my-mcp", "my-mcp"),
            ("3scale", "api-3scale-mcp"),
            ("../../x", "x-mcp"),
            ("", "api-mcp"),
        ];
        for (server, expected) in cases {
            assert_eq!(package(server), expected, "{server}");
        }
        assert!(package(&"a".repeat(300)).len() <= 64);
    }
}
