//! The lists and their pages; and the lists as the SDK wants them, made of the listing once, when it is first asked.

use std::{num::NonZeroUsize, ops::Range, sync::OnceLock};

use rmcp::{
    ErrorData,
    model::{Prompt, Resource, ResourceTemplate, Tool},
};
use serde::de::DeserializeOwned;

use super::cursor;
use crate::listing::{self, Listing};

/// A list of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListName {
    Tools,
    Resources,
    ResourceTemplates,
    Prompts,
}

impl ListName {
    /// The list that a method asks for.
    pub(super) fn of_method(method: &str) -> Option<Self> {
        [Self::Tools, Self::Resources, Self::ResourceTemplates, Self::Prompts]
            .into_iter()
            .find(|list| list.method() == method)
    }

    /// The method that asks for it.
    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Tools => "tools/list",
            Self::Resources => "resources/list",
            Self::ResourceTemplates => "resources/templates/list",
            Self::Prompts => "prompts/list",
        }
    }

    /// The field of the result that holds it.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::ResourceTemplates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }

    /// What its cursors say that they belong to.
    fn cursor_name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Resources => "resources",
            Self::ResourceTemplates => "templates",
            Self::Prompts => "prompts",
        }
    }

    /// Its entries, as they are listed.
    fn of(self, listing: &Listing) -> &listing::List {
        match self {
            Self::Tools => &listing.tools,
            Self::Resources => &listing.resources,
            Self::ResourceTemplates => &listing.resource_templates,
            Self::Prompts => &listing.prompts,
        }
    }

    /// The entries of the page that a cursor stands for, between commas, and the cursor of the next.
    pub(super) fn page<'l>(
        self,
        listing: &'l Listing,
        cursor: Option<&str>,
        size: Option<NonZeroUsize>,
    ) -> Result<(&'l str, Option<String>), ErrorData> {
        let entries = self.of(listing);
        let (page, next) = self.range(entries.len(), cursor, size)?;
        Ok((entries.slice(page.start, page.end), next))
    }

    fn range(
        self,
        length: usize,
        cursor: Option<&str>,
        size: Option<NonZeroUsize>,
    ) -> Result<(Range<usize>, Option<String>), ErrorData> {
        let start = match cursor {
            None => 0,
            Some(cursor) => {
                cursor::decode(self.cursor_name(), cursor).filter(|start| *start < length).ok_or_else(|| {
                    let message = format!(
                        "{cursor:?} is no cursor of this list; give the `nextCursor` of the last page, or none to begin"
                    );
                    ErrorData::invalid_params(message, None)
                })?
            }
        };
        let end = size.map_or(length, |size| start.saturating_add(size.get()).min(length));
        let next = (end < length).then(|| cursor::encode(self.cursor_name(), end));
        Ok((start..end, next))
    }
}

/// The lists.
pub(super) struct Lists {
    page_size: Option<NonZeroUsize>,
    tools: List<Tool>,
    resources: List<Resource>,
    resource_templates: List<ResourceTemplate>,
    prompts: List<Prompt>,
}

/// Entries of a page and the cursor of the next.
pub(super) type Page<T> = (Vec<T>, Option<String>);

impl Lists {
    pub(super) fn new(page_size: Option<NonZeroUsize>) -> Self {
        Self {
            page_size,
            tools: List::new(ListName::Tools),
            resources: List::new(ListName::Resources),
            resource_templates: List::new(ListName::ResourceTemplates),
            prompts: List::new(ListName::Prompts),
        }
    }

    /// How many entries a page has.
    pub(super) fn page_size(&self) -> Option<NonZeroUsize> {
        self.page_size
    }

    pub(super) fn tools(&self, listing: &Listing, cursor: Option<&str>) -> Result<Page<Tool>, ErrorData> {
        self.tools.page(listing, cursor, self.page_size)
    }

    pub(super) fn resources(&self, listing: &Listing, cursor: Option<&str>) -> Result<Page<Resource>, ErrorData> {
        self.resources.page(listing, cursor, self.page_size)
    }

    pub(super) fn resource_templates(
        &self,
        listing: &Listing,
        cursor: Option<&str>,
    ) -> Result<Page<ResourceTemplate>, ErrorData> {
        self.resource_templates.page(listing, cursor, self.page_size)
    }

    pub(super) fn prompts(&self, listing: &Listing, cursor: Option<&str>) -> Result<Page<Prompt>, ErrorData> {
        self.prompts.page(listing, cursor, self.page_size)
    }
}

/// One list.
struct List<T> {
    name: ListName,
    entries: OnceLock<Result<Vec<T>, String>>,
}

impl<T: DeserializeOwned + Clone> List<T> {
    fn new(name: ListName) -> Self {
        Self { name, entries: OnceLock::new() }
    }

    fn page(&self, listing: &Listing, cursor: Option<&str>, size: Option<NonZeroUsize>) -> Result<Page<T>, ErrorData> {
        let entries = self.entries.get_or_init(|| convert(self.name.of(listing))).as_ref().map_err(|error| {
            let message = format!("the answer to {} cannot be given: {error}", self.name.method());
            ErrorData::internal_error(message, None)
        })?;
        let (page, next) = self.name.range(entries.len(), cursor, size)?;
        Ok((entries[page].to_vec(), next))
    }
}

fn convert<T: DeserializeOwned>(listed: &listing::List) -> Result<Vec<T>, String> {
    listed.iter().map(|entry| serde_json::from_str(entry).map_err(|error| error.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows the cursors to the end.
    fn pages(count: usize, size: usize) -> Vec<Range<usize>> {
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let (page, next) = ListName::Tools.range(count, cursor.as_deref(), NonZeroUsize::new(size)).unwrap();
            pages.push(page);
            cursor = next;
            if cursor.is_none() {
                return pages;
            }
        }
    }

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "a page is a range")]
    fn pages_cover_a_list() {
        let cases: [(usize, usize, &[Range<usize>]); 6] = [
            (0, 2, &[0..0]),
            (1, 2, &[0..1]),
            (2, 2, &[0..2]),
            (3, 2, &[0..2, 2..3]),
            (3, 0, &[0..3]),
            (3, usize::MAX, &[0..3]),
        ];
        for (count, size, expected) in cases {
            assert_eq!(pages(count, size), expected, "{count} by {size}");
        }
    }

    #[test]
    fn a_cursor_beyond_the_list_or_of_another_is_refused() {
        let cases = [(cursor::encode("tools", 2), true), (cursor::encode("tools", 3), false), ("x".to_owned(), false)];
        for (cursor, taken) in cases {
            let page = ListName::Tools.range(3, Some(&cursor), None);
            assert_eq!(page.is_ok(), taken, "{cursor}");
            let page = ListName::Resources.range(3, Some(&cursor), None);
            assert_eq!(page.unwrap_err().code, rmcp::model::ErrorCode::INVALID_PARAMS, "{cursor}");
        }
    }
}
