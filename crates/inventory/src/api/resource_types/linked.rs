//! Lists with links to their pages.

use legacy::Params;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{errors::Failure, page::Page};

/// A page, with links to others. The links have a fixed beginning, whatever base was called.
#[derive(Debug, Serialize, ToSchema)]
pub struct Linked<T> {
    /// How many there are.
    pub meta: Meta,
    /// Where other pages are.
    pub links: Links,
    /// Those of this page.
    pub data: Vec<T>,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// On all pages.
    pub count: i64,
}

/// Where other pages are.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Links {
    /// The first page.
    pub first: String,
    /// The page before this one; null on the first.
    pub previous: Option<String>,
    /// The page after this one; null on the last.
    pub next: Option<String>,
    /// The last page.
    pub last: String,
}

impl<T> Linked<T> {
    /// A page of a list at this path, of which there are `count` entries in all.
    pub fn new(path: &str, page: Page, count: i64, data: Vec<T>) -> Self {
        let Page { page, per_page } = page;
        let at = |page: i64| format!("{path}?per_page={per_page}&page={page}");
        let last = count.max(1).saturating_add(per_page - 1) / per_page;
        let links = Links {
            first: at(1),
            previous: (page > 1).then(|| at(page - 1)),
            next: (page < last).then(|| at(page + 1)),
            last: at(last),
        };
        Self { meta: Meta { count }, links, data }
    }
}

/// The page that is asked for: ten entries where nothing else is said.
pub(super) fn page(params: &Params) -> Result<Page, Failure> {
    let per_page = params.integer("per_page", 10, 1, 100)?;
    Ok(Page { per_page, ..Page::read(params)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(page: i64, count: i64) -> Links {
        Linked::<()>::new("/x", Page { page, per_page: 10 }, count, Vec::new()).links
    }

    #[test]
    fn pages_are_linked_with_their_neighbours() {
        let at = |page: i64| format!("/x?per_page=10&page={page}");
        let middle = Links { first: at(1), previous: Some(at(1)), next: Some(at(3)), last: at(3) };
        assert_eq!(links(2, 21), middle);
        assert_eq!(links(1, 10), Links { first: at(1), previous: None, next: None, last: at(1) });
        assert_eq!(links(3, 20).previous, Some(at(2)));
        assert_eq!(links(1, 0).last, at(1), "there is a first page, if an empty one");
    }
}
