//! Keyset paging: a page is asked for by where the last one ended, so page 1,000 costs what page 1 does.

use serde::{Deserialize, Serialize};

/// The most rows that a page may have.
pub const PAGE_ROWS_MAX: u16 = 200;

/// Which page: at most `rows` rows that come after the row with the key `after`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest<Key> {
    /// The sort key of the last row already seen; `None` starts at the front.
    pub after: Option<Key>,
    rows: u16,
}

impl<Key> PageRequest<Key> {
    /// Bounds `rows` to `1..=`[`PAGE_ROWS_MAX`].
    #[must_use]
    pub fn new(after: Option<Key>, rows: u16) -> Self {
        Self { after, rows: rows.clamp(1, PAGE_ROWS_MAX) }
    }

    /// The front page of `rows` rows.
    #[must_use]
    pub fn first(rows: u16) -> Self {
        Self::new(None, rows)
    }

    /// How many rows the page has.
    #[must_use]
    pub fn rows(&self) -> u16 {
        self.rows
    }

    /// How many to fetch: one more than is shown tells whether there is a next page, without a count.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::from(self.rows) + 1
    }
}

/// A page of rows, and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<Row, Key> {
    pub rows: Vec<Row>,
    /// The key to ask the next page with; `None` on the last page.
    pub next: Option<Key>,
}

impl<Row, Key> Page<Row, Key> {
    /// Makes a page of what was fetched with [`PageRequest::fetch`].
    #[must_use]
    pub fn of(mut fetched: Vec<Row>, request: &PageRequest<Key>, key: impl Fn(&Row) -> Key) -> Self {
        let wanted = usize::from(request.rows);
        let more = fetched.len() > wanted;
        fetched.truncate(wanted);
        let next = if more { fetched.last().map(key) } else { None };
        Self { rows: fetched, next }
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE_ROWS_MAX, Page, PageRequest};

    /// Walks 1..=total by pages, as a list screen does.
    fn walk(total: u32, rows: u16) -> Vec<Vec<u32>> {
        let mut pages = Vec::new();
        let mut request = PageRequest::first(rows);
        loop {
            let start = request.after.unwrap_or(0);
            let fetched = (start + 1..=total).take(usize::try_from(request.fetch()).unwrap()).collect();
            let page = Page::of(fetched, &request, |row| *row);
            pages.push(page.rows);
            match page.next {
                Some(key) => request = PageRequest::new(Some(key), rows),
                None => return pages,
            }
        }
    }

    #[test]
    fn pages_hold_every_row_once_and_the_last_one_says_so() {
        assert_eq!(walk(5, 2), [vec![1, 2], vec![3, 4], vec![5]]);
        assert_eq!(walk(4, 2), [vec![1, 2], vec![3, 4]]);
        assert_eq!(walk(0, 2), [Vec::<u32>::new()]);
    }

    #[test]
    fn a_page_is_bounded_whatever_is_asked() {
        assert_eq!(PageRequest::<u32>::first(0).rows(), 1);
        assert_eq!(PageRequest::<u32>::first(u16::MAX).rows(), PAGE_ROWS_MAX);
    }
}
