//! The parameters that select hosts (contract inventory-http §10).

use fleet::{Age, Condition, Pattern, Registration, Scope, Unanswered};
use ground::{GroupId, HostId, Timestamp, any_uuid};
use legacy::{Params, words};
use uuid::Uuid;

use super::{App, errors::Failure, filter};
use crate::{
    api::tag_param::{self, BadPart, TagParam},
    applications::Application,
};

/// Whose parameters are read: each operation takes its own (contract §10.1) and ignores the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The list of hosts.
    Hosts,
    /// The same, beside what applications say: groups are called workspaces there, and only so.
    View,
    /// The list of a group's hosts.
    GroupHosts,
    /// The list of tags.
    Tags,
    /// Values in the profiles of hosts, counted.
    Profiles,
}

/// The clouds that `provider_type` may name.
pub const PROVIDERS: &[&str] = &["alibaba", "aws", "azure", "discovery", "gcp", "ibm"];
/// The ages that `staleness` may name.
pub const STATES: &[&str] = &["fresh", "stale", "stale_warning", "unknown"];
/// The types that `system_type` may name.
pub const TYPES: &[&str] = &["conventional", "bootc", "edge", "cluster"];
/// What `registered_with` may name.
pub const REPORTERS: &[&str] = &[
    "insights",
    "yupana",
    "satellite",
    "discovery",
    "puptoo",
    "rhsm-conduit",
    "cloud-connector",
    "!yupana",
    "!satellite",
    "!discovery",
    "!puptoo",
    "!rhsm-conduit",
    "!cloud-connector",
];

/// The parameters, each valid by itself. What they mean together is [`Selection::conditions`].
#[derive(Debug)]
pub struct Selection<'a> {
    params: &'a Params,
    insights_id: Option<Uuid>,
    subscription_manager_id: Option<String>,
    provider_type: Option<&'a str>,
    updated: (Option<Timestamp>, Option<Timestamp>),
    last_check_in: (Option<Timestamp>, Option<Timestamp>),
    group_ids: Vec<GroupId>,
    workspace_ids: Vec<GroupId>,
    ages: Vec<Age>,
    tags: Vec<TagParam<'a>>,
    registered: Vec<Registration>,
    types: Vec<&'a str>,
    of: Of,
}

impl<'a> Selection<'a> {
    /// Reads the parameters; 400 for the first that has not its format.
    pub fn read(params: &'a Params, of: Of) -> Result<Self, Failure> {
        let times = |start, end| match of {
            Of::GroupHosts | Of::Profiles => Ok((None, None)),
            Of::Hosts | Of::View | Of::Tags => Ok::<_, Failure>((bound(params, start)?, bound(params, end)?)),
        };
        let groups = |name| match of {
            Of::GroupHosts | Of::Profiles => Ok(Vec::new()),
            Of::View if name == "group_id" => Ok(Vec::new()),
            Of::Hosts | Of::View | Of::Tags => {
                Ok::<_, Failure>(params.ids(name)?.into_iter().map(GroupId).collect())
            }
        };
        let tag = |text| TagParam::parse(text).ok_or_else(|| words::no_match(text, tag_param::PATTERN));
        let wide = matches!(of, Of::Hosts | Of::View | Of::Tags);
        Ok(Self {
            params,
            insights_id: if of == Of::Profiles { None } else { params.uuid("insights_id")? },
            subscription_manager_id: match of {
                Of::Hosts | Of::View => params.uuid("subscription_manager_id")?.map(|id| id.to_string()),
                Of::GroupHosts | Of::Tags | Of::Profiles => None,
            },
            provider_type: if wide { params.one_of("provider_type", PROVIDERS)? } else { None },
            updated: times("updated_start", "updated_end")?,
            last_check_in: times("last_check_in_start", "last_check_in_end")?,
            group_ids: groups("group_id")?,
            workspace_ids: groups("workspace_id")?,
            ages: params.enum_array("staleness", STATES)?.into_iter().filter_map(age).collect(),
            tags: params.all("tags").into_iter().map(tag).collect::<Result<_, _>>()?,
            registered: params
                .enum_array("registered_with", REPORTERS)?
                .into_iter()
                .map(registration)
                .collect(),
            types: if wide { params.enum_array("system_type", TYPES)? } else { Vec::new() },
            of,
        })
    }

