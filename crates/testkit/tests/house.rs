//! The plan of the house, kept: who may depend on whom, and who may name a database engine.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A crate stands on the floors below its own and knows nothing above or beside it.
const FLOORS: [(&str, u8); 33] = [
    ("ground", 0),
    ("changepoint", 1),
    ("clients", 1),
    ("compare", 1),
    ("profile", 1),
    ("results", 1),
    ("series", 1),
    ("settings", 1),
    ("access", 2),
    ("bus", 2),
    ("legacy", 2),
    ("load", 2),
    ("promql", 2),
    ("store", 2),
    ("web", 1),
    ("audit", 3),
    ("drift-common", 3),
    ("enrolment", 3),
    ("fleet", 3),
    ("notify", 3),
    ("rest", 3),
    ("service", 3),
    ("agent", 4),
    ("baselines", 4),
    ("benchmarks", 4),
    ("drift", 4),
    ("fleet-api", 4),
    ("history", 4),
    ("inventory", 4),
    ("login", 4),
    ("monitoring", 4),
    ("notifications", 4),
    ("plumbline", 5),
];

/// For tests and measurements only, and as high as they depend on: no crate of the house ships with them.
const NOT_SHIPPED: [(&str, u8); 4] = [("testkit", 2), ("servicekit", 4), ("torture", 5), ("bench", 6)];

/// What gives an engine away, in any case of letters.
const ENGINE_WORDS: [&str; 4] = ["sqlite", "postgres", "sqlx", "duckdb"];

/// Who may name an engine all the same: a part of the path, and why.
const MAY_NAME_ENGINES: [(&str, &str); 7] = [
    ("crates/load/", "its machines have packages of such names"),
    ("crates/store/", "it is the one place that knows them"),
    ("crates/testkit/", "it starts them"),
    ("crates/torture/", "it stops them, and says over which it ran"),
    ("/src/migrations.rs", "a table is made by one step for each engine"),
    ("crates/settings/", "the url of a database, and the durability of the embedded one, are settings"),
    ("crates/plumbline/", "the command line takes urls of databases, and makes the files of a new step"),
];

/// What belongs to the wire of one older service, or to the frameworks that they were written with: below the services such
/// words stand in `legacy` alone, and what is peculiar to one wire is handed in by its service.
const WIRE_WORDS: [&str; 11] = [
    "connexion",
    "marshmallow",
    "flask",
    "werkzeug",
    "python",
    "b64_identity",
    "puptoo",
    "yupana",
    "rhsm-",
    "inventory_",
    "missing query parameter",
];

/// Who may name them all the same: a part of the path, and why.
const MAY_NAME_WIRES: [(&str, &str); 8] = [
    ("crates/legacy/", "it is the place for them"),
    ("crates/drift-common/", "it is the wire that three services share"),
    ("crates/load/", "its machines are reported by such reporters"),
    ("crates/settings/", "the environment variables of the older services are settings"),
    (
        "crates/fleet/src/model/origin.rs",
        "what the events of a request repeat is the identity as gateways send it",
    ),
    ("crates/fleet/src/db/codec.rs", "a typical host, for compression"),
    ("crates/results/src/formats/", "a tool that it reads is written in Python"),
    ("/tests/", "tests speak of what they like"),
];

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    package: Package,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, toml::Value>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, toml::Value>,
    #[serde(default)]
    lints: BTreeMap<String, toml::Value>,
}

#[derive(Debug, serde::Deserialize)]
struct Package {
    name: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn not_shipped(name: &str) -> Option<u8> {
    NOT_SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor)
}

