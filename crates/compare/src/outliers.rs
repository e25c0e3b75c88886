//! The odd ones among many machines, and what sets them apart.
//!
//! Machines that are alike form a [`Cluster`]. Within it a machine is odd by the facts that few others share: a value that
//! one in a hundred has says more than one that half of them have, so each counts as many bits as it tells
//! (-log2 of its share). What every machine has for itself, and what changes by itself, counts nothing.
//!
//! The work is done part by part ([`Machine::parts`]): a part that a thousand machines have in common is looked at once.

mod sketch;

use std::collections::HashMap;

use crate::{Fact, report::Named};
use sketch::Sketch;

/// A machine and its facts, in parts that may be shared.
#[derive(Debug, Clone)]
pub struct Machine<'a> {
    /// Its facts. No name is in two parts.
    pub parts: Vec<&'a [Named]>,
}

/// Machines that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Their places in the list, in its order.
    pub members: Vec<usize>,
}

/// A machine that is odd among those that it is most like.
#[derive(Debug, Clone, PartialEq)]
pub struct Odd<'a> {
    /// Its place in the list.
    pub machine: usize,
    /// The place of its cluster.
    pub cluster: usize,
    /// How many bits set it apart.
    pub bits: f64,
    /// What sets it apart, the most telling first.
    pub facts: Vec<Apart<'a>>,
}

/// A fact that sets a machine apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart<'a> {
    /// Its name.
    pub name: &'a str,
    /// What this machine says; nothing when it has no such fact.
    pub value: Option<&'a Fact>,
    /// What most others say; nothing when most have no such fact.
    pub usual: Option<&'a Fact>,
    /// How many of the cluster say the same as this machine, itself included.
    pub same: usize,
    /// How many bits that tells.
    pub bits: f64,
}

/// The clusters, the largest first, and the oddest machines, the oddest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Outliers<'a> {
    /// Every machine is in one.
    pub clusters: Vec<Cluster>,
    /// At most as many as were asked for.
    pub odd: Vec<Odd<'a>>,
}

/// A value that more machines of a cluster share tells nothing.
const RARE: f64 = 0.2;
/// What is every machine's own: facts, and what ends so.
const OWN: [&str; 2] = ["fqdn", "last_boot_time"];
const OWN_ENDS: [&str; 3] = [".ipv4_addresses", ".ipv6_addresses", ".mac_address"];

/// Finds the clusters and at most `most` odd machines, each with at most `facts` facts. Those that are `volatile` change by
/// themselves.
pub fn find<'a>(
    machines: &[Machine<'a>],
    volatile: impl Fn(&str) -> bool,
    most: usize,
    facts: usize,
) -> Outliers<'a> {
    let counts = |name: &str| !is_own(name) && !volatile(name);
    let parts = PartTable::of(machines);
    let clusters = parts.clusters(counts);
    let mut odd: Vec<Odd<'a>> = Vec::new();
    for (at, cluster) in clusters.iter().enumerate() {
        let usual = Usual::of(&parts, cluster, counts);
        odd.extend(cluster.members.iter().map(|member| Odd {
            machine: *member,
            cluster: at,
            bits: usual.bits(&parts.of_machine[*member]),
            facts: Vec::new(),
        }));
    }
    odd.retain(|odd| odd.bits > 0.0);
    odd.sort_by(|one, other| other.bits.total_cmp(&one.bits).then(one.machine.cmp(&other.machine)));
    odd.truncate(most);
    let mut known: HashMap<usize, Usual<'a>> = HashMap::new();
    for odd in &mut odd {
        let usual =
            known.entry(odd.cluster).or_insert_with(|| Usual::of(&parts, &clusters[odd.cluster], counts));
        odd.facts = usual.apart(&parts, &parts.of_machine[odd.machine]);
        odd.facts.truncate(facts);
    }
    Outliers { clusters, odd }
}

/// Each part once, and which machine has which.
struct PartTable<'a> {
    all: Vec<&'a [Named]>,
    of_machine: Vec<Vec<usize>>,
}

impl<'a> PartTable<'a> {
    fn of(machines: &[Machine<'a>]) -> Self {
        let mut known: HashMap<(*const Named, usize), usize> = HashMap::new();
        let mut all: Vec<&'a [Named]> = Vec::new();
        let number = |part: &&'a [Named]| {
            *known.entry((part.as_ptr(), part.len())).or_insert_with(|| {
                all.push(part);
                all.len() - 1
            })
        };
        let mut number = number;
        let of_machine = machines
            .iter()
            .map(|machine| machine.parts.iter().filter(|part| !part.is_empty()).map(&mut number).collect())
            .collect();
        Self { all, of_machine }
    }

