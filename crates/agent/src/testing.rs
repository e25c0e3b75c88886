//! Recorded trees for tests.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::{Root, collected::Collected};

/// A recorded tree, removed at the end of the test.
pub struct Tree {
    pub root: Root,
    _folder: TempDir,
}

/// A tree of these files.
pub fn tree(files: &[(&str, &str)]) -> Tree {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::recorded(folder.path());
    for (path, text) in files {
        let path = root.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Tree { root, _folder: folder }
}

impl Tree {
    /// And a symbolic link.
    pub fn link(self, path: &str, target: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap();
        let path = self.root.path(folder).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
        self
    }

    /// What a collector finds in it.
    pub fn collect(&self, collector: fn(&Root, &mut Collected)) -> Collected {
        let mut found = Collected::default();
        collector(&self.root, &mut found);
        found
    }
}

impl Collected {
    /// The profile, to be compared.
    pub fn profile(&self) -> Value {
        Value::Object(self.profile.clone())
    }
}
