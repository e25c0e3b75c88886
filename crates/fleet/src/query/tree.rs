//! Conditions joined by *and*, *or* and *not*.

use roaring::RoaringBitmap;

/// What must be true: of one thing, or of several that are joined. Every part is true or not, so that what [`Tree::Not`]
/// matches is all that its part does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tree<T> {
    /// Each of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// Not this one.
    Not(Box<Self>),
    /// This.
    Is(T),
}

impl<T> Tree<T> {
    /// That a part is not true.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// The parts that are joined, from left to right.
    pub fn leaves(&self) -> Vec<&T> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            Self::Not(part) => part.leaves(),
            Self::Is(leaf) => vec![leaf],
        }
    }

    /// The same tree of something else.
    pub(crate) fn map<U>(self, leaf: &mut impl FnMut(T) -> U) -> Tree<U> {
        let mut all = |parts: Vec<Self>| parts.into_iter().map(|part| part.map(leaf)).collect();
        match self {
            Self::All(parts) => Tree::All(all(parts)),
            Self::Any(parts) => Tree::Any(all(parts)),
            Self::Not(part) => Tree::Not(Box::new(part.map(leaf))),
            Self::Is(known) => Tree::Is(leaf(known)),
        }
    }

    /// Whether it is true, as `leaf` says of one part.
    pub(crate) fn is_true(&self, leaf: &mut impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.is_true(leaf)),
            Self::Any(parts) => parts.iter().any(|part| part.is_true(leaf)),
            Self::Not(part) => !part.is_true(leaf),
            Self::Is(known) => leaf(known),
        }
    }

    /// The same tree of something else; `None` when one of its leaves cannot be one.
    pub(crate) fn try_map<U>(&self, leaf: &mut impl FnMut(&T) -> Option<U>) -> Option<Tree<U>> {
        let mut all =
            |parts: &[Self]| parts.iter().map(|part| part.try_map(leaf)).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::All(parts) => Tree::All(all(parts)?),
            Self::Any(parts) => Tree::Any(all(parts)?),
            Self::Not(part) => Tree::Not(Box::new(part.try_map(leaf)?)),
            Self::Is(known) => Tree::Is(leaf(known)?),
        })
    }

    /// The hosts, of all that there are, for which it is true; `leaf` says so of one part.
    pub(crate) fn hosts<E>(
        &self,
        all: &RoaringBitmap,
        leaf: &mut impl FnMut(&T) -> Result<RoaringBitmap, E>,
    ) -> Result<RoaringBitmap, E> {
        Ok(match self {
            Self::All(parts) => {
                let mut hosts = all.clone();
                for part in parts {
                    hosts &= part.hosts(all, leaf)?;
                }
                hosts
            }
            Self::Any(parts) => {
                let mut hosts = RoaringBitmap::new();
                for part in parts {
                    hosts |= part.hosts(all, leaf)?;
                }
                hosts
            }
            Self::Not(part) => all - part.hosts(all, leaf)?,
            Self::Is(known) => leaf(known)?,
        })
    }
}
