//! What the log can answer of a question, and what it answers.
//!
//! The log has each state of a host whole, so that names, groups, tags, ids and facts are known as they were. It does not keep check-ins
//! that changed nothing, nor what applications say; and what is in the lists of a profile is looked up as it is now.

use profile::Section;
use serde_json::Value;

use super::{Question, Term};
use crate::{Condition, Host, NO_NAMESPACE, ProfileTest, Registration, TagMatch, fold};

/// What of a question the log does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// When a host was last heard of, by whom.
    #[error(
        "check-ins that changed nothing do not stay in the log: of the past, `state`, `last_check_in`, `updated` and `reporter` cannot \
         be asked"
    )]
    CheckIns,
    /// What is in lists of a profile.
    #[error(
        "what is in packages, addresses and other lists of a profile is looked up as it is now: of the past, names, groups, tags, ids and \
         single facts can be asked"
    )]
    Lists,
    /// What applications say.
    #[error("what applications say of hosts is not in the log")]
    Applications,
}

impl Question {
    /// Says what the log cannot answer, if there is anything.
    pub(crate) fn check_past(&self) -> Result<(), Untold> {
        self.0.leaves().into_iter().try_for_each(|term| match term {
            Term::Host(condition) => check(condition),
            Term::Profile(test) if is_single(test) => Ok(()),
            Term::Profile(_) | Term::Package { .. } | Term::Address { .. } => Err(Untold::Lists),
        })
    }

    /// Whether facts are needed to answer it.
    pub(crate) fn asks_for_facts(&self) -> bool {
        self.0.leaves().into_iter().any(|term| matches!(term, Term::Profile(_)))
    }

    /// Whether it was true of a host in this state, with these facts. What [`Question::check_past`] refuses is true of none.
    pub(crate) fn was_true_of(&self, host: &Host, facts: &Value) -> bool {
        self.0.is_true(&mut |term| match term {
            Term::Host(condition) => is_true_of(condition, host),
            Term::Profile(test) => test.is_true_of(facts),
            Term::Package { .. } | Term::Address { .. } => false,
        })
    }
}

/// Whether it is about a fact that does not stand in a list of the profile.
fn is_single(test: &ProfileTest) -> bool {
    let first = test.path.first();
    first.is_some_and(|first| Section::ALL.iter().all(|section| section.name() != first))
}

fn check(condition: &Condition) -> Result<(), Untold> {
    use Condition as C;
    match condition {
        C::Ids(_)
        | C::DisplayName(_)
        | C::Fqdn(_)
        | C::AnyName(..)
        | C::InsightsId(_)
        | C::SubscriptionManagerId(_)
        | C::ProviderId(_)
        | C::ProviderType(_)
        | C::HostTypes(_)
        | C::GroupNames { .. }
        | C::GroupNamed(_)
        | C::GroupIds(_)
        | C::Tags(_)
        | C::TagLike(_) => Ok(()),
        C::Registered(ways) if ways.iter().all(|way| *way == Registration::WithInsightsId) => Ok(()),
        C::Registered(_) | C::Updated(..) | C::LastCheckIn(..) | C::Ages(_) | C::NotCulled => {
            Err(Untold::CheckIns)
        }
        C::AppData(_) => Err(Untold::Applications),
        C::Tree(tree) => tree.leaves().into_iter().try_for_each(check),
    }
}

fn is_true_of(condition: &Condition, host: &Host) -> bool {
    use Condition as C;
    let facts = &host.canonical_facts;
    let group = host.group.as_ref().filter(|group| !group.ungrouped);
    match condition {
        C::Ids(ids) => ids.contains(&host.id),
        C::DisplayName(pattern) => pattern.matches(&fold(&host.display_name)),
        C::Fqdn(fqdn) => facts.fqdn.as_deref().map(fold) == Some(fold(fqdn)),
        C::AnyName(pattern, id) => {
            let names = [Some(host.display_name.as_str()), facts.fqdn.as_deref()];
            names.into_iter().flatten().any(|name| pattern.matches(&fold(name))) || *id == Some(host.id)
        }
        C::InsightsId(id) => facts.insights_id == Some(*id),
        C::SubscriptionManagerId(id) => facts.subscription_manager_id.as_ref() == Some(id),
        C::ProviderId(id) => facts.provider_id.as_deref().map(fold) == Some(fold(id)),
        C::ProviderType(kind) => facts.provider_type.as_ref() == Some(kind),
        C::HostTypes(types) => types.contains(&host.host_type),
        C::GroupNames { names, ungrouped } => {
            let is_named = |name: &str| names.iter().any(|wanted| fold(wanted) == fold(name));
            host.group.as_ref().is_some_and(|group| is_named(&group.name)) || (*ungrouped && group.is_none())
        }
        C::GroupNamed(pattern) => group.is_some_and(|group| pattern.matches(&fold(&group.name))),
        C::GroupIds(ids) => host.group.as_ref().is_some_and(|group| ids.contains(&group.id)),
        C::Tags(tags) => tags.iter().any(|wanted| has_tag(host, wanted)),
        C::TagLike(pattern) => host.tags.iter().any(|tag| {
            let (namespace, value) = (tag.namespace.unwrap_or(NO_NAMESPACE), tag.value.unwrap_or_default());
            pattern.matches(namespace, tag.key, value)
        }),
        C::Registered(_) => facts.insights_id.is_some(),
        C::Updated(..) | C::LastCheckIn(..) | C::Ages(_) | C::NotCulled | C::AppData(_) => false,
        C::Tree(tree) => tree.is_true(&mut |part| is_true_of(part, host)),
    }
}

fn has_tag(host: &Host, wanted: &TagMatch) -> bool {
    host.tags.iter().any(|tag| {
        tag.namespace == wanted.namespace.as_deref()
            && tag.key == wanted.key
            && wanted.value.as_deref().is_none_or(|value| tag.value == Some(value))
    })
}
