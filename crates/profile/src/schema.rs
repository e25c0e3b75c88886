//! The fields of a system profile, as data (contract system-profile §1 and its field table).

mod node;
mod table;
mod text;

use std::{collections::BTreeMap, sync::LazyLock};

pub use node::{Array, Node, NodeKind, Storage};
pub(crate) use text::quoted;
pub use text::{Form, Text};

/// All that a profile may hold: a tree of [`Node`]s read from `fields.tsv`.
#[derive(Debug)]
pub struct Schema {
    members: BTreeMap<String, Node>,
}

impl Schema {
    /// The one schema of this program.
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    pub fn get() -> &'static Self {
        static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
            let members = table::parse(include_str!("fields.tsv")).expect("fields.tsv describes a tree");
            Schema { members }
        });
        &SCHEMA
    }

    /// The top-level members by name, legacy ones included.
    pub const fn members(&self) -> &BTreeMap<String, Node> {
        &self.members
    }

    /// One top-level member.
    pub fn member(&self, name: &str) -> Option<&Node> {
        self.members.get(name)
    }

    /// The node at a path as in `operating_system.major`, `cpu_flags[]` or `network_interfaces[].name`.
    pub fn find(&self, path: &str) -> Option<&Node> {
        let mut members = &self.members;
        let mut steps = path.split('.').peekable();
        while let Some(step) = steps.next() {
            let mut node = match step.strip_suffix("[]") {
                Some(name) => match &members.get(name)?.kind {
                    NodeKind::Array(array) => &*array.item,
                    _ => return None,
                },
                None => members.get(step)?,
            };
            if steps.peek().is_none() {
                return Some(node);
            }
            match &mut node {
                Node { kind: NodeKind::Object(inner), .. } => members = inner,
                _ => return None,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(node: &Node) -> usize {
        1 + match &node.kind {
            NodeKind::Object(members) => members.values().map(count).sum(),
            NodeKind::Array(array) => count(&array.item),
            _ => 0,
        }
    }

    #[test]
    fn the_table_is_read_whole() {
        let lines = include_str!("fields.tsv").lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(Schema::get().members.values().map(count).sum::<usize>(), lines);
    }

    #[test]
    fn storage_is_as_in_the_contract() {
        let names = |storage| {
            let members = Schema::get().members.iter();
            members
                .filter(|(_, node)| node.storage == storage)
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
        };
        let dynamic = [
            "captured_date",
            "cpu_flags",
            "insights_egg_version",
            "installed_packages",
            "installed_products",
            "kernel_modules",
            "last_boot_time",
            "network_interfaces",
            "running_processes",
            "system_memory_bytes",
            "systemd",
            "workloads",
        ];
        let legacy = [
            "ansible",
            "intersystems",
            "mssql",
            "rhel_ai",
            "sap",
            "sap_instance_number",
            "sap_sids",
            "sap_system",
            "sap_version",
            "third_party_services",
        ];
        assert_eq!(names(Storage::Dynamic), dynamic);
        assert_eq!(names(Storage::Legacy), legacy);
        assert_eq!(names(Storage::Static).len(), 49);
    }

    #[test]
    fn a_node_is_found_by_its_path() {
        let find = |path| Schema::get().find(path);
        assert!(find("operating_system.major").unwrap().required);
        assert!(find("bootc_status.booted.image").unwrap().wildcard);
        assert!(matches!(find("network_interfaces[].mtu").unwrap().kind, NodeKind::Integer { .. }));
        assert!(matches!(find("cpu_flags[]").unwrap().kind, NodeKind::String(_)));
        assert!(matches!(find("disk_devices[].options").unwrap().kind, NodeKind::FreeForm));
        for path in ["", "nothing", "arch.x", "arch[]", "cpu_flags.x", "cpu_flags[].x", "operating_system."] {
            assert!(find(path).is_none(), "{path}");
        }
    }
}
