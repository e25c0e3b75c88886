//! Changing a value, and telling whether it changed.

/// Puts a value in the place of another, unless they are equal; whether it did.
pub(crate) fn set<G: ?Sized + ToOwned<Owned: PartialEq<G>>>(stored: &mut G::Owned, given: &G) -> bool {
    let differs = *stored != *given;
    if differs {
        given.clone_into(stored);
    }
    differs
}
