//! The folder that all paths stand under.

use std::{
    ffi::OsString,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Links that may lead to one another before a path counts as a circle.
const MOST_LINKS: u32 = 40;

/// Where the files of the machine are: `/`, or a folder with a recorded tree or the image of a machine.
#[derive(Debug, Clone)]
pub struct Root(PathBuf);

impl Root {
    /// This machine.
    pub fn system() -> Self {
        Self(PathBuf::from("/"))
    }

    /// A recorded tree, or an image. Commands are not run in it, and the system is asked for nothing.
    pub fn recorded(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// Whether this is the running machine.
    pub(crate) fn is_system(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// An absolute path, below this folder. Links are followed as the machine itself would: those in an image must not
    /// lead to the files of the machine that it lies on.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        if self.is_system() { PathBuf::from(path) } else { self.0.join(self.resolved(path)) }
    }

    /// A path without links, dots and the leading `/`. It need not be there.
    pub(crate) fn resolved(&self, path: &str) -> PathBuf {
        let (mut done, mut links) = (PathBuf::new(), 0);
        let mut rest: Vec<OsString> = words(Path::new(path));
        while let Some(word) = rest.pop() {
            if word == ".." {
                done.pop();
                continue;
            }
            match fs::read_link(self.0.join(&done).join(&word)) {
                Ok(target) if links < MOST_LINKS => {
                    links += 1;
                    if target.is_absolute() {
                        done.clear();
                    }
                    rest.extend(words(&target));
                }
                _ => done.push(word),
            }
        }
        done
    }

    /// Whether there is something at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// The text of a file, without the mark that editors of Windows begin it with. Bytes that are no UTF-8 become the
    /// replacement character.
    pub(crate) fn read(&self, path: &str) -> io::Result<String> {
        let mut bytes = fs::read(self.path(path))?;
        if bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// The text of a small file such as the kernel's, without blanks around it; absent when it cannot be read or is
    /// empty.
    pub(crate) fn word(&self, path: &str) -> Option<String> {
        let text = self.read(path).ok()?;
        let word = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// The names in a folder, sorted; none when it cannot be read.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        self.list(path).unwrap_or_default()
    }

    /// The names in a folder, sorted.
    pub(crate) fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(self.path(path))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The paths of the files in a folder that have this extension, sorted; none when it cannot be read.
    pub(crate) fn files(&self, folder: &str, extension: &str) -> Vec<String> {
        let names = self.names(folder).into_iter();
        names
            .filter(|name| name.rsplit_once('.').is_some_and(|(_, last)| last == extension))
            .map(|name| format!("{folder}/{name}"))
            .collect()
    }

    /// Where a symbolic link points, as it is written.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        let (folder, name) = path.rsplit_once('/')?;
        fs::read_link(self.path(folder).join(name)).ok()?.into_os_string().into_string().ok()
    }
}

/// The names in a path, the last one first.
fn words(path: &Path) -> Vec<OsString> {
    let names = path.components().rev().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::tree;

    #[test]
    fn paths_stand_under_the_folder() {
        let tree = tree(&[("/proc/sys/kernel/hostname", "web-1\n"), ("/etc/b", ""), ("/etc/a", "\u{0}")]);
        assert_eq!(tree.root.word("/proc/sys/kernel/hostname").as_deref(), Some("web-1"));
        assert_eq!(tree.root.names("/etc"), ["a", "b"]);
        assert_eq!((tree.root.word("/etc/a"), tree.root.word("/etc/passwd")), (None, None));
        assert!(!tree.root.is_system() && !tree.root.has("/etc/passwd"));
    }

    #[test]
    fn links_of_an_image_lead_nowhere_else() {
        let tree = tree(&[("/usr/lib/os-release", "NAME=x"), ("/etc/passwd", "ours")])
            .link("/etc/os-release", "/usr/lib/os-release")
            .link("/etc/up", &format!("{}etc/passwd", "../".repeat(5)))
            .link("/lib", "usr/lib")
            .link("/etc/loop", "loop");
        assert_eq!(tree.root.read("/etc/os-release").unwrap(), "NAME=x");
        assert_eq!(tree.root.read("/lib/os-release").unwrap(), "NAME=x");
        assert_eq!(tree.root.read("/etc/up").unwrap(), "ours");
        assert!(tree.root.read("/etc/loop").is_err());
        assert_eq!(tree.root.link("/etc/os-release").as_deref(), Some("/usr/lib/os-release"));
    }

    #[test]
    fn what_is_no_unicode_is_read_all_the_same() {
        let tree = tree(&[]);
        std::fs::write(tree.root.path("/file"), b"a\xffb").unwrap();
        assert_eq!(tree.root.read("/file").unwrap(), "a\u{fffd}b");
        std::fs::write(tree.root.path("/file"), "\u{feff}[a]").unwrap();
        assert_eq!(tree.root.read("/file").unwrap(), "[a]");
    }
}
