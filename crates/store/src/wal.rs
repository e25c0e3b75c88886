//! The size of the embedded store's write-ahead log.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Executor as _, SqlitePool};

/// How long a writer waits for readers of the log to end.
const READERS_TIMEOUT_MS: u32 = 1_000;
/// How long writers go on when the readers did not end.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// The write-ahead log of a file. SQLite begins it anew when nobody reads from it; with several readers there is always one, and
/// it would grow without end.
#[derive(Debug)]
pub struct Wal {
    path: PathBuf,
    max_bytes: u64,
    /// When the readers last did not end in time.
    failed: Mutex<Option<Instant>>,
}

impl Wal {
    pub(crate) fn new(database: &Path, max_bytes: u64) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self { path: path.into(), max_bytes, failed: Mutex::new(None) }
    }

    /// When the log is too large: writes it back into the file and waits, for a moment, for the last of its readers.
    pub(crate) async fn shrink(&self, write: &SqlitePool) -> sqlx::Result<()> {
        if !self.is_due() {
            return Ok(());
        }
        let mut connection = write.acquire().await?;
        let usual = "PRAGMA busy_timeout = 5000";
        connection.execute(AssertSqlSafe(format!("PRAGMA busy_timeout = {READERS_TIMEOUT_MS}"))).await?;
        let shrunk = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        connection.execute(usual).await?;
        *self.failed() = self.is_large().then(Instant::now);
        shrunk.map(drop)
    }

    fn is_due(&self) -> bool {
        self.is_large() && self.failed().is_none_or(|failed| failed.elapsed() > RETRY_INTERVAL)
    }

    fn is_large(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|file| file.len() > self.max_bytes)
    }

    fn failed(&self) -> MutexGuard<'_, Option<Instant>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
