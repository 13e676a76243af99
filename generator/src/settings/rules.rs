//! The route rules of a config file, under `route_maps`.

use regex::Regex;

use super::{
    route,
    value::{list, scalar, unknown, wrong},
};
use crate::{diagnostic::Diagnostic, mapping::Rule, source::Node};

/// The key of the rules.
pub(crate) const ROUTES: &str = "route_maps";
/// The keys of a rule.
const RULE: [&str; 6] = ["methods", "pattern", "tags", "operation_id", "type", "mcp_tags"];

/// The rules, in their order.
pub(crate) fn rules(node: Node<'_>) -> Result<Vec<Rule>, Diagnostic> {
    list(node, "a list of rules")?.map(rule).collect()
}

fn rule(node: Node<'_>) -> Result<Rule, Diagnostic> {
    if !node.is_object() {
        return Err(wrong(
            node,
            "invalid-rule",
            "expected a rule: an object with a type",
            "like {methods: [GET], type: tool}",
        ));
    }
    if let Some(entry) = node.entries().find(|entry| !RULE.contains(&entry.key)) {
        return Err(unknown(&entry, RULE.into_iter()));
    }
    let help = "a rule is like {methods: [GET], pattern: ^/users, type: tool}";
    let text = |key: &str| {
        node.get(key)
            .map(|value| scalar(value).ok_or_else(|| wrong(value, "invalid-rule", "expected a text here", help)))
            .transpose()
    };
    let texts = |key: &str| {
        let Some(value) = node.get(key) else { return Ok(Vec::new()) };
        match scalar(value) {
            Some(one) => Ok(vec![one]),
            None => list(value, "a list of texts")?
                .map(|item| scalar(item).ok_or_else(|| wrong(item, "invalid-rule", "expected a text here", help)))
                .collect(),
        }
    };
    let at = |key: &str, message: &str| wrong(node.get(key).unwrap_or(node), "invalid-rule", message, help);
    let Some(kind) = text("type")? else {
        return Err(wrong(
            node,
            "invalid-rule",
            "the rule has no type",
            "say what it makes of an operation, like type: tool",
        ));
    };
    let methods = texts("methods")?;
    let any = methods.iter().any(|method| method == "*");
    let methods = route::methods(methods.iter().map(String::as_str)).map_err(|message| at("methods", &message))?;
    let pattern = text("pattern")?.map(|pattern| Regex::new(&pattern)).transpose();
    Ok(Rule {
        methods: if any { Vec::new() } else { methods },
        pattern: pattern.map_err(|error| at("pattern", &format!("this is no regular expression: {error}")))?,
        tags: texts("tags")?,
        operation_id: text("operation_id")?,
        kind: route::kind(&kind).map_err(|message| at("type", &message))?,
        mcp_tags: texts("mcp_tags")?,
    })
}
