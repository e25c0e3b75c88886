//! What several operations are asked for.

use fleet::ChangeKind;
use ground::HostId;
use rest::{Reason, Value, Whole};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// The number of a row of the log.
pub type Seq = Whole<0, { i64::MAX }>;

rest::parameters! {
    /// The host that the path names.
    pub struct HostPath in Path {
        /// The host.
        id: Id,
    }
}

/// The id of a host.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub HostId);

impl Value for Id {
    fn read(text: &str) -> Result<Self, Reason> {
        uuid::Uuid::read(text).map(|id| Self(HostId(id)))
    }

    fn schema() -> RefOr<Schema> {
        <uuid::Uuid as Value>::schema()
    }
}

/// A kind of rows of the log.
#[derive(Debug, Clone, Copy)]
pub struct RowKind(pub ChangeKind);

/// Their names.
const KINDS: [&str; 4] = ["created", "updated", "seen", "deleted"];

impl Value for RowKind {
    fn read(text: &str) -> Result<Self, Reason> {
        let kind = ChangeKind::ALL.into_iter().find(|kind| kind.name() == text);
        kind.map(Self).ok_or(Reason::NotOneOf(&KINDS))
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(KINDS)).build().into()
    }
}

/// The kinds that are asked for, each once; none means all.
pub fn kinds(given: &[RowKind]) -> Vec<ChangeKind> {
    let mut kinds = Vec::new();
    for RowKind(kind) in given {
        if !kinds.contains(kind) {
            kinds.push(*kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_those_of_the_log_each_once() {
        assert_eq!(KINDS, ChangeKind::ALL.map(ChangeKind::name));
        let given = ["created", "deleted", "created"].map(|text| RowKind::read(text).unwrap());
        assert_eq!(kinds(&given), [ChangeKind::Created, ChangeKind::Deleted]);
        assert!(RowKind::read("made").is_err());
    }
}
