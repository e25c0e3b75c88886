//! States of hosts and facts of profiles as compressed bytes.

use serde::de::DeserializeOwned;
use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

use crate::{Error, Result};

/// The first byte of what is packed: which form follows. Plain JSON begins with a brace.
const FORM: u8 = 1;
const LEVEL: i32 = 1;
/// Bytes that a text may have at most when unpacked: a guard against damaged data, far above what ingest accepts.
const MAX_UNPACKED_BYTES: usize = 64 << 20;

/// A state as a typical host has it. Names and usual values are found here, so that a stored state holds little
/// more than what is its own. Part of the format: it must never change; a better one is another `FORM`.
const TYPICAL: &[u8] = br#"{"id":"00000000-0000-0000-0000-000000000000","org":"","account":"","display_name":".example.com","display_name_reporter":"puptoo","ansible_host":"","canonical_facts":{"insights_id":"","subscription_manager_id":"","satellite_id":"","bios_uuid":"","ip_addresses":["10.0.0.1","192.168.","172.16.","127.0.0.1"],"fqdn":".example.com","mac_addresses":["52:54:00:","00:50:56:"],"provider_id":"i-0","provider_type":"aws"},"openshift_cluster_id":"","facts":[["rhsm",{"MEMORY":8,"ARCH":"x86_64"}]],"tags":[["insights-client",[["env",["prod"]],["group",["dev"]]]],["satellite",[["organization",["default"]],["location",["default"]]]],["null",[]]],"group":{"id":"","org":"","account":"","name":"Ungrouped Hosts","ungrouped":true,"created":17,"updated":17,"host_count":0},"host_type":"conventional","created":17}"#;

/// The facts of a typical profile, used in the same way.
const TYPICAL_FACTS: &[u8] = br#"{"ansible":{"controller_version":"1.2.3"},"arch":"aarch64","basearch":"x86_64","bios_release_date":"04/01/2024","bios_vendor":"SeaBIOS","bios_version":"1.16.3-2.el9","bootc_status":{"booted":{"image":"quay.io/","image_digest":"sha256:"}},"captured_date":"2026-01-01T00:00:00.000000+00:00","cloud_provider":"aws","cores_per_socket":4,"cpu_model":"Intel(R) Xeon(R) Platinum CPU @ 2.50GHz","cpu_model":"AMD EPYC Processor","enabled_services":[],"host_type":"edge","infrastructure_type":"physical","infrastructure_type":"virtual","infrastructure_vendor":"vmware","infrastructure_vendor":"kvm","insights_client_version":"3.2.8","insights_egg_version":"3.3.11-1","is_marketplace":false,"katello_agent_running":false,"last_boot_time":"2026-01-01T00:00:00+00:00","number_of_cpus":8,"number_of_sockets":1,"operating_system":{"major":9,"minor":4,"name":"RHEL"},"os_kernel_version":"5.14.0","os_kernel_version":"4.18.0","os_release":"9.4","owner_id":"","public_dns":["ec2-.compute.amazonaws.com"],"public_ipv4_addresses":["10.0.0.1"],"releasever":"9.4","rhc_client_id":"","rhc_config_state":"","rhsm":{"environment_ids":[],"version":"9.4"},"sap":{"sap_system":false,"sids":[]},"sap_system":false,"sap_sids":[],"satellite_managed":true,"selinux_config_file":"enforcing","selinux_current_mode":"enforcing","subscription_auto_attach":"enabled","subscription_status":"Current","system_memory_bytes":8589934592,"system_purpose":{"role":"Red Hat Enterprise Linux Server","sla":"Premium","usage":"Production"},"system_update_method":"dnf","systemd":{"failed":0,"failed_services":[],"jobs_queued":0,"state":"running"},"third_party_services":{"crowdstrike":{"falcon_aid":"","falcon_backend":"","falcon_version":""}},"threads_per_core":2,"tuned_profile":"virtual-guest","tuned_profile":"throughput-performance","virtual_host_uuid":"","workloads":{"ansible":{"controller_version":"1.2.3"},"sap":{"sap_system":true,"sids":["H2O"]}}}"#;