    /// The conditions that the parameters ask for; 400 for a combination that contradicts itself. Culled hosts are
    /// never selected.
    pub fn conditions(&self) -> Result<Vec<Condition>, Failure> {
        let mut conditions = vec![self.age_condition()];
        if self.of != Of::Profiles {
            conditions.extend(self.name_condition()?);
        }
        conditions.extend(self.subscription_manager_id.clone().map(Condition::SubscriptionManagerId));
        if matches!(self.of, Of::Hosts | Of::View | Of::Tags) {
            conditions.extend(self.text("provider_id").map(|id| Condition::ProviderId(id.to_owned())));
            conditions.extend(self.provider_type.map(|kind| Condition::ProviderType(kind.to_owned())));
            conditions.extend(range("updated", self.updated)?.map(|(from, to)| Condition::Updated(from, to)));
            conditions.extend(
                range("last_check_in", self.last_check_in)?
                    .map(|(from, to)| Condition::LastCheckIn(from, to)),
            );
            conditions.extend(self.group_condition()?);
        }
        if !self.tags.is_empty() {
            let tags: Result<_, BadPart> = self.tags.iter().map(|tag| tag.decode()).collect();
            let tags = tags.map_err(|bad| Failure::exception("Validation Error", bad.to_string()))?;
            conditions.push(Condition::Tags(tags));
        }
        if !self.registered.is_empty() {
            conditions.push(Condition::Registered(self.registered.clone()));
        }
        if !self.types.is_empty() {
            conditions.push(Condition::HostTypes(self.types.iter().map(|&kind| kind.to_owned()).collect()));
        }
        Ok(conditions)
    }

    /// The applications that `filter` asks about.
    pub fn applications(&self) -> Result<Vec<Application>, Failure> {
        Ok(filter::read(self.params)?.applications)
    }

    /// The question that is asked beside the parameters.
    pub fn question(&self) -> Option<&'a str> {
        self.text("q")
    }

    /// The same with what `filter` asks of profiles, and what a question asks.
    pub async fn find(&self, app: &App, scope: &Scope) -> Result<Vec<Condition>, Failure> {
        let mut conditions = self.conditions()?;
        if let Some(text) = self.question() {
            let now = app.fleet.clock().now();
            let condition = app.fleet.question(scope.org(), text, now).await;
            conditions.push(condition.map_err(|unanswered| match unanswered {
                Unanswered::Mistake(mistake) => {
                    Failure::exception("Validation Error", format!("q: {mistake}"))
                }
                Unanswered::Failed(error) => error.into(),
            })?);
        }
        let filter = filter::read(self.params)?;
        if let Some(profile) = filter.profile {
            conditions.push(app.fleet.with_profiles(scope.org(), &profile).await?);
        }
        conditions.extend(filter.app_data);
        Ok(conditions)
    }

    /// Whether anything is asked for at all: an empty text is nothing, and neither is a bound that is none.
    pub fn selects(&self) -> bool {
        const TEXTS: [&str; 5] = ["display_name", "fqdn", "hostname_or_id", "provider_id", "q"];
        const LISTS: [&str; 5] = ["staleness", "group_name", "workspace_name", "group_id", "workspace_id"];
        self.insights_id.is_some()
            || self.subscription_manager_id.is_some()
            || self.provider_type.is_some()
            || [self.updated.0, self.updated.1, self.last_check_in.0, self.last_check_in.1]
                .iter()
                .any(Option::is_some)
            || TEXTS.iter().any(|name| self.text(name).is_some())
            || LISTS.iter().any(|name| !self.params.all(name).is_empty())
            || !self.tags.is_empty()
            || !self.registered.is_empty()
            || !self.types.is_empty()
            // An empty object asks for nothing.
            || self.params.bracketed("filter").iter().any(|filter| filter.value.trim() != "{}")
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.params.last(name).filter(|text| !text.is_empty())
    }

    fn age_condition(&self) -> Condition {
        let every = [Age::Fresh, Age::Stale, Age::StaleWarning];
        // No age at all: none was given, or only `unknown`, which no host is any more.
        if self.ages.is_empty() || every.iter().all(|age| self.ages.contains(age)) {
            Condition::NotCulled
        } else {
            Condition::Ages(self.ages.clone())
        }
    }

    fn name_condition(&self) -> Result<Option<Condition>, Failure> {
        let conditions = [
            self.text("fqdn").map(|fqdn| Condition::Fqdn(fqdn.to_owned())),
            self.text("display_name").map(|name| Condition::DisplayName(Pattern::containing(name))),
            self.text("hostname_or_id")
                .map(|text| Condition::AnyName(Pattern::containing(text), any_uuid(text).map(HostId))),
            self.insights_id.map(Condition::InsightsId),
        ];
        let mut given = conditions.into_iter().flatten();
        match (given.next(), given.next()) {
            (first, None) => Ok(first),
            _ => Err(Failure::exception(
                "Validation Error",
                "Only one of [fqdn, display_name, hostname_or_id, insights_id] may be provided at a time.",
            )),
        }
    }

    fn group_condition(&self) -> Result<Option<Condition>, Failure> {
        let group_names = if self.of == Of::View { Vec::new() } else { self.params.all("group_name") };
        let workspace_names = self.params.all("workspace_name");
        let (named, by_id) = (
            !group_names.is_empty() || !workspace_names.is_empty(),
            !self.group_ids.is_empty() || !self.workspace_ids.is_empty(),
        );
        if !group_names.is_empty() && !workspace_names.is_empty() {
            return Err(Failure::bad_request(
                "Cannot use both 'group_name' and 'workspace_name' filters together.",
            ));
        }
        if !self.group_ids.is_empty() && !self.workspace_ids.is_empty() {
            return Err(Failure::bad_request(
                "Cannot use both 'group_id' and 'workspace_id' filters together.",
            ));
        }
        if named && by_id {
            return Err(Failure::bad_request(
                "Cannot use both 'workspace_name'/'group_name' and 'workspace_id'/'group_id' filters together. Please \
                 use only one workspace filter parameter.",
            ));
        }
        if by_id {
            return Ok(Some(Condition::GroupIds([&*self.group_ids, &*self.workspace_ids].concat())));
        }
        let names = [group_names, workspace_names].concat();
        Ok(named.then(|| Condition::GroupNames {
            ungrouped: names.contains(&""),
            names: names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        }))
    }
}

