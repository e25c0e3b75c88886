//! Texts as they are compared.

/// Letters folded, as every name column with `_fold` holds them. Done here and not by the database, because the two
/// engines fold differently beyond ASCII.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
