//! The keywords of one Schema Object, each to what JSON Schema 2020-12 has for it.

use mcpgen_runtime::catalog::SchemaId;
use serde_json::{Map, Value, json};

use super::{Converter, Direction, Step, is_hidden, set_description, value};
use crate::{diagnostic::Severity, mapping::text, source::Kind, spec::Cursor};

/// The most values that an `enum` lists; a longer one would flood the model and is told in words.
pub(super) const LONGEST_ENUM: usize = 1_000;
/// The bytes from which on an `enum` is a definition, so that a schema that repeats it has it once.
const LARGE_ENUM: usize = 1_024;

pub(super) const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];
/// What people write for them.
const SYNONYMS: [(&str, &str); 10] = [
    ("bool", "boolean"),
    ("date", "string"),
    ("datetime", "string"),
    ("double", "number"),
    ("file", "string"),
    ("float", "number"),
    ("int", "integer"),
    ("list", "array"),
    ("long", "integer"),
    ("map", "object"),
];
/// Keywords whose value is one schema, and admit more where it does.
pub(super) const SCHEMAS: [&str; 2] = ["contentSchema", "propertyNames"];
/// Those that may admit less where it admits more, and what goes with them.
pub(super) const TURNING: [&str; 7] =
    ["contains", "else", "if", "not", "then", "unevaluatedItems", "unevaluatedProperties"];
/// Keywords whose value maps names to schemas.
pub(super) const MAPS: [&str; 2] = ["patternProperties", "dependentSchemas"];
/// Keywords whose value is a count.
const COUNTS: [&str; 8] =
    ["maxContains", "maxItems", "maxLength", "maxProperties", "minContains", "minItems", "minLength", "minProperties"];

