//! A field, how it is compared and a value become a condition.

use std::cmp::Reverse;

use ground::{GroupId, HostId, Timestamp, any_uuid};
use profile::schema::NodeKind;

use super::{
    Term,
    fields::{Fact, Field, HostField},
    mistake::nearest,
    words::{OPERATORS, Text},
};
use crate::{
    Comparison, Condition, Pattern, ProfileCondition, ProfileTest, Registration, TagPattern, TagText, Tree,
    ValueTest,
};

/// What is wrong with a value.
type Result<T> = std::result::Result<T, String>;

/// The condition that a field is so.
pub fn condition(field: &Field, comparison: Comparison, value: &Text, now: Timestamp) -> Result<Tree<Term>> {
    if comparison == Comparison::NotEqual {
        return condition(field, Comparison::Equal, value, now).map(Tree::negated);
    }
    match field {
        Field::Host(field) => of_host(*field, comparison, value, now),
        Field::Fact(fact) => of_fact(fact, comparison, value, now).map(of_profile),
    }
}

fn of_profile(condition: ProfileCondition) -> Tree<Term> {
    condition.map(&mut Term::Profile)
}

fn of_host(field: HostField, comparison: Comparison, value: &Text, now: Timestamp) -> Result<Tree<Term>> {
    let name = field.name();
    let is_ordered = matches!(field, HostField::LastCheckIn | HostField::Updated | HostField::Os);
    if comparison != Comparison::Equal && !is_ordered {
        return Err(format!("`{name}` is compared with `:`, `=` or `!=` only"));
    }
    let exact = || value.plain().map(str::to_owned).ok_or_else(|| format!("`{name}` takes no `*`"));
    let id = || any_uuid(&exact()?).ok_or_else(|| format!("`{name}` takes a UUID"));
    Ok(is(match field {
        HostField::Name => Condition::AnyName(pattern(value), None),
        HostField::Fqdn => Condition::Fqdn(exact()?),
        HostField::Id => Condition::Ids(vec![HostId(id()?)]),
        HostField::InsightsId => Condition::InsightsId(id()?),
        HostField::SubscriptionManagerId => Condition::SubscriptionManagerId(exact()?.to_lowercase()),
        HostField::Provider => Condition::ProviderType(exact()?),
        HostField::ProviderId => Condition::ProviderId(exact()?),
        HostField::Group => Condition::GroupNamed(pattern(value)),
        HostField::GroupId => Condition::GroupIds(vec![GroupId(id()?)]),
        HostField::Tag => Condition::TagLike(tag(value)?),
        HostField::State => {
            let names = HostField::STATES.map(|(name, _)| name);
            Condition::Ages(vec![HostField::STATES[one_of(&exact()?, &names)?].1])
        }
        HostField::Reporter => Condition::Registered(vec![Registration::By(vec![exact()?])]),
        HostField::Type => {
            let at = one_of(&exact()?, &HostField::TYPES)?;
            Condition::HostTypes(vec![HostField::TYPES[at].to_owned()])
        }
        HostField::Package => return package(value).map(Tree::Is),
        HostField::Address => return address(value).map(Tree::Is),
        HostField::Os => return system(comparison, value).map(of_profile),
        HostField::LastCheckIn => {
            let (from, to) = bounds(comparison, value, now)?;
            Condition::LastCheckIn(from, to)
        }
        HostField::Updated => {
            let (from, to) = bounds(comparison, value, now)?;
            Condition::Updated(from, to)
        }
    }))
}

fn is(condition: Condition) -> Tree<Term> {
    Tree::Is(Term::Host(condition))
}

fn pattern(value: &Text) -> Pattern {
    Pattern::made_of(value.pieces())
}

fn one_of(value: &str, names: &[&str]) -> Result<usize> {
    names.iter().position(|name| *name == value).ok_or_else(|| {
        let near = nearest(value, names.iter().copied()).map(|name| format!("; the nearest is `{name}`"));
        format!("it is one of {}{}", names.join(", "), near.unwrap_or_default())
    })
}

