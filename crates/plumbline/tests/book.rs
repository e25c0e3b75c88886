//! The commands that README and book show are run, in their order, as a reader would type them.
//!
//! A block marked `sh` is a command; anything else that is shown carries another mark. A block that serves goes on beside
//! those after it, until the end of its page. Only places are replaced: ports by free ones, the database and the broker
//! by those of this run; and fleets are smaller.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::Signal;
use support::{Program, lines, report};
use tempfile::TempDir;
use testkit::{Kafka, TestDatabase, free_port};

/// What a block that serves begins with.
const SERVES: [&str; 4] = ["make run", "plumbline up", "plumbline serve", "plumbline consume"];

/// These run this very test: they are what `.ci/run` calls.
const CHECKS: [&str; 2] = ["make lint", "make test"];

/// These need a file, a host, a baseline or an image of the reader's own, or a terminal; their own tests run them.
const NEEDS_ITS_OWN: [&str; 14] = [
    "plumbline import ",
    "plumbline baseline ",
    "plumbline collisions --settle ",
    "plumbline compare ",
    "plumbline completion ",
    "plumbline identity merge ",
    "plumbline identity split ",
    "plumbline identity undo ",
    "plumbline man",
    "plumbline report --root ",
    "plumbline report --to https://",
    "plumbline token revoke ",
    "plumbline submit ",
    "plumbline regressions ",
];

/// What cargo tells a test of its crate. A reader has none of it, and some crates, and all that need them, are built anew when
/// it changes.
const OF_A_TEST: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_EXE_", "OUT_DIR"];

/// Building the pages and the program may be part of a command.
const PATIENCE: Duration = Duration::from_mins(20);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository is there")
}

