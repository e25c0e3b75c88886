//! Which of what applications say is shown (contract inventory-http §20).

use std::collections::BTreeMap;

use fleet::StoredAppData;
use ground::Timestamp;
use legacy::Params;
use serde_json::{Map, Value, json};

use super::errors::Failure;
use crate::applications::{Application, FieldKind, POLICIES_COUNT};

/// The applications that are shown, and what of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFields(BTreeMap<Application, Shown>);

/// What is shown of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    All,
    /// These; names that nobody knows are ignored.
    Named(Vec<String>),
}

impl AppFields {
    /// Reads `fields[APPLICATION]` and `fields[app_data]`: everything when nothing is asked for, 400 for an unknown name.
    pub fn read(params: &Params) -> Result<Self, Failure> {
        params.no_bare("fields")?;
        let asked = params.bracketed("fields");
        let mut shown = BTreeMap::new();
        let all = || Application::ALL.map(|application| (application, Shown::All));
        if asked.is_empty() {
            shown.extend(all());
        }
        for found in asked {
            let name = match found.path.as_slice() {
                [name] | [name, ""] => *name,
                path => return Err(unknown(&path.join("]["))),
            };
            let is_true = found.value.eq_ignore_ascii_case("true");
            match (name, Application::named(name)) {
                ("app_data", _) if is_true => shown.extend(all()),
                ("system_profile" | "app_data", _) => {}
                (_, Some(application)) if is_true => drop(shown.insert(application, Shown::All)),
                (_, Some(application)) => {
                    let more = found.value.split(',').map(|name| name.trim().to_owned());
                    match shown.entry(application).or_insert_with(|| Shown::Named(Vec::new())) {
                        Shown::All => {}
                        Shown::Named(names) => names.extend(more),
                    }
                }
                (name, None) => return Err(unknown(name)),
            }
        }
        Ok(Self(shown))
    }

    /// Without what these applications say.
    pub fn leave_out(&mut self, denied: &[Application]) {
        self.0.retain(|application, _| !denied.contains(application));
    }

    /// What is shown of a host.
    pub fn show(&self, stored: &[StoredAppData]) -> Map<String, Value> {
        let mut shown = Map::new();
        for StoredAppData { application, values, .. } in stored {
            let Some(application) = Application::named(application) else { continue };
            let Some(wanted) = self.0.get(&application) else { continue };
            let is_wanted = |name: &str| match wanted {
                Shown::All => true,
                Shown::Named(names) => names.iter().any(|wanted| wanted == name),
            };
            let mut members: Map<String, Value> = application
                .fields()
                .iter()
                .filter(|field| is_wanted(field.name))
                .map(|field| (field.name.to_owned(), value(field.kind, values.get(field.name))))
                .collect();
            if members.get("template_uuid").is_some_and(Value::is_null) {
                members.remove("template_uuid");
            }
            if let Some(count) = members.get_mut(POLICIES_COUNT).filter(|count| count.is_null()) {
                *count = json!(0);
            }
            shown.insert(application.name().to_owned(), members.into());
        }
        shown
    }
}

fn value(kind: FieldKind, stored: Option<&Value>) -> Value {
    match (kind, stored) {
        (_, None) => Value::Null,
        (FieldKind::Moment, Some(stored)) => {
            stored.as_i64().map_or(Value::Null, |micros| json!(Timestamp::from_micros(micros).to_string()))
        }
        (_, Some(stored)) => stored.clone(),
    }
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = Application::ALL.into_iter().map(Application::name).collect();
    Failure::exception(
        "Validation Error",
        format!("Invalid fields key '{name}'. Valid keys: app_data, system_profile, {}", known.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    fn shown(query: &str) -> Result<Value, String> {
        let fields = AppFields::read(&params(query)).map_err(|failure| detail(&failure))?;
        let stored = |application: &str, values: Value| StoredAppData {
            application: application.to_owned(),
            reported: Timestamp::from_micros(0),
            values: serde_json::from_value(values).unwrap(),
        };
        let stored = [
            stored("compliance", json!({"last_scan": 1_700_000_000_000_000_i64})),
            stored("remediations", json!({"remediations_plans": 3})),
        ];
        Ok(fields.show(&stored).into())
    }

    #[test]
    fn everything_is_shown_unless_something_is_asked_for() {
        let compliance =
            json!({"last_scan": "2023-11-14T22:13:20+00:00", "policies": null, "policies_count": 0});
        let all = json!({"compliance": compliance, "remediations": {"remediations_plans": 3}});
        assert_eq!(shown(""), Ok(all.clone()));
        assert_eq!(shown("fields[app_data]=true"), Ok(all));
        assert_eq!(shown("fields[compliance]=true"), Ok(json!({"compliance": compliance})));
        assert_eq!(shown("fields[system_profile]=arch"), Ok(json!({})));
        let some = json!({"compliance": {"policies_count": 0}, "remediations": {}});
        assert_eq!(shown("fields[compliance]=policies_count,x&fields[remediations]="), Ok(some));
    }

    #[test]
    fn an_unknown_application_is_refused() {
        let refused = shown("fields[image_builder]=true").unwrap_err();
        assert!(refused.starts_with("Invalid fields key 'image_builder'."), "{refused}");
    }
}
