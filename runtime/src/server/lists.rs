//! The lists as the SDK wants them: made of the catalog's listing once, when a client first asks, and given in pages.

use std::{num::NonZeroUsize, sync::OnceLock};

use rmcp::{
    ErrorData,
    model::{Resource, ResourceTemplate, Tool},
};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::cursor;
use crate::listing::Listing;

/// The three lists.
pub(super) struct Lists {
    page_size: Option<NonZeroUsize>,
    tools: List<Tool>,
    resources: List<Resource>,
    resource_templates: List<ResourceTemplate>,
}

/// Entries of a page and the cursor of the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

impl Lists {
    pub(super) fn new(page_size: Option<NonZeroUsize>) -> Self {
        Self {
            page_size,
            tools: List::new("tools"),
            resources: List::new("resources"),
            resource_templates: List::new("templates"),
        }
    }

    pub(super) fn tools(&self, listing: &Listing, cursor: Option<&str>) -> Result<Page<Tool>, ErrorData> {
        self.tools.page(&listing.tools, cursor, self.page_size)
    }

    pub(super) fn resources(&self, listing: &Listing, cursor: Option<&str>) -> Result<Page<Resource>, ErrorData> {
        self.resources.page(&listing.resources, cursor, self.page_size)
    }

    pub(super) fn resource_templates(
        &self,
        listing: &Listing,
        cursor: Option<&str>,
    ) -> Result<Page<ResourceTemplate>, ErrorData> {
        self.resource_templates.page(&listing.resource_templates, cursor, self.page_size)
    }
}

/// One list.
struct List<T> {
    /// What its cursors say that they belong to.
    name: &'static str,
    entries: OnceLock<Result<Vec<T>, String>>,
}

impl<T: DeserializeOwned + Clone> List<T> {
    fn new(name: &'static str) -> Self {
        Self { name, entries: OnceLock::new() }
    }

    fn page(
        &self,
        listed: &[Box<RawValue>],
        cursor: Option<&str>,
        size: Option<NonZeroUsize>,
    ) -> Result<Page<T>, ErrorData> {
        let entries = self.entries.get_or_init(|| convert(listed)).as_ref().map_err(|error| {
            ErrorData::internal_error(format!("the list of {} cannot be given: {error}", self.name), None)
        })?;
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                cursor::decode(self.name, cursor).filter(|start| *start < entries.len()).ok_or_else(|| {
                    let message = format!(
                        "{cursor:?} is no cursor of this list; give the `nextCursor` of the last page, or none to begin"
                    );
                    ErrorData::invalid_params(message, None)
                })?
            }
        };
        let end = size.map_or(entries.len(), |size| start.saturating_add(size.get()).min(entries.len()));
        let next = (end < entries.len()).then(|| cursor::encode(self.name, end));
        Ok((entries[start..end].to_vec(), next))
    }
}

fn convert<T: DeserializeOwned>(listed: &[Box<RawValue>]) -> Result<Vec<T>, String> {
    listed.iter().map(|entry| serde_json::from_str(entry.get()).map_err(|error| error.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(count: usize) -> Vec<Box<RawValue>> {
        (0..count).map(|n| serde_json::value::to_raw_value(&n).unwrap()).collect()
    }

    /// Follows the cursors to the end.
    fn pages(count: usize, size: usize) -> Vec<Vec<usize>> {
        let (list, listed) = (List::<usize>::new("tools"), listed(count));
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let (page, next) = list.page(&listed, cursor.as_deref(), NonZeroUsize::new(size)).unwrap();
            pages.push(page);
            cursor = next;
            if cursor.is_none() {
                return pages;
            }
        }
    }

    #[test]
    fn pages_cover_a_list() {
        let cases: [(usize, usize, Vec<Vec<usize>>); 6] = [
            (0, 2, vec![vec![]]),
            (1, 2, vec![vec![0]]),
            (2, 2, vec![vec![0, 1]]),
            (3, 2, vec![vec![0, 1], vec![2]]),
            (3, 0, vec![vec![0, 1, 2]]),
            (3, usize::MAX, vec![vec![0, 1, 2]]),
        ];
        for (count, size, expected) in cases {
            assert_eq!(pages(count, size), expected, "{count} by {size}");
        }
    }

    #[test]
    fn a_cursor_beyond_the_list_is_refused() {
        let (list, listed) = (List::<usize>::new("tools"), listed(3));
        for (cursor, taken) in [(cursor::encode("tools", 2), true), (cursor::encode("tools", 3), false)] {
            let page = list.page(&listed, Some(&cursor), None);
            assert_eq!(page.is_ok(), taken, "{cursor}");
        }
        let error = list.page(&listed, Some("x"), None).unwrap_err();
        assert_eq!(error.code, rmcp::model::ErrorCode::INVALID_PARAMS);
    }
}
