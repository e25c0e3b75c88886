//! What may be asked for.

use std::sync::LazyLock;

use profile::{
    Schema,
    schema::{Node, NodeKind, Storage},
};

use super::mistake::nearest;

/// What is asked for of a host itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostField {
    Name,
    Fqdn,
    Id,
    InsightsId,
    SubscriptionManagerId,
    Provider,
    ProviderId,
    Group,
    GroupId,
    Tag,
    State,
    Reporter,
    Type,
    Os,
    Package,
    Address,
    LastCheckIn,
    Updated,
}

impl HostField {
    /// All of them, with their names and what they are.
    pub const ALL: [(Self, &'static str, &'static str); 18] = [
        (Self::Name, "name", "display name or FQDN"),
        (Self::Group, "group", "name of the group"),
        (Self::Tag, "tag", "[namespace/]key[=value]"),
        (Self::State, "state", "fresh, stale or stale_warning"),
        (Self::Os, "os", "operating system, with or without a version: \"RHEL 9\""),
        (Self::Package, "package", "installed package, with or without a version: openssl<3.0.7"),
        (Self::Address, "address", "IP or MAC address, or the beginning of one"),
        (Self::LastCheckIn, "last_check_in", "when it last reported: >now-2d"),
        (Self::Updated, "updated", "when it was last written: <2026-01-31"),
        (Self::Reporter, "reporter", "who reports it"),
        (Self::Type, "type", "conventional, bootc, edge or cluster"),
        (Self::Fqdn, "fqdn", "full name"),
        (Self::Id, "id", "id of the host"),
        (Self::GroupId, "group_id", "id of the group"),
        (Self::InsightsId, "insights_id", "insights id"),
        (Self::SubscriptionManagerId, "subscription_manager_id", "subscription manager id"),
        (Self::Provider, "provider", "cloud that it runs in"),
        (Self::ProviderId, "provider_id", "what its cloud calls it"),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, ..)| *field == self).map_or("", |(_, name, _)| name)
    }

    /// The ages that `state` may name.
    pub const STATES: [(&'static str, crate::Age); 3] = [
        ("fresh", crate::Age::Fresh),
        ("stale", crate::Age::Stale),
        ("stale_warning", crate::Age::StaleWarning),
    ];

    /// The types that `type` may name.
    pub const TYPES: [&'static str; 4] = ["conventional", "bootc", "edge", "cluster"];
}

/// A fact of profiles.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Where it stands, up to the first list.
    pub path: Vec<&'static str>,
    /// Where it stands in the elements of that list; nothing when they are it.
    pub element: Option<Vec<&'static str>>,
    /// What may stand there.
    pub node: &'static Node,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub enum Field {
    Host(HostField),
    Fact(Fact),
}

impl Field {
    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        let host = HostField::ALL.iter().find(|(_, known, _)| *known == name);
        host.map(|(field, ..)| Self::Host(*field)).or_else(|| Fact::named(name).map(Self::Fact))
    }
}

impl Fact {
    fn named(name: &str) -> Option<Self> {
        let mut members = Schema::get().members();
        let mut fact: Option<Self> = None;
        for step in name.split('.') {
            if let Some(known) = &fact {
                members = known.members()?;
            }
            let (step, node) = members.get_key_value(step)?;
            if fact.is_none() && node.storage == Storage::Legacy {
                return None;
            }
            fact = Some(match fact {
                None => Self { path: vec![step], element: None, node },
                Some(above) => above.member(step, node),
            });
        }
        fact
    }

    fn member(mut self, name: &'static str, node: &'static Node) -> Self {
        if matches!(self.node.kind, NodeKind::Array(_)) && self.element.is_none() {
            self.element = Some(Vec::new());
        }
        self.element.as_mut().unwrap_or(&mut self.path).push(name);
        Self { node, ..self }
    }

    /// What stands below it.
    fn members(&self) -> Option<&'static std::collections::BTreeMap<String, Node>> {
        match &self.scalar().kind {
            NodeKind::Object(members) => Some(members),
            _ => None,
        }
    }

    /// What stands there or, of a list, in it.
    pub fn scalar(&self) -> &'static Node {
        let mut node = self.node;
        while let NodeKind::Array(array) = &node.kind {
            node = &array.item;
        }
        node
    }

    /// Whether it is a list, or stands in the elements of one.
    pub fn is_list(&self) -> bool {
        self.element.is_some() || matches!(self.node.kind, NodeKind::Array(_))
    }

    /// The names of what stands below it.
    pub fn member_names(&self) -> Vec<&'static str> {
        self.members().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }
}

/// The names of all facts, members of others with dots before them.
pub fn fact_names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut names = Vec::new();
        for (name, node) in Schema::get().members() {
            if node.storage != Storage::Legacy {
                add_names(name.clone(), node, &mut names);
            }
        }
        names
    });
    &NAMES
}

fn add_names(name: String, node: &Node, names: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Object(members) => {
            for (member, node) in members {
                add_names(format!("{name}.{member}"), node, names);
            }
        }
        NodeKind::Array(array) if matches!(array.item.kind, NodeKind::Object(_)) => {
            add_names(name, &array.item, names);
        }
        _ => names.push(name),
    }
}

/// The field whose name is most like one that there is not.
pub fn nearest_field(name: &str) -> Option<&'static str> {
    let of_hosts = HostField::ALL.iter().map(|(_, name, _)| *name);
    nearest(name, of_hosts.chain(fact_names().iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_offered_is_a_field_and_none_is_two() {
        for name in fact_names() {
            assert!(Fact::named(name).is_some_and(|fact| fact.member_names().is_empty()), "{name}");
            assert!(matches!(Field::named(name), Some(Field::Fact(_))), "{name} is a field of hosts, too");
        }
        for (field, name, _) in HostField::ALL {
            assert!(matches!(Field::named(name), Some(Field::Host(known)) if known == field), "{name}");
        }
    }

    #[test]
    fn what_stands_in_lists_is_looked_for_in_their_elements() {
        let Some(Field::Fact(name)) = Field::named("network_interfaces.name") else {
            panic!("no such field")
        };
        assert_eq!((name.path, name.element), (vec!["network_interfaces"], Some(vec!["name"])));
        let Some(Field::Fact(flags)) = Field::named("cpu_flags") else { panic!("no such field") };
        assert!(flags.is_list() && flags.element.is_none());
        assert!(Field::named("sap_system").is_none(), "it has moved into `workloads`");
    }
}
