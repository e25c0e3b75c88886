//! The order of group lists (contract inventory-http §14.2).

use fleet::{Direction, GroupOrder};
use legacy::Params;

use crate::api::{errors::Failure, ordering};

/// Reads `order_by` and `order_how`; the latter in any case.
pub fn read(params: &Params) -> Result<(GroupOrder, Direction), Failure> {
    let (by, default) = match params.one_of("order_by", &["name", "host_count", "updated"])? {
        Some("host_count") => (GroupOrder::HostCount, Direction::Descending),
        Some("updated") => (GroupOrder::Updated, Direction::Descending),
        _ => (GroupOrder::Name, Direction::Ascending),
    };
    let how = match ordering::how(params)? {
        None => default,
        Some(text) if text.eq_ignore_ascii_case("ASC") => Direction::Ascending,
        Some(text) if text.eq_ignore_ascii_case("DESC") => Direction::Descending,
        // The pattern that all these parameters have also lets `ascx` through, which no handler understands.
        Some(_) => {
            return Err(Failure::bad_request("Unsupported ordering direction, use \"ASC\" or \"DESC\"."));
        }
    };
    Ok((by, how))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::{detail, params};

    fn order(query: &str) -> Result<(GroupOrder, Direction), String> {
        read(&params(query)).map_err(|failure| detail(&failure))
    }

    #[test]
    fn names_come_first_to_last_and_all_else_last_to_first() {
        assert_eq!(order(""), Ok((GroupOrder::Name, Direction::Ascending)));
        assert_eq!(order("order_by=host_count"), Ok((GroupOrder::HostCount, Direction::Descending)));
        assert_eq!(order("order_by=updated"), Ok((GroupOrder::Updated, Direction::Descending)));
    }

    #[test]
    fn a_direction_may_be_written_in_any_case_and_needs_no_key() {
        assert_eq!(order("order_how=dEsC"), Ok((GroupOrder::Name, Direction::Descending)));
        assert_eq!(order("order_by=updated&order_how=asc"), Ok((GroupOrder::Updated, Direction::Ascending)));
    }

    #[test]
    fn what_is_no_key_or_no_direction_is_refused() {
        assert_eq!(order("order_by=x").unwrap_err(), "'x' is not one of ['name', 'host_count', 'updated']");
        assert!(order("order_how=up").unwrap_err().starts_with("'up' does not match '"));
        assert!(order("order_how=ascx").unwrap_err().starts_with("Unsupported ordering direction"));
    }
}
