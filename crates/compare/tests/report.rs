//! Comparisons of whole records, and what is equal.

use std::collections::BTreeMap;

use compare::{
    Fact,
    report::{Column, ColumnKind, Entry, Named, Options, Report, State, Values},
};
use proptest::prelude::*;

fn one(text: &str) -> Fact {
    Fact::Text(text.to_owned())
}

fn several(values: &[&str]) -> Fact {
    Fact::List(values.iter().map(|value| (*value).to_owned()).collect())
}

fn facts(list: &[(&str, Fact)]) -> Vec<Named> {
    list.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect()
}

fn column<'a>(id: &'a str, kind: ColumnKind, facts: &'a [Named]) -> Column<'a> {
    Column { id, name: id, kind, parts: vec![facts] }
}

/// States by name, of systems with these facts.
fn states(records: &[Vec<Named>]) -> BTreeMap<String, State> {
    let ids: Vec<String> = (0..records.len()).map(|at| format!("s{at}")).collect();
    let columns = records.iter().zip(&ids).map(|(facts, id)| column(id, ColumnKind::System, facts)).collect();
    let report = Report::new(columns, Options::default());
    let mut states = BTreeMap::new();
    for entry in report.entries() {
        match entry {
            Entry::Fact(leaf) => drop(states.insert(leaf.name.to_owned(), leaf.state)),
            Entry::Group { name, facts, .. } => {
                states.extend(facts.iter().map(|leaf| (format!("{name}.{}", leaf.name), leaf.state)));
            }
        }
    }
    states
}

fn state(name: &str, values: &[Fact]) -> State {
    let records: Vec<_> = values.iter().map(|value| facts(&[(name, value.clone())])).collect();
    states(&records)[name]
}

#[test]
fn what_is_missing_is_equal_in_all_its_forms_and_nothing_else_is() {
    let missing = [one(""), one("N/A"), several(&[]), several(&[""])];
    for a in &missing {
        for b in &missing {
            assert_eq!(state("x", &[a.clone(), b.clone()]), State::Same, "{a:?} {b:?}");
        }
        for value in ["0", "False", "None", " "] {
            assert_eq!(state("x", &[a.clone(), one(value)]), State::Different, "{a:?} {value}");
        }
    }
    assert_eq!(states(&[facts(&[("x", one("0"))]), facts(&[])])["x"], State::Different);
    assert_eq!(states(&[facts(&[("x", one(""))]), facts(&[])])["x"], State::Same);
    assert_eq!(state("x", &[one("TCP"), one("tcp")]), State::Different);
}

#[test]
fn several_values_are_a_set() {
    assert_eq!(state("x", &[several(&["a", "b"]), several(&["b", "a", "a"])]), State::Same);
    assert_eq!(state("x", &[several(&["a"]), one("a")]), State::Same);
    assert_eq!(state("x", &[several(&["a", "b"]), several(&["a"])]), State::Different);
}

#[test]
fn what_every_machine_has_for_itself_is_the_same_when_it_differs() {
    let name = "network_interfaces.eth0.ipv4_addresses";
    for (values, expected) in [
        (&["1", "2"][..], State::Same),
        (&["1", "1"], State::Same),
        (&["1", "1", "2"], State::Different),
        (&["1", ""], State::Incomplete),
        (&["", ""], State::Same),
        (&["10.230.230.4", "1"], State::Redacted),
    ] {
        let values: Vec<Fact> = values.iter().map(|value| one(value)).collect();
        assert_eq!(state(name, &values), expected, "{values:?}");
    }
    assert_eq!(state("network_interfaces.lo.ipv4_addresses", &[one("1"), one("2")]), State::Different);
    assert_eq!(state("last_boot_time", &[one("1"), one("2")]), State::Same);
}

#[test]
fn a_baseline_that_does_not_name_an_address_makes_nothing_incomplete() {
    let name = "network_interfaces.eth0.mac_address";
    let (first, second, gold) =
        (facts(&[(name, one("1"))]), facts(&[(name, one("2"))]), facts(&[("arch", one("x"))]));
    let columns = vec![
        column("a", ColumnKind::System, &first),
        column("b", ColumnKind::System, &second),
        column("gold", ColumnKind::Baseline, &gold),
    ];
    let report = Report::new(columns, Options::default());
    let ids: Vec<_> = report.columns().iter().map(|column| column.id).collect();
    assert_eq!(ids, ["gold", "a", "b"]);
    let differing: Vec<_> = report.differing().map(|leaf| leaf.name).collect();
    assert_eq!(differing, ["arch"]);
}