/// `namespace/key=value`, of which all but the key may be missing.
fn tag(value: &Text) -> Result<TagPattern> {
    let (pair, tag_value) = match value.split_once('=') {
        Some((pair, value)) => (pair, Some(value)),
        None => (value.clone(), None),
    };
    let (namespace, key) = match pair.split_once('/') {
        Some((namespace, key)) => (Some(namespace), key),
        None => (None, pair),
    };
    let part = |text: &Text| match (text.plain(), text.beginning()) {
        (Some(text), _) => Ok(TagText::Is(text.to_owned())),
        (None, Some(beginning)) => Ok(TagText::Begins(beginning.to_owned())),
        (None, None) => Err("in each part of a tag a `*` stands at the end".to_owned()),
    };
    if key.plain() == Some("") {
        return Err("a tag has a key: `tag:env=prod`".to_owned());
    }
    let namespace = namespace.map(|name| match name.plain() {
        Some("") => Ok(TagText::Is(crate::NO_NAMESPACE.to_owned())),
        _ => part(&name),
    });
    Ok(TagPattern {
        namespace: namespace.transpose()?,
        key: part(&key)?,
        value: tag_value.as_ref().map(part).transpose()?,
    })
}

/// `openssl`, `openssl<3.0.7`, `kernel*`.
fn package(value: &Text) -> Result<Term> {
    // Of those that begin at the same place the longest is meant.
    let operator = |piece: &str| {
        let found = OPERATORS.iter().filter_map(|(written, comparison)| {
            let at = piece.find(written)?;
            Some((at..at + written.len(), *comparison))
        });
        found.min_by_key(|(place, _)| (place.start, Reverse(place.len())))
    };
    let (name, version) = match value.split(operator) {
        None => (value.clone(), None),
        Some((name, comparison, version)) => {
            let version = version
                .plain()
                .map(str::trim)
                .filter(|version| !version.is_empty())
                .ok_or("behind the name of a package stands a version: `package:openssl<3.0.7`")?;
            (name, Some((comparison, version.to_owned())))
        }
    };
    let mut pieces: Vec<&str> = name.pieces().collect();
    if let Some(last) = pieces.last_mut() {
        *last = last.trim_end();
    }
    if pieces == [""] {
        return Err("a package has a name: `package:openssl`".to_owned());
    }
    Ok(Term::Package { name: Pattern::made_of(pieces), version })
}

fn address(value: &Text) -> Result<Term> {
    match (value.plain(), value.beginning()) {
        (Some(text), _) => Ok(Term::Address { text: text.to_owned(), is_beginning: false }),
        (None, Some(beginning)) if !beginning.is_empty() => {
            Ok(Term::Address { text: beginning.to_owned(), is_beginning: true })
        }
        _ => Err("in an address a `*` stands at the end, behind its beginning".to_owned()),
    }
}

/// `RHEL`, `RHEL 9`, `RHEL 9.4`; of hosts that tell nothing but a text, that.
fn system(comparison: Comparison, value: &Text) -> Result<ProfileCondition> {
    const FIELD: &str = "operating_system";
    let whole: Vec<&str> = value.pieces().collect();
    let mut name = whole.clone();
    let version: Option<(i128, Option<i128>)> = name.last_mut().and_then(|last| {
        let (before, version) = last.rsplit_once(' ')?;
        let (major, minor) = match version.split_once('.') {
            Some((major, minor)) => (major.parse().ok()?, Some(minor.parse().ok()?)),
            None => (version.parse().ok()?, None),
        };
        *last = before.trim_end();
        Some((major, minor))
    });
    let like = |pieces: &[&str]| ValueTest::Like(Pattern::made_of(pieces.iter().copied()));
    let number = |member, comparison, number| {
        ProfileCondition::value([FIELD, member], ValueTest::Number(comparison, number))
    };
    let mut all = vec![ProfileCondition::value([FIELD, "name"], like(&name))];
    if comparison == Comparison::Equal {
        if let Some((major, minor)) = version {
            all.push(number("major", comparison, major));
            all.extend(minor.map(|minor| number("minor", comparison, minor)));
        }
        let untold =
            vec![ProfileCondition::absent([FIELD]), ProfileCondition::value(["os_release"], like(&whole))];
        return Ok(Tree::Any(vec![Tree::All(all), Tree::All(untold)]));
    }
    let Some((major, minor)) = version else {
        return Err("what comes before or after a system needs its version: `os>=\"RHEL 9.2\"`".to_owned());
    };
    let beyond = match comparison {
        Comparison::Less | Comparison::LessOrEqual => Comparison::Less,
        _ => Comparison::Greater,
    };
    all.push(match minor {
        None => number("major", comparison, major),
        Some(minor) => Tree::Any(vec![
            number("major", beyond, major),
            Tree::All(vec![number("major", Comparison::Equal, major), number("minor", comparison, minor)]),
        ]),
    });
    Ok(Tree::All(all))
}