/// A bound of a range; up to the end of 1970 there is none.
fn bound(params: &Params, name: &str) -> Result<Option<Timestamp>, Failure> {
    /// 1971-01-01T00:00:00Z.
    const FIRST: Timestamp = Timestamp::from_micros(31_536_000_000_000);
    Ok(params.date_time(name)?.filter(|&at| at >= FIRST))
}

type Range = (Option<Timestamp>, Option<Timestamp>);

fn range(name: &str, (from, to): Range) -> Result<Option<Range>, Failure> {
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) if from > to => {
            Err(Failure::bad_request(format!("{name}_start cannot be after {name}_end.")))
        }
        range => Ok(Some(range)),
    }
}

fn age(state: &str) -> Option<Age> {
    match state {
        "fresh" => Some(Age::Fresh),
        "stale" => Some(Age::Stale),
        "stale_warning" => Some(Age::StaleWarning),
        _ => None,
    }
}

fn registration(way: &str) -> Registration {
    let reporters = |name: &str| match name {
        "yupana" => ["yupana", "satellite", "discovery"].map(str::to_owned).to_vec(),
        other => vec![other.to_owned()],
    };
    match way.strip_prefix('!') {
        None if way == "insights" => Registration::WithInsightsId,
        None => Registration::By(reporters(way)),
        Some(name) => Registration::NotBy(reporters(name)),
    }
}

#[cfg(test)]
mod tests {
    use fleet::TagMatch;

    use super::*;
    use crate::api::testing::{detail, params};

    fn select(query: &str, of: Of) -> Result<Vec<Condition>, String> {
        let params = params(query);
        let selection = Selection::read(&params, of).map_err(|failure| detail(&failure))?;
        let mut conditions = selection.conditions().map_err(|failure| detail(&failure))?;
        conditions.retain(|condition| *condition != Condition::NotCulled);
        Ok(conditions)
    }

    fn hosts(query: &str) -> Result<Vec<Condition>, String> {
        select(query, Of::Hosts)
    }

    #[test]
    fn only_one_of_the_four_names_may_be_given_and_empty_ones_do_not_count() {
        let names = [
            "fqdn=a",
            "display_name=a",
            "hostname_or_id=a",
            "insights_id=a94301c8-ae4a-5ca3-98b3-1daa48fe1d54",
        ];
        for (n, one) in names.iter().enumerate() {
            assert_eq!(hosts(one).unwrap().len(), 1, "{one}");
            for other in &names[n + 1..] {
                assert_eq!(
                    hosts(&format!("{one}&{other}")).unwrap_err(),
                    "Only one of [fqdn, display_name, hostname_or_id, insights_id] may be provided at a time."
                );
            }
        }
        assert_eq!(hosts("fqdn=&display_name=&hostname_or_id="), Ok(vec![]));
    }

    #[test]
    fn a_subscription_manager_id_holds_beside_a_name() {
        let id = "C3D7925B-9963-5705-B76A-42781097D6CF";
        assert_eq!(
            hosts(&format!("fqdn=a&subscription_manager_id={id}")),
            Ok(vec![Condition::Fqdn("a".to_owned()), Condition::SubscriptionManagerId(id.to_lowercase())])
        );
    }

