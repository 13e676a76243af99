//! A catalog in the place of a description.

use std::{
    fs::File,
    io::{self, BufRead as _, Read as _},
};

use mcpgen_runtime::catalog::{BaseUrl, Catalog, is_catalog};

use super::{failure::Failure, flags};

/// How much of a file tells whether it is a catalog.
const HEAD: u64 = 256;
/// The largest catalog that is read, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;

/// Whether a catalog stands in the file, or on standard input (`-`). Only what can be looked at without being used up is.
pub(super) fn is_one(spec: &str) -> bool {
    let mut head = Vec::new();
    if spec == "-" {
        return io::stdin().lock().fill_buf().is_ok_and(is_catalog);
    }
    let file = File::open(spec).ok().filter(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()));
    file.is_some_and(|file| file.take(HEAD).read_to_end(&mut head).is_ok() && is_catalog(&head))
}

/// Reads the catalog; what flags say about it counts more.
pub(super) fn read(spec: &str, mapping: &flags::Mapping) -> Result<Catalog, Failure> {
    if let [first, ..] = mapping.given.as_slice() {
        return Err(Failure::usage(format!(
            "{spec} is a catalog, and `{first}` counts when one is made; give it to `mcpgen compile`, or serve the description itself"
        )));
    }
    let mut text = Vec::new();
    let outcome = match spec {
        "-" => io::stdin().lock().take(LARGEST + 1).read_to_end(&mut text),
        _ => File::open(spec).and_then(|file| {
            // Only a hint.
            text.reserve(
                file.metadata().map_or(0, |metadata| usize::try_from(metadata.len().min(LARGEST)).unwrap_or(0)) + 1,
            );
            file.take(LARGEST + 1).read_to_end(&mut text)
        }),
    };
    outcome.map_err(|error| Failure::usage(format!("cannot read {spec}: {error}")))?;
    if text.len() as u64 > LARGEST {
        return Err(Failure::usage(format!("{spec} is larger than the {LARGEST} bytes that are read of a catalog")));
    }
    let mut catalog = Catalog::from_json(&text).map_err(|error| {
        Failure::usage(format!(
            "{spec} is no catalog that can be served: {error}; write it again with `mcpgen compile`"
        ))
    })?;
    if let Some(url) = mapping.base_url() {
        catalog.base_url = Some(BaseUrl { url: url.trim_end_matches('/').to_owned(), credentials: true });
        catalog.operations.iter_mut().for_each(|operation| operation.base_url = None);
    }
    Ok(catalog)
}
