//! The way back: a profile as JSON text.

use serde_json::{Map, Value};

use crate::{Schema, Section, canonical, facts, schema::Storage};

/// The `system_profile` of the answers: the facts, then the lists, which are copied unread. Each text must be the
/// JSON of its list, as [`List::json`](crate::List::json) gave it.
pub fn join<'a>(facts: &Map<String, Value>, lists: impl IntoIterator<Item = (Section, &'a str)>) -> String {
    concatenate(facts.iter(), lists)
}

/// The same with the named top-level members only (sparse fieldsets, contract system-profile §10). Names that the
/// schema does not know, and legacy names, give nothing.
pub fn join_members<'a>(
    facts: &Map<String, Value>,
    lists: impl IntoIterator<Item = (Section, &'a str)>,
    names: &[&str],
) -> String {
    let schema = Schema::get();
    let stored = |name: &str| schema.member(name).is_some_and(|node| node.storage != Storage::Legacy);
    concatenate(
        facts.iter().filter(|(name, _)| names.contains(&name.as_str()) && stored(name)),
        lists.into_iter().filter(|(section, _)| names.contains(&section.name())),
    )
}

fn concatenate<'a, 'b>(
    facts: impl Iterator<Item = (&'b String, &'b Value)>,
    lists: impl IntoIterator<Item = (Section, &'a str)>,
) -> String {
    let mut out = String::from("{");
    facts::members(facts, &mut out);
    for (section, json) in lists {
        if section == Section::Facts {
            continue;
        }
        if out.len() > 1 {
            out.push(',');
        }
        canonical::string(section.name(), &mut out);
        out.push(':');
        out.push_str(json);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use testkit::any_profile;

    use crate::Profile;

    #[test]
    fn nothing_joins_to_an_empty_object() {
        assert_eq!(join(&Map::new(), []), "{}");
        assert_eq!(
            join(&Map::new(), [(Section::CpuFlags, "[]"), (Section::PublicDns, "[]")]),
            r#"{"cpu_flags":[],"public_dns":[]}"#
        );
    }

    #[test]
    fn only_named_members_are_joined_and_legacy_names_give_nothing() {
        let facts = json!({"arch": "x86_64", "os_release": "9", "sap": {"sids": []}, "what": 1});
        let lists = [(Section::CpuFlags, "[]"), (Section::PublicDns, "[]")];
        let names = ["os_release", "public_dns", "sap", "what", "facts", "os_release"];
        assert_eq!(
            join_members(facts.as_object().unwrap(), lists, &names),
            r#"{"os_release":"9","public_dns":[]}"#
        );
        assert_eq!(join_members(facts.as_object().unwrap(), lists, &[]), "{}");
    }

    proptest! {
        #[test]
        fn what_was_split_joins_to_the_same(sent in any_profile()) {
            let profile = Profile::parse(&sent.to_string()).unwrap();
            let texts: Vec<_> = profile.lists.iter().map(|(section, list)| (*section, list.json())).collect();
            let joined = join(&profile.facts, texts.iter().map(|(section, json)| (*section, &**json)));
            prop_assert_eq!(serde_json::from_str::<Value>(&joined).unwrap(), sent);
        }
    }
}
