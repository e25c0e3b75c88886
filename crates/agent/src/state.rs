//! What one report leaves for the next: an id where the machine has none, and when it was last seen to differ.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use ground::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The file, beside the data.
const FILE: &str = "agent.json";
/// Moments of one start are closer than this, in microseconds.
const SAME_START: u64 = 60_000_000;

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// An id made at random, where the machine has none to derive one from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Names the content of the last report.
    #[serde(default)]
    pub digest: String,
    /// When that content was first collected.
    #[serde(default)]
    pub captured: String,
    /// The start of the machine, as it was reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<Boot>,
}

/// A start of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Boot {
    /// The kernel's id of it, where it has one.
    pub id: Option<String>,
    /// When it was.
    pub at: String,
}

impl Boot {
    /// The moment to report for a start that looks to have been `at`: the one reported before, when it is the same
    /// start. The kernel counts back from the clock, and so the moment moves when the clock is set or the machine wakes.
    pub fn reported(before: Option<&Self>, id: Option<String>, at: &str) -> Self {
        let same = |before: &&Self| {
            let (Ok(then), Ok(now)) = (Timestamp::parse(&before.at), Timestamp::parse(at)) else {
                return false;
            };
            before.id == id && then.micros().abs_diff(now.micros()) < SAME_START
        };
        before.filter(same).cloned().unwrap_or_else(|| Self { id, at: at.to_owned() })
    }
}

/// The state cannot be kept. Without an id that stays the machine would become another host with each report.
#[derive(Debug, thiserror::Error)]
#[error(
    "this machine has no /etc/machine-id, and the id made for it cannot be kept in {path}: {cause}; make one with `systemd-machine-id-setup`, or name a data folder that can be written with --data"
)]
pub struct StateError {
    path: String,
    cause: io::Error,
}

impl State {
    /// Reads it; a file that is not there or not readable is an empty state.
    pub fn read(folder: Option<&Path>) -> Self {
        let text = folder.and_then(|folder| fs::read_to_string(folder.join(FILE)).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Keeps it, whole or not at all. Only an id has to be kept; without the rest the next report merely says anew
    /// when it was captured.
    pub fn write(&self, folder: Option<&Path>) -> Result<(), StateError> {
        match (self.try_write(folder), self.id) {
            (Err(cause), Some(_)) => {
                let path = folder.map_or_else(PathBuf::new, |folder| folder.join(FILE));
                Err(StateError { path: path.display().to_string(), cause })
            }
            _ => Ok(()),
        }
    }

    fn try_write(&self, folder: Option<&Path>) -> io::Result<()> {
        let folder = folder.ok_or_else(|| io::Error::other("there is no folder for it"))?;
        // For the user alone who keeps it, as all data.
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let new = folder.join(format!("{FILE}.{}", std::process::id()));
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        fs::rename(new, folder.join(FILE))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_kept_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("new");
        assert_eq!(State::read(Some(&below)), State::default());
        let state = State {
            id: Some(Uuid::from_u128(1)),
            digest: "d".into(),
            captured: "c".into(),
            boot: Some(Boot::default()),
        };
        state.write(Some(&below)).unwrap();
        assert_eq!(State::read(Some(&below)), state);
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1, "nothing else is left there");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&below), mode(&below.join(FILE))), (0o700, 0o600));
    }

    #[test]
    fn a_start_keeps_its_moment_while_the_clock_is_set() {
        let (one, other) = (Some("1".to_owned()), Some("2".to_owned()));
        let first = Boot::reported(None, one.clone(), "2026-11-27T20:14:19+00:00");
        let report = |id: &Option<String>, at| Boot::reported(Some(&first), id.clone(), at).at;
        assert_eq!(report(&one, "2026-11-27T20:14:20+00:00"), first.at);
        assert_eq!(report(&one, "2026-11-27T20:13:20+00:00"), first.at);
        assert_eq!(report(&one, "2026-11-27T20:15:19+00:00"), "2026-11-27T20:15:19+00:00");
        assert_eq!(report(&other, "2026-11-27T20:14:20+00:00"), "2026-11-27T20:14:20+00:00");
    }

    #[test]
    fn only_an_id_has_to_be_kept() {
        let nowhere = Path::new("/proc/nowhere");
        assert!(State::default().write(Some(nowhere)).is_ok());
        let error =
            State { id: Some(Uuid::from_u128(1)), ..State::default() }.write(Some(nowhere)).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/proc/nowhere/agent.json") && text.contains("--data"), "{text}");
    }

    #[test]
    fn a_file_that_is_damaged_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(State::read(Some(folder.path())), State::default());
    }
}
