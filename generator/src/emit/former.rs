//! What a crate was emitted from before: operations that are gone stay for as long as the owner has functions for them.

use std::collections::{BTreeMap, HashMap, HashSet};

use mcpgen_runtime::catalog::{Catalog, OperationId, SchemaId, SchemaTable};
use serde::{Deserialize, Serialize};

use super::plan::Plan;

/// The catalog that a crate was emitted from, without what only clients see.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Former {
    catalog: Catalog,
    /// The names of operations that were gone already.
    retired: Vec<String>,
    /// What the function of each operation is called, by the operation's name; locks of earlier versions have none.
    #[serde(default)]
    functions: BTreeMap<String, String>,
}

/// A catalog with operations that are only kept.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) catalog: Catalog,
    pub(super) retired: HashSet<OperationId>,
}

/// An operation that the description has no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its name in the catalog.
    pub name: String,
    /// The owner's file.
    pub file: String,
    /// The owner's function there.
    pub function: String,
}

impl Former {
    /// What has to be remembered of an emission.
    pub(super) fn of(joined: &Joined, plan: &Plan<'_>) -> Self {
        let from = &joined.catalog;
        let mut copy = Copy::default();
        let mut catalog = Catalog { schemas: SchemaTable::default(), ..from.clone() };
        for operation in &mut catalog.operations {
            operation.input = copy.root(&from.schemas, operation.input, &mut catalog.schemas);
        }
        for tool in &mut catalog.tools {
            tool.output = None;
        }
        let retired =
            names(from).into_iter().filter(|(id, _)| joined.retired.contains(id)).map(|(_, name)| name.to_owned());
        let mut retired: Vec<String> = retired.collect();
        retired.sort_unstable();
        let functions = plan.operations.iter().map(|planned| (planned.name.to_owned(), planned.function.clone()));
        Self { catalog, retired, functions: functions.collect() }
    }

    /// What functions are called: an operation that comes later does not take the name of one that the owner knows.
    pub(super) fn functions(&self) -> BTreeMap<String, String> {
        if !self.functions.is_empty() {
            return self.functions.clone();
        }
        let plan = Plan::new(&self.catalog, &|_| false, &BTreeMap::new());
        plan.operations.iter().map(|planned| (planned.name.to_owned(), planned.function.clone())).collect()
    }

    /// The operations that `catalog` has no more, with the owner's functions.
    pub(super) fn gone(&self, catalog: &Catalog) -> Vec<Gone> {
        let present: HashSet<&str> = names(catalog).into_values().collect();
        if names(&self.catalog).values().all(|name| present.contains(name)) {
            return Vec::new();
        }
        let plan = Plan::new(&self.catalog, &|_| false, &self.functions);
        let gone = plan.operations.iter().filter(|planned| !present.contains(planned.name));
        gone.map(|planned| Gone {
            name: planned.name.to_owned(),
            file: format!("src/tools/{}.rs", plan.modules[planned.module].name),
            function: super::names::identifier(&planned.function),
        })
        .collect()
    }

    /// Whether an operation was gone when the crate was emitted.
    pub(super) fn was_gone(&self, name: &str) -> bool {
        self.retired.iter().any(|retired| retired == name)
    }

    /// The catalog with those operations of this one that it has not and that are to be kept, each behind the operation
    /// that it used to follow.
    pub(super) fn join(&self, catalog: &Catalog, keep: &dyn Fn(&str) -> bool) -> Joined {
        let current = names(catalog);
        let present: HashSet<&str> = current.values().copied().collect();
        let former = names(&self.catalog);
        let kept: HashMap<OperationId, &str> = former
            .iter()
            .filter(|(_, name)| !present.contains(*name) && keep(name))
            .map(|(id, name)| (*id, *name))
            .collect();
        if kept.is_empty() {
            return Joined { catalog: catalog.clone(), retired: HashSet::new() };
        }
        // Where each one comes from, in the new order.
        let mut order: Vec<(bool, OperationId)> =
            (0..catalog.operations.len()).map(|index| (false, OperationId::new(index))).collect();
        let name_of = |&(is_former, id): &(bool, OperationId)| {
            if is_former { former.get(&id).copied() } else { current.get(&id).copied() }
        };
        let mut previous: Option<&str> = None;
        for id in (0..self.catalog.operations.len()).map(OperationId::new) {
            if kept.contains_key(&id) {
                let behind = previous.and_then(|name| order.iter().position(|entry| name_of(entry) == Some(name)));
                order.insert(behind.map_or(0, |place| place + 1), (true, id));
            }
            previous = former.get(&id).copied();
        }
        self.reorder(catalog, &order)
    }

