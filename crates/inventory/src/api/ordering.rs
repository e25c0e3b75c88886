//! The order of host lists (contract inventory-http §12).

use std::sync::LazyLock;

use fleet::{AppKey, Direction, OrderBy};
use legacy::{Params, words};

use super::errors::Failure;
use crate::applications::{Application, FieldKind, Uses};

const HOW_PATTERN: &str = "^([Aa][Ss][Cc])|([Dd][Ee][Ss][Cc])$";

/// What a list of hosts may be ordered by, as `order_by` names it.
pub const HOST_KEYS: &[&str] =
    &["display_name", "group_name", "updated", "operating_system", "last_check_in"];

/// The same, and what applications say, for the lists that show it.
static VIEW_KEYS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of_hosts = HOST_KEYS.iter().map(|&name| name.to_owned());
    of_hosts
        .chain(app_keys().map(|(application, name, _)| format!("{}:{name}", application.name())))
        .collect()
});

/// What a list may be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// What every list of hosts is ordered by.
    All,
    /// Also what applications say.
    WithAppData,
    /// Everything but the operating system: the lists of tags.
    WithoutOperatingSystem,
}

/// `order_by` and `order_how` as they were sent; each by itself is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordering {
    by: Option<OrderBy>,
    how: Option<String>,
}

impl Ordering {
    /// Reads the two parameters; 400 for an unknown key and for what is no direction at all.
    pub fn read(params: &Params, keys: Keys) -> Result<Self, Failure> {
        let names: Vec<&str> = match keys {
            Keys::All => HOST_KEYS.to_vec(),
            Keys::WithAppData => view_keys().collect(),
            Keys::WithoutOperatingSystem => vec!["display_name", "group_name", "updated", "last_check_in"],
        };
        let by = params.one_of("order_by", &names)?.map(|name| match name {
            "display_name" => OrderBy::DisplayName,
            "group_name" => OrderBy::GroupName,
            "operating_system" => OrderBy::OperatingSystem,
            "last_check_in" => OrderBy::LastCheckIn,
            name => app_key(name).map_or(OrderBy::Updated, OrderBy::AppData),
        });
        Ok(Self { by, how: how(params)?.map(str::to_owned) })
    }

    /// The name of the application whose value comes first.
    pub fn application(&self) -> Option<&'static str> {
        match self.by {
            Some(OrderBy::AppData(key)) => Some(key.application()),
            _ => None,
        }
    }

    /// The order that is meant; 400 for a direction without a key and for one in small letters.
    pub fn resolve(&self) -> Result<(OrderBy, Direction), Failure> {
        let Some(by) = self.by else {
            return match self.how {
                None => Ok((OrderBy::Updated, Direction::Descending)),
                Some(_) => Err(Failure::bad_request(
                    "Providing ordering direction without a column is not supported. Provide order_by={updated,\
                     display_name,group_name,operating_system,last_check_in}.",
                )),
            };
        };
        let how = match self.how.as_deref() {
            None => default_direction(by),
            Some("ASC") => Direction::Ascending,
            Some("DESC") => Direction::Descending,
            // The original takes any text here, and `asc` for DESC; clients do send small letters.
            Some(text) if by == OrderBy::GroupName && text.eq_ignore_ascii_case("asc") => {
                Direction::Ascending
            }
            Some(text) if by == OrderBy::GroupName && text.eq_ignore_ascii_case("desc") => {
                Direction::Descending
            }
            Some(_) => return Err(unsupported()),
        };
        Ok((by, how))
    }
}

/// The text of `order_how`, when it passes the pattern: it starts with `asc` or ends with `desc`, in any case.
pub fn how(params: &Params) -> Result<Option<&str>, Failure> {
    let Some(text) = params.last("order_how") else {
        return Ok(None);
    };
    let folded = text.to_ascii_lowercase();
    if folded.starts_with("asc") || folded.ends_with("desc") {
        Ok(Some(text))
    } else {
        Err(words::no_match(text, HOW_PATTERN).into())
    }
}

/// 400 for a text that passes the pattern and is no direction.
pub fn unsupported() -> Failure {
    Failure::bad_request("Unsupported ordering direction, use \"ASC\" or \"DESC\".")
}

/// The names of everything that a view of hosts is ordered by.
pub fn view_keys() -> impl Iterator<Item = &'static str> {
    VIEW_KEYS.iter().map(String::as_str)
}

