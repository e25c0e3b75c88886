//! What a machine says of its hardware, and whether two that say it can be one.

use ground::placeholder;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::CanonicalFacts;

/// What a machine says of its hardware, without what says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hardware {
    /// The UUID of its firmware.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bios_uuid: Option<String>,
    /// The addresses of its network devices, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mac_addresses: Vec<String>,
    /// The model of its processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_model: Option<String>,
}

impl Hardware {
    /// What these facts say of it.
    pub fn of(facts: &CanonicalFacts, cpu_model: Option<&str>) -> Self {
        let bios_uuid = facts.bios_uuid.clone().filter(|text| match Uuid::try_parse(text) {
            Ok(id) => !placeholder::firmware_uuid(&id),
            Err(_) => !placeholder::word(text),
        });
        let is_address = |mac: &&String| {
            let mut digits = mac.bytes().filter(u8::is_ascii_hexdigit);
            let first = digits.next();
            !matches!(first, None | Some(b'0' | b'f' | b'F')) || digits.any(|digit| Some(digit) != first)
        };
        let mut mac_addresses: Vec<String> =
            facts.mac_addresses.iter().filter(is_address).map(|mac| mac.to_lowercase()).collect();
        mac_addresses.sort();
        mac_addresses.dedup();
        let cpu_model = cpu_model.filter(|model| !placeholder::word(model)).map(str::to_owned);
        Self { bios_uuid, mac_addresses, cpu_model }
    }

    /// The facts that cannot be those of one machine: another UUID of the firmware, or no common network device. Another
    /// processor is among them only beside one of these: machines move between hypervisors.
    pub fn conflict(&self, other: &Self) -> Vec<&'static str> {
        let mut facts = Vec::new();
        if let (Some(one), Some(two)) = (&self.bios_uuid, &other.bios_uuid)
            && !same_uuid(one, two)
        {
            facts.push("bios_uuid");
        }
        let (one, two) = (&self.mac_addresses, &other.mac_addresses);
        if !one.is_empty() && !two.is_empty() && !one.iter().any(|mac| two.contains(mac)) {
            facts.push("mac_addresses");
        }
        if let (false, Some(one), Some(two)) = (facts.is_empty(), &self.cpu_model, &other.cpu_model)
            && one != two
        {
            facts.push("cpu_model");
        }
        facts
    }

    /// What this machine is told from another one by.
    pub(crate) fn digest(&self) -> Vec<u8> {
        // Processors and further devices come and go in one machine.
        let named =
            self.bios_uuid.as_deref().map(|id| Uuid::try_parse(id).map_or_else(|_| id.to_owned(), canonical));
        let text = named.unwrap_or_else(|| self.mac_addresses.join(","));
        blake3::hash(text.as_bytes()).as_bytes()[..16].to_vec()
    }
}

/// Firmware of one and the other kind writes the first three groups in either order of bytes.
fn same_uuid(one: &str, two: &str) -> bool {
    match (Uuid::try_parse(one), Uuid::try_parse(two)) {
        (Ok(one), Ok(two)) => canonical(one) == canonical(two),
        _ => one.eq_ignore_ascii_case(two),
    }
}

fn canonical(id: Uuid) -> String {
    let turned = Uuid::from_bytes(id.to_bytes_le());
    id.min(turned).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hardware(bios: &str, macs: &[&str], cpu: &str) -> Hardware {
        let facts = CanonicalFacts {
            bios_uuid: Some(bios.to_owned()).filter(|text| !text.is_empty()),
            mac_addresses: macs.iter().map(|mac| (*mac).to_owned()).collect(),
            ..CanonicalFacts::default()
        };
        Hardware::of(&facts, Some(cpu))
    }

    const ONE: &str = "4c4c4544-0042-3010-8053-b8c04f4a4e32";
    const TURNED: &str = "44454c4c-4200-1030-8053-b8c04f4a4e32";
    const OTHER: &str = "5d4c4544-0042-3010-8053-b8c04f4a4e32";
    const MAC: &str = "52:54:00:00:00:01";
    const MAC_2: &str = "52:54:00:00:00:02";

    #[test]
    fn other_firmware_or_no_common_device_is_another_machine() {
        let of = |bios, macs: &[&str]| hardware(bios, macs, "x");
        assert_eq!(of(ONE, &[MAC]).conflict(&of(OTHER, &[MAC_2])), ["bios_uuid", "mac_addresses"]);
        assert_eq!(of(ONE, &[MAC]).conflict(&of(OTHER, &[MAC, MAC_2])), ["bios_uuid"]);
        assert_eq!(of("", &[MAC]).conflict(&of("", &[MAC_2])), ["mac_addresses"]);
        for (one, two) in [(ONE, TURNED), (ONE, ""), (ONE, "00000000-0000-0000-0000-000000000000")] {
            assert!(of(one, &[MAC]).conflict(&of(two, &[MAC])).is_empty(), "{one} {two}");
        }
        assert_eq!(of(ONE, &[]).digest(), of(TURNED, &[MAC]).digest());
        assert!(of("", &["00:00:00:00:00:00"]).conflict(&of("", &[MAC])).is_empty(), "it says nothing");
    }

    #[test]
    fn a_processor_alone_is_none() {
        assert!(hardware(ONE, &[MAC], "a").conflict(&hardware(ONE, &[MAC], "b")).is_empty());
        assert_eq!(hardware(ONE, &[], "a").conflict(&hardware(OTHER, &[], "b")), ["bios_uuid", "cpu_model"]);
    }
}