impl Converter<'_> {
    /// Converts the keywords of the object at `at`, but for `$ref` and `nullable`, into `own`.
    pub(super) fn keywords(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        self.kinds(at);
        self.types(at, own);
        annotations(at, own);
        self.values(step, uses, own);
        numbers(at, own);
        for name in COUNTS {
            if let Some(count) = at.get(name).and_then(count) {
                own.insert(name.to_owned(), count.into());
            }
        }
        if at.flag("uniqueItems") {
            own.insert("uniqueItems".to_owned(), true.into());
        }
        self.pattern(at, own);
        self.object(step, uses, own);
        self.array(step, uses, own);
        for name in SCHEMAS {
            if let Some(inner) = at.get(name) {
                own.insert(name.to_owned(), self.schema(step.below(inner), uses));
            }
        }
        if let Some(stated) = at.get("patternProperties").filter(|stated| stated.is_object()) {
            self.pattern_properties(stated, step, uses, own);
        }
        if self.is_heavy(at) {
            own.shift_remove("maxContains");
        } else {
            self.combinations(step, uses, own);
            self.turning(step, uses, own);
            self.dependent(step, uses, own);
        }
        for name in ["contentEncoding", "contentMediaType"] {
            if let Some(text) = at.get(name).and_then(Cursor::as_str) {
                own.insert(name.to_owned(), text.into());
            }
        }
        for name in ["$dynamicRef", "$recursiveRef"] {
            if let Some(stated) = at.get(name) {
                let message = format!("`{name}` depends on who refers to it; what it leads to is not checked");
                self.tell(stated, Severity::Note, "dynamic-reference", message, "refer to one schema by `$ref`");
            }
        }
    }

    /// `dependentRequired` and `dependentSchemas`, and `dependencies`, which both come from.
    fn dependent(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            for (name, needs) in step.at.get(keyword).into_iter().flat_map(Cursor::entries) {
                if keyword != "dependentSchemas" && needs.kind() == Kind::Array {
                    required.insert(name.to_owned(), json!(strings(needs)));
                } else if keyword != "dependentRequired" {
                    let schema = self.schema(step.below(needs), uses);
                    let schema = match schemas.shift_remove(name) {
                        Some(other) => json!({"allOf": [other, schema]}),
                        None => schema,
                    };
                    schemas.insert(name.to_owned(), schema);
                }
            }
        }
        for (keyword, found) in [("dependentRequired", required), ("dependentSchemas", schemas)] {
            if !found.is_empty() {
                own.insert(keyword.to_owned(), found.into());
            }
        }
    }

    fn pattern_properties(
        &mut self,
        stated: Cursor<'_>,
        step: Step<'_>,
        uses: &mut Vec<SchemaId>,
        own: &mut Map<String, Value>,
    ) {
        let mut map = Map::new();
        for (pattern, inner) in stated.entries() {
            if self.patterns.compiles(pattern) {
                map.insert(pattern.to_owned(), self.schema(step.below(inner), uses));
            } else {
                self.tell_pattern(inner, pattern);
                // What the pattern would have matched is not what is left over.
                own.shift_remove("additionalProperties");
            }
        }
        own.insert("patternProperties".to_owned(), map.into());
    }

    /// Whether what the schema combines is left out, which is told.
    pub(super) fn is_heavy(&mut self, at: Cursor<'_>) -> bool {
        let is_heavy = self.weights.is_heavy(at);
        if is_heavy {
            self.tell(
                at,
                Severity::Warning,
                "heavy-schema",
                "this schema combines others in so many ways that checking a value would not end; what it combines is left out",
                "let fewer schemas combine one another",
            );
        }
        is_heavy
    }

    fn types(&mut self, at: Cursor<'_>, own: &mut Map<String, Value>) {
        let Some(stated) = at.get("type") else { return };
        let mut types: Vec<&str> = Vec::new();
        let names: Vec<Cursor<'_>> = if stated.kind() == Kind::Array { stated.items().collect() } else { vec![stated] };
        for name in names {
            // YAML reads an unquoted null as the value.
            let name = if name.kind() == Kind::Null { Some("null") } else { name.as_str() };
            let name = name.unwrap_or_default();
            let meant = TYPES.iter().find(|known| **known == name).copied();
            let meant = meant.or_else(|| {
                let lower = name.to_ascii_lowercase();
                let synonym = SYNONYMS.iter().find(|(word, _)| *word == lower).map(|(_, known)| *known);
                synonym.or_else(|| TYPES.iter().find(|known| **known == lower).copied())
            });
            // `file` is a type of Swagger 2.0.
            if meant != Some(name) && name != "file" {
                let taken = meant.map_or("left out".to_owned(), |meant| format!("read as {meant:?}"));
                self.tell(
                    stated,
                    Severity::Warning,
                    "unknown-type",
                    format!("{name:?} is no type of JSON Schema; it is {taken}"),
                    "the types are string, number, integer, boolean, array, object and null",
                );
            }
            types.extend(meant.filter(|meant| !types.contains(meant)));
        }
        match types[..] {
            [] => {}
            [name] => {
                own.insert("type".to_owned(), name.into());
            }
            _ => {
                own.insert("type".to_owned(), types.into());
            }
        }
    }

    fn values(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        if let Some(values) = at.get("enum").filter(|values| values.kind() == Kind::Array) {
            let mut unique: Vec<Value> = Vec::new();
            let mut seen = std::collections::HashSet::new();
            for value in values.items() {
                let Some(value) = enum_value(value, own.get("type")) else {
                    return self.tell_deep_value(values);
                };
                if seen.insert(value.to_string()) {
                    unique.push(value);
                }
            }
            if unique.len() > LONGEST_ENUM {
                self.tell(
                    values,
                    Severity::Warning,
                    "long-enum",
                    format!("this enum has {} values; they are not listed and not checked", unique.len()),
                    "if the values matter to a model, name them in the description",
                );
                let first: Vec<String> = unique.iter().take(20).map(Value::to_string).collect();
                let told = own.get("description").and_then(Value::as_str).unwrap_or_default();
                let told = format!("{told}\nOne of {} values: {}, …", unique.len(), first.join(", "));
                set_description(own, &told);
            } else if !unique.is_empty() {
                let size: usize = seen.iter().map(|value| value.len() + 1).sum();
                if size > LARGE_ENUM && !own.contains_key("$ref") {
                    let (id, name) = self.shared_enum(values, &unique, step.form.direction);
                    if !uses.contains(&id) {
                        uses.push(id);
                    }
                    own.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
                } else {
                    own.insert("enum".to_owned(), unique.into());
                }
            }
        }
        if let Some(stated) = at.get("const") {
            match value(stated) {
                Some(value) => {
                    own.insert("const".to_owned(), value);
                }
                None => self.tell_deep_value(stated),
            }
        }
    }

    fn tell_deep_value(&mut self, at: Cursor<'_>) {
        self.tell(
            at,
            Severity::Warning,
            "deep-value",
            "a value here nests too deep to be listed; it is left out and not checked",
            "describe the value by a schema",
        );
    }

    fn pattern(&mut self, at: Cursor<'_>, own: &mut Map<String, Value>) {
        let Some(stated) = at.get("pattern") else { return };
        let Some(pattern) = stated.as_str() else { return };
        if self.patterns.compiles(pattern) {
            own.insert("pattern".to_owned(), pattern.into());
        } else {
            self.tell_pattern(stated, pattern);
        }
    }

    fn tell_pattern(&mut self, at: Cursor<'_>, pattern: &str) {
        let pattern = text::clean_line(pattern, 80);
        self.tell(
            at,
            Severity::Warning,
            "invalid-pattern",
            format!("the pattern {pattern:?} is no regular expression; it is left out and not checked"),
            "patterns are regular expressions of ECMA-262",
        );
    }

    fn object(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        let mut hidden = Vec::new();
        if let Some(stated) = super::properties(at) {
            let mut properties = Map::new();
            for (name, inner) in stated.entries() {
                if step.hides(inner) {
                    hidden.push(name);
                } else {
                    properties.insert(name.to_owned(), self.schema(step.below(inner), uses));
                }
            }
            own.insert("properties".to_owned(), properties.into());
        }
        // Swagger 2.0 and older habits write `required: true` beside a property; only a list has a meaning here.
        if let Some(stated) = at.get("required").filter(|stated| stated.kind() == Kind::Array) {
            if at.get("allOf").is_some() && !step.form.exact {
                hidden = self::hidden(at, step.form.direction);
            }
            let mut required = strings(stated);
            required.retain(|name| !hidden.contains(&name.as_str()));
            if !required.is_empty() {
                own.insert("required".to_owned(), json!(required));
            }
        }
        if let Some(inner) = at.get("additionalProperties") {
            own.insert("additionalProperties".to_owned(), self.schema(step.below(inner), uses));
        }
    }

    fn array(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        let tuple = at.get("prefixItems").or_else(|| at.get("items").filter(|items| items.kind() == Kind::Array));
        if let Some(tuple) = tuple.filter(|tuple| tuple.kind() == Kind::Array) {
            let items: Vec<Value> = tuple.items().map(|item| self.schema(step.below(item), uses)).collect();
            if !items.is_empty() {
                own.insert("prefixItems".to_owned(), items.into());
            }
        }
        // Before 2020-12 `items` could be a tuple, and `additionalItems` said what follows it.
        let is_tuple = |items: &Cursor<'_>| items.kind() == Kind::Array;
        let rest = at.get("additionalItems").filter(|_| at.get("items").is_some_and(|items| is_tuple(&items)));
        if let Some(items) = at.get("items").filter(|items| !is_tuple(items)).or(rest) {
            own.insert("items".to_owned(), self.schema(step.below(items), uses));
        }
        let is_array = own
            .get("type")
            .is_some_and(|t| t == "array" || t.as_array().is_some_and(|t| t.iter().any(|t| t == "array")));
        if is_array && !own.contains_key("items") && !own.contains_key("prefixItems") {
            own.insert("items".to_owned(), json!({}));
        }
    }

    fn combinations(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>, own: &mut Map<String, Value>) {
        let at = step.at;
        let hidden =
            if step.form.exact || at.get("allOf").is_none() { Vec::new() } else { hidden(at, step.form.direction) };
        let mut all = self.all(step, &hidden, uses);
        let mut any = self.branches(step, "anyOf", uses);
        let mut one = self.branches(step, "oneOf", uses);
        // What one branch requires and another hides is not asked for either.
        for branch in all.iter_mut().filter_map(Value::as_object_mut).filter(|_| !hidden.is_empty()) {
            if let Some(Value::Array(required)) = branch.get_mut("required") {
                required.retain(|name| !name.as_str().is_some_and(|name| hidden.contains(&name)));
            }
        }
        discriminate(at, "oneOf", &mut one);
        discriminate(at, "anyOf", &mut any);
        if !one.is_empty() || !any.is_empty() {
            tell_tag(at, own);
        }
        // Branches of a oneOf overlap in real documents, so it is checked as anyOf.
        if step.form.exact && !one.is_empty() {
            own.insert("oneOf".to_owned(), std::mem::take(&mut one).into());
        }
        match (any.is_empty(), one.is_empty()) {
            (true, true) => {}
            (false, true) => {
                own.insert("anyOf".to_owned(), any.into());
            }
            (true, false) => {
                own.insert("anyOf".to_owned(), one.into());
            }
            (false, false) => {
                own.insert("anyOf".to_owned(), any.into());
                all.push(json!({"anyOf": one}));
            }
        }
        if !all.is_empty() {
            own.insert("allOf".to_owned(), all.into());
        }
    }

    /// The branches of an `allOf`, with what has to be taken out of one in sight.
    fn all(&mut self, step: Step<'_>, hidden: &[&str], uses: &mut Vec<SchemaId>) -> Vec<Value> {
        let branches = step.at.get("allOf").into_iter().flat_map(Cursor::items);
        let requires = |branch: Cursor<'_>, siblings: bool| {
            let target = branch.reference().and_then(|_| branch.target(siblings).ok())?;
            let own = self::hidden(target, step.form.direction);
            let mut names = target.get("required").into_iter().flat_map(Cursor::items).filter_map(Cursor::as_str);
            names.any(|name| hidden.contains(&name) && !own.contains(&name)).then_some(target.key())
        };
        branches
            .map(|branch| {
                let shown = if hidden.is_empty() { None } else { requires(branch, self.ref_siblings) };
                self.schema(step.below(shown.map_or(branch, |key| branch.elsewhere(key))), uses)
            })
            .collect()
    }

    fn branches(&mut self, step: Step<'_>, keyword: &str, uses: &mut Vec<SchemaId>) -> Vec<Value> {
        let branches = step.at.get(keyword).into_iter().flat_map(Cursor::items);
        branches.map(|branch| self.schema(step.below(branch), uses)).collect()
    }
}

