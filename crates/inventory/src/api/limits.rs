//! What operations are bounded by (contract inventory-http §24).

use std::num::NonZeroUsize;

/// Bounds of operations on many hosts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiLimits {
    /// Hosts that a bulk deletion removes in one transaction.
    pub delete_chunk: NonZeroUsize,
    /// Tags in one request of `POST /tags`.
    pub tags_at_once: usize,
    /// Hosts that `POST /tags` writes in one transaction.
    pub tag_chunk: NonZeroUsize,
}

impl Default for ApiLimits {
    /// 1,000 hosts, 10 tags, 100 hosts.
    fn default() -> Self {
        let least = NonZeroUsize::MIN;
        Self {
            delete_chunk: least.saturating_add(999),
            tags_at_once: 10,
            tag_chunk: least.saturating_add(99),
        }
    }
}
