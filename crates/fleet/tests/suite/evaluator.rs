//! What a question means, over hosts in memory: nothing is shared with the statements it is compared with.

use std::cmp::{Ordering, Reverse};

use fleet::{
    Age, AppCondition, AppKey, AppTest, Comparison, Condition, Direction, Group, GroupLimit, Host, HostQuery,
    HostRow, OrderBy, Registration, TagMatch, TagText, Tree,
};
use ground::{HostId, Timestamp};
use serde_json::{Map, Value};

/// Who may see what: the parts of a scope within the organisation.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    pub owner: Option<String>,
    pub groups: Option<GroupLimit>,
}

/// A text to look for, with the pattern that says the same.
#[derive(Debug, Clone)]
pub struct Asked {
    pub condition: Condition,
    /// Of patterns: the text they were made from.
    pub text: String,
}

/// A host with its group as the groups' table has it.
pub struct Known<'a> {
    pub row: &'a HostRow,
    pub group: &'a Group,
    /// What the application `app` says of it.
    pub said: Option<&'a Map<String, Value>>,
}

impl Known<'_> {
    pub fn host(&self) -> &Host {
        &self.row.host
    }

    fn seen(&self) -> Timestamp {
        self.host().times.last_check_in
    }

    pub fn visible(&self, limits: &Limits) -> bool {
        let owner = self.row.facts.get("owner_id").and_then(|owner| owner.as_str());
        limits.owner.as_deref().is_none_or(|limit| owner == Some(limit))
            && limits.groups.as_ref().is_none_or(|limit| {
                limit.ids.contains(&self.group.id) || (limit.ungrouped && self.group.ungrouped)
            })
    }

    pub fn matches(&self, query: &HostQuery, asked: &Asked) -> bool {
        let (host, facts) = (self.host(), &self.host().canonical_facts);
        let like = |text: Option<&str>| text.is_some_and(|text| contains(text, &asked.text));
        let within = |at: Timestamp, from: Option<Timestamp>, to: Option<Timestamp>| {
            from.is_none_or(|from| from <= at) && to.is_none_or(|to| at <= to)
        };
        match &asked.condition {
            Condition::Ids(ids) => ids.contains(&host.id),
            Condition::DisplayName(_) => like(Some(&host.display_name)),
            Condition::Fqdn(fqdn) => facts.fqdn.as_deref() == Some(fqdn.to_lowercase().as_str()),
            Condition::AnyName(_, id) => {
                like(Some(&host.display_name)) || like(facts.fqdn.as_deref()) || *id == Some(host.id)
            }
            Condition::InsightsId(id) => facts.insights_id == Some(*id),
            Condition::SubscriptionManagerId(id) => facts.subscription_manager_id.as_ref() == Some(id),
            Condition::ProviderId(id) => facts.provider_id.as_ref() == Some(&id.to_lowercase()),
            Condition::ProviderType(kind) => facts.provider_type.as_ref() == Some(kind),
            Condition::Updated(from, to) => within(host.times.updated, *from, *to),
            Condition::LastCheckIn(from, to) => within(self.seen(), *from, *to),
            Condition::GroupNames { names, ungrouped } => {
                names.iter().any(|name| name.to_lowercase() == self.group.name.to_lowercase())
                    || (*ungrouped && self.group.ungrouped)
            }
            Condition::GroupNamed(_) => !self.group.ungrouped && is_like(&self.group.name, &asked.text),
            Condition::GroupIds(ids) => ids.contains(&self.group.id),
            Condition::Ages(ages) => self.age(query).is_some_and(|age| ages.contains(&age)),
            Condition::NotCulled => self.age(query).is_some(),
            Condition::Tags(tags) => tags.iter().any(|tag| self.has_tag(tag)),
            Condition::TagLike(pattern) => self.host().tags.iter().any(|tag| {
                let is = |text: &TagText, known: &str| match text {
                    TagText::Is(text) => text == known,
                    TagText::Begins(beginning) => known.starts_with(beginning.as_str()),
                };
                let namespace = pattern.namespace.as_ref();
                namespace.is_none_or(|text| is(text, tag.namespace.unwrap_or("null")))
                    && is(&pattern.key, tag.key)
                    && pattern.value.as_ref().is_none_or(|text| is(text, tag.value.unwrap_or_default()))
            }),
            Condition::Registered(ways) => ways.iter().any(|way| self.registered(query, way)),
            Condition::HostTypes(types) => types.contains(&host.host_type),
            Condition::AppData(conditions) => conditions.iter().any(|condition| self.says(condition)),
            Condition::Tree(tree) => self.matches_tree(query, tree, &asked.text),
        }
    }

    fn matches_tree(&self, query: &HostQuery, tree: &Tree<Condition>, text: &str) -> bool {
        match tree {
            Tree::All(parts) => parts.iter().all(|part| self.matches_tree(query, part, text)),
            Tree::Any(parts) => parts.iter().any(|part| self.matches_tree(query, part, text)),
            Tree::Not(part) => !self.matches_tree(query, part, text),
            Tree::Is(condition) => {
                self.matches(query, &Asked { condition: condition.clone(), text: text.to_owned() })
            }
        }
    }

    fn said(&self, value: &str) -> Option<&Value> {
        self.said?.get(value).filter(|value| !value.is_null())
    }

    fn says(&self, condition: &AppCondition) -> bool {
        let holds = |comparison: Comparison, order: Ordering| match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        };
        let value = self.said(condition.value);
        match &condition.test {
            AppTest::Present(present) => value.is_some() == *present,
            AppTest::Number(comparison, number) => {
                value.and_then(Value::as_i64).is_some_and(|known| holds(*comparison, known.cmp(number)))
            }
            AppTest::Text(comparison, text) => {
                value.and_then(Value::as_str).is_some_and(|known| holds(*comparison, known.cmp(text)))
            }
        }
    }

    /// What it is ordered by; `None` comes last.
    fn app_key(&self, key: AppKey) -> Option<(i64, String)> {
        let number = |value: &str| self.said(value).and_then(Value::as_i64);
        match key {
            AppKey::Number { value, .. } => Some((number(value)?, String::new())),
            AppKey::Text { value, .. } => Some((0, self.said(value)?.as_str()?.to_owned())),
            AppKey::Sum { values, .. } => {
                self.said?;
                Some((values.iter().filter_map(|value| number(value)).sum(), String::new()))
            }
        }
    }

    /// `None` when it is culled.
    pub fn age(&self, query: &HostQuery) -> Option<Age> {
        let since = |seconds| self.seen().plus_seconds(seconds) <= query.now;
        if since(query.staleness.delete) {
            None
        } else if since(query.staleness.warning) {
            Some(Age::StaleWarning)
        } else if since(query.staleness.stale) {
            Some(Age::Stale)
        } else {
            Some(Age::Fresh)
        }
    }

    fn has_tag(&self, wanted: &TagMatch) -> bool {
        self.host().tags.iter().any(|tag| {
            tag.namespace == wanted.namespace.as_deref()
                && tag.key == wanted.key
                && (wanted.value.is_none() || tag.value == wanted.value.as_deref())
        })
    }

    pub fn registered(&self, query: &HostQuery, way: &Registration) -> bool {
        let times = &self.host().times;
        let heard = |reporter: &String| {
            times
                .reporters
                .get(reporter)
                .is_some_and(|at| at.plus_seconds(query.staleness.delete) >= query.now)
        };
        match way {
            Registration::WithInsightsId => self.host().canonical_facts.insights_id.is_some(),
            Registration::By(reporters) => reporters.iter().any(heard),
            Registration::NotBy(reporters) => {
                !reporters.iter().any(heard) && self.age(query).is_some() && self.seen() <= query.now
            }
        }
    }

    fn compare(&self, other: &Self, by: OrderBy) -> Ordering {
        let (one, two) = (self.host(), other.host());
        match by {
            OrderBy::Updated => one.times.updated.cmp(&two.times.updated),
            OrderBy::DisplayName => one.display_name.as_bytes().cmp(two.display_name.as_bytes()),
            OrderBy::LastCheckIn => self.seen().cmp(&other.seen()),
            OrderBy::OperatingSystem => self.system().cmp(&other.system()),
            OrderBy::GroupName => {
                let key = |known: &Self| (!known.group.ungrouped, known.group.name.clone());
                key(self).cmp(&key(other))
            }
            OrderBy::AppData(key) => self.app_key(key).cmp(&other.app_key(key)),
        }
    }

    fn system(&self) -> (String, u64, u64) {
        let system = self.row.facts.get("operating_system");
        let part = |name| system.and_then(|system| system.get(name)?.as_u64()).unwrap_or(0);
        let name = system.and_then(|system| system.get("name")?.as_str()).unwrap_or_default();
        (name.to_owned(), part("major"), part("minor"))
    }
}

