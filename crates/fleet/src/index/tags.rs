//! Which hosts have which tags.

use std::collections::HashMap;

use roaring::RoaringBitmap;

/// A tag as its row has it: [`crate::NO_NAMESPACE`] where it has none, an empty text where the key has no value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TagTexts {
    pub namespace: String,
    pub key: String,
    pub value: String,
}

/// Every tag with its hosts.
#[derive(Default)]
pub(super) struct TagHosts(HashMap<TagTexts, RoaringBitmap>);

impl TagHosts {
    /// Takes all tags from some hosts.
    pub(super) fn clear(&mut self, slots: &RoaringBitmap) {
        self.0.retain(|_, hosts| {
            *hosts -= slots;
            !hosts.is_empty()
        });
    }

    /// Gives hosts a tag.
    pub(super) fn add(&mut self, tag: TagTexts, slots: impl IntoIterator<Item = u32>) {
        self.0.entry(tag).or_default().extend(slots);
    }

    pub(super) fn get(&self, tag: &TagTexts) -> Option<&RoaringBitmap> {
        self.0.get(tag)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&TagTexts, &RoaringBitmap)> {
        self.0.iter()
    }

    pub(super) fn bytes(&self) -> usize {
        let entry = |(tag, hosts): (&TagTexts, &RoaringBitmap)| {
            160 + tag.namespace.len() + tag.key.len() + tag.value.len() + hosts.serialized_size()
        };
        self.0.iter().map(entry).sum()
    }
}
