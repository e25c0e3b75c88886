//! The name of an operating system.

/// An operating system and on how many hosts it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCount {
    /// Its name; `None` when it is not known.
    pub name: Option<String>,
    /// Its version; empty when the name says it.
    pub version: String,
    /// How many hosts.
    pub hosts: i64,
}

/// Name and version from the text that hosts are sorted by, or else from the release.
pub(crate) fn system(os: &str, release: Option<String>) -> (Option<String>, String) {
    if os.starts_with(' ') {
        return (release.filter(|release| !release.is_empty()), String::new());
    }
    let (name, version) = os.rsplit_once(' ').unwrap_or((os, ""));
    let number = |text: &str| {
        let digits = text.trim_start_matches('0');
        if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
    };
    let parts: Vec<_> = version.split('.').map(number).collect();
    (Some(name.to_owned()), parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_named_as_people_write_it() {
        assert_eq!(system("RHEL 009.004", None), (Some("RHEL".to_owned()), "9.4".to_owned()));
        assert_eq!(
            system("CentOS Linux 010.000", None),
            (Some("CentOS Linux".to_owned()), "10.0".to_owned())
        );
        let debian = Some("Debian GNU/Linux 12".to_owned());
        assert_eq!(system(" 000.000", debian.clone()), (debian, String::new()));
        assert_eq!(system(" 000.000", None), (None, String::new()));
    }
}
