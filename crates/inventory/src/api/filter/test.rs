//! Values and comparators of one field (contract inventory-http §11.2, §11.3).

use fleet::{Comparison, Pattern, ProfileCondition, ValueTest};
use profile::schema::{Form, NodeKind};

use super::{bad_value, invalid, profile::Field, unknown};
use crate::api::errors::Failure;

/// What stands between a field and its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// Nothing: whatever is usual for the field.
    Usual,
    /// `is`.
    Is,
    /// `contains`.
    Contains,
    /// `nil`: `true` or `false` follows.
    Nil,
    /// `not_nil`.
    NotNil,
    /// One of the six.
    Compare(Comparison),
}

impl Comparator {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "is" => Self::Is,
            "contains" => Self::Contains,
            "nil" => Self::Nil,
            "not_nil" => Self::NotNil,
            name => Self::Compare(comparison(name)?),
        })
    }
}

/// One of the six comparators.
pub fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "eq" => Comparison::Equal,
        "ne" | "neq" => Comparison::NotEqual,
        "lt" => Comparison::Less,
        "lte" => Comparison::LessOrEqual,
        "gt" => Comparison::Greater,
        "gte" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// Whether a value asks for nothing (`nil`) or for something (`not_nil`) to be there.
pub fn presence(field: &Field<'_>, value: &str) -> Option<bool> {
    let value = if field.is_workload() { value.to_ascii_lowercase() } else { value.to_owned() };
    match value.as_str() {
        "nil" => Some(false),
        "not_nil" => Some(true),
        _ => None,
    }
}

/// That a field is there, or is not.
pub fn is_present(field: &Field<'_>, present: bool) -> ProfileCondition {
    let path = field.path.iter().copied();
    if present { ProfileCondition::value(path, ValueTest::Present) } else { ProfileCondition::absent(path) }
}

/// The condition for the values under one comparator.
pub fn condition(
    field: &Field<'_>,
    comparator: Comparator,
    values: &[String],
) -> Result<ProfileCondition, Failure> {
    let tests = values.iter().map(|value| one(field, comparator, value)).collect::<Result<Vec<_>, _>>()?;
    // Several values: any of them, but all of those that a list must have, or a value must not be.
    let all = field.is_list() || comparator == Comparator::Compare(Comparison::NotEqual);
    Ok(if all { ProfileCondition::All(tests) } else { ProfileCondition::Any(tests) })
}

fn one(field: &Field<'_>, comparator: Comparator, value: &str) -> Result<ProfileCondition, Failure> {
    if let Some(present) = presence(field, value) {
        return Ok(is_present(field, present));
    }
    let wrong = || bad_value(field.name, value);
    if let Comparator::Nil | Comparator::NotNil = comparator {
        let asked = truth(value).ok_or_else(wrong)?;
        return Ok(is_present(field, asked == (comparator == Comparator::NotNil)));
    }
    if field.is_list() {
        return element(field, comparator, value);
    }
    if comparator == Comparator::Contains {
        return Err(invalid(format!(
            "'contains' is an invalid operation for non-array field {}",
            field.name
        )));
    }
    let compared = match comparator {
        Comparator::Compare(comparison) => comparison,
        _ => Comparison::Equal,
    };
    let test = match &field.node.kind {
        NodeKind::Boolean => {
            let truth = truth(value).ok_or_else(wrong)?;
            match compared {
                Comparison::Equal => ValueTest::Truth(true, truth),
                Comparison::NotEqual => ValueTest::Truth(false, truth),
                _ => return Err(wrong()),
            }
        }
        // The other comparators of texts and numbers know no `is`.
        _ if comparator == Comparator::Is => return Err(wrong()),
        NodeKind::Integer { .. } => {
            let is_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let number = value.parse().unwrap_or(i128::MAX);
            ValueTest::Number(compared, is_digits.then_some(number).ok_or_else(wrong)?)
        }
        NodeKind::DateTime { .. } => ValueTest::Moment(compared, ::profile::moment(value).ok_or_else(wrong)?),
        NodeKind::String(text) if matches!(text.form, Form::Uuid) && compared == Comparison::Equal => {
            ValueTest::AnyCase(true, value.to_owned())
        }
        NodeKind::String(_) if field.node.wildcard && comparator == Comparator::Usual => {
            match wildcard(field, value) {
                Some(test) => test,
                None => return Ok(ProfileCondition::Any(Vec::new())),
            }
        }
        NodeKind::String(_)
            if value.is_empty() && field.path.len() > 1 && comparator == Comparator::Usual =>
        {
            return Ok(is_present(field, false));
        }
        NodeKind::String(_) => ValueTest::Text(compared, value.to_owned()),
        NodeKind::Object(_) | NodeKind::FreeForm | NodeKind::Array(_) => return Err(wrong()),
    };
    Ok(ProfileCondition::value(field.path.iter().copied(), test))
}

/// A text in which `*` stands for any run of characters. Members of workloads without one are compared as they are
/// written. `None`: nothing matches.
fn wildcard(field: &Field<'_>, value: &str) -> Option<ValueTest> {
    if value.is_empty() && field.path.len() > 1 {
        return None;
    }
    if field.is_workload() && !value.contains('*') {
        return Some(ValueTest::Text(Comparison::Equal, value.to_owned()));
    }
    Some(ValueTest::Like(Pattern::made_of(value.split('*'))))
}

fn element(field: &Field<'_>, comparator: Comparator, value: &str) -> Result<ProfileCondition, Failure> {
    let test = ValueTest::Element {
        member: field.element.iter().flatten().map(|&name| name.to_owned()).collect(),
        test: Box::new(ValueTest::Text(Comparison::Equal, value.to_owned())),
    };
    let has = ProfileCondition::value(field.path.iter().copied(), test);
    match comparator {
        _ if value.is_empty() => Err(bad_value(field.name, value)),
        Comparator::Usual | Comparator::Contains | Comparator::Compare(Comparison::Equal) => Ok(has),
        Comparator::Compare(Comparison::NotEqual) => {
            Ok(ProfileCondition::All(vec![is_present(field, true), ProfileCondition::Not(Box::new(has))]))
        }
        Comparator::Compare(Comparison::Less) => Err(unknown(field.name, "lt")),
        Comparator::Compare(Comparison::LessOrEqual) => Err(unknown(field.name, "lte")),
        Comparator::Compare(Comparison::Greater) => Err(unknown(field.name, "gt")),
        Comparator::Compare(Comparison::GreaterOrEqual) => Err(unknown(field.name, "gte")),
        Comparator::Is | Comparator::Nil | Comparator::NotNil => Err(bad_value(field.name, value)),
    }
}

/// `true` or `false` in any case.
pub fn truth(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
