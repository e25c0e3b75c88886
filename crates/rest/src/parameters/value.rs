//! The kinds of values that parameters have.

use std::fmt;

use ground::Timestamp;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use uuid::Uuid;

use super::Reason;

/// A kind of value: how its text is read, and what the document says of it.
pub trait Value: Sized + Send {
    /// Reads the text, which is decoded.
    fn read(text: &str) -> Result<Self, Reason>;

    /// Its schema.
    fn schema() -> RefOr<Schema>;
}

fn text_schema() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

impl Value for String {
    fn read(text: &str) -> Result<Self, Reason> {
        if text.contains('\0') {
            return Err(Reason::Other("have no character NUL".to_owned()));
        }
        Ok(text.to_owned())
    }

    fn schema() -> RefOr<Schema> {
        text_schema().build().into()
    }
}

impl Value for bool {
    fn read(text: &str) -> Result<Self, Reason> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => Ok(true),
            _ if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(Reason::Not("boolean")),
        }
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).build().into()
    }
}

impl Value for Uuid {
    fn read(text: &str) -> Result<Self, Reason> {
        ground::any_uuid(text).ok_or(Reason::Not("uuid"))
    }

    fn schema() -> RefOr<Schema> {
        text_schema().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).build().into()
    }
}

impl Value for Timestamp {
    fn read(text: &str) -> Result<Self, Reason> {
        Self::parse(text).map_err(|_| Reason::Not("date-time"))
    }

    fn schema() -> RefOr<Schema> {
        text_schema().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).build().into()
    }
}

/// A whole number within bounds, which the document tells too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole<const LEAST: i64, const MOST: i64>(i64);

impl<const LEAST: i64, const MOST: i64> Whole<LEAST, MOST> {
    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// For defaults: a number out of bounds becomes the nearest one within.
impl<const LEAST: i64, const MOST: i64> From<i64> for Whole<LEAST, MOST> {
    fn from(number: i64) -> Self {
        Self(number.clamp(LEAST, MOST))
    }
}

impl<const LEAST: i64, const MOST: i64> fmt::Display for Whole<LEAST, MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const LEAST: i64, const MOST: i64> Value for Whole<LEAST, MOST> {
    fn read(text: &str) -> Result<Self, Reason> {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Reason::NotWhole { least: LEAST, most: MOST });
        }
        // A number too long for the type is beyond one of the bounds all the same.
        match text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }) {
            number if number < LEAST => Err(Reason::Below(LEAST)),
            number if number > MOST || (number == i64::MAX && digits.len() > 19) => Err(Reason::Above(MOST)),
            number => Ok(Self(number)),
        }
    }

    fn schema() -> RefOr<Schema> {
        let schema = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(LEAST));
        // A number of JSON beyond 2^53 is none that every reader keeps.
        let schema = if MOST < 1 << 53 { schema.maximum(Some(MOST)) } else { schema };
        schema.build().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_whole_number_keeps_its_bounds() {
        type Page = Whole<1, 100>;
        assert_eq!(Page::read(" 7 ").map(Whole::get), Ok(7));
        assert_eq!(Page::read("0"), Err(Reason::Below(1)));
        assert_eq!(Page::read("-99999999999999999999"), Err(Reason::Below(1)));
        assert_eq!(Page::read("99999999999999999999"), Err(Reason::Above(100)));
        for bad in ["", "x", "1.5", "0x1", "1_0", "-"] {
            assert_eq!(Page::read(bad), Err(Reason::NotWhole { least: 1, most: 100 }), "{bad}");
        }
        assert!(Whole::<0, { i64::MAX }>::read("99999999999999999999").is_err());
        assert_eq!(Page::from(500).get(), 100);
    }

    #[test]
    fn truth_ids_and_moments_have_their_forms() {
        assert_eq!(bool::read("TRUE"), Ok(true));
        assert_eq!(bool::read("1"), Err(Reason::Not("boolean")));
        assert_eq!(Uuid::read("x"), Err(Reason::Not("uuid")));
        assert_eq!(Timestamp::read("yesterday"), Err(Reason::Not("date-time")));
        assert!(String::read("a\0").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = (Whole::<1, 9>::read(&text), bool::read(&text), Uuid::read(&text), Timestamp::read(&text));
        }
    }
}
