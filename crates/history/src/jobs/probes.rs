//! Files that say that a process is alive (contract history §8.2).

use std::{fs::File, path::PathBuf};

/// Files that others look at: how old they are tells whether the work goes on.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    /// Written before the work begins.
    pub readiness: Option<PathBuf>,
    /// Written again and again while it goes on.
    pub liveness: Option<PathBuf>,
}

impl Probes {
    /// The work begins.
    pub fn ready(&self) {
        touch(self.readiness.as_ref());
    }

    /// The work goes on.
    pub fn alive(&self) {
        touch(self.liveness.as_ref());
    }
}

/// Makes a file new. One that cannot be written is told of, and ends nothing.
fn touch(path: Option<&PathBuf>) {
    let Some(path) = path else { return };
    if let Err(error) = File::create(path) {
        tracing::warn!(path = %path.display(), %error, "cannot write the file of a probe");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_when_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alive");
        Probes { liveness: Some(path.clone()), readiness: Some("/nowhere/ready".into()) }.ready();
        assert!(!path.exists());
        Probes { liveness: Some(path.clone()), readiness: None }.alive();
        assert!(path.exists());
    }
}
