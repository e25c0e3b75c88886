//! What firmware and other templates say that have nothing to say. It is the same on thousands of machines, so
//! nobody is recognised by it.

use uuid::Uuid;

/// UUIDs that makers of boards copied from one another, besides those that [`uuid`] knows by their form.
const UUIDS: [u128; 9] = [
    0x0300_0200_0400_0500_0006_0007_0008_0009,
    0x1234_5678_1234_5678_90ab_cdde_efaa_bbcc,
    0x1234_5678_1234_5678_1234_5678_9abc_def0,
    0x1234_5678_1234_1234_1234_1234_5678_9abc,
    0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
    0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f,
    0x0302_0100_0504_0706_0809_0a0b_0c0d_0e0f,
    0x1111_1111_2222_3333_4444_5555_5555_5555,
    0x6ab5_b300_538d_1014_9fb5_b068_4d00_7b53,
];

/// Words of templates, in lower case and without blanks and punctuation at their ends.
const WORDS: [&str; 37] = [
    "asset tag",
    "base board manufacturer",
    "base board product name",
    "base board serial number",
    "base board version",
    "bios date",
    "bios vendor",
    "bios version",
    "chassis manufacture",
    "chassis manufacturer",
    "chassis serial number",
    "chassis version",
    "default",
    "default string",
    "empty",
    "invalid",
    "n/a",
    "na",
    "no asset information",
    "no asset tag",
    "none",
    "not applicable",
    "not available",
    "not defined",
    "not present",
    "not provided",
    "not set",
    "not settable",
    "not specified",
    "null",
    "o.e.m",
    "oem",
    "type1productconfigid",
    "undefined",
    "unknow",
    "unknown",
    "unspecified",
];

/// Whether a UUID is one that says "unknown": nil, all bits set, and those that makers left in their templates, also
/// with the bytes of the first three groups turned around, as firmware of one and the other kind writes them.
pub fn uuid(id: &Uuid) -> bool {
    let turned = u128::from_be_bytes(id.to_bytes_le());
    id.is_nil() || id.is_max() || UUIDS.contains(&id.as_u128()) || UUIDS.contains(&turned)
}

/// Whether a UUID of firmware says nothing: also one of two bytes over and over, which no maker gives by chance.
pub fn firmware_uuid(id: &Uuid) -> bool {
    let bytes = id.as_bytes();
    let mut others = bytes.iter().filter(|byte| **byte != bytes[0]);
    let second = others.next();
    uuid(id) || others.all(|byte| Some(byte) == second)
}

/// Whether a text says nothing: blanks, one of the words of templates in any case, or one sign over and over.
pub fn word(text: &str) -> bool {
    let plain = text.to_ascii_lowercase();
    let plain = plain
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '<' | '>' | '(' | ')' | '"'));
    let plain = plain.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let mut signs = plain.chars().filter(|c| !matches!(c, ' ' | '-' | '/' | '_' | ':'));
    let first = signs.next();
    // Zeros, crosses and signs; `1` or `F` may be a version.
    let one_sign =
        first.is_none_or(|first| matches!(first, '0' | 'x' | '*' | '?' | '.') && signs.all(|c| c == first));
    one_sign
        || WORDS.contains(&plain.as_str())
        || plain.starts_with("to be filled")
        || plain.starts_with("filled by")
        || (plain.starts_with("system ")
            && ["manufacturer", "name", "number", "version"].iter().any(|end| plain.ends_with(end)))
        || plain.replace([' ', '-'], "").starts_with("asset1234567890")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says_nothing(text: &str) -> bool {
        firmware_uuid(&Uuid::parse_str(text).unwrap())
    }

    #[test]
    fn uuids_of_templates_say_nothing_in_any_case_and_byte_order() {
        for text in [
            "00000000-0000-0000-0000-000000000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "fefefefe-fefe-fefe-fefe-fefefefefefe",
            "03000200-0400-0500-0006-000700080009",
            "00020003-0004-0005-0006-000700080009",
            "12345678-1234-5678-90AB-CDDEEFAABBCC",
            "78563412-3412-7856-90ab-cddeefaabbcc",
            "10000000-0000-0000-0000-000000000000",
        ] {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["4c4c4544-0042-3010-8053-b8c04f4a4e32", "00000000-0000-0000-0000-ac1f6b0a1b2c"] {
            assert!(!says_nothing(text), "{text}");
        }
        let ones = Uuid::parse_str("11111111-1111-1111-1111-111111111111").unwrap();
        assert!(!uuid(&ones) && firmware_uuid(&ones), "somebody may have chosen it who is no firmware");
    }

    #[test]
    fn words_of_templates_say_nothing() {
        for text in [
            "Not Specified",
            "To Be Filled By O.E.M.",
            "to be filled by o.e.m",
            "default string",
            "NONE",
            "Not Available",
            "System manufacturer",
            "System Product Name",
            "System Serial Number",
            "O.E.M.",
            " ",
            "",
            "0",
            "00/00/0000",
            "XXXXXXXX",
            "....",
            "N/A",
            "Asset-1234567890",
            "Unknown",
            "(none)",
        ] {
            assert!(word(text), "{text}");
        }
        for text in [
            "SeaBIOS",
            "1.0",
            "0.0.0",
            "04/01/2014",
            "System76, Inc.",
            "i-0123456789abcdef0",
            "Default Corp",
            "F",
            "10",
            "American Megatrends Inc.",
        ] {
            assert!(!word(text), "{text}");
        }
    }
}
