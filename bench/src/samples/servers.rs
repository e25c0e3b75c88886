//! The program and its peers, started anew for each measurement. Peers are built from their Go modules, once.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::body::Bytes;
use serde_json::Value;
use store::{Db, Sql};
use tempfile::TempDir;

use crate::{
    client::Connection,
    components::{self, machines},
    databases::Store,
    limits,
    options::Options,
    program::Program,
};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Plumbline,
    Prometheus,
    VictoriaMetrics,
}

/// A peer's Go module: name, version, program in it, tags.
type Module = (&'static str, &'static str, &'static str, &'static str);

impl Who {
    /// How it is called in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plumbline => "Plumbline",
            Self::Prometheus => "Prometheus 3.16",
            Self::VictoriaMetrics => "VictoriaMetrics 1.151",
        }
    }

    fn module(self) -> Option<Module> {
        match self {
            Self::Plumbline => None,
            Self::Prometheus => {
                Some(("github.com/prometheus/prometheus", "v0.316.0", "cmd/prometheus", "remove_all_sd"))
            }
            Self::VictoriaMetrics => {
                Some(("github.com/VictoriaMetrics/VictoriaMetrics", "v1.151.0", "app/victoria-metrics", ""))
            }
        }
    }

    /// Builds it, unless that was done before; says what is missing otherwise.
    pub fn build(self) -> Result<(), String> {
        let Some((module, version, program, tags)) = self.module() else { return Ok(()) };
        let path = self.program();
        if path.is_file() {
            return Ok(());
        }
        let folder = path.parent().ok_or("the program stands in a folder")?;
        eprintln!("building {} in {} (a few minutes, once)", self.name(), folder.display());
        fs::create_dir_all(folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
        let text = format!("module peer\n\ngo 1.26\n\nrequire {module} {version}\n");
        fs::write(folder.join("go.mod"), text).map_err(|problem| problem.to_string())?;
        let built = Command::new("go")
            .args(["build", "-mod=mod", "-buildvcs=false", "-p", "1", "-tags", tags, "-o"])
            .arg(&path)
            .arg(format!("{module}/{program}"))
            .current_dir(folder)
            .status()
            .map_err(|problem| format!("Go 1.26 or newer is needed (https://go.dev/dl/): {problem}"))?;
        if built.success() { Ok(()) } else { Err(format!("go build in {}: {built}", folder.display())) }
    }

    fn program(self) -> PathBuf {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
        let (module, version, ..) = self.module().expect("only peers are built");
        let name = module.rsplit('/').next().unwrap_or(module).to_lowercase();
        cache.join("plumbline/tools").join(format!("{name}-{version}")).join(name)
    }
}

/// One of them, running over a folder of its own.
pub struct Server {
    pub who: Who,
    pub program: Program,
    folder: TempDir,
    empty: i64,
}

impl Server {
    pub async fn start(options: &Options, who: Who) -> Self {
        let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
        let program = match who {
            Who::Plumbline => Program::start(&mut Store::Sqlite(folder.path()).up(options)),
            peer => {
                let address = free_address();
                let mut command = peer_command(peer, folder.path(), address);
                Program::at(&mut command, address)
            }
        };
        let server = Self { who, program, folder, empty: 0 };
        let empty = if who == Who::Plumbline { server.used().await } else { 0 };
        Self { empty, ..server }
    }

    pub async fn connection(&self) -> Connection {
        let identity: Arc<str> = machines(0).identity().into();
        Connection::open(self.program.address(), &identity).await
    }

    /// The path of a question.
    pub fn path(&self, rest: &str) -> String {
        match self.who {
            Who::Plumbline => format!("/prometheus/api/v1/{rest}"),
            Who::Prometheus => format!("/api/v1/{rest}"),
            Who::VictoriaMetrics => format!("/api/v1/{rest}&nocache=1"),
        }
    }

    /// Waits until what came in is as it stays: ours in chunks, others idle.
    pub async fn settle(&self) {
        if self.who == Who::Plumbline {
            let db = self.database().await;
            components::until("samples become chunks", async || {
                let left = db.read(Sql::new("SELECT COUNT(*) FROM metric_log")).await;
                left.expect("the database answers")[0].get::<i64>(0).expect("a count is a number") == 0
            })
            .await;
        }
        let deadline = Instant::now() + Duration::from_mins(1);
        let mut before = self.program.cpu();
        while Instant::now() < deadline {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.program.cpu();
            if now - before < 0.05 {
                break;
            }
            before = now;
        }
    }

    /// Bytes of the samples on disk, and what stands beside them that others need after a crash.
    pub async fn disk(&self) -> (i64, i64) {
        let mut connection = self.connection().await;
        let folder = self.folder.path();
        match self.who {
            Who::Plumbline => {
                let used = self.used().await - self.empty;
                (used, limits::file_bytes(folder) - self.empty - used)
            }
            Who::Prometheus => {
                let answer =
                    connection.ask("POST", "/api/v1/admin/tsdb/snapshot", Bytes::new(), &[200]).await;
                let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
                let name = answer["data"]["name"].as_str().expect("a snapshot has a name");
                (bytes(&folder.join("data/snapshots").join(name)), bytes(&folder.join("data/wal")))
            }
            Who::VictoriaMetrics => {
                for path in ["/internal/force_flush", "/internal/force_merge"] {
                    connection.get(path).await;
                }
                self.settle().await;
                (bytes(&folder.join("data")), 0)
            }
        }
    }

    async fn database(&self) -> Db {
        let url = format!("sqlite:{}", self.folder.path().join("plumbline.db").display());
        Db::open(&url, &store::Options::default()).await.expect("the database opens")
    }

    /// Bytes of the pages that are in use.
    async fn used(&self) -> i64 {
        let db = self.database().await;
        let pages = "SELECT (p.page_count - f.freelist_count) * s.page_size
            FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s";
        let row = db.read(Sql::new(pages)).await.expect("the database answers");
        row[0].get(0).expect("a number of bytes")
    }

    /// Memory now and at most, in megabytes.
    pub fn memory(&self) -> (f64, f64) {
        let memory = self.program.memory();
        (memory.now as f64 / 1e6, memory.peak as f64 / 1e6)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address")
}

fn peer_command(who: Who, folder: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(who.program());
    let data = folder.join("data");
    if who == Who::Prometheus {
        let file = folder.join("prometheus.yml");
        fs::write(&file, "storage:\n  tsdb:\n    out_of_order_time_window: 100y\n")
            .expect("a file can be written");
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg(format!("--web.listen-address={address}"))
            .args(["--web.enable-remote-write-receiver", "--web.enable-admin-api", "--log.level=error"]);
    } else {
        command
            .arg(format!("-storageDataPath={}", data.display()))
            .arg(format!("-httpListenAddr={address}"))
            .args(["-search.latencyOffset=1ms", "-retentionPeriod=100y", "-loggerLevel=ERROR"]);
    }
    command
}

/// The bytes of all files below a folder.
fn bytes(folder: &Path) -> i64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes(&entry.path()),
        Ok(data) => data.len() as i64,
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}
