//! `filter[system_profile]`: a tree of names becomes a condition, as the schema of profiles allows (contract
//! inventory-http §11.3 to §11.5).

use std::collections::BTreeMap;

use fleet::ProfileCondition;
use profile::{
    Schema,
    schema::{Node, NodeKind},
};

use super::{
    bad_value, operating_system,
    test::{self, Comparator},
    tree::Tree,
    unknown,
};
use crate::api::errors::Failure;

/// Names that fields had before they moved into `workloads`, where they stand now, and whether a list of values is taken.
const MOVED: [(&str, &[&str], bool); 13] = [
    ("sap_system", &["sap", "sap_system"], true),
    ("sap_sids", &["sap", "sids"], true),
    ("sap_instance_number", &["sap", "instance_number"], true),
    ("sap_version", &["sap", "version"], true),
    ("sap", &["sap"], true),
    ("ansible", &["ansible"], true),
    ("intersystems", &["intersystems"], true),
    ("mssql", &["mssql"], true),
    ("rhel_ai", &["rhel_ai"], true),
    ("crowdstrike", &["crowdstrike"], false),
    ("ibm_db2", &["ibm_db2"], false),
    ("oracle_db", &["oracle_db"], false),
    ("satellite", &["satellite"], false),
];

const WORKLOADS: &str = "workloads";

/// A field of profiles.
#[derive(Debug, Clone)]
pub struct Field<'a> {
    /// As the caller names it.
    pub name: &'a str,
    /// What may stand there.
    pub node: &'a Node,
    /// Where it stands, up to the first list.
    pub path: Vec<&'a str>,
    /// Of a member of the elements of a list: where in the element.
    pub element: Option<Vec<&'a str>>,
}

impl<'a> Field<'a> {
    /// Whether a workload has it, or it is one.
    pub fn is_workload(&self) -> bool {
        self.path.first() == Some(&WORKLOADS)
    }

    /// Whether it is a list, or stands in the elements of one.
    pub fn is_list(&self) -> bool {
        self.element.is_some() || matches!(self.node.kind, NodeKind::Array(_))
    }

    fn member(&self, name: &'a str, node: &'a Node) -> Self {
        let mut member = Self { name, node, ..self.clone() };
        member.element.as_mut().unwrap_or(&mut member.path).push(name);
        member
    }
}

/// What a tree asks of profiles.
pub fn condition(tree: &Tree) -> Result<ProfileCondition, Failure> {
    let Tree::Members(members) = tree else { return Err(bad_value("system_profile", "")) };
    let conditions = members.iter().map(|(name, tree)| top_level(name, tree));
    Ok(ProfileCondition::All(conditions.collect::<Result<_, _>>()?))
}

fn top_level(name: &str, tree: &Tree) -> Result<ProfileCondition, Failure> {
    let missing = || unknown("system_profile", name);
    if name == "operating_system" {
        return operating_system::condition(tree);
    }
    if let Some((name, place, takes_list)) = MOVED.iter().find(|(moved, ..)| *moved == name) {
        if let Tree::Values(values, true) = tree
            && !takes_list
        {
            return Err(bad_value(name, &values.join(",")));
        }
        let mut members = workloads()?;
        let mut field: Option<Field<'_>> = None;
        for step in *place {
            let node = members.get(*step).ok_or_else(missing)?;
            let path = field.map_or_else(|| vec![WORKLOADS], |field| field.path);
            field = Some(Field { name: step, node, path: [path, vec![step]].concat(), element: None });
            if let NodeKind::Object(inner) = &node.kind {
                members = inner;
            }
        }
        let field = field.ok_or_else(missing)?;
        return field_condition(&Field { name, ..field }, tree);
    }
    let (name, node) = Schema::get().members().get_key_value(name).ok_or_else(missing)?;
    if name == "third_party_services" {
        return Err(unknown(WORKLOADS, name));
    }
    let field = Field { name, node, path: vec![name], element: None };
    match tree {
        Tree::Members(members) if name == WORKLOADS => all_workloads(&field, members),
        tree => field_condition(&field, tree),
    }
}

fn workloads() -> Result<&'static BTreeMap<String, Node>, Failure> {
    match Schema::get().member(WORKLOADS).map(|node| &node.kind) {
        Some(NodeKind::Object(members)) => Ok(members),
        _ => Err(unknown("system_profile", WORKLOADS)),
    }
}

/// Checks of whole workloads for being there are alternatives of one another; pages rely on that.
fn all_workloads(field: &Field<'_>, members: &[(String, Tree)]) -> Result<ProfileCondition, Failure> {
    let (mut any, mut all) = (Vec::new(), Vec::new());
    for (name, tree) in members {
        let condition = member_condition(field, name, tree)?;
        if is_presence(tree) { any.push(condition) } else { all.push(condition) }
    }
    if !any.is_empty() {
        all.push(ProfileCondition::Any(any));
    }
    Ok(ProfileCondition::All(all))
}

fn is_presence(tree: &Tree) -> bool {
    match tree {
        Tree::Values(values, _) => {
            values.iter().all(|value| matches!(value.to_ascii_lowercase().as_str(), "nil" | "not_nil"))
        }
        Tree::Members(members) => {
            members.iter().all(|(name, tree)| Comparator::named(name).is_some() && is_presence(tree))
        }
    }
}

fn member_condition(field: &Field<'_>, name: &str, tree: &Tree) -> Result<ProfileCondition, Failure> {
    let members = match &field.node.kind {
        NodeKind::Object(members) => Some(members),
        NodeKind::Array(array) => match &array.item.kind {
            NodeKind::Object(members) => Some(members),
            _ => None,
        },
        _ => None,
    };
    if let Some((name, node)) = members.and_then(|members| members.get_key_value(name)) {
        let field = match field.node.kind {
            NodeKind::Array(_) => &Field { element: Some(Vec::new()), ..field.clone() },
            _ => field,
        };
        return field_condition(&field.member(name, node), tree);
    }
    let comparator = Comparator::named(name).ok_or_else(|| unknown(field.name, name))?;
    match tree {
        Tree::Values(values, _) => test::condition(field, comparator, values),
        Tree::Members(members) => {
            let child = members.first().map_or("", |(name, _)| name.as_str());
            Err(unknown(field.name, child))
        }
    }
}

fn field_condition(field: &Field<'_>, tree: &Tree) -> Result<ProfileCondition, Failure> {
    match tree {
        Tree::Values(values, _) => test::condition(field, Comparator::Usual, values),
        Tree::Members(members) => {
            let conditions = members.iter().map(|(name, tree)| member_condition(field, name, tree));
            Ok(ProfileCondition::All(conditions.collect::<Result<_, _>>()?))
        }
    }
}
