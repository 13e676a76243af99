//! What a schema loses on its way to JSON Schema, and where that must not be.
//!
//! The conversion may admit more than the description does: `oneOf` becomes `anyOf`, and what nobody can check is left
//! out. Below `not`, and wherever else a schema that admits more makes a whole that admits less, that would refuse what
//! is right. There everything is said in full, or the keyword above it goes too.

use std::collections::HashMap;

use mcpgen_runtime::catalog::SchemaId;
use serde_json::{Map, Value};

use super::{
    Converter, DEEPEST, Direction, Form, Key, Step, has_nullable_branch, is_hidden,
    keywords::{LONGEST_ENUM, MAPS, SCHEMAS, TURNING, TYPES},
    kinds, properties, value,
    weight::combined,
};
use crate::{diagnostic::Severity, source::Kind, spec::Cursor};

/// The most schemas below one keyword that are looked at.
const MOST_LOOKED_AT: usize = 5_000;

/// Keywords that settle which members another keyword is left with.
const COVERING: [&str; 9] = [
    "$dynamicRef",
    "$recursiveRef",
    "allOf",
    "anyOf",
    "dependentSchemas",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "properties",
];
const BAD_PATTERN: &str = "a pattern that is no regular expression";
const DEEP_VALUE: &str = "a value that nests too deep";

/// How far a keyword depends on a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// On all that it says.
    All,
    /// On which members it covers.
    Beside,
}

/// What becomes of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exactness {
    /// It admits what it admitted.
    Same,
    /// It would admit more, and can be said in full.
    Loosened,
    /// Something in it cannot be said in full: this.
    Lost(&'static str),
}

