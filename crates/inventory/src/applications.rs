//! The applications of the console that say something of hosts, and what they say (contract inventory-events §8,
//! inventory-http §20).

/// An application that says something of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Application {
    /// Recommendations.
    Advisor,
    /// Known weaknesses.
    Vulnerability,
    /// Advisories and packages.
    Patch,
    /// Plans to mend things.
    Remediations,
    /// Policies, and when they were last checked.
    Compliance,
    /// Scans for malware.
    Malware,
}

/// One value that an application says of a host.
#[derive(Debug, PartialEq, Eq)]
pub struct AppField {
    /// Its name, in messages, answers, filters and orders.
    pub name: &'static str,
    /// What it is.
    pub kind: FieldKind,
    /// What may be done with it.
    pub uses: Uses,
}

/// What a value of an application is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A whole number of 32 bits.
    Number,
    /// A point in time.
    Moment,
    /// A text of at most so many characters.
    Text(usize),
    /// A UUID.
    Uuid,
    /// A list of objects with an id and a name.
    Policies,
}

/// What may be done with a value, beside showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Uses {
    /// Nothing.
    Shown,
    /// Hosts are filtered by it.
    Filtered,
    /// Hosts are filtered and ordered by it.
    Ordered,
}

/// What hosts are ordered by that is said by nobody: the sum of several values.
#[derive(Debug, PartialEq, Eq)]
pub struct Sum {
    /// Its name in orders.
    pub name: &'static str,
    /// What is added up.
    pub of: &'static [&'static str],
}

/// The sums; all are of [`Application::Patch`].
pub const SUMS: &[Sum] = &[
    Sum {
        name: "advisories_total_installable",
        of: &[
            "advisories_rhsa_installable",
            "advisories_rhba_installable",
            "advisories_rhea_installable",
            "advisories_other_installable",
        ],
    },
    Sum {
        name: "advisories_total_applicable",
        of: &[
            "advisories_rhsa_applicable",
            "advisories_rhba_applicable",
            "advisories_rhea_applicable",
            "advisories_other_applicable",
        ],
    },
];

/// Made of `policies` when these are stored.
pub const POLICIES_COUNT: &str = "policies_count";

const fn number(name: &'static str) -> AppField {
    AppField { name, kind: FieldKind::Number, uses: Uses::Ordered }
}

const fn field(name: &'static str, kind: FieldKind, uses: Uses) -> AppField {
    AppField { name, kind, uses }
}

const ADVISOR: &[AppField] = &[
    number("recommendations"),
    number("incidents"),
    number("critical"),
    number("important"),
    number("moderate"),
    number("low"),
];
const VULNERABILITY: &[AppField] = &[
    number("total_cves"),
    number("critical_cves"),
    number("important_cves"),
    number("cves_with_security_rules"),
    number("cves_with_known_exploits"),
];
const PATCH: &[AppField] = &[
    number("advisories_rhsa_installable"),
    number("advisories_rhba_installable"),
    number("advisories_rhea_installable"),
    number("advisories_other_installable"),
    number("advisories_rhsa_applicable"),
    number("advisories_rhba_applicable"),
    number("advisories_rhea_applicable"),
    number("advisories_other_applicable"),
    number("packages_installable"),
    number("packages_applicable"),
    number("packages_installed"),
    field("template_name", FieldKind::Text(255), Uses::Ordered),
    field("template_uuid", FieldKind::Uuid, Uses::Filtered),
];
const REMEDIATIONS: &[AppField] = &[number("remediations_plans")];
const COMPLIANCE: &[AppField] = &[
    field("last_scan", FieldKind::Moment, Uses::Ordered),
    number(POLICIES_COUNT),
    field("policies", FieldKind::Policies, Uses::Shown),
];
const MALWARE: &[AppField] = &[
    number("last_matches"),
    number("total_matches"),
    field("last_scan", FieldKind::Moment, Uses::Ordered),
    field("last_status", FieldKind::Text(50), Uses::Ordered),
];

impl Application {
    /// All of them, in the order in which orders name them.
    pub const ALL: [Self; 6] = [
        Self::Advisor,
        Self::Vulnerability,
        Self::Patch,
        Self::Remediations,
        Self::Compliance,
        Self::Malware,
    ];

    /// Its name in messages, answers and parameters.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Advisor => "advisor",
            Self::Vulnerability => "vulnerability",
            Self::Patch => "patch",
            Self::Remediations => "remediations",
            Self::Compliance => "compliance",
            Self::Malware => "malware",
        }
    }

    /// The application of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|application| application.name() == name)
    }

    /// The application, resource and verb of RBAC that let somebody see what it says.
    pub const fn rbac(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Advisor => ("advisor", "recommendation-results", "read"),
            Self::Vulnerability => ("vulnerability", "vulnerability_results", "read"),
            Self::Patch => ("patch", "*", "read"),
            Self::Remediations => ("remediations", "remediation", "read"),
            Self::Compliance => ("compliance", "system", "read"),
            Self::Malware => ("malware-detection", "*", "read"),
        }
    }

    /// Whether a permission that RBAC grants lets somebody see what it says: the same, or with `*` for resource, verb or both.
    pub fn is_allowed_by(self, granted: &str) -> bool {
        let (application, resource, verb) = self.rbac();
        let mut parts = granted.split(':');
        let (Some(a), Some(r), Some(v), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        a == application && (r == resource || r == "*") && (v == verb || v == "*")
    }

    /// What it says of a host.
    pub const fn fields(self) -> &'static [AppField] {
        match self {
            Self::Advisor => ADVISOR,
            Self::Vulnerability => VULNERABILITY,
            Self::Patch => PATCH,
            Self::Remediations => REMEDIATIONS,
            Self::Compliance => COMPLIANCE,
            Self::Malware => MALWARE,
        }
    }

    /// The sums of what it says.
    pub const fn sums(self) -> &'static [Sum] {
        match self {
            Self::Patch => SUMS,
            _ => &[],
        }
    }

    /// The value of that name.
    pub fn field(self, name: &str) -> Option<&'static AppField> {
        self.fields().iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_added_up_is_a_number_of_patch() {
        for name in SUMS.iter().flat_map(|sum| sum.of) {
            assert_eq!(Application::Patch.field(name).unwrap().kind, FieldKind::Number, "{name}");
        }
    }

    #[test]
    fn a_permission_to_see_what_an_application_says_may_have_stars() {
        for granted in ["advisor:*:*", "advisor:recommendation-results:read", "advisor:*:read"] {
            assert!(Application::Advisor.is_allowed_by(granted), "{granted}");
        }
        for granted in ["advisor:*:write", "patch:*:read", "*:*:*", "advisor:recommendation-results"] {
            assert!(!Application::Advisor.is_allowed_by(granted), "{granted}");
        }
        assert!(
            Application::Patch.is_allowed_by("patch:*:*")
                && !Application::Patch.is_allowed_by("patch:system:read")
        );
    }

    #[test]
    fn every_name_stands_for_one_thing() {
        for application in Application::ALL {
            assert_eq!(Application::named(application.name()), Some(application));
            let names: BTreeSet<_> = application.fields().iter().map(|field| field.name).collect();
            assert_eq!(names.len(), application.fields().len());
        }
        assert_eq!(Application::named("image_builder"), None);
    }
}