/// Packs and unpacks texts that are alike.
pub(crate) struct Codec {
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
}

impl Codec {
    /// For states of hosts.
    pub(crate) fn of_states() -> Self {
        Self::new(TYPICAL)
    }

    /// For the facts of profiles.
    pub(crate) fn of_facts() -> Self {
        Self::new(TYPICAL_FACTS)
    }

    fn new(typical: &[u8]) -> Self {
        Self { encoder: EncoderDictionary::copy(typical, LEVEL), decoder: DecoderDictionary::copy(typical) }
    }

    /// One for a batch, because the tables of the compressor are costly to make.
    pub(crate) fn packer(&self) -> Result<Packer<'_>> {
        Ok(Packer(Compressor::with_prepared_dictionary(&self.encoder)?))
    }

    /// One for a batch.
    pub(crate) fn unpacker(&self) -> Result<Unpacker<'_>> {
        Ok(Unpacker(Decompressor::with_prepared_dictionary(&self.decoder)?))
    }
}

pub(crate) struct Packer<'a>(Compressor<'a>);

impl Packer<'_> {
    pub(crate) fn pack(&mut self, json: &str) -> Result<Vec<u8>> {
        let mut bytes = vec![FORM];
        bytes.extend((json.len() as u32).to_le_bytes());
        bytes.extend(self.0.compress(json.as_bytes())?);
        Ok(bytes)
    }
}

/// How many bytes a packed text has when it is unpacked, as it says itself.
pub(crate) fn unpacked_size(bytes: &[u8]) -> usize {
    match bytes.split_first() {
        Some((&FORM, rest)) => {
            rest.split_first_chunk().map_or(0, |(size, _)| u32::from_le_bytes(*size) as usize)
        }
        _ => bytes.len(),
    }
}

pub(crate) struct Unpacker<'a>(Decompressor<'a>);

impl Unpacker<'_> {
    pub(crate) fn unpack<T: DeserializeOwned>(&mut self, bytes: &[u8]) -> Result<T> {
        let (form, rest) = bytes.split_first().ok_or_else(|| Error::damaged("a packed text is empty"))?;
        match *form {
            b'{' => return Ok(serde_json::from_slice(bytes)?),
            FORM => {}
            _ => {
                let problem = format!("a packed text has form {form}, this version reads {FORM}");
                return Err(Error::damaged(problem));
            }
        }
        let (size, packed) = rest
            .split_first_chunk::<4>()
            .ok_or_else(|| Error::damaged("a packed text ends before its size"))?;
        let size = u32::from_le_bytes(*size) as usize;
        if size > MAX_UNPACKED_BYTES {
            return Err(Error::damaged(format!("a packed text claims {size} bytes")));
        }
        Ok(serde_json::from_slice(&self.0.decompress(packed, size)?)?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_packed_comes_back_and_plain_json_too() {
        let facts = json!({"arch": "x86_64", "os_release": "9.4", "note": "ä\u{0}"});
        for codec in [Codec::of_facts(), Codec::of_states()] {
            let packed = codec.packer().unwrap().pack(&facts.to_string()).unwrap();
            assert_eq!(unpacked_size(&packed), facts.to_string().len());
            let mut unpacker = codec.unpacker().unwrap();
            assert_eq!(unpacker.unpack::<Value>(&packed).unwrap(), facts);
            assert_eq!(unpacker.unpack::<Value>(facts.to_string().as_bytes()).unwrap(), facts);
        }
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let codec = Codec::of_facts();
        let mut unpacker = codec.unpacker().unwrap();
        for bytes in
            [&[][..], &[9], &[FORM, 1], &[FORM, 255, 255, 255, 255, 0], &[FORM, 4, 0, 0, 0, 1, 2], b"{"]
        {
            assert!(unpacker.unpack::<Value>(bytes).is_err(), "{bytes:?}");
        }
    }
}