impl Converter<'_> {
    /// Converts the keywords that must not have less below them than the description says.
    pub(super) fn turning(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        for name in ["not", "if"] {
            let Some(inner) = at.get(name).map(|inner| step.below(inner)) else { continue };
            if self.is_exact(name, step, inner, Reach::All) {
                own.insert(name.to_owned(), self.schema(inner.exactly(), uses));
            }
        }
        for name in ["then", "else"] {
            if let Some(inner) = at.get(name).filter(|_| own.contains_key("if")) {
                own.insert(name.to_owned(), self.schema(step.below(inner), uses));
            }
        }
        if let Some(inner) = at.get("contains").map(|inner| step.below(inner)) {
            let is_counted = own.contains_key("maxContains") && self.is_exact("maxContains", step, inner, Reach::All);
            if !is_counted {
                own.shift_remove("maxContains");
            }
            own.insert("contains".to_owned(), self.schema(if is_counted { inner.exactly() } else { inner }, uses));
        }
        // What is left over depends on all that is beside it.
        for name in ["unevaluatedItems", "unevaluatedProperties"] {
            if let Some(inner) = at.get(name)
                && self.is_exact(name, step, step, Reach::Beside)
            {
                own.insert(name.to_owned(), self.schema(step.below(inner), uses));
            }
        }
    }

    /// Whether what a keyword of `step` depends on can be said in full; tells where not.
    fn is_exact(&mut self, keyword: &str, step: Step<'_>, on: Step<'_>, reach: Reach) -> bool {
        // What is above has looked already.
        if step.form.exact {
            return true;
        }
        let Exactness::Lost(what) = self.exactness(on.at, step.form.direction, on.depth, reach) else { return true };
        self.tell(
            step.at.get(keyword).unwrap_or(step.at),
            Severity::Warning,
            "unchecked-keyword",
            format!("`{keyword}` depends on a schema with {what}, which cannot be checked; `{keyword}` is left out"),
            "say it in a way that can be checked",
        );
        false
    }

    /// What becomes of the schema at `at` and of what it leads to.
    fn exactness(&mut self, at: Cursor<'_>, direction: Direction, depth: usize, reach: Reach) -> Exactness {
        let key = (at.key(), direction, depth, reach);
        if let Some(known) = self.exactness.get(&key) {
            return *known;
        }
        let exactness = self.look(at, direction, depth, reach);
        self.exactness.insert(key, exactness);
        exactness
    }

    fn look(&mut self, at: Cursor<'_>, direction: Direction, depth: usize, reach: Reach) -> Exactness {
        let mut found = Exactness::Same;
        let mut deepest: HashMap<Key, usize> = HashMap::new();
        let mut open = vec![(at, depth)];
        while let Some((at, depth)) = open.pop() {
            if deepest.get(&at.key()).is_some_and(|known| *known >= depth) {
                continue;
            }
            deepest.insert(at.key(), depth);
            match at.kind() {
                Kind::Bool => continue,
                Kind::Object => {}
                _ => return Exactness::Lost("a part that is no schema"),
            }
            if depth > DEEPEST {
                return Exactness::Lost("a part that nests too deep");
            }
            if deepest.len() > MOST_LOOKED_AT || self.weights.is_heavy(at) {
                return Exactness::Lost("too many parts");
            }
            if at.reference().is_some() {
                match at.target(self.ref_siblings) {
                    Ok(target) => open.push((target, 0)),
                    Err(_) => return Exactness::Lost("a reference that leads nowhere"),
                }
                if !self.ref_siblings {
                    continue;
                }
            }
            let condition = at.get("if").filter(|_| reach == Reach::Beside);
            if let Some(condition) = condition
                && let lost @ Exactness::Lost(_) = self.exactness(condition, direction, depth + 1, Reach::All)
            {
                return lost;
            }
            if let Some(what) = self.lost(at, reach) {
                return Exactness::Lost(what);
            }
            let hides = || properties(at).into_iter().flat_map(Cursor::entries).any(|(_, at)| is_hidden(at, direction));
            if at.get("oneOf").is_some() || has_nullable_branch(at) || hides() {
                found = Exactness::Loosened;
            }
            let below = if reach == Reach::All { below(at) } else { combined(at) };
            open.extend(below.into_iter().map(|inner| (inner, depth + 1)));
        }
        found
    }

    /// What the keywords of a schema lose, if anything.
    fn lost(&mut self, at: Cursor<'_>, reach: Reach) -> Option<&'static str> {
        let matters = |name: &str| match reach {
            Reach::All => !kinds::is_annotation(name),
            Reach::Beside => COVERING.contains(&name),
        };
        if kinds::misfits(at).any(|(name, ..)| matters(name)) {
            return Some("a value of the wrong type");
        }
        for (name, inner) in at.entries().filter(|(name, _)| matters(name)) {
            let what = match name {
                "pattern" if !inner.as_str().is_none_or(|pattern| self.patterns.compiles(pattern)) => BAD_PATTERN,
                "patternProperties" if !inner.entries().all(|(pattern, _)| self.patterns.compiles(pattern)) => {
                    BAD_PATTERN
                }
                "enum" if !(1..=LONGEST_ENUM).contains(&inner.items().count()) => "an enum that is empty or too long",
                "enum" if inner.items().any(|item| value(item).is_none()) => DEEP_VALUE,
                "const" if value(inner).is_none() => DEEP_VALUE,
                "$dynamicRef" | "$recursiveRef" => "a dynamic reference",
                "type" if !is_known_type(inner) => "an unknown type",
                _ => continue,
            };
            return Some(what);
        }
        None
    }

    /// The form in which a reference needs what it leads to: one that is the same either way is there once.
    pub(super) fn form_of(&mut self, target: Cursor<'_>, form: Form) -> Form {
        let exact = form.exact && self.exactness(target, form.direction, 0, Reach::All) != Exactness::Same;
        Form { exact, ..form }
    }
}