fn of_fact(fact: &Fact, comparison: Comparison, value: &Text, now: Timestamp) -> Result<ProfileCondition> {
    let at =
        |test| Tree::Is(ProfileTest { path: fact.path.iter().map(|&name| name.to_owned()).collect(), test });
    if value.is_any() && comparison == Comparison::Equal && fact.element.is_none() {
        return Ok(at(ValueTest::Present));
    }
    let test = value_test(fact, comparison, value, now)?;
    Ok(at(if fact.is_list() {
        let member = fact.element.iter().flatten().map(|&name| name.to_owned()).collect();
        ValueTest::Element { member, test: Box::new(test) }
    } else {
        test
    }))
}

fn value_test(fact: &Fact, comparison: Comparison, value: &Text, now: Timestamp) -> Result<ValueTest> {
    let text = value.joined();
    if value.is_any() && comparison == Comparison::Equal {
        return Ok(ValueTest::Present);
    }
    match &fact.scalar().kind {
        NodeKind::Boolean => match (text.as_str(), comparison) {
            ("true" | "false", Comparison::Equal) => Ok(ValueTest::Truth(true, text == "true")),
            _ => Err("it is true or false".to_owned()),
        },
        NodeKind::Integer { .. } => {
            let number = number(&text).ok_or("it is a whole number: `4`, or bytes as `16GiB`")?;
            Ok(ValueTest::Number(comparison, number))
        }
        NodeKind::DateTime { .. } => match comparison {
            Comparison::Equal => Err(TIMES.to_owned()),
            comparison => Ok(ValueTest::Moment(comparison, moment(&text, now)?)),
        },
        NodeKind::String(_) if comparison == Comparison::Equal => Ok(ValueTest::Like(pattern(value))),
        NodeKind::String(_) if value.plain().is_none() => {
            Err("nothing comes before or after a text with `*`".to_owned())
        }
        NodeKind::String(_) => Ok(ValueTest::Version(comparison, text)),
        NodeKind::Object(_) => {
            let names = fact.member_names();
            Err(format!("it has members, of which one is asked for: `.{}`", names.join("`, `.")))
        }
        NodeKind::FreeForm | NodeKind::Array(_) => {
            Err("of this is asked only whether it is there: `:*`".to_owned())
        }
    }
}

/// A whole number, perhaps of KiB, MiB, GiB or TiB.
fn number(text: &str) -> Option<i128> {
    let unit = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]
        .into_iter()
        .find_map(|(unit, bits)| text.strip_suffix(unit).map(|digits| (digits, bits)));
    let (digits, bits) = unit.unwrap_or((text, 0));
    digits.trim_end().parse::<i64>().ok().map(|number| i128::from(number) << bits)
}

const TIMES: &str = "a time is compared with `<`, `<=`, `>` or `>=`";

/// The least and the greatest time that pass.
fn bounds(
    comparison: Comparison,
    value: &Text,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    if comparison == Comparison::Equal {
        return Err(TIMES.to_owned());
    }
    let at = moment(&value.joined(), now)?;
    let beside = |micros: i64| Some(Timestamp::from_micros(at.micros().saturating_add(micros)));
    match comparison {
        Comparison::Less => Ok((None, beside(-1))),
        Comparison::LessOrEqual => Ok((None, Some(at))),
        Comparison::Greater => Ok((beside(1), None)),
        Comparison::GreaterOrEqual => Ok((Some(at), None)),
        Comparison::Equal | Comparison::NotEqual => Ok((None, None)),
    }
}

/// `2026-01-31`, `2026-01-31T12:00:00Z`, `now`, `now-2d`.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp> {
    let wrong = || {
        "a time is ISO 8601 (2026-01-31T12:00:00Z, UTC unless a zone is given), or now, or now less 90s, 15m, 2h, 3d or 1w: \
         `now-3d`"
            .to_owned()
    };
    let Some(before) = text.strip_prefix("now") else { return profile::moment(text).ok_or_else(wrong) };
    if before.is_empty() {
        return Ok(now);
    }
    let ago = before.strip_prefix('-').and_then(|ago| {
        let seconds = match ago.chars().next_back()? {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        Some(i64::from(ago[..ago.len() - 1].parse::<u32>().ok()?) * seconds)
    });
    ago.map(|ago| now.plus_seconds(-ago)).ok_or_else(wrong)
}
