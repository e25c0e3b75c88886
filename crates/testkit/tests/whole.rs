//! The repository is whole: what it needs stands in it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

/// Folders that hold what was made or fetched.
const NOT_OURS: [&str; 6] = [".git", "target", "node_modules", "dist", "testdata", "images"];

/// Kinds of files that are read.
const TEXTS: [&str; 7] = ["rs", "toml", "sh", "md", "sql", "ts", "tsx"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn texts(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() && !NOT_OURS.contains(&name.as_str()) {
            texts(&path, into);
        } else if path.extension().is_some_and(|extension| TEXTS.iter().any(|known| extension == *known)) {
            into.push(path);
        }
    }
}

/// The folders, below the root, that a relative path in a file may begin at: the file's own, and that of its crate.
fn bases(file: &Path) -> Vec<PathBuf> {
    let crate_folder = file.ancestors().find(|folder| root().join(folder).join("Cargo.toml").is_file());
    [file.parent(), crate_folder].into_iter().flatten().map(Path::to_owned).collect()
}

/// Whether a relative path leads above the root, wherever it begins.
fn leads_out(path: &str, bases: &[PathBuf]) -> bool {
    bases.iter().all(|base| {
        let mut depth = 0i32;
        base.join(path.trim_start_matches('/')).components().any(|component| {
            depth += match component {
                Component::ParentDir => -1,
                Component::Normal(_) => 1,
                _ => 0,
            };
            depth < 0
        })
    })
}

/// The texts between quotes, backticks or brackets that climb.
fn climbing(line: &str) -> impl Iterator<Item = &str> {
    line.split(['"', '\'', '`', '(', ')', ' '])
        .filter(|part| part.starts_with("../") || part.starts_with("/.."))
}

/// Every text of the repository by its path below the root.
fn repository() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    texts(&root(), &mut files);
    assert!(files.len() > 300, "the files are not found");
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).ok()?;
        Some((file.strip_prefix(root()).unwrap().to_owned(), text))
    };
    files.into_iter().filter_map(read).collect()
}

#[test]
fn no_path_leads_out_of_the_repository() {
    let mut found = Vec::new();
    for (file, text) in repository() {
        let bases = bases(&file);
        for (number, line) in (1..).zip(text.lines()) {
            for path in climbing(line).filter(|path| leads_out(path, &bases)) {
                found.push(format!("{}:{number}: `{path}` leads out of the repository", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_path_that_leads_out_is_found() {
    let bases = [PathBuf::from("crates/fleet/src/db"), PathBuf::from("crates/fleet")];
    // Not written as one, lest it be found here.
    let up = |levels: usize| ["..", "/"].concat().repeat(levels) + "elsewhere";
    assert!(leads_out(&up(5), &bases));
    assert!(leads_out(&format!("/{}", up(3)), &bases[1..]));
    assert!(!leads_out(&up(4), &bases));
    for stays in ["../../../testdata", "/../../docs", "../src/../../../Cargo.toml"] {
        assert!(!leads_out(stays, &bases), "{stays}");
    }
    assert_eq!(climbing(r#"join("../../testdata").join('/../x')"#).count(), 2);
}

/// The names in `contract NAME §…`.
fn cited(text: &str) -> Vec<&str> {
    let after = text.split("contract ").skip(1);
    after
        .filter_map(|rest| rest.split_once(" §"))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

#[test]
fn every_contract_that_is_cited_stands_in_the_repository() {
    let mut missing = Vec::new();
    let mut citations = 0;
    for (file, text) in repository() {
        for name in cited(&text) {
            citations += 1;
            if !root().join("docs/contracts").join(name).with_extension("md").is_file() {
                missing.push(format!("{}: contract {name}", file.display()));
            }
        }
    }
    assert!(citations > 50, "{citations}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
