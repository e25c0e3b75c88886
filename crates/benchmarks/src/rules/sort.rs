//! `sort_by` (contract benchmarks §3.7).

use crate::rules::{filter, values};

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A field of the list.
    Field(&'static str),
    /// What stands at a place of the document, by its JSON pointer.
    Json(String),
}

/// One part of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub key: Key,
    /// The greatest first.
    pub descending: bool,
}

/// Why an order is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The list has no such field.
    Field(String),
    /// Neither `+` nor `-`.
    Operator(char),
}

/// Reads an order over a list with these fields; `json` among them stands for documents and every place in them. A plus
/// that became a blank on its way through the query string is read as one.
pub fn parse(text: &str, fields: &[&'static str]) -> Result<Vec<Order>, Unreadable> {
    let mut orders = Vec::new();
    for element in text.split(',').filter(|element| !element.is_empty()) {
        let mut rest = element.chars();
        let operator = rest.next().unwrap_or('+');
        let name = rest.as_str();
        let key = key(name, fields).ok_or_else(|| Unreadable::Field(name.to_owned()))?;
        let descending = match operator {
            '+' | ' ' => false,
            '-' => true,
            other => return Err(Unreadable::Operator(other)),
        };
        orders.push(Order { key, descending });
    }
    Ok(orders)
}

fn key(name: &str, fields: &[&'static str]) -> Option<Key> {
    let json = fields.contains(&"json");
    match name.strip_prefix("json.") {
        Some(path) if json => {
            let keys = filter::keys(path).unwrap_or_else(|| path.split('.').map(str::to_owned).collect());
            Some(Key::Json(values::pointer(keys.iter().map(String::as_str))))
        }
        _ if json && name == "json" => Some(Key::Json(String::new())),
        _ => fields.iter().find(|field| **field == name).map(|field| Key::Field(field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[&str] = &["id", "name", "json"];

    fn read(text: &str) -> Vec<(Key, bool)> {
        parse(text, FIELDS).unwrap().into_iter().map(|order| (order.key, order.descending)).collect()
    }

    #[test]
    fn several_fields_are_sorted_by_in_their_order() {
        assert_eq!(read("+name,,-id"), [(Key::Field("name"), false), (Key::Field("id"), true)]);
        assert_eq!(read(" name"), [(Key::Field("name"), false)]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn a_place_of_the_document_is_named_behind_json() {
        assert_eq!(read("-json.a.b"), [(Key::Json("/a/b".to_owned()), true)]);
        assert_eq!(read("+json."), [(Key::Json("/".to_owned()), false)]);
        assert_eq!(read("+json"), [(Key::Json(String::new()), false)]);
        assert_eq!(read("+json.\"a.b\""), [(Key::Json("/a.b".to_owned()), false)]);
        assert_eq!(parse("+json.a", &["id"]), Err(Unreadable::Field("json.a".to_owned())));
    }

    #[test]
    fn the_field_is_looked_at_before_the_operator() {
        assert_eq!(parse("name", FIELDS), Err(Unreadable::Field("ame".to_owned())));
        assert_eq!(parse("*id", FIELDS), Err(Unreadable::Operator('*')));
        assert_eq!(parse("Bad sort command", FIELDS), Err(Unreadable::Field("ad sort command".to_owned())));
        assert_eq!(parse("é", FIELDS), Err(Unreadable::Field(String::new())));
    }
}
