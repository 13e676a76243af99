//! What clients see of a component, from its JSON text.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::catalog::Annotations;

/// The text of an [`Operation::COMPONENT`](super::Operation::COMPONENT).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Component<'t> {
    #[serde(borrow)]
    pub(super) tool: Option<Tool<'t>>,
    pub(super) resource: Option<Resource>,
    pub(super) resource_template: Option<ResourceTemplate>,
    #[serde(borrow)]
    pub(super) input_schema: &'t RawValue,
    /// Where in the input schema files and bytes stand: JSON Pointers.
    #[serde(default)]
    pub(super) files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Tool<'t> {
    pub(super) name: String,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default, deserialize_with = "hints")]
    pub(super) annotations: Annotations,
    #[serde(borrow)]
    pub(super) output_schema: Option<&'t RawValue>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: String,
    pub(super) uri: String,
    pub(super) mime_type: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ResourceTemplate {
    pub(super) name: String,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) description: String,
    pub(super) uri_template: String,
    pub(super) mime_type: Option<String>,
    #[serde(default)]
    pub(super) variables: Vec<crate::catalog::TemplateVariable>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
}

/// Hints as MCP spells them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the protocol's names")]
struct Hints {
    read_only_hint: Option<bool>,
    destructive_hint: Option<bool>,
    idempotent_hint: Option<bool>,
    open_world_hint: Option<bool>,
}

fn hints<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Annotations, D::Error> {
    let hints = Hints::deserialize(deserializer)?;
    Ok(Annotations {
        read_only: hints.read_only_hint,
        destructive: hints.destructive_hint,
        idempotent: hints.idempotent_hint,
        open_world: hints.open_world_hint,
    })
}

/// The name in the text of a component, or its beginning where it has none.
pub(super) fn name(text: &str) -> String {
    let component: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let named =
        ["tool", "resource", "resourceTemplate"].iter().find_map(|kind| component.get(kind)?.get("name")?.as_str());
    named.map_or_else(
        || text.split_whitespace().take(8).collect::<Vec<_>>().join(" ").chars().take(80).collect(),
        str::to_owned,
    )
}