    fn reorder(&self, catalog: &Catalog, order: &[(bool, OperationId)]) -> Joined {
        let mut joined = Catalog { operations: Vec::new(), ..catalog.clone() };
        let (mut tools, mut resources, mut templates) = (Vec::new(), Vec::new(), Vec::new());
        let (mut copy, mut retired) = (Copy::default(), HashSet::new());
        for (index, &(is_former, id)) in order.iter().enumerate() {
            let from = if is_former { &self.catalog } else { catalog };
            let new = OperationId::new(index);
            let mut operation = from.operation(id).clone();
            if is_former {
                operation.input = copy.root(&from.schemas, operation.input, &mut joined.schemas);
                retired.insert(new);
            }
            joined.operations.push(operation);
            tools.extend(from.tools.iter().filter(|tool| tool.operation == id).cloned().map(|mut tool| {
                tool.operation = new;
                tool
            }));
            resources.extend(from.resources.iter().filter(|one| one.operation == id).cloned().map(|mut resource| {
                resource.operation = new;
                resource
            }));
            templates.extend(from.resource_templates.iter().filter(|one| one.operation == id).cloned().map(
                |mut template| {
                    template.operation = new;
                    template
                },
            ));
        }
        (joined.tools, joined.resources, joined.resource_templates) = (tools, resources, templates);
        Joined { catalog: joined, retired }
    }
}

/// The name of each operation's component.
fn names(catalog: &Catalog) -> HashMap<OperationId, &str> {
    let templates = catalog.resource_templates.iter().map(|template| (template.operation, template.name.as_str()));
    let resources = catalog.resources.iter().map(|resource| (resource.operation, resource.name.as_str()));
    let tools = catalog.tools.iter().map(|tool| (tool.operation, tool.name.as_str()));
    templates.chain(resources).chain(tools).collect()
}

/// Schemas on their way from one table to another.
#[derive(Debug, Default)]
struct Copy {
    done: HashMap<SchemaId, SchemaId>,
    /// Definitions of the other table, by name and text.
    there: Option<HashMap<(String, String), Vec<SchemaId>>>,
}

impl Copy {
    /// Copies a root and what it reaches; a definition that is there with all that it reaches is taken.
    fn root(&mut self, from: &SchemaTable, id: SchemaId, to: &mut SchemaTable) -> SchemaId {
        let schema = from.get(id);
        let uses = schema.uses.iter().map(|&id| self.definition(from, id, to)).collect();
        to.intern(schema.schema.to_string(), uses)
    }

    fn definition(&mut self, from: &SchemaTable, id: SchemaId, to: &mut SchemaTable) -> SchemaId {
        // Declared first and defined after, since definitions may lead back to themselves.
        let mut order = Vec::new();
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if self.done.contains_key(&id) {
                continue;
            }
            let same = self.same(from, id, to);
            let new = same.unwrap_or_else(|| to.declare(from.get(id).name.clone().unwrap_or_default()));
            self.done.insert(id, new);
            if same.is_none() {
                order.push(id);
            }
            stack.extend(&from.get(id).uses);
        }
        for id in order {
            let schema = from.get(id);
            let uses = schema.uses.iter().map(|id| self.done[id]).collect();
            to.define(self.done[&id], schema.schema.to_string(), uses);
        }
        self.done[&id]
    }

    /// A definition of `to` that says the same.
    fn same(&mut self, from: &SchemaTable, id: SchemaId, to: &SchemaTable) -> Option<SchemaId> {
        let there = self.there.get_or_insert_with(|| definitions(to));
        let schema = from.get(id);
        let key = (schema.name.clone()?, schema.schema.to_string());
        let whole = from.assemble(id);
        there.get(&key)?.iter().copied().find(|&other| to.assemble(other) == whole)
    }
}

/// The definitions that operations of a table may reach.
fn definitions(table: &SchemaTable) -> HashMap<(String, String), Vec<SchemaId>> {
    let mut found: HashMap<(String, String), Vec<SchemaId>> = HashMap::new();
    for id in table.ids() {
        let schema = table.get(id);
        if let Some(name) = &schema.name {
            found.entry((name.clone(), schema.schema.to_string())).or_default().push(id);
        }
    }
    found
}