    #[test]
    fn a_host_id_may_have_any_form() {
        let id = HostId(Uuid::from_u128(0xa94301c8_ae4a_5ca3_98b3_1daa48fe1d54));
        let expected = |text: &str| Ok(vec![Condition::AnyName(Pattern::containing(text), Some(id))]);
        for text in ["a94301c8ae4a5ca398b31daa48fe1d54", "{A94301C8-AE4A-5CA3-98B3-1DAA48FE1D54}"] {
            assert_eq!(hosts(&format!("hostname_or_id={text}")), expected(text));
        }
    }

    #[test]
    fn a_range_of_times_has_a_start_before_its_end_and_begins_after_1970() {
        let at = |text| Some(Timestamp::parse(text).unwrap());
        assert_eq!(
            hosts("updated_start=2020-01-02&updated_end=2020-01-01"),
            Err("updated_start cannot be after updated_end.".to_owned())
        );
        assert_eq!(
            hosts("last_check_in_start=2020-01-01&last_check_in_end=2020-01-01T00:00:00Z"),
            Ok(vec![Condition::LastCheckIn(at("2020-01-01"), at("2020-01-01"))])
        );
        assert_eq!(hosts("updated_start=1970-12-31T23:59:59Z&updated_end=1960-01-01"), Ok(vec![]));
        assert_eq!(hosts("updated_end=bad"), Err("'bad' is not a 'date-time'".to_owned()));
    }

    #[test]
    fn groups_are_named_in_one_way_only() {
        let id = "group_id=00000000-0000-0000-0000-000000000001";
        let workspace = "workspace_id=00000000-0000-0000-0000-000000000002";
        assert_eq!(
            hosts("group_name=a&workspace_name=b").unwrap_err(),
            "Cannot use both 'group_name' and 'workspace_name' filters together."
        );
        assert_eq!(
            hosts(&format!("{id}&{workspace}")).unwrap_err(),
            "Cannot use both 'group_id' and 'workspace_id' filters together."
        );
        assert!(
            hosts(&format!("group_name=a&{workspace}"))
                .unwrap_err()
                .starts_with("Cannot use both 'workspace_name'/")
        );
        assert_eq!(hosts(id), Ok(vec![Condition::GroupIds(vec![GroupId(Uuid::from_u128(1))])]));
        assert_eq!(
            hosts("workspace_name=a,b&workspace_name="),
            Ok(vec![Condition::GroupNames { names: vec!["a,b".to_owned()], ungrouped: true }])
        );
    }

    #[test]
    fn ages_are_ored_and_unknown_alone_means_all() {
        assert_eq!(hosts("staleness=fresh&staleness=unknown"), Ok(vec![Condition::Ages(vec![Age::Fresh])]));
        assert_eq!(hosts("staleness=unknown"), Ok(vec![]));
        assert_eq!(
            hosts("staleness=culled"),
            Err("'culled' is not one of ['fresh', 'stale', 'stale_warning', 'unknown']".to_owned())
        );
    }

    #[test]
    fn yupana_stands_for_those_who_took_its_place() {
        let three = ["yupana", "satellite", "discovery"].map(str::to_owned).to_vec();
        assert_eq!(
            hosts("registered_with=!yupana&registered_with=insights&registered_with=puptoo"),
            Ok(vec![Condition::Registered(vec![
                Registration::NotBy(three),
                Registration::WithInsightsId,
                Registration::By(vec!["puptoo".to_owned()])
            ])])
        );
        assert!(
            hosts("registered_with=!insights")
                .unwrap_err()
                .starts_with("'!insights' is not one of ['insights', ")
        );
    }

    #[test]
    fn the_parts_of_a_tag_are_decoded_once_more_and_bounded() {
        let tag = TagMatch { namespace: Some("n/s".to_owned()), key: "k=".to_owned(), value: None };
        assert_eq!(hosts("tags=n%252Fs/k%253D"), Ok(vec![Condition::Tags(vec![tag])]));
        let long = "x".repeat(256);
        assert_eq!(
            hosts(&format!("tags={long}/k")),
            Err("namespace is longer than 255 characters".to_owned())
        );
    }

    #[test]
    fn an_operation_ignores_the_parameters_of_others() {
        let query =
            "provider_id=x&group_name=a&system_type=bogus&updated_start=bad&subscription_manager_id=bad";
        assert_eq!(select(query, Of::GroupHosts), Ok(vec![]));
        assert_eq!(select("subscription_manager_id=bad", Of::Tags), Ok(vec![]));
    }
}