fn annotations(at: Cursor<'_>, own: &mut Map<String, Value>) {
    if let Some(title) = at.text_of("title") {
        let title = text::clean_line(&title, text::TITLE);
        if !title.is_empty() {
            own.insert("title".to_owned(), title.into());
        }
    }
    if let Some(description) = at.text_of("description") {
        set_description(own, &description);
    }
    if let Some(format) = at.get("format").and_then(Cursor::as_str) {
        own.insert("format".to_owned(), format.into());
    }
    if let Some(default) = at.get("default").and_then(value) {
        own.insert("default".to_owned(), default);
    }
    if at.flag("deprecated") {
        own.insert("deprecated".to_owned(), true.into());
    }
    let mut examples: Vec<Value> = at.get("example").and_then(value).into_iter().collect();
    examples.extend(at.get("examples").into_iter().flat_map(Cursor::items).filter_map(value));
    if !examples.is_empty() {
        own.insert("examples".to_owned(), examples.into());
    }
}

fn numbers(at: Cursor<'_>, own: &mut Map<String, Value>) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let value = at.get(bound).and_then(number);
        match at.get(exclusive) {
            Some(flag) if flag.as_bool().is_some() => {
                if let Some(value) = value {
                    let name = if flag.as_bool() == Some(true) { exclusive } else { bound };
                    own.insert(name.to_owned(), value.into());
                }
            }
            stated => {
                if let Some(value) = value {
                    own.insert(bound.to_owned(), value.into());
                }
                if let Some(value) = stated.and_then(number) {
                    own.insert(exclusive.to_owned(), value.into());
                }
            }
        }
    }
    if let Some(value) = at.get("multipleOf").and_then(number).filter(|value| value.as_f64().is_some_and(|v| v > 0.0)) {
        own.insert("multipleOf".to_owned(), value.into());
    }
}

