//! Tools, and the texts that every component has.

use mcpgen_runtime::catalog::{Annotations, OperationId, SchemaId, Tool};

use super::text;
use crate::spec::Operation;

pub(super) fn tool(
    operation: &Operation<'_>,
    name: &str,
    output: Option<SchemaId>,
    tags: Vec<String>,
    id: OperationId,
) -> Tool {
    Tool {
        name: name.to_owned(),
        title: title(operation),
        description: description(operation),
        annotations: annotations(&operation.method),
        output,
        tags,
        operation: id,
    }
}

/// Hints by method.
fn annotations(method: &str) -> Annotations {
    let yes = Some(true);
    let hints = Annotations { open_world: yes, ..Annotations::default() };
    match method {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY" => Annotations { read_only: yes, ..hints },
        "PUT" | "DELETE" => Annotations { destructive: yes, idempotent: yes, ..hints },
        "PATCH" => Annotations { destructive: yes, ..hints },
        // Clients take a tool for destructive unless it says otherwise; a POST says neither.
        _ => hints,
    }
}

/// The summary.
pub(super) fn title(operation: &Operation<'_>) -> Option<String> {
    operation.summary.as_deref().map(|summary| text::clean_line(summary, text::TITLE)).filter(|title| !title.is_empty())
}

/// Summary and description, or method and path where there is neither.
pub(super) fn description(operation: &Operation<'_>) -> String {
    let cleaned = |text: &Option<String>| text::clean(text.as_deref().unwrap_or_default(), text::DESCRIPTION);
    let (summary, description) = (cleaned(&operation.summary), cleaned(&operation.description));
    let told = match (summary.is_empty(), description.is_empty()) {
        (true, true) => format!("{} {}", operation.method, text::clean_line(&operation.path, text::TITLE)),
        (false, true) => summary,
        (true, false) => description,
        (false, false) if description.starts_with(summary.trim_end_matches('.')) => description,
        (false, false) => format!("{summary}\n\n{description}"),
    };
    let told = if operation.deprecated { format!("Deprecated. {told}") } else { told };
    text::cut(told, text::DESCRIPTION)
}

/// Tags without invisible characters, each once.
pub(super) fn clean_tags(tags: &[String]) -> Vec<String> {
    let mut cleaned: Vec<String> = Vec::new();
    for tag in tags.iter().map(|tag| text::clean_line(tag, text::TITLE)) {
        if !tag.is_empty() && !cleaned.contains(&tag) {
            cleaned.push(tag);
        }
    }
    cleaned
}
