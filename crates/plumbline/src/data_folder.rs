//! The folder of the embedded store, and who holds it.

use std::{
    fs::{self, DirBuilder, File, Permissions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    net::SocketAddr,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use crate::failure::{Failure, Result};

const DATABASE: &str = "plumbline.db";
const LOCK: &str = "plumbline.lock";
/// Everything that is kept in a data folder.
const ENTRIES: [&str; 8] = [
    DATABASE,
    "plumbline.db-wal",
    "plumbline.db-shm",
    "plumbline.db-journal",
    "agent.json",
    "host-token.json",
    LOCK,
    "images",
];
/// What is known of a fleet is for the user alone who keeps it.
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// A data folder that this process holds: no other process serves it. Let go when the process ends, however it ends.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    lock: File,
}

/// Who has a data folder.
#[derive(Debug)]
pub enum Holder {
    /// This process, now.
    Us(DataFolder),
    /// Another process; its address, once it listens.
    Other(Option<SocketAddr>),
}

/// Where the data is kept when nothing else is said: `$XDG_DATA_HOME/plumbline`, else `~/.local/share/plumbline`.
pub fn default_path(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let given = env("XDG_DATA_HOME").filter(|path| Path::new(path).is_absolute()).map(PathBuf::from);
    let base = given.or_else(|| env("HOME").map(|home| Path::new(&home).join(".local/share")))?;
    Some(base.join("plumbline"))
}

impl DataFolder {
    /// Takes the folder, making it when it does not exist.
    pub fn take(path: &Path) -> Result<Holder> {
        let failed = |what: &str, error: &std::io::Error| {
            Failure::Runtime(format!(
                "cannot {what} the data folder {}: {error}; name another with --data",
                path.display()
            ))
        };
        DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE_FOLDER)
            .create(path)
            .map_err(|error| failed("make", &error))?;
        close_to_others(path).map_err(|error| failed("close to other users", &error))?;
        let mut lock = private_file(&path.join(LOCK)).map_err(|error| failed("write to", &error))?;
        match lock.try_lock() {
            Ok(()) => {
                lock.set_len(0).map_err(|error| failed("write to", &error))?;
                Ok(Holder::Us(Self { path: path.to_owned(), lock }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut address = String::new();
                lock.read_to_string(&mut address).map_err(|error| failed("read", &error))?;
                Ok(Holder::Other(address.trim().parse().ok()))
            }
            Err(TryLockError::Error(error)) => Err(failed("lock", &error)),
        }
    }

    /// Takes the folder to serve it; an error when another process does.
    pub fn take_alone(path: &Path) -> Result<Self> {
        match Self::take(path)? {
            Holder::Us(folder) => Ok(folder),
            Holder::Other(address) => {
                let place = address.map(|address| format!(" on http://{address}")).unwrap_or_default();
                Err(Failure::Runtime(format!(
                    "another plumbline serves the data folder {}{place}; stop it, or name another folder with --data",
                    path.display()
                )))
            }
        }
    }

    /// Tells other processes where this one listens.
    pub fn announce(&mut self, address: SocketAddr) -> Result<()> {
        let write = |lock: &mut File| -> std::io::Result<()> {
            lock.rewind()?;
            lock.set_len(0)?;
            write!(lock, "{address}")?;
            lock.flush()
        };
        write(&mut self.lock).map_err(|error| {
            Failure::Runtime(format!("cannot write to {}: {error}", self.path.join(LOCK).display()))
        })
    }

    /// The url of the database in the folder. It is made for its user alone, and what the store puts beside it has the
    /// same rights.
    pub fn database_url(&self) -> Result<String> {
        let path = self.path.join(DATABASE);
        private_file(&path)
            .map_err(|error| Failure::Runtime(format!("cannot write to {}: {error}", path.display())))?;
        Ok(database_url(&self.path))
    }
}

/// Opens a file to write, making it for its user alone when it does not exist.
fn private_file(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).mode(PRIVATE_FILE).open(path)
}

/// Takes the rights of others away from what older versions made. A folder with other things in it, which somebody
/// merely named as data folder, keeps its own.
fn close_to_others(path: &Path) -> io::Result<()> {
    let tighten = |path: &Path, mode: u32| match fs::metadata(path) {
        Ok(known) if known.permissions().mode() & 0o077 != 0 => {
            fs::set_permissions(path, Permissions::from_mode(mode))
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    for entry in ENTRIES {
        let entry = path.join(entry);
        tighten(&entry, if entry.is_dir() { PRIVATE_FOLDER } else { PRIVATE_FILE })?;
    }
    let mut entries = fs::read_dir(path)?;
    let ours =
        entries.all(|entry| entry.is_ok_and(|entry| ENTRIES.iter().any(|name| entry.file_name() == *name)));
    if ours { tighten(path, PRIVATE_FOLDER) } else { Ok(()) }
}

/// The url of the database in a folder.
pub fn database_url(path: &Path) -> String {
    format!("sqlite:{}", path.join(DATABASE).display())
}

/// Whether a folder has a database.
pub fn exists(path: &Path) -> bool {
    path.join(DATABASE).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_holds_a_folder_and_others_learn_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = DataFolder::take_alone(folder.path()).unwrap();
        assert!(matches!(DataFolder::take(folder.path()).unwrap(), Holder::Other(None)));
        held.announce("127.0.0.1:8080".parse().unwrap()).unwrap();
        let Holder::Other(Some(address)) = DataFolder::take(folder.path()).unwrap() else {
            panic!("not held")
        };
        assert_eq!(address.port(), 8080);
        let refused = DataFolder::take_alone(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("http://127.0.0.1:8080") && refused.contains("--data"), "{refused}");
        drop(held);
        assert!(DataFolder::take_alone(folder.path()).is_ok());
    }

    #[test]
    fn what_is_kept_is_for_its_user_alone_also_what_was_there_before() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let new = folder.path().join("a/new");
        DataFolder::take_alone(&new).unwrap().database_url().unwrap();
        assert_eq!((mode(&new), mode(&new.join(DATABASE)), mode(&new.join(LOCK))), (0o700, 0o600, 0o600));

        let old = folder.path().join("old");
        fs::create_dir(&old).unwrap();
        fs::write(old.join(DATABASE), "").unwrap();
        fs::write(old.join("plumbline.db-wal"), "").unwrap();
        for path in [&old, &old.join(DATABASE), &old.join("plumbline.db-wal")] {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        drop(DataFolder::take_alone(&old).unwrap());
        assert_eq!(
            (mode(&old), mode(&old.join(DATABASE)), mode(&old.join("plumbline.db-wal"))),
            (0o700, 0o600, 0o600)
        );

        let shared = folder.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, Permissions::from_mode(0o755)).unwrap();
        fs::write(shared.join("of others"), "").unwrap();
        DataFolder::take_alone(&shared).unwrap().database_url().unwrap();
        assert_eq!((mode(&shared), mode(&shared.join(DATABASE))), (0o755, 0o600));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let error = DataFolder::take(Path::new("/proc/nowhere")).unwrap_err().to_string();
        assert!(error.contains("/proc/nowhere"), "{error}");
    }

    #[test]
    fn the_usual_place_is_the_users_data_folder() {
        let env = |vars: &'static [(&str, &str)]| {
            move |name: &str| {
                vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            }
        };
        assert_eq!(default_path(env(&[("HOME", "/h")])), Some("/h/.local/share/plumbline".into()));
        assert_eq!(
            default_path(env(&[("HOME", "/h"), ("XDG_DATA_HOME", "/d")])),
            Some("/d/plumbline".into())
        );
        assert_eq!(default_path(env(&[])), None);
    }
}
