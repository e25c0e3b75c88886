//! From what a reporter sent to a [`Report`]: who sent it, the host schema, and the errors in the words that
//! reporters know (contract inventory-events §2.3 to §3.7).
//!
//! The order of the checks is part of the contract: the sender first, then every field by itself, then the rules
//! between fields, then what makes a host.

pub mod app_data;
mod canonical_facts;
pub mod check_in;
mod document;
pub mod envelope;
mod facts;
mod fields;
mod forms;
mod invalid;
pub(crate) mod literal;
mod precedence;
mod problem;
mod raw_object;
mod sanitise;
mod sender;
mod tags;
pub mod workspace;

use legacy::Json;
use std::sync::Arc;

use access::Identity;
use fleet::{CanonicalFacts, Origin, Report, Tags};
use ground::{HostId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use self::fields::BAD_INPUT;
use self::{
    canonical_facts::Uuids,
    envelope::Envelope,
    fields::{Fields, Null},
};
pub use self::{
    canonical_facts::as_sent,
    document::HostDocument,
    invalid::{Class, Invalid},
    sender::is_rhsm,
    tags::MOST_TAGS,
};

/// Whether reports of the subscription service are taken (feature flag `hbi.api.reject-rhsm-payloads`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rhsm {
    /// They are.
    #[default]
    Accepted,
    /// They are not.
    Rejected,
}

/// The report in a message of the host-ingress topics.
pub fn report(envelope: &Envelope, rhsm: Rhsm) -> Result<Report, Invalid> {
    check_reporter(&envelope.data, rhsm)?;
    let identity = sender::sender(envelope)?;
    let described = Described::read(&envelope.data, Form::Ingress)?;
    let defer_to_reporter = envelope
        .operation_args
        .iter()
        .find(|(name, _)| name == "defer_to_reporter")
        .and_then(|(_, to)| to.as_text());
    let report = described.into_report(&identity, origin(envelope))?;
    Ok(Report {
        defer_to_reporter: defer_to_reporter.filter(|to| !to.is_empty()).map(str::to_owned),
        ..report
    })
}

/// A report that changes the profile of a host and nothing else.
#[derive(Debug, Clone)]
pub struct ProfileReport {
    /// The host, when it is named; otherwise it is found by the facts of the report.
    pub id: Option<HostId>,
    /// The organisation, the facts, the profile and the origin; the rest is empty.
    pub report: Report,
}

/// The report in a message of the system-profile topic: no identity, no reporter (contract inventory-events §6).
pub fn profile_report(envelope: &Envelope, rhsm: Rhsm) -> Result<ProfileReport, Invalid> {
    check_reporter(&envelope.data, rhsm)?;
    let described = Described::read(&envelope.data, Form::Profile)?;
    if described.profile.is_none() {
        return Err(Invalid::request(
            "Invalid request",
            "Cannot update System Profile, since no System Profile data was provided.",
        ));
    }
    Ok(ProfileReport {
        id: described.id,
        report: Report {
            profile: described.profile.cloned(),
            origin: origin(envelope),
            ..Report::new(described.org, "", described.canonical_facts)
        },
    })
}

/// The report in one document of `POST /hosts` (contract inventory-http §25.5). What that contract leaves open is
/// as in a message; the organisation is the caller's. UUIDs may lack their dashes, and `stale_timestamp` is checked
/// but means nothing (§26). Details hold the map of problems alone.
pub fn report_from_http(document: &Value, identity: &Identity, origin: Origin) -> Result<Report, Invalid> {
    let Some(document) = HostDocument::from_value(document) else {
        return Err(Invalid {
            title: "Bad Request",
            ..Invalid::rule(format!("{{'_schema': ['{BAD_INPUT}']}}"))
        });
    };
    report_from_document(&document, identity, origin)
}

/// The same of a document whose profile is not read yet.
pub fn report_from_document(
    document: &HostDocument,
    identity: &Identity,
    origin: Origin,
) -> Result<Report, Invalid> {
    let refused = |detail: &str| Invalid { title: "Invalid request", ..Invalid::rule(detail) };
    if let (Some(of_host), Some(of_caller)) = (document.text("account"), &identity.account_number)
        && !of_host.is_empty()
        && of_host != of_caller
    {
        return Err(refused(
            "The account number associated with the user does not match the account number associated with the host",
        ));
    }
    if document.text("org_id").is_some_and(|org| org != identity.org.as_str()) {
        return Err(refused("The org_id in the identity does not match the org_id in the host."));
    }
    Described::read(document, Form::Http(&identity.org))?.into_report(identity, origin)
}

/// What a stored host says, read by the rules of `POST /hosts`: a report without profile, sender or owner. Its problems are named
/// by member.
pub(crate) fn stored_host(document: &HostDocument, org: &OrgId) -> Result<Report, Invalid> {
    let described = Described::read(document, Form::Http(org))?;
    Ok(Report {
        display_name: described.display_name.map(str::to_owned),
        ansible_host: described.ansible_host.map(str::to_owned),
        account: described.account.map(str::to_owned),
        openshift_cluster_id: described.openshift_cluster_id,
        facts: facts::merged(described.facts)?,
        tags: described.tags,
        ..Report::new(described.org, described.reporter, described.canonical_facts)
    })
}

