//! What models are called.

use mcpgen_runtime::catalog::{SchemaId, SchemaTable};

use super::{
    Arguments, Draft,
    model::{Home, Model, ModelId, ModelKind},
};
use crate::emit::names::{self, Case, Reserved, Scope};

/// Where a model has its name from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Naming {
    /// A definition, while it is read.
    Definition(SchemaId),
    /// A definition's name.
    Named(String),
    /// An operation's arguments.
    Arguments(String),
    /// What stands in another model.
    Inside { parent: ModelId, suffix: String },
    /// What stands in a definition that is no model.
    Below { name: String, suffix: String },
    /// As `Below`, while the definition is read.
    BelowDefinition { definition: SchemaId, suffix: String },
}

impl Naming {
    /// The naming of an item or a value of what is named so.
    pub(super) fn inner(self, word: &str) -> Self {
        match self {
            Self::Definition(definition) => Self::BelowDefinition { definition, suffix: word.to_owned() },
            Self::Inside { parent, suffix } => Self::Inside { parent, suffix: format!("{suffix} {word}") },
            Self::Below { name, suffix } => Self::Below { name, suffix: format!("{suffix} {word}") },
            Self::BelowDefinition { definition, suffix } => {
                Self::BelowDefinition { definition, suffix: format!("{suffix} {word}") }
            }
            named @ (Self::Named(_) | Self::Arguments(_)) => named,
        }
    }

    /// The naming without reference to a table.
    pub(super) fn resolved(self, table: &SchemaTable) -> Self {
        let name = |id: SchemaId| table.get(id).name.clone().unwrap_or_default();
        match self {
            Self::Definition(id) => Self::Named(name(id)),
            Self::BelowDefinition { definition, suffix } => Self::Below { name: name(definition), suffix },
            other => other,
        }
    }
}

/// Gives every model its name: the operations' arguments and the definitions first, then what stands inside them.
pub(super) fn name(drafts: Vec<Draft>, operations: &[Arguments<'_>]) -> Vec<Model> {
    let named: Vec<usize> =
        (0..drafts.len()).filter(|&index| matches!(drafts[index].naming, Naming::Named(_))).collect();
    let texts: Vec<&str> = named.iter().map(|&index| text(&drafts[index].naming)).collect();
    let definitions = names::assign(&texts, Case::Camel, Reserved::Types("Model"), "Model");
    let modules = operations.iter().map(|operation| operation.module + 1).max().unwrap_or_default();
    let mut scopes: Vec<Scope> = (0..modules)
        .map(|module| {
            let own = operations.iter().filter(|operation| operation.module == module);
            Scope::new(own.map(|operation| operation.name.clone()))
        })
        .collect();
    let mut shared = Scope::new(definitions.iter().cloned());
    let mut names: Vec<Option<String>> = vec![None; drafts.len()];
    for (index, name) in named.iter().zip(definitions) {
        names[*index] = Some(name);
    }
    // A model is drafted before what stands in it.
    for (index, draft) in drafts.iter().enumerate() {
        let scope = match draft.home {
            Home::Models => &mut shared,
            Home::Module(module) => &mut scopes[module],
        };
        let name = match &draft.naming {
            Naming::Arguments(name) => name.clone(),
            Naming::Inside { parent, suffix } => {
                let parent = names[parent.0].clone().unwrap_or_default();
                scope.type_name(&format!("{parent} {suffix}"), &format!("{parent}/{suffix}"), "Model")
            }
            Naming::Below { name, suffix } => {
                scope.type_name(&format!("{name} {suffix}"), &format!("{name}/{suffix}"), "Model")
            }
            _ => continue,
        };
        names[index] = Some(name);
    }
    drafts.into_iter().zip(names).map(|(draft, name)| model(draft, name.unwrap_or_default())).collect()
}

fn text(naming: &Naming) -> &str {
    match naming {
        Naming::Named(name) => name,
        _ => "",
    }
}

fn model(draft: Draft, name: String) -> Model {
    let kind = match draft.kind {
        ModelKind::OneOf(variants) => {
            let texts: Vec<&str> = variants.iter().map(|(_, text)| text.as_str()).collect();
            let names = names::assign(&texts, Case::Camel, Reserved::Keywords, "Empty");
            ModelKind::OneOf(names.into_iter().zip(variants).map(|(name, (_, text))| (name, text)).collect())
        }
        object @ ModelKind::Struct { .. } => object,
    };
    Model { name, home: draft.home, description: draft.description, kind }
}
