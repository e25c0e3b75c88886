//! How a crate makes its tables.

use ground::Timestamp;

use crate::{Db, Dialect, Error, ErrorKind, Result, Sql, Tx};

/// The numbered steps of one crate. Steps are applied in order, each once; a step that has been released is never
/// changed.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// The crate.
    pub owner: &'static str,
    /// Its steps, numbered from 1 without a gap.
    pub steps: &'static [Migration],
}

/// One step, for both engines.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number.
    pub number: i64,
    /// What it does, in a few words.
    pub name: &'static str,
    /// The statements for SQLite.
    pub sqlite: &'static str,
    /// The statements for PostgreSQL.
    pub postgres: &'static str,
}

/// One step and whether a database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The crate.
    pub owner: String,
    /// The step's number.
    pub number: i64,
    /// What it does.
    pub name: String,
    /// When it was applied, or not yet.
    pub applied: Option<Timestamp>,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (
    owner TEXT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    applied BIGINT NOT NULL,
    PRIMARY KEY (owner, number)
)";
const APPLIED: &str = "SELECT owner, number, name, digest, applied FROM migration ORDER BY owner, number";
const RECORD: &str =
    "INSERT INTO migration (owner, number, name, digest, applied) VALUES ($1, $2, $3, $4, $5)";
/// Any number will do, as long as every runner takes the same.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7220461938)";

impl Migration {
    pub(crate) fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    fn digest(&self, dialect: Dialect) -> String {
        blake3::hash(self.text(dialect).as_bytes()).to_hex()[..16].to_owned()
    }
}

impl Db {
    /// Applies what is missing, in one transaction; several runners at once wait for one another. Returns how many
    /// steps were applied. Refuses a database made by a newer version, and one whose applied steps differ.
    pub async fn migrate(&self, sets: &[Migrations], now: Timestamp) -> Result<usize> {
        let mut tx = self.begin().await?;
        let count = migrate_in(&mut tx, sets, now).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Every step of `sets` and whether this database has it. Changes nothing. Refuses what [`Db::migrate`] refuses.
    pub async fn migration_status(&self, sets: &[Migrations]) -> Result<Vec<Standing>> {
        let exists = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'"
            }
            Dialect::Postgres => {
                "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'migration' AND schemaname = current_schema()"
            }
        };
        let exists = self.read_one(Sql::new(exists)).await?.map_or(Ok(0), |row| row.get::<i64>(0))? > 0;
        let applied = if exists { applied_rows(self.read(Sql::new(APPLIED)).await?)? } else { Vec::new() };
        refuse_newer(&applied, sets)?;
        let mut all = Vec::new();
        for set in sets {
            for step in set.steps {
                let known = applied
                    .iter()
                    .find(|(standing, _)| standing.owner == set.owner && standing.number == step.number);
                if let Some((standing, before)) = known {
                    refuse_altered(standing, before, &step.digest(self.dialect()))?;
                }
                all.push(Standing {
                    owner: set.owner.to_owned(),
                    number: step.number,
                    name: step.name.to_owned(),
                    applied: known.and_then(|(standing, _)| standing.applied),
                });
            }
        }
        Ok(all)
    }
}

/// Applies what is missing, in a transaction; returns how many steps were applied.
pub(crate) async fn migrate_in(tx: &mut Tx, sets: &[Migrations], now: Timestamp) -> Result<usize> {
    if tx.dialect() == Dialect::Postgres {
        tx.fetch_all(Sql::new(LOCK)).await?;
        make_schema(tx).await?;
    }
    tx.script(TABLE).await?;
    let applied = applied(tx).await?;
    refuse_newer(&applied, sets)?;
    let mut count = 0;
    for set in sets {
        for step in set.steps {
            let digest = step.digest(tx.dialect());
            let known = applied
                .iter()
                .find(|(standing, _)| standing.owner == set.owner && standing.number == step.number);
            if let Some((standing, before)) = known {
                refuse_altered(standing, before, &digest)?;
                continue;
            }
            tx.script(step.text(tx.dialect())).await.map_err(|error| {
                error.context(format!("step {} ({}) of `{}` failed", step.number, step.name, set.owner))
            })?;
            let record =
                Sql::new(RECORD).bind(set.owner).bind(step.number).bind(step.name).bind(digest).bind(now);
            tx.execute(record).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Makes the schema that the connection was told of, when there is none of that name.
async fn make_schema(tx: &mut Tx) -> Result<()> {
    let row = tx.fetch_one(Sql::new("SELECT current_setting('search_path'), current_schema()::text")).await?;
    let Some(row) = row else { return Ok(()) };
    match (row.get::<String>(0)?, row.get::<Option<String>>(1)?) {
        (wanted, None) => tx.script(&format!("CREATE SCHEMA {wanted}")).await,
        _ => Ok(()),
    }
}

async fn applied(tx: &mut Tx) -> Result<Vec<(Standing, String)>> {
    applied_rows(tx.fetch_all(Sql::new(APPLIED)).await?)
}

fn applied_rows(rows: Vec<crate::Row>) -> Result<Vec<(Standing, String)>> {
    rows.into_iter()
        .map(|row| {
            let applied = Some(Timestamp::from_micros(row.get(4)?));
            Ok((
                Standing { owner: row.get(0)?, number: row.get(1)?, name: row.get(2)?, applied },
                row.get(3)?,
            ))
        })
        .collect()
}

fn refuse_altered(standing: &Standing, before: &str, digest: &str) -> Result<()> {
    if before == digest {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Newer,
        format!(
            "step {} ({}) of `{}` was applied in another form; this database belongs to another build",
            standing.number, standing.name, standing.owner
        ),
    ))
}

fn refuse_newer(applied: &[(Standing, String)], sets: &[Migrations]) -> Result<()> {
    let unknown = applied.iter().find(|(standing, _)| {
        !sets.iter().any(|set| {
            set.owner == standing.owner && set.steps.iter().any(|step| step.number == standing.number)
        })
    });
    match unknown {
        None => Ok(()),
        Some((standing, _)) => Err(Error::new(
            ErrorKind::Newer,
            format!(
                "the database has step {} ({}) of `{}`, which this version does not know: use the newer version that made it, or another data folder",
                standing.number, standing.name, standing.owner
            ),
        )),
    }
}