/// The schemas right below the one at `at`, as far as they are checked.
fn below<'d>(at: Cursor<'d>) -> Vec<Cursor<'d>> {
    let mut found: Vec<Cursor<'d>> = properties(at).into_iter().flat_map(Cursor::entries).map(|(_, at)| at).collect();
    for (name, inner) in at.entries() {
        match name {
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => found.extend(inner.items()),
            "items" | "additionalItems" if inner.kind() == Kind::Array => found.extend(inner.items()),
            "items" | "additionalItems" | "additionalProperties" => found.push(inner),
            "contentSchema" => {}
            "then" | "else" if at.get("if").is_none() => {}
            name if SCHEMAS.contains(&name) || TURNING.contains(&name) => found.push(inner),
            name if MAPS.contains(&name) => found.extend(inner.entries().map(|(_, at)| at)),
            "dependencies" => {
                let schemas = inner.entries().map(|(_, at)| at).filter(|at| at.kind() != Kind::Array);
                found.extend(schemas);
            }
            _ => {}
        }
    }
    found
}

fn is_known_type(at: Cursor<'_>) -> bool {
    let is_known = |at: Cursor<'_>| at.kind() == Kind::Null || at.as_str().is_some_and(|name| TYPES.contains(&name));
    if at.kind() == Kind::Array { at.items().count() > 0 && at.items().all(is_known) } else { is_known(at) }
}

#[cfg(test)]
mod tests {
    use mcpgen_runtime::catalog::SchemaTable;
    use serde_json::json;

    use super::*;
    use crate::source::{Documents, LoadOptions};

    /// The schema `Root` of these, converted, and the codes of what was told.
    fn converted(schemas: &Value) -> (Value, Vec<&'static str>) {
        let (documents, _) =
            Documents::from_text("a.json", json!({"schemas": schemas}).to_string(), &LoadOptions::default())
                .expect("reads");
        let root = Cursor::root(&documents).get("schemas").and_then(|at| at.get("Root")).expect("a root");
        let (mut table, mut diagnostics) = (SchemaTable::default(), Vec::new());
        let converted = Converter::new(&mut table, true, &mut diagnostics).convert(root, Direction::Request);
        let id = table.intern(converted.schema.to_string(), converted.uses);
        let schema = serde_json::from_str(&table.assemble(id)).expect("JSON");
        (schema, diagnostics.iter().map(|one| one.code).collect())
    }

    #[test]
    fn what_turns_its_schema_round_has_it_in_full() {
        let a_or_b = json!([{"type": "string"}, {"maxLength": 3}]);
        let one = json!({"oneOf": a_or_b});
        let any = json!({"anyOf": a_or_b});
        let hiding = json!({"required": ["id"], "properties": {"id": {"readOnly": true}}});
        let kept = json!({"required": ["id"], "properties": {"id": {}}});
        let cases = [
            (one.clone(), any.clone()),
            (json!({"not": one}), json!({"not": one})),
            (json!({"not": {"not": {"items": one}}}), json!({"not": {"not": {"items": one}}})),
            (json!({"if": one, "then": one, "else": one}), json!({"if": one, "then": any, "else": any})),
            (json!({"contains": one}), json!({"contains": any})),
            (json!({"contains": one, "maxContains": 2}), json!({"contains": one, "maxContains": 2})),
            (json!({"propertyNames": one}), json!({"propertyNames": any})),
            (json!({"dependentSchemas": {"a": one}}), json!({"dependentSchemas": {"a": any}})),
            (json!({"not": {"oneOf": a_or_b, "nullable": true}}), json!({"not": {"anyOf": [one, {"type": "null"}]}})),
            (hiding.clone(), json!({"properties": {}})),
            (json!({"not": hiding}), json!({"not": kept})),
        ];
        for (stated, expected) in cases {
            let (schema, told) = converted(&json!({"Root": stated}));
            assert_eq!((&schema, told.as_slice()), (&expected, &[][..]), "{stated}");
        }
    }