/// The commands of a page: the text of each block marked `sh`.
fn commands(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<(bool, String)> = None;
    for line in page.lines() {
        match (line.trim_start().strip_prefix("```"), &mut block) {
            (Some(mark), None) => block = Some((mark == "sh", String::new())),
            (Some(_), Some(_)) => {
                found.extend(block.take().filter(|(runs, _)| *runs).map(|(_, text)| text));
            }
            (None, Some(_)) if NEEDS_ITS_OWN.iter().any(|command| line.starts_with(command)) => {}
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// A reader at a terminal: a folder, and a path on which `plumbline` is found.
struct Reader {
    folder: TempDir,
    replaced: Vec<(&'static str, String)>,
    environment: [(&'static str, String); 8],
    serving: Vec<(&'static str, Program)>,
}

impl Reader {
    /// A machine `web-1` has reported; its report is in `reports.jsonl`. A database server is there, with its tables.
    async fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).expect("a folder can be made");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_plumbline"), bin.join("plumbline"))
            .expect("a link can be made");
        let mut web = report(1);
        web["data"]["display_name"] = "web-1".into();
        web["data"]["fqdn"] = "web-1.example.com".into();
        std::fs::write(folder.path().join("reports.jsonl"), lines([&web])).expect("a file can be written");
        let database = TestDatabase::server().await;
        let (up, serve, agents) = (free_port(), free_port(), free_port());
        let kafka = Kafka::shared();
        let topic = kafka.new_topic("book", 1).await;
        let events = kafka.new_topic("book-events", 1).await;
        let notifications = kafka.new_topic("book-notifications", 1).await;
        let statuses = kafka.new_topic("book-statuses", 1).await;
        let replaced = vec![
            ("127.0.0.1:8080", format!("127.0.0.1:{up}")),
            ("127.0.0.1:8443", format!("127.0.0.1:{agents}")),
            ("0.0.0.0:8080", format!("127.0.0.1:{serve}")),
            ("postgres://plumbline:secret@db/inventory", database.url().to_owned()),
            ("postgres://plumbline@db/inventory", database.url().to_owned()),
            ("postgres://plumbline@db/restored", TestDatabase::server().await.url().to_owned()),
            ("127.0.0.1:29092", kafka.bootstrap().to_owned()),
            ("2026-11-27T12:00:00Z", "$(date -u -d '1 minute' +%FT%TZ)".to_owned()),
            // The machines of this reader were not there yesterday.
            ("--at yesterday", "--at \"$(date -u -d '1 minute' +%FT%TZ)\"".to_owned()),
            // The same on a smaller fleet.
            ("--hosts 20000", "--hosts 200".to_owned()),
            ("--hosts 2000", "--hosts 200".to_owned()),
        ];
        let environment = [
            ("PLUMBLINE_SERVER_PORT", up.to_string()),
            // Several of them run at the same time.
            ("PLUMBLINE_SERVER_METRICS_PORT", "0".to_owned()),
            ("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap().to_owned()),
            ("KAFKA_HOST_INGRESS_TOPIC", topic.clone()),
            ("KAFKA_CONSUMER_TOPIC", topic),
            ("KAFKA_EVENT_TOPIC", events),
            ("KAFKA_NOTIFICATION_TOPIC", notifications),
            ("PAYLOAD_TRACKER_KAFKA_TOPIC", statuses),
        ];
        let mut reader = Self { folder, replaced, environment, serving: Vec::new() };
        reader.types("mkdir -p crates/fleet/migrations/sqlite crates/fleet/migrations/postgres").await;
        reader.types("plumbline migrate up --database-url postgres://plumbline@db/inventory").await;
        for place in ["", "--data ./fleet"] {
            reader.types(&format!("plumbline ingest reports.jsonl {place}")).await;
        }
        reader
    }

    fn shell(&self, text: &str) -> Command {
        let text = self.replaced.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        let home = self.folder.path();
        let path = std::env::var("PATH").unwrap_or_default();
        let builds = text.trim_start_matches("exec ").starts_with("make ");
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", &text])
            .env("PATH", format!("{}:{path}", home.join("bin").display()))
            .env("XDG_DATA_HOME", home.join("data"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // The program of this test run, not another build of it.
            .env("PROFILE", "dev")
            .stdin(Stdio::null())
            .current_dir(if builds { root() } else { home.to_owned() });
        let of_test = |name: &str| OF_A_TEST.iter().any(|begin| name.starts_with(begin));
        for name in
            std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_str().is_some_and(of_test))
        {
            command.env_remove(name);
        }
        command
    }

    async fn types(&mut self, text: &str) {
        if let Some(beginning) = SERVES.into_iter().find(|beginning| text.starts_with(beginning)) {
            // As with Ctrl-C before the same is started again.
            self.stops(|before| before == beginning).await;
            // The shell gives way to the program, so that this one is ended with it.
            let mut program = Program::start(&mut self.shell(&format!("exec {text}")));
            let deadline = Instant::now() + PATIENCE;
            let reports = ["make run", "plumbline up"].contains(&beginning) && !text.contains("--no-report");
            let ready = |program: &Program| {
                if reports {
                    program.err().contains("this machine is reported")
                } else {
                    program.out().lines().any(|line| line.starts_with("plumbline "))
                }
            };
            while !ready(&program) {
                assert!(program.runs(), "`{text}` ended\n{}\n{}", program.out(), program.err());
                assert!(Instant::now() < deadline, "`{text}` serves nothing\n{}", program.err());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            self.serving.push((beginning, program));
            return;
        }
        let ended = self.shell(text).output().expect("a shell can be started");
        let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "`{text}` ended with {}\n{said}", ended.status);
    }

    /// Stops what serves and is meant.
    async fn stops(&mut self, meant: impl Fn(&str) -> bool) {
        let (ending, going_on): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.serving).into_iter().partition(|(what, _)| meant(what));
        self.serving = going_on;
        for (_, program) in ending {
            program.signal(Signal::TERM);
            program.end(Duration::from_mins(1)).await;
        }
    }
}

async fn follow(page: &str) {
    let text = std::fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
    let commands = commands(&text);
    let mut reader = Reader::new().await;
    for command in commands.iter().filter(|text| !CHECKS.iter().any(|check| text.starts_with(check))) {
        reader.types(command).await;
    }
    reader.stops(|_| true).await;
}

#[tokio::test]
async fn the_readme_does_what_it_says() {
    follow("README.md").await;
}

#[tokio::test]
async fn every_page_of_the_book_does_what_it_says() {
    let mut pages: Vec<String> = std::fs::read_dir(root().join("docs"))
        .expect("the book is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    assert!(pages.len() > 5, "{pages:?}");
    for page in pages {
        follow(&format!("docs/{page}")).await;
    }
}

#[test]
fn only_blocks_marked_as_commands_are_run() {
    let page =
        "a\n```sh\nplumbline hosts\necho 1\n```\n```json\n{}\n```\n```\ntext\n```\n  ```sh\n  ls\n  ```\n";
    assert_eq!(commands(page), ["plumbline hosts\necho 1\n", "  ls\n"]);
}
