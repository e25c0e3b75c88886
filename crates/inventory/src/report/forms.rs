//! The forms that texts must have (contract inventory-events §3.3).

use std::net::{Ipv4Addr, Ipv6Addr};

use uuid::Uuid;

/// A UUID in its usual form: 36 characters, with dashes.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

/// A UUID in any of the forms that old clients use: without dashes, in braces, as a URN.
pub(super) fn loose_uuid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

/// A UUID, or exactly ten digits.
pub(super) fn is_satellite_id(text: &str) -> bool {
    uuid(text).is_some() || (text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An IPv4 or IPv6 address; the latter may have a zone, as in `fe80::1%eth0`.
pub(super) fn is_ip(text: &str) -> bool {
    let address = match text.split_once('%') {
        Some((_, zone)) if zone.is_empty() || zone.contains('%') => return false,
        Some((address, _)) => return address.parse::<Ipv6Addr>().is_ok(),
        None => text,
    };
    address.parse::<Ipv4Addr>().is_ok() || address.parse::<Ipv6Addr>().is_ok()
}

/// 6 or 20 octets with `:` or `-` between them, three dotted groups of four digits, or 12 or 40 bare digits; all
/// hexadecimal.
pub(super) fn is_mac(text: &str) -> bool {
    let hex =
        |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let groups = |marks: &[char], digits: usize| {
        text.split(marks).all(|part| hex(part, digits)).then(|| text.split(marks).count())
    };
    hex(text, 12)
        || hex(text, 40)
        || groups(&['.'], 4) == Some(3)
        || matches!(groups(&[':', '-'], 2), Some(6 | 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_dashes() {
        assert!(uuid("a94301c8-ae4a-5ca3-98b3-1daa48fe1d54").is_some());
        assert!(uuid("A94301C8-AE4A-5CA3-98B3-1DAA48FE1D54").is_some());
        for text in [
            "",
            "not-a-uuid",
            "a94301c8ae4a5ca398b31daa48fe1d54",
            "{a94301c8-ae4a-5ca3-98b3-1daa48fe1d54}",
            "a94301c8-ae4a-5ca3-98b3-1daa48fe1d5ä",
        ] {
            assert!(uuid(text).is_none(), "{text}");
        }
        assert!(loose_uuid("a94301c8ae4a5ca398b31daa48fe1d54").is_some());
    }

    #[test]
    fn a_satellite_id_may_be_ten_digits() {
        assert!(is_satellite_id("1234567890"));
        assert!(is_satellite_id("a94301c8-ae4a-5ca3-98b3-1daa48fe1d54"));
        for text in ["", "123456789", "12345678901", "123456789a", "१२३४५"] {
            assert!(!is_satellite_id(text), "{text}");
        }
    }

    #[test]
    fn addresses_are_taken_in_their_standard_forms() {
        for text in ["10.0.0.1", "::", "fe80::1", "fe80::1%eth0", "::ffff:10.0.0.1"] {
            assert!(is_ip(text), "{text}");
        }
        for text in [
            "",
            "10.0.0",
            "10.0.0.01",
            "10.0.0.256",
            "10.0.0.1%eth0",
            "fe80::1%",
            "fe80::1%a%b",
            "x",
            "10.0.0.1/8",
        ] {
            assert!(!is_ip(text), "{text}");
        }
    }

    #[test]
    fn hardware_addresses_come_in_six_notations() {
        let twenty = ["00"; 20].join(":");
        for text in [
            "52:54:00:00:00:01",
            "52-54-00-00-00-01",
            "52:54-00:00-00:01",
            "5254.0000.0001",
            "525400000001",
            &twenty,
        ] {
            assert!(is_mac(text), "{text}");
        }
        assert!(is_mac(&"0f".repeat(20)));
        for text in [
            "",
            "zz:zz",
            "52:54:00:00:00",
            "52:54:00:00:00:0g",
            "5254:0000:0001",
            "52.54.00.00.00.01",
            "5254.0000.0001.0002",
            "5254000000011",
        ] {
            assert!(!is_mac(text), "{text}");
        }
    }
}
