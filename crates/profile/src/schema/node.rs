//! One field and what may stand there.

use std::collections::BTreeMap;

use super::Text;

/// One field: a member of an object, or the item of an array.
#[derive(Debug)]
pub struct Node {
    /// What may stand here.
    pub kind: NodeKind,
    /// Whether the object around it is refused without it.
    pub required: bool,
    /// Whether filters may use `*` on it.
    pub wildcard: bool,
    /// Where the original stores the top-level member that this field belongs to.
    pub storage: Storage,
}

/// What may stand at a place.
#[derive(Debug)]
pub enum NodeKind {
    /// An object with these members; others are removed.
    Object(BTreeMap<String, Node>),
    /// An object with any members, at any depth, as long as no key is empty (mount options).
    FreeForm,
    /// A list.
    Array(Array),
    /// A text.
    String(Text),
    /// A date and time of at most `max` characters, kept as ISO 8601 in UTC.
    DateTime {
        /// The most characters allowed.
        max: usize,
    },
    /// A whole number between the limits, both included.
    Integer {
        /// The least value.
        min: Option<i64>,
        /// The greatest value.
        max: Option<i64>,
    },
    /// `true` or `false`.
    Boolean,
}

/// A list and its items.
#[derive(Debug)]
pub struct Array {
    /// What each item is.
    pub item: Box<Node>,
    /// Whether the order of the items means nothing, so that canonical forms sort them.
    pub set: bool,
    /// Whether the same item may not stand there twice.
    pub unique: bool,
}

/// Where the original stores a top-level member (contract system-profile §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// With what seldom changes.
    Static,
    /// With what changes often.
    Dynamic,
    /// Not under its own name: accepted, moved into `workloads`, removed.
    Legacy,
}

impl NodeKind {
    /// The name of the JSON type, as refusals write it.
    pub const fn json_type(&self) -> &'static str {
        match self {
            Self::Object(_) | Self::FreeForm => "object",
            Self::Array(_) => "array",
            Self::String(_) | Self::DateTime { .. } => "string",
            Self::Integer { .. } => "integer",
            Self::Boolean => "boolean",
        }
    }
}