fn check_reporter(document: &HostDocument, rhsm: Rhsm) -> Result<(), Invalid> {
    match document.text("reporter") {
        Some(reporter) if rhsm == Rhsm::Rejected && is_rhsm(reporter) => {
            Err(Invalid::rule("RHSM payloads are not currently allowed."))
        }
        _ => Ok(()),
    }
}

fn origin(envelope: &Envelope) -> Origin {
    Origin {
        request_id: envelope.request_id.clone(),
        metadata: Some(envelope.metadata.clone()),
        by_frontend: false,
    }
}

/// Where a document came from, which decides some of the rules.
#[derive(Debug, Clone, Copy)]
enum Form<'a> {
    Ingress,
    Profile,
    /// With the organisation of the caller.
    Http(&'a OrgId),
}

/// What a document says, every field checked.
struct Described<'a> {
    org: OrgId,
    id: Option<HostId>,
    reporter: &'a str,
    display_name: Option<&'a str>,
    ansible_host: Option<&'a str>,
    account: Option<&'a str>,
    canonical_facts: CanonicalFacts,
    openshift_cluster_id: Option<Uuid>,
    facts: facts::Entries<'a>,
    tags: Tags,
    profile: Option<&'a Arc<str>>,
}

impl<'a> Described<'a> {
    fn read(document: &'a HostDocument, form: Form<'_>) -> Result<Self, Invalid> {
        let mut fields = Fields::of(document);
        let uuids = if matches!(form, Form::Http(_)) { Uuids::Loose } else { Uuids::Dashed };
        let org = org(&mut fields, form);
        let reporter = match form {
            Form::Profile => None,
            Form::Ingress | Form::Http(_) => {
                fields.require("reporter");
                fields.text("reporter", 1..=255, Null::Refused)
            }
        };
        let display_name = fields.text("display_name", 1..=200, Null::Refused);
        let ansible_host = fields.text("ansible_host", 0..=255, Null::Refused);
        let least = usize::from(matches!(form, Form::Http(_)));
        let account = fields.text("account", least..=10, Null::Refused);
        let canonical_facts = canonical_facts::read(&mut fields, uuids);
        let openshift_cluster_id = fields.formed("openshift_cluster_id", |text| uuids.read(text));
        let facts = nested(&mut fields, "facts", facts::read).unwrap_or_default();
        let tags = nested(&mut fields, "tags", tags::read).unwrap_or_default();
        let profile = fields.profile();
        fields.ignored_objects("groups");
        fields.given("tags_alt", Null::Refused);
        let id = match form {
            Form::Profile => fields.formed("id", forms::uuid).map(HostId),
            Form::Ingress => None,
            Form::Http(_) => {
                fields.zoned_time("stale_timestamp");
                None
            }
        };
        canonical_facts::check_together(&mut fields, &canonical_facts);
        match org {
            Some(org) if fields.problems.is_empty() => Ok(Self {
                org,
                id,
                reporter: reporter.unwrap_or_default(),
                display_name,
                ansible_host,
                account,
                canonical_facts,
                openshift_cluster_id,
                facts,
                tags,
                profile,
            }),
            _ => Err(match form {
                Form::Http(_) => {
                    Invalid { title: "Bad Request", ..Invalid::rule(fields.problems.to_string()) }
                }
                Form::Ingress | Form::Profile => Invalid::fields(&fields.problems, document),
            }),
        }
    }

    fn into_report(self, identity: &Identity, origin: Origin) -> Result<Report, Invalid> {
        let facts = facts::merged(self.facts)?;
        if let Some(problem) = canonical_facts::recognises_nothing(&self.canonical_facts) {
            return Err(Invalid::rule(problem));
        }
        let subscription_manager_id = self.canonical_facts.subscription_manager_id.as_deref();
        let owner = sender::owner(identity, self.reporter, subscription_manager_id);
        Ok(Report {
            org: self.org,
            reporter: self.reporter.to_owned(),
            precedence: precedence::precedence(self.reporter),
            canonical_facts: self.canonical_facts,
            display_name: self.display_name.map(str::to_owned),
            ansible_host: self.ansible_host.map(str::to_owned),
            account: self.account.map(str::to_owned),
            sender_account: identity.account_number.clone(),
            openshift_cluster_id: self.openshift_cluster_id,
            facts,
            tags: self.tags,
            profile: self.profile.cloned(),
            owner,
            defer_to_reporter: None,
            bound_to: None,
            origin,
        })
    }
}

fn org(fields: &mut Fields<'_>, form: Form<'_>) -> Option<OrgId> {
    if let Form::Http(org) = form {
        return Some(org.clone());
    }
    fields.require("org_id");
    fields.text("org_id", 1..=36, Null::Refused).and_then(|org| OrgId::parse(org).ok())
}

/// Reads a member that has problems of its own inside.
fn nested<'a, T>(
    fields: &mut Fields<'a>,
    name: &str,
    read: impl Fn(&'a Json) -> Result<T, problem::Problem>,
) -> Option<T> {
    let given = fields.given(name, Null::Refused)?;
    read(given).map_err(|problem| fields.problems.refuse(name, problem)).ok()
}
