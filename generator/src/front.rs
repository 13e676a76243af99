//! The front end as a whole: from documents to the catalog, with everything that is to be told about them.

use std::collections::HashSet;

use crate::{
    diagnostic::Diagnostic,
    mapping::{self, MapOptions, Mapping},
    source::{Documents, Location},
    spec,
};

/// Reads the description that documents hold, and maps it. `told` are the diagnostics of reading the documents; they
/// come first in the mapping's.
///
/// # Errors
/// When it is no API description at all.
pub fn read(documents: &Documents, told: Vec<Diagnostic>, mut options: MapOptions) -> Result<Mapping, Box<Diagnostic>> {
    let (view, of_view) = spec::load(documents).map_err(Box::new)?;
    if let Location::Url(url) = documents.location(documents.root().document) {
        options.document_url = Some(url.clone());
    }
    let mut mapping = mapping::map(&view, &options);
    let mut diagnostics = told;
    diagnostics.extend(of_view);
    diagnostics.append(&mut mapping.diagnostics);
    // What many operations share is wrong once.
    let mut seen = HashSet::new();
    diagnostics
        .retain(|told| seen.insert((told.code, told.source.clone(), told.pointer.clone(), told.message.clone())));
    Ok(Mapping { diagnostics, ..mapping })
}
