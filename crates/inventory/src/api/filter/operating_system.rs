//! `filter[system_profile][operating_system]` (contract inventory-http §11.6).

use fleet::{Comparison, ProfileCondition, ValueTest};

use super::{bad_value, invalid, test::comparison, tree::Tree, unknown};
use crate::api::errors::Failure;

const FIELD: &str = "operating_system";
/// The names that may be asked for.
const NAMES: [&str; 3] = ["RHEL", "CentOS", "CentOS Linux"];

/// What is asked of one name: versions that it may have, and ranges that its version must be in.
#[derive(Default)]
struct VersionFilter {
    alternatives: Vec<ProfileCondition>,
    ranges: Vec<ProfileCondition>,
}

/// What a tree asks of the operating system. Ranges of one name hold together; names are alternatives, and so are single
/// versions.
pub fn condition(tree: &Tree) -> Result<ProfileCondition, Failure> {
    let members = match tree {
        Tree::Values(values, _) => return presence(values),
        Tree::Members(members) => members,
    };
    let mut any = Vec::new();
    for (name, tree) in members {
        match name.as_str() {
            "name" => any.push(by_name(tree)?),
            "is" | "eq" | "nil" | "not_nil" => match tree {
                Tree::Values(values, _) => any.push(presence(values)?),
                Tree::Members(_) => return Err(unknown(FIELD, name)),
            },
            name => any.push(by_version(name, tree)?),
        }
    }
    Ok(ProfileCondition::Any(any))
}

fn presence(values: &[String]) -> Result<ProfileCondition, Failure> {
    let one = |value: &String| match value.as_str() {
        "nil" => Ok(ProfileCondition::absent([FIELD])),
        "not_nil" => Ok(ProfileCondition::value([FIELD], ValueTest::Present)),
        value => Err(bad_value(FIELD, value)),
    };
    Ok(ProfileCondition::Any(values.iter().map(one).collect::<Result<_, _>>()?))
}

fn check_name(name: &str) -> Result<(), Failure> {
    if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(invalid("operating_system filter only supports these OS names: ['RHEL', 'CentOS', 'CentOS Linux']."))
}

fn is_named(name: &str, is: bool) -> ProfileCondition {
    ProfileCondition::value([FIELD, "name"], ValueTest::AnyCase(is, name.to_owned()))
}

/// `[name][eq]=X`, `[name][neq]=X`.
fn by_name(tree: &Tree) -> Result<ProfileCondition, Failure> {
    let Tree::Members(members) = tree else { return Err(bad_value(FIELD, "name")) };
    let [(comparator, Tree::Values(values, _))] = &**members else {
        return Err(invalid("operating_system name filter takes one of eq and neq."));
    };
    let is = match comparator.as_str() {
        "eq" => true,
        "neq" | "ne" => false,
        other => return Err(unknown("name", other)),
    };
    values.iter().try_for_each(|name| check_name(name))?;
    let names = values.iter().map(|name| is_named(name, is)).collect();
    Ok(if is { ProfileCondition::Any(names) } else { ProfileCondition::All(names) })
}

fn by_version(name: &str, tree: &Tree) -> Result<ProfileCondition, Failure> {
    check_name(name)?;
    let Tree::Members(members) = tree else { return Err(bad_value(FIELD, name)) };
    let Some((_, versions)) = members.iter().find(|(member, _)| member == "version") else {
        // Nothing is asked of the version.
        return Ok(is_named(name, true));
    };
    let mut asked = VersionFilter::default();
    match versions {
        Tree::Values(values, _) => asked.add(name, Comparison::Equal, values)?,
        Tree::Members(members) => {
            for (comparator, tree) in members {
                let comparison = comparison(comparator).ok_or_else(|| unknown("version", comparator))?;
                match tree {
                    Tree::Values(values, _) => asked.add(name, comparison, values)?,
                    Tree::Members(_) => return Err(unknown("version", comparator)),
                }
            }
        }
    }
    if !asked.ranges.is_empty() {
        asked.alternatives.push(ProfileCondition::All(asked.ranges));
    }
    Ok(ProfileCondition::Any(asked.alternatives))
}

impl VersionFilter {
    fn add(&mut self, name: &str, comparison: Comparison, values: &[String]) -> Result<(), Failure> {
        for value in values {
            let of_name = |condition| ProfileCondition::All(vec![is_named(name, true), condition]);
            match value.as_str() {
                "nil" => self.alternatives.push(ProfileCondition::absent([FIELD])),
                "not_nil" => {
                    self.alternatives.push(of_name(ProfileCondition::value([FIELD], ValueTest::Present)));
                }
                value => {
                    let version = Version::parse(value)?;
                    match comparison {
                        Comparison::Equal => self.alternatives.push(of_name(version.equal())),
                        Comparison::NotEqual => {
                            let other = ProfileCondition::Not(Box::new(of_name(version.equal())));
                            let there = ProfileCondition::value([FIELD, "name"], ValueTest::Present);
                            self.ranges.push(ProfileCondition::All(vec![there, other]));
                        }
                        range => self.ranges.push(of_name(version.range(range))),
                    }
                }
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Version {
    major: i128,
    minor: Option<i128>,
}

impl Version {
    fn parse(text: &str) -> Result<Self, Failure> {
        let number = |text: &str| {
            let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_digits
                .then(|| text.parse().unwrap_or(i128::MAX))
                .ok_or_else(|| invalid("operating_system major and minor versions must be numerical."))
        };
        let mut parts = text.split('.');
        let major = number(parts.next().unwrap_or_default())?;
        let minor = parts.next().map(number).transpose()?;
        if parts.next().is_some() {
            return Err(invalid("operating_system filter can only have a major and minor version."));
        }
        Ok(Self { major, minor })
    }

    fn major(self, comparison: Comparison) -> ProfileCondition {
        ProfileCondition::value([FIELD, "major"], ValueTest::Number(comparison, self.major))
    }

    fn minor(minor: i128, comparison: Comparison) -> ProfileCondition {
        ProfileCondition::value([FIELD, "minor"], ValueTest::Number(comparison, minor))
    }

    fn equal(self) -> ProfileCondition {
        let minor = self.minor.map(|minor| Self::minor(minor, Comparison::Equal));
        ProfileCondition::All([self.major(Comparison::Equal)].into_iter().chain(minor).collect())
    }

    fn range(self, comparison: Comparison) -> ProfileCondition {
        let Some(minor) = self.minor else { return self.major(comparison) };
        let beyond = match comparison {
            Comparison::Less | Comparison::LessOrEqual => Comparison::Less,
            _ => Comparison::Greater,
        };
        let same = vec![self.major(Comparison::Equal), Self::minor(minor, comparison)];
        ProfileCondition::Any(vec![self.major(beyond), ProfileCondition::All(same)])
    }
}