fn manifests() -> Vec<Manifest> {
    let folders = fs::read_dir(root().join("crates")).unwrap();
    folders
        .map(|folder| folder.unwrap().path())
        .chain([root().join("bench")])
        .filter_map(|folder| {
            let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
            Some(toml::from_str(&text).unwrap())
        })
        .collect()
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The line without its comment.
fn code(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("//") {
        return "";
    }
    line.split_once(" //").map_or(line, |(code, _)| code)
}

/// What is wrong with the dependencies of one crate.
fn wrong_dependencies(manifest: &Manifest) -> Vec<String> {
    let name = &manifest.package.name;
    let Some(own) = not_shipped(name).or_else(|| floor(name)) else {
        return vec![format!("`{name}` has no floor: give it one in crates/testkit/tests/house.rs")];
    };
    let mut wrong = Vec::new();
    let shipped =
        manifest.dependencies.keys().chain(manifest.build_dependencies.keys()).map(|dep| (dep, true));
    let beside = manifest.dev_dependencies.keys().map(|dep| (dep, false));
    for (dependency, ships) in shipped.chain(beside) {
        if not_shipped(dependency).is_some() && not_shipped(name).is_none() && ships {
            wrong.push(format!("`{name}` ships with `{dependency}`: it is for [dev-dependencies]"));
        }
        if let Some(floor) = floor(dependency).filter(|floor| *floor >= own) {
            wrong.push(format!("`{name}` (floor {own}) depends on `{dependency}` (floor {floor})"));
        }
    }
    if !manifest.lints.contains_key("workspace") {
        wrong.push(format!("`{name}` does not take the lints of the workspace: [lints] workspace = true"));
    }
    wrong
}

#[test]
fn a_crate_depends_only_on_lower_floors() {
    let manifests = manifests();
    assert!(manifests.iter().any(|manifest| manifest.package.name == "ground"), "the crates are not found");
    let wrong: Vec<String> = manifests.iter().flat_map(wrong_dependencies).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_dependency_upwards_or_beside_is_found() {
    let manifest = |text: &str| {
        wrong_dependencies(&toml::from_str(&format!("{text}\n[lints]\nworkspace = true")).unwrap()).len()
    };
    assert_eq!(manifest("[package]\nname = 'fleet'\n[dependencies]\nstore = {}\nserde = '1'"), 0);
    assert_eq!(manifest("[package]\nname = 'store'\n[dependencies]\nfleet = {}\nbus = {}"), 2);
    assert_eq!(manifest("[package]\nname = 'fleet'\n[dependencies]\ntestkit = {}"), 1);
    assert_eq!(manifest("[package]\nname = 'fleet'\n[dev-dependencies]\ntestkit = {}\ninventory = {}"), 1);
    assert_eq!(manifest("[package]\nname = 'plumbline'\n[dependencies]\ntorture = {}"), 1);
    assert_eq!(manifest("[package]\nname = 'torture'\n[dependencies]\ntestkit = {}\nfleet = {}"), 0);
    assert_eq!(manifest("[package]\nname = 'newcomer'"), 1);
}

/// Lines of code, of test modules too or not, that hold one of these words: `path:line: names WORD`.
fn naming(words: &[&'static str], tests: bool, is_free: impl Fn(&str) -> bool) -> Vec<String> {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    let mut found = Vec::new();
    for file in files {
        let path = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if is_free(&path) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let looked_at = |line: &&str| tests || !line.starts_with("#[cfg(test)]");
        for (number, line) in text.lines().take_while(looked_at).enumerate() {
            let code = code(line).to_lowercase();
            if let Some(word) = words.iter().find(|word| code.contains(**word)) {
                found.push(format!("{path}:{}: names `{word}`", number + 1));
            }
        }
    }
    found
}

#[test]
fn no_other_crate_names_a_database_engine() {
    let is_free = |path: &str| MAY_NAME_ENGINES.iter().any(|(part, _)| path.contains(part));
    let found = naming(&ENGINE_WORDS, true, is_free);
    assert!(found.is_empty(), "put the difference into crates/store:\n{}", found.join("\n"));
}

#[test]
fn below_the_services_no_crate_speaks_the_words_of_one_wire() {
    let is_free = |path: &str| {
        let name = path.split('/').nth(1).unwrap_or_default();
        floor(name).is_none_or(|floor| floor >= 4)
            || MAY_NAME_WIRES.iter().any(|(part, _)| path.contains(part))
    };
    let found = naming(&WIRE_WORDS, false, is_free);
    assert!(
        found.is_empty(),
        "hand it in from the service, or put it into crates/legacy:\n{}",
        found.join("\n")
    );
}

/// The top module of a file: the folder or file under `src/` that it belongs to.
fn top_module(source: &Path, file: &Path) -> String {
    let first = file.strip_prefix(source).unwrap().iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The top modules that a text names behind `crate::`, in code that ships.
fn named_modules(text: &str) -> BTreeSet<String> {
    let shipped: Vec<&str> =
        text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).map(code).collect();
    let shipped = shipped.join("\n");
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
    };
    let mut named = BTreeSet::new();
    for path in shipped.split("crate::").skip(1) {
        let Some(several) = path.strip_prefix('{') else {
            named.insert(word(path));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (position, letter) in several.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                _ if begins && !letter.is_whitespace() => {
                    named.insert(word(&several[position..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    named
}

/// Which of a crate's top modules import one another in a circle: each with what it can reach and come back from.
fn circles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reach = |from: &String| {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            next.extend(imports.get(module).into_iter().flatten().filter(|to| reached.insert((*to).clone())));
        }
        reached
    };
    imports.keys().filter(|module| reach(module).contains(*module)).cloned().collect()
}

#[test]
fn the_folders_of_a_crate_do_not_import_one_another_in_circles() {
    let mut wrong = Vec::new();
    for krate in fs::read_dir(root().join("crates")).unwrap() {
        let source = krate.unwrap().path().join("src");
        let mut files = Vec::new();
        rust_files(&source, &mut files);
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in &files {
            let module = top_module(&source, file);
            let named = named_modules(&fs::read_to_string(file).unwrap());
            imports.entry(module.clone()).or_default().extend(named.into_iter().filter(|to| *to != module));
        }
        let found = circles(&imports);
        // Files of one folder may need one another.
        if found.iter().any(|module| source.join(module).is_dir()) {
            wrong.push(format!("{}: {}", source.display(), found.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "put what both need below both:\n{}", wrong.join("\n"));
}

#[test]
fn a_circle_of_imports_is_found() {
    let named = |text: &str| named_modules(text).into_iter().collect::<Vec<_>>();
    assert_eq!(
        named("use crate::{\n    a::{B, c},\n    d::E,\n};\n// crate::f\ncrate::g::h()"),
        ["a", "d", "g"]
    );
    let imports = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), BTreeSet::from([(*to).to_owned()]))).collect()
    };
    assert_eq!(circles(&imports(&[("a", "b"), ("b", "c"), ("c", "b")])), ["b", "c"]);
    assert!(circles(&imports(&[("a", "b"), ("b", "c")])).is_empty());
}

/// The crates of a selection with their features, as cargo would build them.
fn built(selection: &[&str]) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p} [{f}]"])
        .args(selection)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let lines = String::from_utf8(tree.stdout).unwrap();
    lines
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn the_program_and_the_tests_build_the_same_dependencies() {
    let program = built(&["--package", "plumbline", "--edges", "normal,build"]);
    let tests = built(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(program.len() > 100, "{program:?}");
    let twice: Vec<_> = program.difference(&tests).collect();
    assert!(
        twice.is_empty(),
        "name the features that only tests ask for in the workspace's Cargo.toml; else these, and all that need them, \
         are built twice: {twice:?}"
    );
}

#[test]
fn a_comment_may_name_an_engine() {
    assert_eq!(code("    /// PostgreSQL sorts differently"), "");
    assert_eq!(code("let a = 1; // as SQLite does"), "let a = 1;");
    assert_eq!(code(r#"let url = "postgres://host";"#), r#"let url = "postgres://host";"#);
}
