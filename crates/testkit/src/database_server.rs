//! A PostgreSQL server in a process of its own.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    ports::free_port,
    process::{Process, mortal, run},
};

/// A server on a free port of 127.0.0.1, with the superuser `postgres` and no password, for tests that stop or kill
/// it; the others use [`TestDatabase`](crate::TestDatabase). What a process has been told is committed survives
/// [`kill`](Self::kill), not a power cut: nothing is flushed to the disk.
#[derive(Debug)]
pub struct DatabaseServer {
    process: Option<Process>,
    programs: PathBuf,
    port: u16,
    folder: TempDir,
    durable: bool,
}

impl DatabaseServer {
    /// Makes an empty cluster and starts it: about 3 s.
    pub fn start() -> Self {
        Self::start_as(false)
    }

    /// The same for measurements: what is committed is on the disk, as users have it.
    pub fn for_measurement() -> Self {
        Self::start_as(true)
    }

    fn start_as(durable: bool) -> Self {
        let programs = programs();
        let folder = TempDir::with_prefix("plumbline-postgres-").expect("a temporary folder can be made");
        let mut server = Self { process: None, programs, port: free_port(), folder, durable };
        server.make_cluster();
        server.start_again();
        server
    }

    /// The url of one of its databases; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Host and port, for a [`TcpProxy`](crate::TcpProxy).
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Shuts down in order; sessions are ended, data and port are kept.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.end(Signal::INT, Duration::from_secs(20));
        }
    }

    /// Ends the server process as `kill -9` does; its sessions end a moment later.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// Starts the stopped or killed server on the same data and port.
    pub fn start_again(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let mut process = Process::spawn("PostgreSQL", self.server(), &self.folder.path().join("log"));
            if process.wait_until(|| self.answers(), Duration::from_secs(30)) {
                self.process = Some(process);
                return;
            }
            // The processes of a killed server hold its memory for a moment; until then no new one starts.
            assert!(Instant::now() < deadline, "PostgreSQL does not start\n{}", process.log_end());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn make_cluster(&self) {
        std::fs::set_permissions(self.folder.path(), Permissions::from_mode(0o755))
            .expect("the permissions of an own folder can be set");
        std::fs::create_dir(self.data()).expect("a folder can be made in the temporary folder");
        if rustix::process::getuid().is_root() {
            let mut give = Command::new("chown");
            give.arg("postgres:").arg(self.data());
            run("give the data folder to the user postgres", give);
        }
        let mut initdb = self.program("initdb", "TERM");
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--no-sync",
        ]);
        initdb.arg("-D").arg(self.data());
        run("make a PostgreSQL cluster", initdb);
    }

    fn server(&self) -> Command {
        let mut command = self.program("postgres", "QUIT");
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        let settings = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "wal_level=logical",
        ];
        let more = if self.durable {
            ["shared_buffers=512MB", "max_wal_size=4GB"]
        } else {
            ["fsync=off", "full_page_writes=off"]
        };
        for setting in settings.into_iter().chain(more) {
            command.args(["-c", setting]);
        }
        command
    }

    fn answers(&self) -> bool {
        Command::new(self.programs.join("pg_isready"))
            .args(["--quiet", "--username=postgres", "--host=127.0.0.1", "--port"])
            .arg(self.port.to_string())
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// A program of PostgreSQL, as the user `postgres` when we are root: it refuses root.
    fn program(&self, name: &str, signal: &str) -> Command {
        let mut command = mortal(signal);
        if rustix::process::getuid().is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        command.arg(self.programs.join(name)).current_dir("/");
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for DatabaseServer {
    /// In order: the sessions of a killed server would still write to the folder while it is removed.
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder with the programs of PostgreSQL: Debian keeps them off the `PATH`, one folder for each version.
fn programs() -> PathBuf {
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file())
    };
    let of_debian = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
    let newest_of_debian = of_debian
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max();
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(complete)
    };
    newest_of_debian
        .map(|(_, folder)| folder)
        .or_else(in_path)
        .expect("PostgreSQL is not installed: scripts/bootstrap.sh test")
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

    use super::*;

    #[tokio::test]
    async fn what_was_committed_survives_a_kill() {
        let mut server = DatabaseServer::start();
        let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
        connection.execute("CREATE TABLE kept AS SELECT 7 AS seven").await.unwrap();
        server.kill();
        while connection.execute("SELECT 1").await.is_ok() {}
        assert!(PgConnection::connect(&server.url("postgres")).await.is_err());

        server.start_again();
        let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
        let row = connection.fetch_one("SELECT seven FROM kept").await.unwrap();
        assert_eq!(row.get::<i32, _>(0), 7);
    }
}
