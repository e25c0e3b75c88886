//! Engines that spread tables over machines (Citus, `YugabyteDB`) do so by organisation: every table has it in its key, and every
//! statement names it. What does not is listed here, with the reason; such an engine keeps those tables whole on each machine.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use store::{Db, Dialect, Options, Sql};
use testkit::TestDatabase;

use crate::services;

/// Tables whose key does not begin with the organisation, and why.
const REFERENCE_TABLES: [(&str, &str); 20] = [
    ("migration", "which steps are applied: a row for each step"),
    ("lease", "which process does a job: a row for each job"),
    ("log_follower", "who follows the log: a row for each follower"),
    ("inventory_job_mark", "how far a job came: a row for each job"),
    ("outbox", "always empty: rows are written and removed in one transaction"),
    ("login_session", "found by the secret of a cookie, before anybody knows whose it is"),
    ("enrolment_token", "found by the id that somebody shows, before anybody knows whose it is"),
    ("host_token", "found by the id that a machine shows, before anybody knows whose it is"),
    ("consumer_offset", "the place in a topic, which has messages of all organisations"),
    ("benchmark", "benchmarks are open to everybody: they belong to no organisation"),
    ("benchmark_user", "as benchmarks"),
    ("benchmark_site", "as benchmarks"),
    ("benchmark_flavor", "as benchmarks"),
    ("benchmark_tag", "as benchmarks"),
    ("benchmark_result", "as benchmarks"),
    ("benchmark_result_tag", "as benchmarks"),
    ("benchmark_path", "as benchmarks"),
    ("benchmark_value", "as benchmarks"),
    ("benchmark_claim", "as benchmarks"),
    ("benchmark_news", "results that are to be looked at: a row for each time, gone after a moment"),
];

/// Statements over other tables that name no organisation, by name or by how they begin, and why.
const OF_ALL_ORGANISATIONS: [(&str, &str); 13] = [
    ("SELECT id, name, description FROM tag", "a table of another program, which is imported"),
    ("SELECT g.id, g.name, g.account", "the conditions are put behind it, that of the organisation first"),
    ("SELECT COUNT(*) FROM host_group g", "as the groups themselves"),
    ("SELECT h.id AS id, FALSE AS gone FROM host h", "the scope is put behind it, the organisation first"),
    ("SELECT h.id FROM host h WHERE ", "the scope is put behind it, the organisation first"),
    ("SELECT COUNT(*) FROM host h WHERE ", "the scope is put behind it, the organisation first"),
    ("CREATED_BETWEEN", "a number for the operator, of all organisations"),
    ("CLEAN", "retention in all organisations at once"),
    ("CLEAN_RULES", "retention in all organisations at once"),
    ("DROP_OLD_REMOVALS", "retention in all organisations at once"),
    ("OLD_EVENTS", "retention in all organisations at once"),
    ("EVERY_NAME", "retention: which metrics there are"),
    ("RETIRE", "retention in all organisations at once"),
];

/// The tables of a database: the first column of the key of each, and the columns of each unique index.
async fn keys(db: &Db) -> BTreeMap<String, Vec<Vec<String>>> {
    let columns = match db.dialect() {
        Dialect::Sqlite => {
            // A number that is the key of a table has no index of its own: it counts where there is no other key.
            "SELECT name, keyed, part FROM (
                SELECT t.name AS name, COALESCE(i.name, '') AS keyed, COALESCE(c.name, '') AS part, c.seqno AS place FROM sqlite_schema t
                LEFT JOIN pragma_index_list(t.name) i ON i.\"unique\" = 1
                LEFT JOIN pragma_index_info(i.name) c WHERE t.type = 'table'
                UNION ALL SELECT t.name, 'key', k.name, k.pk FROM sqlite_schema t
                JOIN pragma_table_info(t.name) k ON k.pk > 0 WHERE t.type = 'table'
                AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) u WHERE u.\"unique\" = 1)
            ) AS keys WHERE name NOT LIKE 'sqlite_%' ORDER BY name, keyed, place"
        }
        Dialect::Postgres => {
            "SELECT t.relname::text, COALESCE(i.indexrelid::regclass::text, ''), COALESCE(a.attname::text, '')
                FROM pg_class t LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique
                LEFT JOIN LATERAL unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place) ON TRUE
                LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
                WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace
                ORDER BY t.relname, i.indexrelid, k.place"
        }
    };
    let mut tables: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for row in db.read(Sql::new(columns)).await.unwrap() {
        let (table, index, column): (String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        let indexes = tables.entry(table).or_default();
        if !index.is_empty() {
            indexes.entry(index).or_default().push(column);
        }
    }
    tables.into_iter().map(|(table, indexes)| (table, indexes.into_values().collect())).collect()
}