    /// Machines by what they have in common. Each is put to the first cluster that it is like; small clusters then go to
    /// the large one that they are most like, because what is odd is odd among others.
    fn clusters(&self, counts: impl Fn(&str) -> bool) -> Vec<Cluster> {
        let sketches: Vec<Sketch> = self.all.iter().map(|part| Sketch::of(part, &counts)).collect();
        let of_machine: Vec<Sketch> = self
            .of_machine
            .iter()
            .map(|parts| Sketch::union(parts.iter().map(|at| &sketches[*at])))
            .collect();
        let mut clusters: Vec<(usize, Vec<usize>)> = Vec::new();
        for (machine, sketch) in of_machine.iter().enumerate() {
            let like = clusters.iter_mut().find(|(leader, _)| of_machine[*leader].is_like(sketch));
            match like {
                Some((_, members)) => members.push(machine),
                None => clusters.push((machine, vec![machine])),
            }
        }
        clusters.sort_by_key(|(leader, members)| (std::cmp::Reverse(members.len()), *leader));
        let least = (self.of_machine.len() / 50).clamp(2, 50);
        let large = clusters
            .iter()
            .take_while(|(_, members)| members.len() >= least)
            .count()
            .max(1)
            .min(clusters.len());
        let small = clusters.split_off(large);
        for (leader, members) in small {
            let nearest =
                clusters.iter_mut().max_by_key(|(other, _)| of_machine[*other].likeness(&of_machine[leader]));
            if let Some((_, all)) = nearest {
                all.extend(members);
            }
        }
        clusters
            .into_iter()
            .map(|(_, mut members)| {
                members.sort_unstable();
                Cluster { members }
            })
            .collect()
    }
}

/// What is usual in a cluster.
struct Usual<'a> {
    members: usize,
    facts: HashMap<&'a str, ValueCounts<'a>>,
    /// For each part that somebody has: the bits of its values, less those of not having its facts.
    bits: HashMap<usize, f64>,
    /// The bits of a machine that has no fact at all.
    nothing: f64,
}

/// What the machines of a cluster say of a fact.
#[derive(Default)]
struct ValueCounts<'a> {
    /// How many say what.
    values: HashMap<&'a Fact, usize>,
    /// How many say something.
    told: usize,
}

impl<'a> Usual<'a> {
    fn of(parts: &PartTable<'a>, cluster: &Cluster, counts: impl Fn(&str) -> bool) -> Self {
        let mut users: HashMap<usize, usize> = HashMap::new();
        for part in cluster.members.iter().flat_map(|member| &parts.of_machine[*member]) {
            *users.entry(*part).or_default() += 1;
        }
        let mut facts: HashMap<&'a str, ValueCounts<'a>> = HashMap::new();
        for (part, users) in &users {
            for (name, fact) in parts.all[*part].iter().filter(|(name, _)| counts(name)) {
                let said = facts.entry(name).or_default();
                said.told += users;
                *said.values.entry(fact).or_default() += users;
            }
        }
        let members = cluster.members.len();
        // What (nearly) every machine says in its own way is its own.
        facts.retain(|_, said| said.values.len() <= 2 || said.values.len() * 2 <= said.told.max(4));
        let mut usual = Self { members, facts, bits: HashMap::new(), nothing: 0.0 };
        usual.nothing = usual.facts.values().map(|said| usual.rarity(members - said.told)).sum();
        let bits = users.keys().map(|part| {
            let of_fact = |(name, fact): &Named| {
                usual.facts.get(name.as_str()).map_or(0.0, |said| {
                    usual.rarity(said.values.get(fact).copied().unwrap_or_default())
                        - usual.rarity(members - said.told)
                })
            };
            (*part, parts.all[*part].iter().map(of_fact).sum())
        });
        usual.bits = bits.collect();
        usual
    }

    /// The bits that it tells to be one of so many.
    fn rarity(&self, same: usize) -> f64 {
        let share = same as f64 / self.members as f64;
        if same == 0 || share > RARE { 0.0 } else { -share.log2() }
    }

    fn bits(&self, parts: &[usize]) -> f64 {
        let told: f64 = parts.iter().filter_map(|part| self.bits.get(part)).sum();
        // Sums of fractions that should be nothing seldom are.
        let bits = self.nothing + told;
        if bits < 1e-6 { 0.0 } else { bits }
    }