/// The properties that a schema and what it is made of by `allOf` leave out in this direction.
fn hidden(at: Cursor<'_>, direction: Direction) -> Vec<&str> {
    let (mut names, mut open, mut seen) = (Vec::new(), vec![at], Vec::new());
    while let Some(at) = open.pop() {
        let Ok(at) = at.resolve() else { continue };
        // What references share is looked at once.
        if seen.contains(&at.key()) {
            continue;
        }
        seen.push(at.key());
        let own = super::properties(at).into_iter().flat_map(Cursor::entries);
        names.extend(own.filter(|(_, inner)| is_hidden(*inner, direction)).map(|(name, _)| name));
        open.extend(at.get("allOf").into_iter().flat_map(Cursor::items));
    }
    names
}

/// What a `discriminator` without a mapping says: each branch goes by the name of its schema. In words, because the
/// values that an API takes often differ from these names.
fn tell_tag(at: Cursor<'_>, own: &mut Map<String, Value>) {
    let Some(discriminator) = at.get("discriminator").filter(|one| one.get("mapping").is_none()) else { return };
    let Some(tag) = discriminator.get("propertyName").and_then(Cursor::as_str) else { return };
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| at.get(keyword)).flat_map(Cursor::items);
    let names: Vec<&str> = branches.filter_map(|branch| branch.reference()?.rsplit('/').next()).collect();
    if names.is_empty() {
        return;
    }
    let told = own.get("description").and_then(Value::as_str).unwrap_or_default();
    let told = format!("{told}\n{tag} says which it is: {}", names.join(", "));
    set_description(own, &told);
}

