//! The `filter` parameter (contract inventory-http §11): brackets and JSON ([`tree`]) become a condition on profiles.

mod app_data;
mod operating_system;
mod profile;
mod test;
mod tree;

use fleet::{Condition, ProfileCondition};
use legacy::Params;

use super::errors::Failure;
use crate::applications::Application;

/// What `filter` asks; nothing when it is not given.
#[derive(Debug, Default)]
pub struct Filter {
    /// Of the profiles of hosts.
    pub profile: Option<ProfileCondition>,
    /// Of what applications say of hosts.
    pub app_data: Vec<Condition>,
    /// Those applications.
    pub applications: Vec<Application>,
}

/// Reads `filter`.
pub fn read(params: &Params) -> Result<Filter, Failure> {
    let mut filter = Filter::default();
    for (name, tree) in tree::read(params)? {
        if name == "system_profile" {
            filter.profile = Some(profile::condition(&tree)?);
        } else if let Some(application) = Application::named(&name) {
            filter.app_data.extend(app_data::conditions(application, &tree)?);
            filter.applications.push(application);
        } else {
            return Err(invalid(format!("Invalid filter key '{name}'")));
        }
    }
    Ok(filter)
}

/// 400, shape B.
fn invalid(detail: impl Into<String>) -> Failure {
    Failure::exception("Validation Error", detail)
}

/// 400: there is no such member or comparator.
fn unknown(parent: &str, child: &str) -> Failure {
    invalid(format!("Invalid operation or child node for {parent}: {child}"))
}

/// 400: a field cannot have that value.
fn bad_value(field: &str, value: &str) -> Failure {
    invalid(format!("'{value}' is an invalid value for field {field}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api::testing::{detail, params};

    fn refusal(query: &str) -> Option<String> {
        read(&params(query)).err().map(|failure| detail(&failure))
    }

    #[test]
    fn a_filter_has_a_known_key() {
        assert_eq!(refusal("tags=a"), None);
        assert_eq!(refusal("filter[system_profile][arch]=x"), None);
        assert_eq!(refusal("filter[bogus][x]=1").as_deref(), Some("Invalid filter key 'bogus'"));
    }

    #[test]
    fn what_is_unknown_is_named_with_what_it_stands_below() {
        for (query, text) in [
            ("[no_such]=1", "Invalid operation or child node for system_profile: no_such"),
            ("[arch][a][b]=1", "Invalid operation or child node for arch: a"),
            ("[arch][bogus]=x", "Invalid operation or child node for arch: bogus"),
            ("[systemd][x]=1", "Invalid operation or child node for systemd: x"),
            ("[workloads][sap][x]=1", "Invalid operation or child node for sap: x"),
            ("[number_of_cpus]=-1", "'-1' is an invalid value for field number_of_cpus"),
            ("[sap_system]=maybe", "'maybe' is an invalid value for field sap_system"),
            ("[last_boot_time]=bad", "'bad' is an invalid value for field last_boot_time"),
            ("[cpu_model][contains]=x", "'contains' is an invalid operation for non-array field cpu_model"),
            ("[cpu_flags]=", "'' is an invalid value for field cpu_flags"),
        ] {
            assert_eq!(refusal(&format!("filter[system_profile]{query}")).as_deref(), Some(text), "{query}");
        }
    }

    proptest! {
        #[test]
        fn no_filter_makes_it_panic(path in "(\\[[a-z_]{0,9}\\]){1,4}", name in "[a-z_]{0,12}", value in ".{0,12}") {
            let encoded =
                percent_encoding::percent_encode(value.as_bytes(), percent_encoding::NON_ALPHANUMERIC);
            for query in [
                format!("filter{path}={encoded}"),
                format!("filter[system_profile][{name}]{path}={encoded}"),
                format!("filter[system_profile][operating_system]{path}={encoded}"),
                format!("filter[system_profile][workloads]{path}={encoded}"),
            ] {
                let _ = read(&params(&query));
            }
        }
    }
}