    #[test]
    fn what_another_branch_hides_is_not_asked_for() {
        let (schema, told) = converted(&json!({
            "Root": {"allOf": [{"$ref": "#/schemas/Base"}, {"properties": {"id": {"readOnly": true}}}]},
            "Base": {"required": ["id", "name"], "properties": {"id": {}, "name": {}}},
        }));
        let base = json!({"properties": {"id": {}, "name": {}}, "required": ["name"]});
        assert_eq!((schema, told), (json!({"allOf": [base, {"properties": {}}]}), vec![]));
    }

    #[test]
    fn counts_may_be_written_with_a_point_and_lists_are_not_empty() {
        let (schema, told) = converted(&json!({"Root": {"maxLength": 2.0, "enum": [], "oneOf": []}}));
        assert_eq!((schema, told), (json!({"maxLength": 2}), vec!["wrong-type", "wrong-type"]));
    }

    #[test]
    fn a_definition_has_a_second_form_where_the_two_differ() {
        let reference = |name: &str| json!({"$ref": format!("#/schemas/{name}")});
        let (schema, _) = converted(&json!({
            "Root": {"allOf": [reference("A"), {"not": reference("A")}, reference("B"), {"not": reference("B")}]},
            "A": {"items": reference("C")},
            "B": {"type": "integer"},
            "C": {"oneOf": [{"type": "string"}, reference("A")]},
        }));
        let names: Vec<&String> = schema["$defs"].as_object().expect("definitions").keys().collect();
        assert_eq!(names.len(), 5, "{schema}");
        for name in ["A", "A.exact", "B", "C", "C.exact"] {
            assert!(names.iter().any(|known| *known == name), "{schema}");
        }
        assert_eq!(schema["$defs"]["A"]["items"]["$ref"], "#/$defs/C");
        assert_eq!(schema["$defs"]["A.exact"]["items"]["$ref"], "#/$defs/C.exact");
        assert!(schema["$defs"]["C"].get("anyOf").is_some() && schema["$defs"]["C.exact"].get("oneOf").is_some());
    }

    #[test]
    fn what_cannot_be_said_in_full_goes_with_what_turns_it_round() {
        let bad = json!({"pattern": "("});
        let deep = (0..40).fold(json!({"type": "string"}), |inner, _| json!({"items": inner}));
        let cases = [
            (json!({"not": bad}), json!({})),
            (json!({"not": {"items": {"$ref": "#/schemas/Gone"}}}), json!({})),
            (json!({"not": {"$ref": "#/schemas/Bad"}}), json!({})),
            (json!({"not": {"minLength": "long"}}), json!({})),
            (json!({"not": {"title": 7, "type": "string"}}), json!({"not": {"title": "7", "type": "string"}})),
            (json!({"not": deep}), json!({})),
            (json!({"not": {"$dynamicRef": "#x"}}), json!({})),
            (json!({"not": {"type": "thing"}}), json!({})),
            (json!({"not": {"enum": (0..2_000).collect::<Vec<_>>()}}), json!({})),
            (json!({"not": [1]}), json!({})),
            (json!({"if": bad, "then": {"type": "string"}, "else": {"type": "null"}}), json!({})),
            (
                json!({"contains": {"items": bad}, "minContains": 1, "maxContains": 2}),
                json!({"minContains": 1, "contains": {"items": {}}}),
            ),
            (json!({"unevaluatedProperties": false, "$ref": "#/schemas/Gone"}), json!({})),
            (json!({"unevaluatedProperties": false, "if": bad, "then": {"properties": {"a": true}}}), json!({})),
            (
                json!({"unevaluatedProperties": false, "properties": {"a": bad}}),
                json!({"properties": {"a": {}}, "unevaluatedProperties": false}),
            ),
            (json!({"patternProperties": {"(": {}}, "additionalProperties": false}), json!({"patternProperties": {}})),
        ];
        for (stated, expected) in cases {
            let (schema, told) = converted(&json!({"Root": stated, "Bad": {"not": bad}}));
            assert_eq!(schema, expected, "{stated}");
            assert_eq!(told.is_empty(), stated["not"]["title"] == 7, "{stated}: {told:?}");
        }
    }
}
