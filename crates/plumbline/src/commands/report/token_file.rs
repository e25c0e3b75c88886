//! What a machine keeps of where it has enrolled: a file for its user alone, beside the data.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

const FILE: &str = "host-token.json";

/// Where this machine reports to, and as whom.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The address of the inventory.
    pub to: String,
    /// Its own token there.
    pub token: String,
    /// The organisation that it reports to; none while it has not enrolled.
    pub org_id: Option<String>,
}

impl Enrolment {
    /// What is kept in a folder; nothing when there is nothing, or nothing that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(folder.join(FILE)).ok()?).ok()
    }

    /// Keeps it, whole or not at all, and on the disk.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let new = folder.join(format!("{FILE}.{}", std::process::id()));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(new, folder.join(FILE))?;
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_token_is_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("new");
        assert!(Enrolment::read(&below).is_none());
        let kept = Enrolment { to: "https://a".to_owned(), token: "t".to_owned(), org_id: None };
        kept.write(&below).unwrap();
        assert!(Enrolment::read(&below) == Some(kept));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&below), mode(&below.join(FILE))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1, "nothing else is left there");
    }
}
