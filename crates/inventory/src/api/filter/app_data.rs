//! What `filter` asks of what applications say (contract inventory-http §20).

use fleet::{AppCondition, AppTest, Condition};
use ground::{Timestamp, any_uuid};

use super::{
    invalid,
    test::{comparison, truth},
    tree::Tree,
};
use crate::{
    api::errors::Failure,
    applications::{AppField, Application, FieldKind, Uses},
};

/// The comparators, as errors name them.
const OPERATORS: &str = "eq, gt, gte, lt, lte, ne, nil, not_nil";

/// What stands below the name of an application.
pub fn conditions(application: Application, tree: &Tree) -> Result<Vec<Condition>, Failure> {
    let Tree::Members(members) = tree else {
        return Err(invalid(format!("filter[{}] needs a field", application.name())));
    };
    let mut conditions = Vec::new();
    for (name, tree) in members {
        let field = application.field(name).filter(|field| field.uses > Uses::Shown);
        let asked =
            FieldFilter { application, field: field.ok_or_else(|| unknown_field(application, name))? };
        match tree {
            Tree::Values(values, _) => conditions.extend(asked.compare("eq", values)?),
            Tree::Members(operators) => {
                for (operator, tree) in operators {
                    let Tree::Values(values, _) = tree else { return Err(asked.unknown_operator(operator)) };
                    conditions.extend(asked.compare(operator, values)?);
                }
            }
        }
    }
    Ok(conditions)
}

/// A field that is asked for.
#[derive(Clone, Copy)]
struct FieldFilter {
    application: Application,
    field: &'static AppField,
}

impl FieldFilter {
    /// The conditions for the values under one comparator: one of them must be true, but a value must be none of several.
    fn compare(self, operator: &str, values: &[String]) -> Result<Vec<Condition>, Failure> {
        let tests = values.iter().map(|value| self.test(operator, value)).collect::<Result<Vec<_>, _>>()?;
        let conditions = tests.into_iter().map(|test| AppCondition {
            application: self.application.name(),
            value: self.field.name,
            test,
        });
        Ok(if operator == "ne" {
            conditions.map(|condition| Condition::AppData(vec![condition])).collect()
        } else {
            vec![Condition::AppData(conditions.collect())]
        })
    }

    fn test(self, operator: &str, value: &str) -> Result<AppTest, Failure> {
        let is_nil = match operator {
            "nil" => Some(true),
            "not_nil" => Some(false),
            _ => None,
        };
        if let Some(is_nil) = is_nil {
            // The original looks at no value here; `false` says the opposite.
            return Ok(AppTest::Present((truth(value) == Some(false)) == is_nil));
        }
        let compared = match comparison(operator) {
            Some(comparison) if operator != "neq" => comparison,
            _ => return Err(self.unknown_operator(operator)),
        };
        match value {
            "nil" => return Ok(AppTest::Present(false)),
            "not_nil" => return Ok(AppTest::Present(true)),
            _ => {}
        }
        let number = |number: Option<i64>, kind: &str| {
            let wrong = || self.refuse(&format!("Invalid {kind} value '{value}' for"));
            number.map(|number| AppTest::Number(compared, number)).ok_or_else(wrong)
        };
        match self.field.kind {
            FieldKind::Number => number(value.trim().parse().ok(), "integer"),
            FieldKind::Moment => number(Timestamp::parse(value).ok().map(Timestamp::micros), "datetime"),
            FieldKind::Uuid => {
                let id = any_uuid(value).map_or_else(|| value.to_owned(), |id| id.to_string());
                Ok(AppTest::Text(compared, id))
            }
            FieldKind::Text(_) | FieldKind::Policies => Ok(AppTest::Text(compared, value.to_owned())),
        }
    }

    fn refuse(self, what: &str) -> Failure {
        invalid(format!("{what} field '{}' in app '{}'.", self.field.name, self.application.name()))
    }

    fn unknown_operator(self, operator: &str) -> Failure {
        let (field, app) = (self.field.name, self.application.name());
        invalid(format!(
            "Invalid operator '{operator}' for field '{field}' in app '{app}'. Valid operators: {OPERATORS}"
        ))
    }
}

fn unknown_field(application: Application, name: &str) -> Failure {
    let fields = application.fields().iter().filter(|field| field.uses > Uses::Shown);
    let mut names: Vec<&str> = fields.map(|field| field.name).collect();
    names.sort_unstable();
    invalid(format!(
        "Invalid filter field '{name}' for app '{}'. Valid fields: {}",
        application.name(),
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use fleet::Comparison;

    use super::*;
    use crate::api::{
        filter::read,
        testing::{detail, params},
    };

    fn asked(query: &str) -> Result<Vec<Condition>, String> {
        let filter = read(&params(query)).map_err(|failure| detail(&failure))?;
        assert!(filter.profile.is_none());
        Ok(filter.app_data)
    }

    fn one(value: &'static str, test: AppTest) -> Condition {
        Condition::AppData(vec![AppCondition { application: "advisor", value, test }])
    }

    #[test]
    fn each_comparator_is_one_condition() {
        let low = |test| Ok(vec![one("low", test)]);
        assert_eq!(asked("filter[advisor][low][gte]=1"), low(AppTest::Number(Comparison::GreaterOrEqual, 1)));
        assert_eq!(asked("filter[advisor][low]=-1"), low(AppTest::Number(Comparison::Equal, -1)));
        assert_eq!(asked("filter[advisor][low][nil]=true"), low(AppTest::Present(false)));
        assert_eq!(asked("filter[advisor][low][nil]=false"), low(AppTest::Present(true)));
        assert_eq!(asked("filter[advisor][low][not_nil]="), low(AppTest::Present(true)));
        assert_eq!(asked(r#"filter[advisor]={"low":{"gt":1,"lt":"3"}}"#).unwrap().len(), 2);
    }

    #[test]
    fn of_several_values_one_is_enough_but_none_of_several_may_be_there() {
        let two = asked("filter[advisor][low][eq][]=1&filter[advisor][low][eq][]=2").unwrap();
        assert!(matches!(&two[..], [Condition::AppData(either)] if either.len() == 2));
        let none = asked("filter[advisor][low][ne][]=1&filter[advisor][low][ne][]=2").unwrap();
        assert_eq!(none.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_would_be_right() {
        for (query, text) in [
            (
                "[advisor][x]=1",
                "Invalid filter field 'x' for app 'advisor'. Valid fields: critical, important, incidents, low, moderate, recommendations",
            ),
            (
                "[compliance][policies]=1",
                "Invalid filter field 'policies' for app 'compliance'. Valid fields: last_scan, policies_count",
            ),
            (
                "[advisor][low][like]=1",
                "Invalid operator 'like' for field 'low' in app 'advisor'. Valid operators: eq, gt, gte, lt, lte, ne, nil, not_nil",
            ),
            (
                "[advisor][low][neq]=1",
                "Invalid operator 'neq' for field 'low' in app 'advisor'. Valid operators: eq, gt, gte, lt, lte, ne, nil, not_nil",
            ),
            ("[advisor][low][eq]=x", "Invalid integer value 'x' for field 'low' in app 'advisor'."),
            (
                "[malware][last_scan][lt]=x",
                "Invalid datetime value 'x' for field 'last_scan' in app 'malware'.",
            ),
            ("[image_builder][x]=1", "Invalid filter key 'image_builder'"),
        ] {
            assert_eq!(asked(&format!("filter{query}")), Err(text.to_owned()), "{query}");
        }
    }
}
