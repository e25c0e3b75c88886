//! Why a profile was refused.

/// Why a system profile was refused: what the sender reads, so the texts are those of the contract
/// (system-profile §2) wherever it gives one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The profile is JSON, but a list, a text, a number or a boolean.
    #[error("Not a valid mapping type.")]
    NotAnObject,
    /// The profile is JSON `null`.
    #[error("Field may not be null.")]
    Null,
    /// The profile is no JSON at all; the text says where.
    #[error("system profile is not JSON: {0}")]
    NotJson(String),
    /// A member breaks the schema. One violation is reported, though there may be more.
    #[error("System profile does not conform to schema.\n{problem} - '{path}'")]
    Nonconforming {
        /// Where, as in `disk_devices[0].options`.
        path: String,
        /// What is wrong with the value there.
        problem: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_starts_as_the_contract_says_and_ends_with_the_path() {
        let invalid = Invalid::Nonconforming { path: "arch".into(), problem: "'x' is too long".into() };
        assert_eq!(
            invalid.to_string(),
            "System profile does not conform to schema.\n'x' is too long - 'arch'"
        );
    }
}
