//! Version orders, beside what the package managers themselves say of each pair (`testdata/vectors`).

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{cmp::Ordering, path::Path};

use compare::Ecosystem;
use proptest::prelude::*;

const ALL: [Ecosystem; 4] = [Ecosystem::Rpm, Ecosystem::Deb, Ecosystem::Alpm, Ecosystem::Apk];

/// Every pair of a file, in both directions. A pair marked `?` has a version that the package manager refuses.
fn agrees(file: &str, ecosystem: Ecosystem) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/vectors").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    for line in text.lines() {
        let [a, b, expected] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        if expected == "?" {
            if ecosystem.accepts(a) && ecosystem.accepts(b) {
                wrong.push(format!("{line}: both are accepted"));
            }
            continue;
        }
        let expected: i8 = expected.parse().unwrap();
        let (one, other) = (ecosystem.order(a, b) as i8, ecosystem.order(b, a) as i8);
        if (one, other) != (expected, -expected) {
            wrong.push(format!("{line}: got {one} and {other}"));
        }
        if ecosystem != Ecosystem::Apk && !(ecosystem.accepts(a) && ecosystem.accepts(b)) {
            wrong.push(format!("{line}: one is not accepted"));
        }
    }
    assert!(wrong.is_empty(), "{file}: {} pairs are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rpm_versions_are_ordered_as_rpm_does() {
    agrees("rpm.tsv", Ecosystem::Rpm);
    agrees("rpm-evr.tsv", Ecosystem::Rpm);
}

#[test]
fn deb_versions_are_ordered_as_dpkg_does() {
    agrees("deb.tsv", Ecosystem::Deb);
    agrees("deb-real.tsv", Ecosystem::Deb);
}

#[test]
fn pacman_versions_are_ordered_as_pacman_does() {
    agrees("alpm.tsv", Ecosystem::Alpm);
}

#[test]
fn apk_versions_are_ordered_as_apk_does() {
    agrees("apk.tsv", Ecosystem::Apk);
}

#[test]
fn the_pairs_that_trap_most_are_right() {
    use Ecosystem::{Alpm, Apk, Deb, Rpm};
    for (ecosystem, rising) in [
        (Rpm, &["1.0~rc1", "1.0", "1.0^git1", "1.0.1"][..]),
        (Rpm, &["1.0^git1~pre", "1.0^git1"]),
        (Rpm, &["xyz.4", "2"]),
        (Rpm, &["1.0", "1.0a"]),
        (Rpm, &["6.0", "6.0.rc1"]),
        (Rpm, &["2:8.2.2637-20.el9_1", "2:8.2.2637-21.el9_1"]),
        (Rpm, &["5.1.2-12alpha.el7", "5.2.2-1.el7"]),
        (Deb, &["1.0~beta1", "1.0"]),
        (Deb, &["1a", "1000a"]),
        (Deb, &["1:7.5", "2:2.5"]),
        (Deb, &["0foobar", "0foo.bar"]),
        (Deb, &["2.0.16.1~really2.0.2-0.2", "2.0.17-2"]),
        (Alpm, &["1.5b", "1.5", "1.5.a"]),
        (Apk, &["1.1_alpha1", "1.1", "1.1_p1"]),
        (Apk, &["8.2.0", "8.2.001"]),
        (Apk, &["1.0_p9", "1.0_p10"]),
        (Apk, &["2.5.1", "2.5.1a"]),
    ] {
        for pair in rising.windows(2) {
            assert_eq!(ecosystem.order(pair[0], pair[1]), Ordering::Less, "{ecosystem:?} {pair:?}");
        }
    }
    for (ecosystem, a, b) in [
        (Rpm, "10.0001", "10.1"),
        (Rpm, "2_0", "2.0"),
        (Deb, "0foo", "0foo-0"),
        (Deb, "1", "0:1"),
        (Alpm, "1.5", "1.5-1"),
    ] {
        assert_eq!(ecosystem.order(a, b), Ordering::Equal, "{ecosystem:?} {a} {b}");
    }
}

/// A version with a release: among those every order is total.
fn version() -> impl Strategy<Value = String> {
    "([0-2]:)?[0-9a-c.~^_+]{0,6}(_rc|_p|~1f)?[0-9a-z.]{0,3}-r?[0-9.~]{1,3}"
}

/// A version as packages of pacman have it.
fn plain() -> impl Strategy<Value = String> {
    "([12]:)?[0-9]{1,3}(\\.[0-9]{1,2}){0,3}[a-c]?-[0-9]{1,2}"
}

fn is_transitive(ecosystem: Ecosystem, mut all: [&str; 3]) {
    all.sort_by(|one, other| ecosystem.order(one, other));
    let ends = ecosystem.order(all[0], all[2]);
    let equal = ecosystem.order(all[0], all[1]).is_eq() && ecosystem.order(all[1], all[2]).is_eq();
    assert!(if equal { ends.is_eq() } else { ends.is_lt() }, "{ecosystem:?} {all:?}: {ends:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn each_order_is_total(a in version(), b in version(), c in version()) {
        for ecosystem in ALL {
            prop_assert_eq!(ecosystem.order(&a, &a), Ordering::Equal);
            prop_assert_eq!(ecosystem.order(&a, &b), ecosystem.order(&b, &a).reverse());
        }
        // Of pacman only among versions as its packages have them: over odd texts its own comparison goes in circles.
        for ecosystem in [Ecosystem::Rpm, Ecosystem::Deb, Ecosystem::Apk] {
            is_transitive(ecosystem, [&a, &b, &c]);
        }
    }

    #[test]
    fn the_order_of_pacman_is_total(a in plain(), b in plain(), c in plain()) {
        is_transitive(Ecosystem::Alpm, [&a, &b, &c]);
    }

    #[test]
    fn any_bytes_have_a_place(a: Vec<u8>, b: Vec<u8>) {
        for ecosystem in ALL {
            prop_assert_eq!(ecosystem.order_bytes(&a, &b), ecosystem.order_bytes(&b, &a).reverse());
        }
    }
}
