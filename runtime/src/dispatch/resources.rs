//! From a URI to the operation that reads it and the values in it.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    catalog::{Catalog, OperationId},
    uri_template::{Matched, Unit, Uri, UriTemplate},
};

/// The URIs and templates of a catalog.
pub(super) struct Resources {
    uris: HashMap<Box<[Unit]>, OperationId>,
    templates: Vec<(UriTemplate, usize)>,
}

/// The values in a URI, by argument.
pub(super) struct Values {
    values: Vec<(String, Matched)>,
}

impl Resources {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let key = |uri: &str| Uri::new(uri).into_units();
        let uris = catalog.resources.iter().map(|resource| (key(&resource.uri), resource.operation)).collect();
        let mut templates: Vec<(UriTemplate, usize)> = catalog
            .resource_templates
            .iter()
            .enumerate()
            .filter_map(|(index, template)| {
                let is_object =
                    |name: &str| template.variables.iter().any(|variable| variable.object && variable.name == name);
                Some((UriTemplate::parse(&template.uri_template)?.with_objects(is_object), index))
            })
            .collect();
        // `/users/{id}` would match `/users/me` too; the more literal template is meant.
        templates.sort_by_key(|(template, _)| std::cmp::Reverse(template.literal_length()));
        Self { uris, templates }
    }

    /// What reads `uri`: a resource, else the most literal template that matches.
    pub(super) fn find(&self, catalog: &Catalog, uri: &str) -> Option<(OperationId, Values)> {
        let uri = Uri::new(uri);
        if let Some(&id) = self.uris.get(uri.units()) {
            return Some((id, Values { values: Vec::new() }));
        }
        self.templates.iter().find_map(|(template, index)| {
            let matched = template.matches(&uri)?;
            let template = &catalog.resource_templates[*index];
            let values = matched
                .into_iter()
                .filter_map(|matched| {
                    let variable = template.variables.iter().find(|variable| variable.name == matched.name)?;
                    Some((variable.argument.clone(), matched))
                })
                .collect();
            Some((template.operation, Values { values }))
        })
    }
}

impl Values {
    /// The values as arguments: a list where one is wanted, else a text, which is converted to its type later.
    pub(super) fn into_arguments(self, wants_list: impl Fn(&str) -> bool) -> Map<String, Value> {
        self.values
            .into_iter()
            .map(|(argument, matched)| {
                if let Some(members) = matched.members {
                    return (argument, object(members));
                }
                // A repeated value where one is wanted stays a list, for the schema to refuse.
                let list = matched.repeated || wants_list(&argument);
                let value = if list { matched.values.into() } else { matched.text.into() };
                (argument, value)
            })
            .collect()
    }
}

/// An object of texts; a member that stands there several times is a list.
fn object(members: Vec<(String, String)>) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        match object.get_mut(&name) {
            None => {
                object.insert(name, value.into());
            }
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    object.into()
}
