//! The folder of the embedded store, and who holds it.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use crate::failure::{Failure, Result};

const DATABASE: &str = "plumbline.db";
const LOCK: &str = "plumbline.lock";

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
        fs::create_dir_all(path).map_err(|error| failed("make", &error))?;
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK))
            .map_err(|error| failed("write to", &error))?;
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

    /// The url of the database in the folder.
    pub fn database_url(&self) -> String {
        database_url(&self.path)
    }
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
