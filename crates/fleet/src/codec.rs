//! How states and section maps are written as bytes.

use std::collections::BTreeMap;

use profile::{Digest, Section};
use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

use crate::{Error, Host, Result};

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

/// The first byte of a state: which form follows.
const FORM: u8 = 1;
const LEVEL: i32 = 1;
/// No state is longer than this when unpacked: a guard against damaged data, far above what ingest lets in.
const MOST: usize = 64 << 20;

/// A state as a typical host has it. Names and usual values are found here, so that a stored state holds little
/// more than what is its own. Part of the format: it must never change; a better one is another `FORM`.
const TYPICAL: &[u8] = br#"{"id":"00000000-0000-0000-0000-000000000000","org":"","account":"","display_name":".example.com","display_name_reporter":"puptoo","ansible_host":"","canonical_facts":{"insights_id":"","subscription_manager_id":"","satellite_id":"","bios_uuid":"","ip_addresses":["10.0.0.1","192.168.","172.16.","127.0.0.1"],"fqdn":".example.com","mac_addresses":["52:54:00:","00:50:56:"],"provider_id":"i-0","provider_type":"aws"},"openshift_cluster_id":"","facts":[["rhsm",{"MEMORY":8,"ARCH":"x86_64"}]],"tags":[["insights-client",[["env",["prod"]],["group",["dev"]]]],["satellite",[["organization",["default"]],["location",["default"]]]],["null",[]]],"group":{"id":"","org":"","account":"","name":"Ungrouped Hosts","ungrouped":true,"created":17,"updated":17,"host_count":0},"host_type":"conventional","created":17}"#;

/// Packs and unpacks states; one for a batch, because the tables of the compressor are costly to make.
pub(crate) struct StateCodec {
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
}

impl StateCodec {
    pub(crate) fn new() -> Self {
        Self { encoder: EncoderDictionary::copy(TYPICAL, LEVEL), decoder: DecoderDictionary::copy(TYPICAL) }
    }

    pub(crate) fn packer(&self) -> Result<Packer<'_>> {
        Ok(Packer(Compressor::with_prepared_dictionary(&self.encoder)?))
    }

    pub(crate) fn unpacker(&self) -> Result<Unpacker<'_>> {
        Ok(Unpacker(Decompressor::with_prepared_dictionary(&self.decoder)?))
    }
}

pub(crate) struct Packer<'a>(Compressor<'a>);

impl Packer<'_> {
    pub(crate) fn pack(&mut self, host: &Host) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(host)?;
        let mut bytes = vec![FORM];
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(self.0.compress(&json)?);
        Ok(bytes)
    }
}

pub(crate) struct Unpacker<'a>(Decompressor<'a>);

impl Unpacker<'_> {
    pub(crate) fn unpack(&mut self, bytes: &[u8]) -> Result<Host> {
        let (form, rest) = bytes.split_first().ok_or_else(|| Error::damaged("a state is empty"))?;
        if *form != FORM {
            return Err(Error::damaged(format!("a state has form {form}, this version reads {FORM}")));
        }
        let (size, packed) =
            rest.split_first_chunk::<4>().ok_or_else(|| Error::damaged("a state ends before its size"))?;
        let size = u32::from_le_bytes(*size) as usize;
        if size > MOST {
            return Err(Error::damaged(format!("a state claims {size} bytes")));
        }
        Ok(serde_json::from_slice(&self.0.decompress(packed, size)?)?)
    }
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