#[test]
fn facts_of_sap_are_shown_only_of_sap_systems() {
    let of = |sap: &str| facts(&[("sap_system", one(sap)), ("sap_sids", one("A")), ("arch", one("x"))]);
    let names = |records: &[Vec<Named>]| states(records).into_keys().collect::<Vec<_>>();
    assert_eq!(names(&[of("False"), of("")]), ["arch"]);
    assert_eq!(names(&[of("False"), of("True")]), ["arch", "sap_sids", "sap_system"]);
}

#[test]
fn cells_are_told_what_they_are_beside_the_reference() {
    let (first, second) = (
        facts(&[("arch", one("x")), ("gone", one("")), ("os", one("8"))]),
        facts(&[("arch", one("y")), ("os", one("8"))]),
    );
    let cells = |reference: &str| -> Vec<Vec<Option<State>>> {
        let columns = vec![column("a", ColumnKind::System, &first), column("b", ColumnKind::System, &second)];
        let report = Report::new(columns, Options { reference: Some(reference), short_circuit: false });
        let cells = report.entries().map(|entry| match entry {
            Entry::Fact(compare::report::Leaf { values: Values::One(cells), .. }) => cells,
            other => panic!("a fact of one value: {other:?}"),
        });
        cells.map(|cells| cells.iter().map(|cell| cell.state).collect()).collect()
    };
    let (same, different) = (Some(State::Same), Some(State::Different));
    assert_eq!(cells("a"), [vec![same, different], vec![same, same], vec![None, None]]);
    assert_eq!(cells("unknown"), [vec![different, different], vec![different, different], vec![None, None]]);
}

#[test]
fn a_short_circuit_asks_only_for_what_the_baseline_names() {
    let system = facts(&[("arch", one("x")), ("os", one("9")), ("tags.a.b", several(&["x", "y"]))]);
    let drifted = |gold: &[(&str, Fact)]| {
        let gold = facts(gold);
        let columns =
            vec![column("s", ColumnKind::System, &system), column("gold", ColumnKind::Baseline, &gold)];
        let report = Report::new(columns, Options { reference: None, short_circuit: true });
        assert_eq!(report.len(), gold.len());
        report.has_drifted()
    };
    assert!(!drifted(&[("arch", one("x"))]));
    assert!(drifted(&[("arch", one("y"))]));
    assert!(drifted(&[("new", one("1"))]));
    assert!(!drifted(&[("tags.a.b", several(&["x"]))]));
    assert!(drifted(&[("tags.a.b", several(&["x", "z"]))]));
}

#[test]
fn facts_stand_in_the_order_of_their_names_and_a_fact_before_a_group_of_its_name() {
    let record =
        facts(&[("b.z", one("1")), ("b", one("1")), ("a-b", one("1")), ("a.c", one("1")), ("b.a", one("1"))]);
    let report = Report::new(vec![column("s", ColumnKind::System, &record)], Options::default());
    let names: Vec<String> = report
        .entries()
        .map(|entry| match entry {
            Entry::Fact(leaf) => leaf.name.to_owned(),
            Entry::Group { name, facts, .. } => {
                format!("{name}({})", facts.iter().map(|leaf| leaf.name).collect::<Vec<_>>().join(","))
            }
        })
        .collect();
    assert_eq!(names, ["a(c)", "a-b", "b", "b(a,z)"]);
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        "[ab]{0,1}|N/A".prop_map(Fact::Text),
        proptest::collection::vec("[ab]{0,1}", 0..3).prop_map(Fact::List),
    ]
}

fn record() -> impl Strategy<Value = Vec<Named>> {
    proptest::collection::btree_map("[xy]|g\\.[xy]|fqdn|n\\.mac_address", fact(), 0..5)
        .prop_map(|facts| facts.into_iter().collect())
}

proptest! {
    #[test]
    fn a_record_beside_itself_has_no_difference(facts in record()) {
        for (name, state) in states(&[facts.clone(), facts]) {
            prop_assert_eq!(state, State::Same, "{}", name);
        }
    }

    #[test]
    fn the_order_of_records_and_of_facts_changes_no_state(mut all in proptest::collection::vec(record(), 1..5)) {
        let before = states(&all);
        all.reverse();
        for facts in &mut all {
            facts.reverse();
            for (_, fact) in facts.iter_mut() {
                if let Fact::List(values) = fact {
                    values.reverse();
                }
            }
        }
        prop_assert_eq!(states(&all), before);
    }

    #[test]
    fn parts_that_are_shared_change_nothing(facts in record(), other in record()) {
        // The same facts as one slice of two columns, and as two slices.
        let copy = facts.clone();
        let answer = |second: &[Named]| {
            let columns = vec![column("a", ColumnKind::System, &facts), column("b", ColumnKind::System, second), column("c", ColumnKind::Past, &other)];
            format!("{:?}", Report::new(columns, Options { reference: Some("b"), short_circuit: false }).entries().collect::<Vec<_>>())
        };
        prop_assert_eq!(answer(&facts), answer(&copy));
    }
}
