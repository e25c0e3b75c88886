//! What is to be said of a fact (contract drift §5.4, §5.5, §5.8).

/// What is to be said of a fact, a group or a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// All columns say the same.
    Same,
    /// They do not.
    Different,
    /// Some say nothing, of a fact that every machine has for itself.
    Incomplete,
    /// Some were redacted before they were sent.
    Redacted,
}

impl State {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "SAME",
            Self::Different => "DIFFERENT",
            Self::Incomplete => "INCOMPLETE_DATA",
            Self::Redacted => "INCOMPLETE_DATA_OBFUSCATED",
        }
    }
}

/// What some columns say alike.
#[derive(Debug)]
pub(super) struct Variant<'a> {
    /// Empty when they say nothing.
    pub text: &'a str,
    /// How many columns.
    pub columns: usize,
    /// How many of them are baselines.
    pub baselines: usize,
    /// Whether this was redacted.
    pub redacted: bool,
}

impl<'a> Variant<'a> {
    pub(super) fn new(name: &str, text: &'a str, columns: usize, baselines: usize) -> Self {
        Self { text, columns, baselines, redacted: is_redacted(name, text) }
    }
}

/// The state of a fact of one value, and whether its columns are told what they are beside the reference.
pub(super) fn of_fact(name: &str, variants: &[Variant<'_>], systems: usize) -> (State, bool) {
    let plain = || variants.iter().filter(|variant| !variant.redacted);
    let says_nothing = |variant: &Variant<'_>| variant.text.is_empty();
    let mut state =
        if plain().any(says_nothing) || plain().count() > 1 { State::Different } else { State::Same };
    if is_unique(name) && systems > 1 {
        // What a baseline does not name makes nothing incomplete.
        state = if plain().any(|variant| says_nothing(variant) && variant.columns > variant.baselines) {
            State::Incomplete
        } else if plain().filter(|variant| !says_nothing(variant)).all(|variant| variant.columns == 1) {
            State::Same
        } else {
            State::Different
        };
    }
    if name == "last_boot_time" {
        state = State::Same;
    }
    let beside_reference = state != State::Same;
    if plain().count() == 1 {
        state = State::Same;
    }
    if variants.iter().any(|variant| variant.redacted) {
        state = State::Redacted;
    }
    (state, beside_reference)
}

/// The state of a group of facts in these states.
pub(super) fn of_group(states: impl Iterator<Item = State>) -> State {
    let mut has = [false; 4];
    for state in states {
        has[state as usize] = true;
    }
    let [same, different, incomplete, redacted] = has;
    match () {
        () if different || (incomplete && same) => State::Different,
        () if incomplete || redacted => State::Incomplete,
        () => State::Same,
    }
}

/// Whether every machine should have a value of its own.
fn is_unique(name: &str) -> bool {
    let ends = [".ipv4_addresses", ".ipv6_addresses", ".mac_address"];
    !name.starts_with("network_interfaces.lo.")
        && (name.starts_with("fqdn") || ends.iter().any(|end| name.ends_with(end)))
}

/// Whether a value was replaced by the client before it was sent: an address of `10.230.230.0/24`, or a name whose first
/// part is `host` and a number or a hash.
pub(super) fn is_redacted(name: &str, text: &str) -> bool {
    const NETWORK: &str = "10.230.230.";
    if name.contains("ipv4_addresses") {
        let mut found = text.match_indices(NETWORK);
        return found.any(|(at, _)| text[at + NETWORK.len()..].starts_with(|c: char| c.is_ascii_digit()));
    }
    if !name.contains("fqdn") {
        return false;
    }
    let first = text.split('.').next().unwrap_or_default();
    first.strip_prefix("host").is_some_and(|rest| {
        let is_number = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
        is_number || (rest.len() >= 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_client_writes_is_redacted() {
        for (name, text, expected) in [
            ("fqdn", "host12.abcdef.example.com", true),
            ("fqdn", "host0", true),
            ("fqdn", "host0a1b2c3d.example.com", true),
            ("fqdn", "hostname.example.com", false),
            ("fqdn", "host-12.example.com", false),
            ("fqdn", "web.host1.example.com", false),
            ("network_interfaces.eth0.ipv4_addresses", "10.0.0.1, 10.230.230.5", true),
            ("network_interfaces.eth0.ipv4_addresses", "10.230.230.", false),
            ("arch", "host12", false),
        ] {
            assert_eq!(is_redacted(name, text), expected, "{name} {text}");
        }
    }

    #[test]
    fn a_group_is_what_its_facts_are() {
        use State::{Different, Incomplete, Redacted, Same};
        for (states, expected) in [
            (&[Same][..], Same),
            (&[Same, Different], Different),
            (&[Incomplete, Same], Different),
            (&[Incomplete], Incomplete),
            (&[Incomplete, Redacted], Incomplete),
            (&[Redacted], Incomplete),
            (&[Redacted, Same], Incomplete),
        ] {
            assert_eq!(of_group(states.iter().copied()), expected, "{states:?}");
        }
    }
}