#[tokio::test]
async fn every_key_begins_with_the_organisation_or_the_table_is_listed() {
    let (mut known, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(services::migrations(), ground::Clock::system().now()).await.unwrap();
        let tables = keys(&db).await;
        assert!(tables.len() > 40, "{tables:?}");
        for (table, indexes) in tables {
            let of_orgs = indexes.iter().all(|columns| columns.contains(&"org_id".to_owned()))
                && (indexes.is_empty() || indexes.iter().any(|columns| columns[0] == "org_id"));
            let is_listed = REFERENCE_TABLES.iter().any(|(listed, _)| *listed == table);
            if of_orgs == is_listed {
                wrong.insert(format!("{}: {table}: {indexes:?}", database.engine()));
            }
            known.insert(table);
        }
    }
    assert!(
        wrong.is_empty(),
        "begin each unique key with org_id, or list the table with the reason (one that is listed and does has no place \
         there): {wrong:#?}"
    );
    let gone: Vec<_> = REFERENCE_TABLES.iter().filter(|(table, _)| !known.contains(*table)).collect();
    assert!(gone.is_empty(), "there are no such tables: {gone:?}");
}

/// The source files of a folder and of those in it; none where there is no such folder.
pub fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The texts of a source file that are statements, each with the name that it is given there.
fn statements(source: &str) -> Vec<(String, String)> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(begin) = rest.find('"') {
        let before = rest[..begin].trim_end().trim_end_matches('=').trim_end();
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let text = &rest[begin + 1..];
        let mut end = 0;
        let bytes = text.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(text.len());
        let literal = &text[..end];
        let first = literal.split_whitespace().next().unwrap_or_default();
        if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first) {
            found.push((name.to_owned(), literal.to_owned()));
        }
        rest = text.get(end + 1..).unwrap_or_default();
    }
    found
}

/// The tables that a statement reads or writes.
fn tables(statement: &str) -> Vec<&str> {
    let mut words = statement
        .split(|c: char| c.is_whitespace() || c == '(' || c == ')' || c == ',')
        .filter(|w| !w.is_empty());
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if ["FROM", "JOIN", "INTO", "UPDATE"].contains(&word) {
            found.extend(words.next());
        }
    }
    found
}

#[tokio::test]
async fn every_statement_names_the_organisation_or_is_listed_with_the_reason() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(services::migrations(), ground::Clock::system().now()).await.unwrap();
    let of_orgs: BTreeSet<String> = keys(&db).await.into_keys().collect();
    let is_reference = |table: &&str| REFERENCE_TABLES.iter().any(|(listed, _)| listed == table);
    let mut files = Vec::new();
    for folder in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
        sources(&folder.unwrap().path().join("src"), &mut files);
    }
    let (mut seen, mut nameless, mut used) = (0, Vec::new(), BTreeSet::new());
    for file in files {
        for (name, text) in statements(&fs::read_to_string(&file).unwrap()) {
            let named = tables(&text);
            let mut known = named.iter().copied().filter(|table| of_orgs.contains(*table));
            if known.clone().next().is_none() {
                continue;
            }
            seen += 1;
            if text.contains("org_id") || known.all(|table| is_reference(&table)) {
                continue;
            }
            let mut listed = OF_ALL_ORGANISATIONS.iter();
            match listed
                .find(|(listed, _)| *listed == name || (listed.contains(' ') && text.starts_with(listed)))
            {
                Some((listed, _)) => drop(used.insert(*listed)),
                None => nameless.push(format!("{} {name}: {text}", file.display())),
            }
        }
    }
    assert!(seen > 250, "only {seen} statements were found");
    assert!(
        nameless.is_empty(),
        "name the organisation, or list the statement with the reason:\n{}",
        nameless.join("\n")
    );
    for (listed, _) in OF_ALL_ORGANISATIONS {
        assert!(used.contains(listed), "there is no statement {listed} that names no organisation");
    }
}