/// What an explicit `discriminator.mapping` says, as plain keywords beside each branch's `$ref`.
fn discriminate(at: Cursor<'_>, keyword: &str, converted: &mut [Value]) {
    let Some(discriminator) = at.get("discriminator") else { return };
    let Some(tag) = discriminator.get("propertyName").and_then(Cursor::as_str) else { return };
    let Some(mapping) = discriminator.get("mapping") else { return };
    let branches: Vec<Cursor<'_>> = at.get(keyword).into_iter().flat_map(Cursor::items).collect();
    for (branch, schema) in branches.iter().zip(converted) {
        let Some(reference) = branch.reference() else { continue };
        let own_name = reference.rsplit('/').next().unwrap_or(reference);
        let values: Vec<&str> = mapping
            .entries()
            .filter(|(_, target)| target.as_str().is_some_and(|target| target == reference || target == own_name))
            .map(|(value, _)| value)
            .collect();
        let Value::Object(schema) = schema else { continue };
        if values.is_empty() || !schema.contains_key("$ref") || schema.contains_key("properties") {
            continue;
        }
        schema.insert("properties".to_owned(), json!({tag: {"enum": values}}));
        schema.insert("required".to_owned(), json!([tag]));
    }
}

/// A number that is whole and not negative, however it was written.
pub(super) fn count(at: Cursor<'_>) -> Option<u64> {
    let number = number(at)?;
    number.as_u64().or_else(|| number.as_str().strip_suffix(".0")?.parse().ok())
}

/// A number, also where it was written as a string.
pub(super) fn number(at: Cursor<'_>) -> Option<serde_json::Number> {
    match at.to_value() {
        Value::Number(number) => Some(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A value of an enum; one that YAML read as another scalar is the string that was written where strings are wanted, and
/// a string that holds a number is that number where numbers are.
fn enum_value(at: Cursor<'_>, wanted: Option<&Value>) -> Option<Value> {
    let only = |name: &str| wanted.is_some_and(|wanted| wanted == name);
    match at.kind() {
        Kind::Bool | Kind::Number if only("string") => at.text().map(Into::into),
        Kind::String if only("integer") || only("number") => number(at).map(Value::Number).or_else(|| value(at)),
        _ => value(at),
    }
}

fn strings(at: Cursor<'_>) -> Vec<String> {
    let mut strings: Vec<String> = Vec::new();
    for text in at.items().filter_map(Cursor::text) {
        if !strings.iter().any(|known| *known == text) {
            strings.push(text.into_owned());
        }
    }
    strings
}
