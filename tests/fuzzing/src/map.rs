//! A document to the catalog, to what clients list.

use std::collections::HashSet;

use mcpgen::{
    mapping::{self, MapMode, MapOptions, Mapping, OutputSchemas},
    source::Documents,
    spec,
};
use mcpgen_runtime::listing::Listing;
use serde_json::Value;

use crate::{grammar, load, schema};

/// Maps a document; bytes that are no text choose one.
pub fn map(bytes: &[u8]) {
    let (text, _) = crate::text_of(bytes, grammar::document);
    for (mode, output_schemas) in [(MapMode::Semantic, OutputSchemas::Strict), (MapMode::Tools, OutputSchemas::Loose)] {
        let Some(mapping) = mapped(&text, mode, output_schemas) else { return };
        let listing = Listing::new(&mapping.catalog);
        let mut names = HashSet::new();
        for tool in listing.tools.iter() {
            let tool: Value = serde_json::from_str(tool).expect("a listed tool is JSON");
            let name = tool["name"].as_str().unwrap_or_default();
            assert!(is_name(name), "{name:?} is a name");
            assert!(names.insert(name.to_owned()), "{name:?} is there once");
            schema::check_input(&tool["inputSchema"]);
            assert!(tool["outputSchema"].is_null() || tool["outputSchema"]["type"] == "object", "{tool}");
        }
        for (list, what) in [(&listing.resources, "uri"), (&listing.resource_templates, "uriTemplate")] {
            for component in list.iter() {
                let component: Value = serde_json::from_str(component).expect("a listed resource is JSON");
                assert!(component["name"].as_str().is_some_and(is_name), "{component}");
                assert!(component[what].as_str().is_some_and(|uri| uri.starts_with("api://")), "{component}");
            }
        }
        let catalog = serde_json::to_string(&mapping.catalog).expect("a catalog is JSON");
        serde_json::from_str::<mcpgen_runtime::catalog::Catalog>(&catalog).expect("what was written can be read");
    }
}

/// What mapping gives; none for a text that is no description.
pub(crate) fn mapped(text: &[u8], mode: MapMode, output_schemas: OutputSchemas) -> Option<Mapping> {
    let (documents, _) = Documents::from_text("fuzz", text, &crate::limits()).ok()?;
    let (description, _) = spec::load(&documents).ok()?;
    let options = MapOptions {
        mode,
        output_schemas,
        base_url: Some("http://127.0.0.1/base".to_owned()),
        ..MapOptions::default()
    };
    let mapping = mapping::map(&description, &options);
    load::check(&mapping.diagnostics, Some(&documents));
    assert!(mapping.left_out <= mapping.operations + description.operations.len());
    Some(mapping)
}

fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=56).contains(&name.len()) && name.bytes().all(legal)
}
