//! Every schema that a client sees is one: it keeps to JSON Schema 2020-12, compiles, and has nothing of OpenAPI's own.
//!
//! The fixtures are always looked at; what lies below the folder in `MCPGEN_CORPUS` too.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use mcpgen::{
    mapping::{self, MapMode, MapOptions, OutputSchemas},
    source::{Documents, LoadOptions},
    spec,
};
use mcpgen_runtime::listing::Listing;
use serde_json::Value;

/// Keywords that OpenAPI adds to JSON Schema, and those that JSON Schema no longer has.
const FOREIGN: [&str; 10] = [
    "nullable",
    "discriminator",
    "xml",
    "externalDocs",
    "example",
    "definitions",
    "dependencies",
    "additionalItems",
    "$recursiveRef",
    "id",
];
/// Keywords that LLM APIs refuse at the root of arguments.
const NOT_AT_THE_ROOT: [&str; 5] = ["oneOf", "anyOf", "allOf", "not", "enum"];

#[test]
fn of_the_fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/specs");
    assert!(check(&folder) > 20, "the fixtures have tools");
}

#[test]
fn of_the_corpus() {
    match std::env::var_os("MCPGEN_CORPUS") {
        Some(folder) => println!("{} schemas hold", check(Path::new(&folder))),
        None => println!("skipped: MCPGEN_CORPUS names no folder of descriptions"),
    }
}

/// How many different schemas there are below a folder; all of them hold.
fn check(folder: &Path) -> usize {
    // Many descriptions have schemas in common, and the two kinds of output schemas the inputs.
    let mut seen = HashSet::new();
    for path in descriptions(folder) {
        let Ok((documents, _)) = Documents::load(&path.to_string_lossy(), &LoadOptions::default(), None) else {
            continue;
        };
        let Ok((description, _)) = spec::load(&documents) else { continue };
        for output_schemas in [OutputSchemas::Loose, OutputSchemas::Strict] {
            let options = MapOptions { mode: MapMode::Tools, output_schemas, ..MapOptions::default() };
            let listing = Listing::new(&mapping::map(&description, &options).catalog);
            for tool in listing.tools.iter() {
                let tool: Value = serde_json::from_str(tool).expect("a tool is JSON");
                for which in ["inputSchema", "outputSchema"] {
                    let Some(schema) = tool.get(which) else { continue };
                    if seen.insert(schema.to_string()) {
                        hold(schema, which)
                            .unwrap_or_else(|why| panic!("{}: {which} of {}: {why}", path.display(), tool["name"]));
                    }
                }
            }
        }
    }
    seen.len()
}

fn descriptions(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension != "tsv" && extension != "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn hold(schema: &Value, which: &str) -> Result<(), String> {
    jsonschema::draft202012::meta::validate(schema).map_err(|error| format!("{error} at {}", error.instance_path()))?;
    jsonschema::draft202012::new(schema).map_err(|error| format!("it does not compile: {error}"))?;
    if schema["type"] != "object" {
        return Err("its root is no object".to_owned());
    }
    let composed = NOT_AT_THE_ROOT.into_iter().find(|keyword| schema.get(keyword).is_some());
    if let Some(keyword) = composed.filter(|_| which == "inputSchema") {
        return Err(format!("`{keyword}` stands at its root"));
    }
    let mut referred = HashSet::new();
    walk(schema, &mut referred)?;
    let defined = schema.get("$defs").and_then(Value::as_object);
    let unused = defined.into_iter().flat_map(|defined| defined.keys()).find(|name| !referred.contains(name.as_str()));
    unused.map_or(Ok(()), |name| Err(format!("the definition {name} is not used")))
}

/// Looks at a schema and those in it.
fn walk<'v>(schema: &'v Value, referred: &mut HashSet<&'v str>) -> Result<(), String> {
    let Value::Object(keywords) = schema else { return Ok(()) };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            (keyword, _) if FOREIGN.contains(&keyword) || keyword.starts_with("x-") => {
                return Err(format!("`{keyword}` is no keyword of JSON Schema 2020-12"));
            }
            ("$ref", Value::String(reference)) => {
                referred.insert(reference.strip_prefix("#/$defs/").ok_or(format!("{reference} leads elsewhere"))?);
            }
            ("properties" | "patternProperties" | "$defs" | "dependentSchemas", Value::Object(named)) => {
                named.values().try_for_each(|inner| walk(inner, referred))?;
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(branches)) => {
                branches.iter().try_for_each(|inner| walk(inner, referred))?;
            }
            ("default" | "examples" | "enum" | "const", _) => {}
            (_, inner) => walk(inner, referred)?,
        }
    }
    if keywords.get("type").is_some_and(|t| t == "array")
        && !["items", "prefixItems"].iter().any(|k| keywords.contains_key(*k))
    {
        return Err("an array has no `items`".to_owned());
    }
    Ok(())
}