/// What applications say that hosts are ordered by.
fn app_keys() -> impl Iterator<Item = (Application, &'static str, AppKey)> {
    Application::ALL.into_iter().flat_map(|of| {
        let application = of.name();
        let sums =
            of.sums().iter().map(move |sum| (of, sum.name, AppKey::Sum { application, values: sum.of }));
        let ordered = of.fields().iter().filter(|field| field.uses == Uses::Ordered);
        let fields = ordered.map(move |field| {
            let value = field.name;
            let key = match field.kind {
                FieldKind::Number | FieldKind::Moment => AppKey::Number { application, value },
                FieldKind::Text(_) | FieldKind::Uuid | FieldKind::Policies => {
                    AppKey::Text { application, value }
                }
            };
            (of, field.name, key)
        });
        sums.chain(fields)
    })
}

fn app_key(name: &str) -> Option<AppKey> {
    let (application, value) = name.split_once(':')?;
    let found = app_keys().find(|(of, name, _)| of.name() == application && *name == value);
    found.map(|(.., key)| key)
}

fn default_direction(by: OrderBy) -> Direction {
    match by {
        OrderBy::DisplayName | OrderBy::GroupName | OrderBy::AppData(_) => Direction::Ascending,
        OrderBy::Updated | OrderBy::LastCheckIn | OrderBy::OperatingSystem => Direction::Descending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::testing::{detail, params},
        applications::SUMS,
    };

    fn order(query: &str) -> Result<(OrderBy, Direction), String> {
        let ordering = Ordering::read(&params(query), Keys::All).map_err(|failure| detail(&failure))?;
        ordering.resolve().map_err(|failure| detail(&failure))
    }

    #[test]
    fn each_key_has_its_own_default_direction() {
        assert_eq!(order(""), Ok((OrderBy::Updated, Direction::Descending)));
        assert_eq!(order("order_by=display_name"), Ok((OrderBy::DisplayName, Direction::Ascending)));
        assert_eq!(order("order_by=last_check_in"), Ok((OrderBy::LastCheckIn, Direction::Descending)));
        assert_eq!(order("order_by=operating_system"), Ok((OrderBy::OperatingSystem, Direction::Descending)));
        assert_eq!(order("order_by=group_name"), Ok((OrderBy::GroupName, Direction::Ascending)));
    }

    #[test]
    fn a_direction_is_in_capitals_except_for_group_names() {
        let refused = Err("Unsupported ordering direction, use \"ASC\" or \"DESC\".".to_owned());
        assert_eq!(order("order_by=updated&order_how=ASC"), Ok((OrderBy::Updated, Direction::Ascending)));
        assert_eq!(order("order_by=updated&order_how=asc"), refused);
        assert_eq!(order("order_by=updated&order_how=ascx"), refused);
        assert_eq!(
            order("order_by=group_name&order_how=desc"),
            Ok((OrderBy::GroupName, Direction::Descending))
        );
        assert_eq!(order("order_by=group_name&order_how=ascx"), refused);
    }

    #[test]
    fn what_is_no_direction_and_a_direction_without_a_key_are_refused() {
        assert_eq!(
            order("order_by=updated&order_how=").unwrap_err(),
            "'' does not match '^([Aa][Ss][Cc])|([Dd][Ee][Ss][Cc])$'"
        );
        assert_eq!(
            order("order_how=ASC").unwrap_err(),
            "Providing ordering direction without a column is not supported. Provide \
             order_by={updated,display_name,group_name,operating_system,last_check_in}."
        );
    }

    #[test]
    fn views_are_ordered_by_what_applications_say_too() {
        let order = |query: &str| {
            let ordering = Ordering::read(&params(query), Keys::WithAppData);
            ordering
                .map_err(|failure| detail(&failure))
                .and_then(|ordering| ordering.resolve().map_err(|failure| detail(&failure)))
        };
        let key = AppKey::Number { application: "malware", value: "last_scan" };
        assert_eq!(order("order_by=malware:last_scan"), Ok((OrderBy::AppData(key), Direction::Ascending)));
        let key = AppKey::Sum { application: "patch", values: SUMS[0].of };
        assert_eq!(
            order("order_by=patch:advisories_total_installable&order_how=DESC"),
            Ok((OrderBy::AppData(key), Direction::Descending))
        );
        assert_eq!(order("order_by=updated"), Ok((OrderBy::Updated, Direction::Descending)));
        for unknown in ["patch:template_uuid", "compliance:policies", "advisor:", "bogus:x"] {
            let refused = order(&format!("order_by={unknown}")).unwrap_err();
            assert!(
                refused.starts_with(&format!("'{unknown}' is not one of ['display_name', ")),
                "{refused}"
            );
            assert!(refused.ends_with("'malware:last_status']"), "{refused}");
        }
    }

    #[test]
    fn lists_of_tags_have_no_order_by_operating_system() {
        let query = params("order_by=operating_system");
        assert!(Ordering::read(&query, Keys::All).is_ok());
        let refused = Ordering::read(&query, Keys::WithoutOperatingSystem).unwrap_err();
        assert!(detail(&refused).starts_with("'operating_system' is not one of ['display_name', "));
    }
}
