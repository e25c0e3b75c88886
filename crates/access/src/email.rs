//! Whether a text is an e-mail address.

/// Whether the text is an address in common use: a dotted or quoted name, `@`, and a domain of two or more
/// labels, `localhost`, or an IPv4 address in brackets.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    is_name(name) && is_domain(domain)
}

fn is_name(name: &str) -> bool {
    let quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    if quoted {
        let inner = &name[1..name.len() - 1];
        return !inner.contains(['"', '\\']) && !inner.contains(|c: char| c.is_control());
    }
    name.split('.').all(|part| !part.is_empty() && part.chars().all(plain))
}

fn is_domain(domain: &str) -> bool {
    if domain == "localhost" {
        return true;
    }
    if let Some(address) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv4Addr>().is_ok();
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.chars().count())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() > 1
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| last.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_in_common_use_are_taken() {
        for good in [
            "tuser@redhat.com",
            "a.b+c@x.co",
            "\"odd name\"@x.org",
            "me@localhost",
            "me@[127.0.0.1]",
            "x@bücher.de",
        ] {
            assert!(is_email(good), "{good}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "nope",
            "a@b",
            "@x.com",
            "a@",
            "a@x.c",
            ".a@x.com",
            "a..b@x.com",
            "a b@x.com",
            "a@-x.com",
            "a@x..com",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".*") {
            let _ = is_email(&text);
        }
    }
}