    fn apart(&self, all: &PartTable<'a>, parts: &[usize]) -> Vec<Apart<'a>> {
        let own: HashMap<&'a str, &'a Fact> = parts
            .iter()
            .flat_map(|part| all.all[*part].iter())
            .map(|(name, fact)| (name.as_str(), fact))
            .collect();
        let mut apart: Vec<Apart<'a>> = self
            .facts
            .iter()
            .filter_map(|(name, said)| {
                let value = own.get(name).copied();
                let same = value.map_or(self.members - said.told, |fact| {
                    said.values.get(fact).copied().unwrap_or_default()
                });
                let bits = self.rarity(same);
                let most = said
                    .values
                    .iter()
                    .max_by(|one, other| one.1.cmp(other.1).then_with(|| other.0.cmp(one.0)));
                let usual =
                    most.filter(|(_, count)| **count >= self.members - said.told).map(|(fact, _)| *fact);
                (bits > 0.0).then_some(Apart { name, value, usual, same, bits })
            })
            .collect();
        apart.sort_by(|one, other| other.bits.total_cmp(&one.bits).then(one.name.cmp(other.name)));
        apart
    }
}

/// Whether each machine has its own of a fact: it sets none apart.
pub fn is_own(name: &str) -> bool {
    OWN.contains(&name) || OWN_ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(list: &[(&str, &str)]) -> Vec<Named> {
        list.iter().map(|(name, value)| ((*name).to_owned(), Fact::Text((*value).to_owned()))).collect()
    }

    fn fleet(own: &[Vec<Named>], shared: &[Vec<Named>]) -> Vec<Vec<usize>> {
        let machines: Vec<Machine<'_>> = own
            .iter()
            .enumerate()
            .map(|(at, own)| Machine { parts: vec![&shared[at % shared.len()], own] })
            .collect();
        find(&machines, |_| false, 10, 10).clusters.into_iter().map(|cluster| cluster.members).collect()
    }

    fn packages(system: &str, version: &str) -> Vec<Named> {
        let names: Vec<String> = (0..60).map(|at| format!("installed_packages.{system}{at:02}")).collect();
        names.into_iter().map(|name| (name, Fact::Text(version.to_owned()))).collect()
    }

    #[test]
    fn machines_of_different_systems_are_in_different_clusters() {
        let own: Vec<Vec<Named>> =
            (0..40).map(|at| facts(&[("fqdn", &format!("host-{at}")), ("arch", "x86_64")])).collect();
        let clusters = fleet(&own, &[packages("a", "1"), packages("b", "1")]);
        assert_eq!(clusters.len(), 2);
        assert!(clusters[0].iter().all(|at| at % 2 == clusters[0][0] % 2));
    }

    #[test]
    fn the_odd_one_is_found_with_what_sets_it_apart() {
        let usual = packages("a", "1");
        let mut strange = usual.clone();
        strange[7].1 = Fact::Text("0.9".to_owned());
        strange.remove(20);
        strange.push(("installed_packages.backdoor".to_owned(), Fact::Text("1".to_owned())));
        let own: Vec<Vec<Named>> = (0..100).map(|at| facts(&[("fqdn", &format!("host-{at}"))])).collect();
        let machines: Vec<Machine<'_>> = own
            .iter()
            .enumerate()
            .map(|(at, own)| Machine { parts: vec![if at == 42 { &strange } else { &usual }, own] })
            .collect();
        let found = find(&machines, |_| false, 10, 10);
        assert_eq!(found.clusters.len(), 1);
        assert_eq!(found.odd.len(), 1);
        let odd = &found.odd[0];
        let told: Vec<_> = odd
            .facts
            .iter()
            .map(|fact| (fact.name, fact.value.is_some(), fact.usual.is_some(), fact.same))
            .collect();
        assert_eq!(odd.machine, 42);
        assert_eq!(
            told,
            [
                ("installed_packages.a07", true, true, 1),
                ("installed_packages.a20", false, true, 1),
                ("installed_packages.backdoor", true, false, 1),
            ]
        );
        assert!((odd.bits - odd.facts.iter().map(|fact| fact.bits).sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn machines_that_are_all_alike_are_not_odd() {
        let usual = packages("a", "1");
        let own: Vec<Vec<Named>> = (0..50)
            .map(|at| {
                facts(&[
                    ("fqdn", &format!("h{at}")),
                    ("last_boot_time", &at.to_string()),
                    ("bios_version", &format!("v{at}")),
                    ("systemd.jobs_queued", if at == 7 { "3" } else { "0" }),
                ])
            })
            .collect();
        let machines: Vec<Machine<'_>> = own.iter().map(|own| Machine { parts: vec![&usual, own] }).collect();
        let is_volatile = |name: &str| name == "systemd.jobs_queued";
        assert_eq!(find(&machines, |_| false, 10, 10).odd[0].machine, 7);
        assert_eq!(find(&machines, is_volatile, 10, 10).odd, []);
        assert_eq!(find(&[], is_volatile, 10, 10), Outliers { clusters: vec![], odd: vec![] });
    }
}
