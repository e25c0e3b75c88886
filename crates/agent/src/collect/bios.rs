//! The firmware, as it describes itself.

use ground::placeholder;

use super::virtualisation;
use crate::{Root, collected::Collected};

pub(super) fn collect(root: &Root, found: &mut Collected) {
    // A container sees the firmware of the machine that it runs on.
    if virtualisation::container(root).is_some() {
        return;
    }
    for (name, file) in
        [("bios_vendor", "bios_vendor"), ("bios_version", "bios_version"), ("bios_release_date", "bios_date")]
    {
        found.set_some(name, word(root, file));
    }
}

/// What the firmware says, when it says something.
pub(super) fn word(root: &Root, file: &str) -> Option<String> {
    let word = root.word(&format!("/sys/class/dmi/id/{file}"))?;
    (!placeholder::word(&word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::tree;

    #[test]
    fn vendor_version_and_date_are_read() {
        let files = [
            ("/sys/class/dmi/id/bios_vendor", "SeaBIOS\n"),
            ("/sys/class/dmi/id/bios_version", "1.16.3-2.fc40\n"),
            ("/sys/class/dmi/id/bios_date", "04/01/2014\n"),
        ];
        assert_eq!(
            tree(&files).collect(collect).profile(),
            json!({"bios_vendor": "SeaBIOS", "bios_version": "1.16.3-2.fc40", "bios_release_date": "04/01/2014"})
        );
    }

    #[test]
    fn placeholders_say_nothing() {
        let files = [
            ("/sys/class/dmi/id/bios_vendor", "To Be Filled By O.E.M.\n"),
            ("/sys/class/dmi/id/bios_version", "default string\n"),
            ("/sys/class/dmi/id/bios_date", "\n"),
        ];
        assert_eq!(tree(&files).collect(collect).profile(), json!({}));
    }

    #[test]
    fn a_container_has_no_firmware_of_its_own() {
        let files = [("/sys/class/dmi/id/bios_vendor", "Dell Inc.\n"), ("/.dockerenv", "")];
        assert_eq!(tree(&files).collect(collect).profile(), json!({}));
    }
}
