//! Which sections a profile has, by digest.

use std::collections::BTreeMap;

use profile::{Digest, Section};

use crate::{Error, Result};

/// Which sections a host has, and under which digests.
pub type SectionMap = BTreeMap<Section, SectionRef>;

/// Where one section of a profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SectionRef {
    /// Of the canonical form: equal for equal sets, whatever order they were sent in. What is compared.
    pub canonical: Digest,
    /// Of the content as sent. What is stored and read back.
    pub content: Digest,
}

/// Set in the code of a section whose content has a digest of its own.
const OWN_CONTENT: u8 = 0x80;

/// A section map as bytes: for each section its code and one digest, or two when the order sent is not the canonical.
pub(crate) fn pack_sections(sections: &SectionMap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(sections.len() * 17);
    for (section, SectionRef { canonical, content }) in sections {
        if canonical == content {
            bytes.push(section.code());
            bytes.extend(canonical.0);
        } else {
            bytes.push(section.code() | OWN_CONTENT);
            bytes.extend(canonical.0);
            bytes.extend(content.0);
        }
    }
    bytes
}

/// Reads what [`pack_sections`] wrote.
pub(crate) fn unpack_sections(mut bytes: &[u8]) -> Result<SectionMap> {
    let short = || Error::damaged("a section map ends in the middle");
    let mut sections = SectionMap::new();
    while let Some((code, rest)) = bytes.split_first() {
        let section = Section::from_code(code & !OWN_CONTENT)
            .ok_or_else(|| Error::damaged(format!("a section map names section {code}")))?;
        let (canonical, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        let (content, rest) = match code & OWN_CONTENT {
            0 => (canonical, rest),
            _ => rest.split_first_chunk::<16>().ok_or_else(short)?,
        };
        sections.insert(section, SectionRef { canonical: Digest(*canonical), content: Digest(*content) });
        bytes = rest;
    }
    Ok(sections)
}
