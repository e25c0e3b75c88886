//! About how many bytes the event of a host takes.

use super::{Host, Tag};

/// What an event has besides profile, facts, tags and metadata: names, times, reporters, the group.
pub(crate) const OTHER_BYTES: usize = 8 << 10;
/// What a tag takes beside its texts.
const TAG_BYTES: usize = 48;

/// Bytes of tags.
pub(crate) fn tags_bytes<'t>(tags: impl Iterator<Item = Tag<'t>>) -> usize {
    let bytes = |tag: Tag<'_>| {
        tag.namespace.map_or(0, str::len) + tag.key.len() + tag.value.map_or(0, str::len) + TAG_BYTES
    };
    tags.map(bytes).sum()
}

impl Host {
    /// Bytes of its facts and tags: what edits can make large.
    pub(crate) fn edited_bytes(&self) -> usize {
        self.facts_bytes() + tags_bytes(self.tags.iter())
    }
}
