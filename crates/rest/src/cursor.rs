//! Cursors: where a list goes on, as an opaque text.

use std::borrow::Cow;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{Reason, Value};

/// Where a list goes on: the key of the entry that was shown last, as a text that callers hand back as they got it.
/// Pages after a cursor neither repeat nor leave out an entry when others come or go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K>(pub K);

impl<K: Serialize> Cursor<K> {
    /// The text.
    pub fn text(&self) -> String {
        // Keys are plain structs, which JSON can always hold.
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }
}

impl<K: DeserializeOwned + Send> Value for Cursor<K> {
    fn read(text: &str) -> Result<Self, Reason> {
        let key =
            BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Self).ok_or(Reason::Not("cursor"))
    }

    fn schema() -> RefOr<Schema> {
        <String as Value>::schema()
    }
}

impl<K> PartialSchema for Cursor<K> {
    fn schema() -> RefOr<Schema> {
        <String as PartialSchema>::schema()
    }
}

impl<K> ToSchema for Cursor<K> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Cursor")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_another_text_is_refused() {
        let cursor = Cursor(("name".to_owned(), 7));
        assert_eq!(Cursor::<(String, i64)>::read(&cursor.text()), Ok(cursor));
        for bad in ["", "%%%", "bm9wZQ", "MQ"] {
            assert_eq!(Cursor::<(String, i64)>::read(bad), Err(Reason::Not("cursor")), "{bad}");
        }
    }
}
