//! Offset pages.

/// A part of a list: so many entries from this one on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many entries stand before it.
    pub offset: i64,
    /// How many entries it has at most.
    pub limit: i64,
}

impl Window {
    /// The page of this number, from 1, of so many entries each.
    pub const fn page(number: i64, size: i64) -> Self {
        Self { offset: number.saturating_sub(1).saturating_mul(size), limit: size }
    }

    /// How many pages of this size a list of `total` entries has.
    pub const fn pages(total: i64, size: i64) -> i64 {
        if size <= 0 { 0 } else { total.saturating_add(size - 1) / size }
    }

    /// The entries of a list that lie in it.
    pub fn cut<T>(self, all: &[T]) -> &[T] {
        let place = |number: i64| usize::try_from(number.max(0)).unwrap_or(usize::MAX).min(all.len());
        let start = place(self.offset);
        &all[start..place(self.offset.saturating_add(self.limit)).max(start)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one_and_the_last_may_be_short() {
        assert_eq!(Window::page(1, 50), Window { offset: 0, limit: 50 });
        assert_eq!(Window::page(3, 10).offset, 20);
        assert_eq!(Window::page(i64::MAX, 100).offset, i64::MAX);
        assert_eq!([0, 1, 10, 11].map(|total| Window::pages(total, 10)), [0, 1, 1, 2]);
    }

    #[test]
    fn a_window_beyond_the_end_is_empty() {
        let all = [1, 2, 3];
        assert_eq!(Window::page(1, 2).cut(&all), [1, 2]);
        assert_eq!(Window::page(2, 2).cut(&all), [3]);
        assert!(Window::page(9, 2).cut(&all).is_empty());
        assert!(Window { offset: i64::MAX, limit: i64::MAX }.cut(&all).is_empty());
    }
}
