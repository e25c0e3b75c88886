//! Views of hosts, and how far jobs have come, in the database.

pub mod outbox;

use ::store::{Db, Result, Row, Sql};
use ground::{OrgId, Timestamp};
use uuid::Uuid;

store::statements! {
    /// What somebody may see: what is for the whole organisation, and their own.
    COUNT_VIEWS = "SELECT COUNT(*) FROM inventory_view WHERE org_id = $1 AND (org_wide OR created_by = $2)";
    VIEWS = "SELECT id, name, description, configuration, org_wide, created_by, created, updated FROM inventory_view
        WHERE org_id = $1 AND (org_wide OR created_by = $2) ORDER BY updated DESC, id DESC LIMIT $3 OFFSET $4";
    VIEW = "SELECT id, name, description, configuration, org_wide, created_by, created, updated FROM inventory_view
        WHERE org_id = $1 AND (org_wide OR created_by = $2) AND id = $3";
    COUNT_OWN_VIEWS = "SELECT COUNT(*) FROM inventory_view WHERE org_id = $1 AND created_by = $2";
    ADD_VIEW = "INSERT INTO inventory_view (org_id, id, name, description, configuration, org_wide, created_by, created, updated)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    CHANGE_VIEW = "UPDATE inventory_view SET name = $4, description = $5, configuration = $6, org_wide = $7, updated = $8
        WHERE org_id = $1 AND created_by = $2 AND id = $3";
    JOB_MARK = "SELECT done FROM inventory_job_mark WHERE job = $1";
    BEGIN_JOB_MARK = "INSERT INTO inventory_job_mark (job, done) VALUES ($1, $2) ON CONFLICT (job) DO NOTHING";
    MOVE_JOB_MARK = "INSERT INTO inventory_job_mark (job, done) VALUES ($1, $2)
        ON CONFLICT (job) DO UPDATE SET done = excluded.done WHERE inventory_job_mark.done < excluded.done";
    ADD_TO_OUTBOX = "INSERT INTO outbox (id, aggregatetype, aggregateid, operation, version, payload)
        SELECT new.id, 'hbi.hosts', new.host, new.operation, 'v1beta2', new.payload{json}
        FROM ({rows: id uuid, host uuid, operation text, payload text}) AS new";
    DROP_FROM_OUTBOX = "DELETE FROM outbox WHERE id IN (SELECT told.id FROM ({rows: id uuid}) AS told)";
    DROP_VIEW = "DELETE FROM inventory_view WHERE org_id = $1 AND created_by = $2 AND id = $3";
}

pub use ALL as STATEMENTS;

/// A view of hosts that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: Uuid,
    /// 1 to 255 characters; names need not differ.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Columns, order and filters: JSON.
    pub configuration: String,
    /// Whether everybody in the organisation sees it.
    pub org_wide: bool,
    /// The user id of who saved it.
    pub created_by: String,
    /// When it was saved first.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

/// Whose views: those of a person in an organisation.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// The organisation.
    pub org: &'a OrgId,
    /// The user id.
    pub user: &'a str,
}

impl Viewer<'_> {
    fn sql(&self, statement: &str) -> Sql {
        Sql::new(statement).bind(self.org).bind(self.user)
    }
}

/// Those that somebody may see, the newest first, and how many there are.
pub async fn views(db: &Db, viewer: Viewer<'_>, offset: i64, limit: i64) -> Result<(i64, Vec<View>)> {
    let mut tx = db.snapshot().await?;
    let total = tx.fetch_one(viewer.sql(COUNT_VIEWS)).await?.map_or(Ok(0), |row| row.get(0))?;
    let rows = tx.fetch_all(viewer.sql(VIEWS).bind(limit).bind(offset)).await?;
    Ok((total, rows.iter().map(read).collect::<Result<_>>()?))
}

/// One of those.
pub async fn view(db: &Db, viewer: Viewer<'_>, id: Uuid) -> Result<Option<View>> {
    db.read_one(viewer.sql(VIEW).bind(id)).await?.map(|row| read(&row)).transpose()
}

/// Saves a new one, unless its creator has `most` already. Whether it was saved.
pub async fn add(db: &Db, org: &OrgId, view: &View, most: i64) -> Result<bool> {
    let mut tx = db.begin().await?;
    let viewer = Viewer { org, user: &view.created_by };
    let own: i64 = tx.fetch_one(viewer.sql(COUNT_OWN_VIEWS)).await?.map_or(Ok(0), |row| row.get(0))?;
    if own >= most {
        return Ok(false);
    }
    let sql = Sql::new(ADD_VIEW)
        .bind(org)
        .bind(view.id)
        .bind(&view.name)
        .bind(view.description.clone())
        .bind(&view.configuration)
        .bind(view.org_wide)
        .bind(&view.created_by)
        .bind(view.created)
        .bind(view.updated);
    tx.execute(sql).await?;
    tx.commit().await?;
    Ok(true)
}

/// Changes one of those that somebody has saved. Whether it is there.
pub async fn change(db: &Db, viewer: Viewer<'_>, view: &View) -> Result<bool> {
    let sql = viewer
        .sql(CHANGE_VIEW)
        .bind(view.id)
        .bind(&view.name)
        .bind(view.description.clone())
        .bind(&view.configuration)
        .bind(view.org_wide)
        .bind(view.updated);
    write(db, sql).await
}

/// Removes one of those that somebody has saved. Whether it was there.
pub async fn remove(db: &Db, viewer: Viewer<'_>, id: Uuid) -> Result<bool> {
    write(db, viewer.sql(DROP_VIEW).bind(id)).await
}

async fn write(db: &Db, sql: Sql) -> Result<bool> {
    Ok(db.execute(sql).await? > 0)
}

fn read(row: &Row) -> Result<View> {
    Ok(View {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        configuration: row.get(3)?,
        org_wide: row.get(4)?,
        created_by: row.get(5)?,
        created: Timestamp::from_micros(row.get(6)?),
        updated: Timestamp::from_micros(row.get(7)?),
    })
}

/// The mark of one job.
#[derive(Debug)]
pub struct JobMark<'a> {
    db: &'a Db,
    job: &'a str,
}

impl<'a> JobMark<'a> {
    /// Of a job.
    pub fn new(db: &'a Db, job: &'a str) -> Self {
        Self { db, job }
    }

    /// Up to when it has done its work; `None` before its first run.
    pub async fn read(&self) -> Result<Option<Timestamp>> {
        let row = self.db.read_one(Sql::new(JOB_MARK).bind(self.job)).await?;
        row.map(|row| row.get(0).map(Timestamp::from_micros)).transpose()
    }

    /// Says when it did its work before its first run here; `false` when it is known already.
    pub async fn begin(&self, done: Timestamp) -> Result<bool> {
        self.write(BEGIN_JOB_MARK, done).await
    }

    /// Says up to when it has done its work; never back.
    pub async fn advance(&self, done: Timestamp) -> Result<()> {
        self.write(MOVE_JOB_MARK, done).await.map(drop)
    }

    async fn write(&self, statement: &str, done: Timestamp) -> Result<bool> {
        Ok(self.db.execute(Sql::new(statement).bind(self.job).bind(done)).await? > 0)
    }
}