/// The ids of all hosts that match, in order.
pub fn answer(all: &[Known<'_>], query: &HostQuery, limits: &Limits, asked: &[Asked]) -> Vec<HostId> {
    let mut found: Vec<_> = all
        .iter()
        .filter(|known| known.visible(limits) && asked.iter().all(|asked| known.matches(query, asked)))
        .collect();
    found.sort_by(|one, two| {
        let by_key = one.compare(two, query.order.0);
        let by_key = if query.order.1 == Direction::Ascending { by_key } else { by_key.reverse() };
        let last = |known: &Known<'_>| match query.order.0 {
            OrderBy::AppData(key) => known.app_key(key).is_none(),
            _ => false,
        };
        let tie = |known: &Known<'_>| (Reverse(known.host().times.updated), Reverse(known.host().id));
        last(one).cmp(&last(two)).then(by_key).then_with(|| tie(one).cmp(&tie(two)))
    });
    found.into_iter().map(|known| known.host().id).collect()
}

/// Whether a pattern with stars is the whole text, letters folded.
pub fn is_like(text: &str, pattern: &str) -> bool {
    fn is(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|at| is(&text[at..], rest)),
            [first, rest @ ..] => text.first() == Some(first) && is(&text[1..], rest),
        }
    }
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    is(&letters(text), &letters(pattern))
}

/// Whether the pieces between the stars stand in `text` one after another, letters folded.
pub fn contains(text: &str, asked: &str) -> bool {
    let text = text.to_lowercase();
    let mut rest = text.as_str();
    asked.to_lowercase().split('*').all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}
