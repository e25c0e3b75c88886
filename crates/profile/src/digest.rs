//! Short names for contents.

use std::fmt;

use crate::Section;

/// The first 16 bytes of a BLAKE3 hash over the code of a section and a text: two sections never share one, even
/// with the same text. Shown as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// The digest of a text that stands in a section.
    pub fn of(section: Section, text: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[section.code()]).update(text.as_bytes());
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sections_never_share_a_digest() {
        assert_ne!(Digest::of(Section::CpuFlags, "[]"), Digest::of(Section::PublicDns, "[]"));
    }

    #[test]
    fn a_digest_stays_the_same_from_release_to_release() {
        // Databases hold them: if this fails, stored sections can no longer be recognised.
        let digest = Digest::of(Section::CpuFlags, r#"["fpu"]"#);
        assert_eq!(digest.to_string(), "8911a94aee3fa560b9536b8d300356f8");
        assert_eq!(format!("{digest:?}"), format!("Digest({digest})"));
    }
}
