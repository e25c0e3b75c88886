//! `plumbline backup` and `plumbline restore`.

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use ground::{Clock, Timestamp};
use serde::Serialize;
use store::{Db, Migrations, Table, Tx, Value};

use crate::{
    app,
    backup_file::{Checked, Header, Record, TableHeader, Totals, Writer},
    cli::{Backup, Restore},
    data_folder::DataFolder,
    failure::{Failure, Result},
    out, record, services,
};

/// How often the line on the terminal is written anew.
const REFRESH_INTERVAL: Duration = Duration::from_millis(500);

/// Rows go in by so many, or by so many bytes.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 1 << 20;

/// What was done.
#[derive(Debug, Serialize)]
struct BackupSummary<'a> {
    file: &'a Path,
    tables: u64,
    rows: u64,
    seconds: f64,
    /// Bytes of the file.
    bytes: u64,
}

impl BackupSummary<'_> {
    fn tell(&self, what: &str, json: bool) -> Result<ExitCode> {
        if json {
            out::json(self)?;
        } else {
            out::line(format!(
                "{what}: {} rows of {} tables, {:.1} MB, {:.1} s",
                self.rows,
                self.tables,
                self.bytes as f64 / 1e6,
                self.seconds
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes all tables of the database into a file, as they are at one moment.
pub async fn backup(config: Option<&PathBuf>, asked: &Backup) -> Result<ExitCode> {
    let Backup { file, place, json } = asked;
    let begun = Instant::now();
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let db = app::database::open_current(&record::url(&settings, place)?, &settings).await?;
    let failed = |error: &dyn std::fmt::Display| {
        Failure::Runtime(format!("cannot write the backup {}: {error}", file.display()))
    };
    let steps = services::migrations().iter().map(|set| (set.owner.to_owned(), set.steps.len() as i64));
    let header = Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made: Clock::system().now().to_string(),
        steps: steps.collect(),
    };
    let mut writer = Writer::create(file, &header).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} is there already; name a file that is not", file.display()))
        }
        _ => failed(&error),
    })?;
    let written = write(&db, &mut writer).await;
    let totals = writer.totals();
    let bytes = match written {
        Ok(()) => writer.finish().map_err(|error| failed(&error))?,
        Err(error) => {
            writer.abandon();
            return Err(failed(&error));
        }
    };
    db.close().await;
    let Totals { tables, rows } = totals;
    BackupSummary { file, tables, rows, bytes, seconds: begun.elapsed().as_secs_f64() }
        .tell("backed up", *json)
}

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
enum Unwritten {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    File(#[from] io::Error),
}

async fn write(db: &Db, writer: &mut Writer) -> std::result::Result<(), Unwritten> {
    let mut shown = Shown::new("backed up");
    let mut snapshot = db.snapshot().await?;
    for table in snapshot.tables(services::migrations()).await? {
        let columns = table.columns().map(str::to_owned).collect();
        writer.table(&TableHeader { name: table.name.clone(), columns })?;
        let take = |values: Vec<Value>| {
            shown.row(&table.name);
            writer.row(&values).map_err(Unwritten::from)
        };
        snapshot.each_row(&table, take).await?;
    }
    shown.clear();
    snapshot.rollback().await?;
    Ok(())
}

/// Makes a database what it was when the backup was made.
pub async fn restore(config: Option<&PathBuf>, asked: &Restore) -> Result<ExitCode> {
    let Restore { file, place, replace, json } = asked;
    let begun = Instant::now();
    let refused = |error: &dyn std::fmt::Display| {
        Failure::Usage(format!("{}: {error}; nothing was changed", file.display()))
    };
    let mut checked = Checked::open(file).map_err(|error| refused(&error))?;
    let sets = sets_of(&checked.header).map_err(|error| refused(&error))?;
    let bytes = std::fs::metadata(file).map_err(|error| refused(&error))?.len();
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    // Nobody serves the folder meanwhile.
    let folder = match settings.database.location() {
        Some(_) => None,
        None => Some(DataFolder::take_alone(&app::config::data_path(place)?)?),
    };
    let url = match (&folder, settings.database.location()) {
        (_, Some(url)) => url.expose().to_owned(),
        (Some(folder), None) => folder.database_url()?,
        (None, None) => return Err(Failure::Usage("name a data folder with --data DIR".to_owned())),
    };
    let db = app::database::open_to_migrate(&url, &settings).await?;
    let mut tx = db.begin().await?;
    if !replace {
        for table in tx.tables(services::migrations()).await? {
            if tx.has_rows(&table).await? {
                return Err(Failure::Usage(format!(
                    "the database holds data already (table {}); name an empty one, or say --replace to remove what is \
                     there",
                    table.name
                )));
            }
        }
    }
    let now = Clock::system().now();
    let Totals { tables, rows } = fill(&mut tx, &sets, &mut checked, now).await?;
    tx.commit().await?;
    // Steps that are newer than the backup.
    db.migrate(services::migrations(), now).await?;
    db.close().await;
    BackupSummary { file, tables, rows, bytes, seconds: begun.elapsed().as_secs_f64() }
        .tell("restored", *json)
}

/// The steps that the tables of a backup had.
fn sets_of(header: &Header) -> std::result::Result<Vec<Migrations>, String> {
    let newer = || {
        format!("it was made by a newer version of plumbline ({}); restore it with that one", header.version)
    };
    let all = services::migrations();
    if header.steps.iter().any(|(owner, _)| all.iter().all(|set| set.owner != owner)) {
        return Err(newer());
    }
    let set = |set: &Migrations| {
        let had = header.steps.iter().find(|(owner, _)| owner == set.owner).map_or(0, |(_, steps)| *steps);
        let steps = usize::try_from(had).ok().and_then(|had| set.steps.get(..had)).ok_or_else(newer)?;
        Ok(Migrations { owner: set.owner, steps })
    };
    all.iter().map(set).collect()
}

/// Makes the tables anew and fills them.
async fn fill(tx: &mut Tx, sets: &[Migrations], checked: &mut Checked, now: Timestamp) -> Result<Totals> {
    let bad = |error: &dyn std::fmt::Display| {
        Failure::Runtime(format!("the backup cannot be restored: {error}; nothing was changed"))
    };
    tx.make_anew(services::migrations(), sets, now).await.map_err(|error| bad(&error))?;
    let tables = tx.tables(sets).await?;
    let mut records = checked.records().map_err(|error| bad(&error))?;
    let mut shown = Shown::new("restored");
    let mut batch: Option<Batch<'_>> = None;
    let mut found = Totals::default();
    loop {
        match records.next().map_err(|error| bad(&error))? {
            Record::Table(TableHeader { name, columns }) => {
                if let Some(batch) = &mut batch {
                    batch.put(tx).await.map_err(|error| bad(&error))?;
                }
                let table = tables.iter().find(|table| table.name == name);
                let table = table.ok_or_else(|| bad(&format!("there is no table {name}")))?;
                batch = Some(Batch { table, columns, rows: Vec::new(), bytes: 0 });
                found.tables += 1;
            }
            Record::Row(values) => {
                let batch = batch.as_mut().ok_or_else(|| bad(&"a row belongs to no table"))?;
                if values.len() != batch.columns.len() {
                    return Err(bad(&format!(
                        "a row of {} has too few or too many values",
                        batch.table.name
                    )));
                }
                shown.row(&batch.table.name);
                found.rows += 1;
                batch.add(values);
                if batch.is_full() {
                    batch.put(tx).await.map_err(|error| bad(&error))?;
                }
            }
            Record::End(totals) => {
                if let Some(batch) = &mut batch {
                    batch.put(tx).await.map_err(|error| bad(&error))?;
                }
                if totals != found {
                    return Err(bad(&"rows are missing"));
                }
                break;
            }
        }
    }
    for table in &tables {
        tx.renumber(table).await?;
    }
    shown.clear();
    Ok(found)
}

/// Rows of a table that go in together.
struct Batch<'t> {
    table: &'t Table,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
    bytes: usize,
}

impl Batch<'_> {
    fn add(&mut self, row: Vec<Value>) {
        let size = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            _ => 8,
        };
        self.bytes += row.iter().map(size).sum::<usize>();
        self.rows.push(row);
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    async fn put(&mut self, tx: &mut Tx) -> store::Result<()> {
        self.bytes = 0;
        tx.put_rows(self.table, &self.columns, std::mem::take(&mut self.rows)).await
    }
}

/// How far it is: a line on the error stream, when that is a terminal.
struct Shown {
    what: &'static str,
    rows: u64,
    next: Option<Instant>,
}

impl Shown {
    fn new(what: &'static str) -> Self {
        let next = io::stderr().is_terminal().then(|| Instant::now() + REFRESH_INTERVAL);
        Self { what, rows: 0, next }
    }

    fn row(&mut self, table: &str) {
        self.rows += 1;
        if let Some(next) = &mut self.next
            && Instant::now() >= *next
        {
            *next = Instant::now() + REFRESH_INTERVAL;
            eprint!("\r\x1b[K{}: {} rows, now {table}", self.what, self.rows);
        }
    }

    fn clear(&self) {
        if self.next.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
