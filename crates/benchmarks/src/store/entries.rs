//! What is reviewed before it is listed: benchmarks, sites and flavors.

use ground::Timestamp;
use store::{Db, Result, Row, Sql, Tx};
use uuid::Uuid;

use super as statement;
use super::{list::List, users::User};

/// A kind of thing that is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A benchmark.
    Benchmark,
    /// A site.
    Site,
    /// A flavor of a site.
    Flavor,
}

/// A benchmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benchmark {
    /// Its id.
    pub id: Uuid,
    /// The container image; unique together with the tag.
    pub image: String,
    /// The tag of the image.
    pub tag: String,
    /// Where it is described.
    pub url: String,
    /// The schema of its results, as answers show it.
    pub schema: String,
    /// What it measures.
    pub description: Option<String>,
    /// When it was sent.
    pub uploaded: Timestamp,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: Uuid,
    /// Its name; unique.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// What it is.
    pub description: Option<String>,
    /// When it was sent.
    pub uploaded: Timestamp,
}

/// A kind of machine of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flavor {
    /// Its id.
    pub id: Uuid,
    /// Its name; unique within the site.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// When it was sent.
    pub uploaded: Timestamp,
}

/// Fields that benchmarks are sorted by.
pub const BENCHMARKS_SORTED_BY: &[&str] =
    &["id", "upload_datetime", "docker_image", "docker_tag", "name", "url", "description", "status"];
/// Fields that sites are sorted by.
pub const SITES_SORTED_BY: &[&str] = &["id", "upload_datetime", "name", "address", "description", "status"];
/// Fields that flavors are sorted by.
pub const FLAVORS_SORTED_BY: &[&str] = &["id", "upload_datetime", "name", "description", "status", "site_id"];

impl Benchmark {
    pub(super) const COLUMNS: usize = 7;

    /// Seven columns, from `at` on.
    pub(super) fn read(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.get(at)?,
            image: row.get(at + 1)?,
            tag: row.get(at + 2)?,
            url: row.get(at + 3)?,
            schema: row.get(at + 4)?,
            description: row.get(at + 5)?,
            uploaded: Timestamp::from_micros(row.get(at + 6)?),
        })
    }

    /// A row of [`benchmarks`].
    pub fn from_row(row: &Row) -> Result<Self> {
        Self::read(row, 0)
    }

    /// The benchmark of this id.
    pub async fn get(db: &Db, id: Uuid) -> Result<Option<Self>> {
        let row = db.read_one(Sql::new(statement::GET_BENCHMARK).bind(id)).await?;
        row.map(|row| Self::read(&row, 0)).transpose()
    }

    /// Adds it on review; `false` when image and tag are taken. `given` is its schema as it was sent.
    pub async fn add(&self, tx: &mut Tx, given: &str, uploader: &User) -> Result<bool> {
        let sql = Sql::new(statement::ADD_BENCHMARK)
            .bind(self.id)
            .bind(&self.image)
            .bind(&self.tag)
            .bind(&self.url);
        let sql = sql.bind(&self.schema).bind(given).bind(self.description.as_ref()).bind(self.uploaded);
        Ok(tx.execute(sql.bind(&uploader.iss).bind(&uploader.sub)).await? > 0)
    }

    /// Changes it; `false` when there is none of this id. An image and tag that are taken are a conflict.
    pub async fn set(&self, tx: &mut Tx, given: &str) -> Result<bool> {
        let sql = Sql::new(statement::SET_BENCHMARK)
            .bind(self.id)
            .bind(&self.image)
            .bind(&self.tag)
            .bind(&self.url);
        let sql = sql.bind(&self.schema).bind(given).bind(self.description.as_ref());
        Ok(tx.execute(sql).await? > 0)
    }
}

impl Site {
    pub(super) const COLUMNS: usize = 5;

    /// Five columns, from `at` on.
    pub(super) fn read(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.get(at)?,
            name: row.get(at + 1)?,
            address: row.get(at + 2)?,
            description: row.get(at + 3)?,
            uploaded: Timestamp::from_micros(row.get(at + 4)?),
        })
    }

    /// A row of [`sites`].
    pub fn from_row(row: &Row) -> Result<Self> {
        Self::read(row, 0)
    }

    /// The site of this id.
    pub async fn get(db: &Db, id: Uuid) -> Result<Option<Self>> {
        let row = db.read_one(Sql::new(statement::GET_SITE).bind(id)).await?;
        row.map(|row| Self::read(&row, 0)).transpose()
    }

    /// The site of a flavor.
    pub async fn of_flavor(db: &Db, flavor: Uuid) -> Result<Option<Self>> {
        let row = db.read_one(Sql::new(statement::GET_FLAVOR_SITE).bind(flavor)).await?;
        row.map(|row| Self::read(&row, 0)).transpose()
    }

    /// Adds it on review; `false` when the name is taken.
    pub async fn add(&self, tx: &mut Tx, uploader: &User) -> Result<bool> {
        let sql = Sql::new(statement::ADD_SITE).bind(self.id).bind(&self.name).bind(&self.address);
        let sql =
            sql.bind(self.description.as_ref()).bind(self.uploaded).bind(&uploader.iss).bind(&uploader.sub);
        Ok(tx.execute(sql).await? > 0)
    }

    /// Changes it; `false` when there is none of this id. A name that is taken is a conflict.
    pub async fn set(&self, tx: &mut Tx) -> Result<bool> {
        let sql = Sql::new(statement::SET_SITE).bind(self.id).bind(&self.name).bind(&self.address);
        Ok(tx.execute(sql.bind(self.description.as_ref())).await? > 0)
    }
}

impl Flavor {
    /// Four columns, from `at` on.
    pub(super) fn read(row: &Row, at: usize) -> Result<Self> {
        Ok(Self {
            id: row.get(at)?,
            name: row.get(at + 1)?,
            description: row.get(at + 2)?,
            uploaded: Timestamp::from_micros(row.get(at + 3)?),
        })
    }

    /// A row of [`flavors`].
    pub fn from_row(row: &Row) -> Result<Self> {
        Self::read(row, 0)
    }

    /// The flavor of this id.
    pub async fn get(db: &Db, id: Uuid) -> Result<Option<Self>> {
        let row = db.read_one(Sql::new(statement::GET_FLAVOR).bind(id)).await?;
        row.map(|row| Self::read(&row, 0)).transpose()
    }

    /// Adds it to a site, on review; `false` when the name is taken there.
    pub async fn add(&self, tx: &mut Tx, site: Uuid, uploader: &User) -> Result<bool> {
        let sql = Sql::new(statement::ADD_FLAVOR).bind(self.id).bind(site).bind(&self.name);
        let sql =
            sql.bind(self.description.as_ref()).bind(self.uploaded).bind(&uploader.iss).bind(&uploader.sub);
        Ok(tx.execute(sql).await? > 0)
    }

    /// Changes it; `false` when there is none of this id. A name that is taken is a conflict.
    pub async fn set(&self, tx: &mut Tx) -> Result<bool> {
        let sql =
            Sql::new(statement::SET_FLAVOR).bind(self.id).bind(&self.name).bind(self.description.as_ref());
        Ok(tx.execute(sql).await? > 0)
    }
}

/// All benchmarks.
pub fn benchmarks() -> List {
    let term = |field: &str| match field {
        "upload_datetime" => "b.uploaded",
        "docker_image" => "b.docker_image",
        "docker_tag" => "b.docker_tag",
        "name" => "b.docker_image || ':' || b.docker_tag",
        "url" => "b.url",
        "description" => "b.description",
        "status" => "b.approved",
        _ => "b.id",
    };
    List::new(
        "b.id, b.docker_image, b.docker_tag, b.url, b.json_schema, b.description, b.uploaded",
        "benchmark b",
        "b.uploaded, b.id",
        term,
    )
}

/// All sites.
pub fn sites() -> List {
    let term = |field: &str| match field {
        "upload_datetime" => "s.uploaded",
        "name" => "s.name",
        "address" => "s.address",
        "description" => "s.description",
        "status" => "s.approved",
        _ => "s.id",
    };
    List::new(
        "s.id, s.name, s.address, s.description, s.uploaded",
        "benchmark_site s",
        "s.uploaded, s.id",
        term,
    )
}

/// The flavors of a site.
pub fn flavors(site: Uuid) -> List {
    let term = |field: &str| match field {
        "upload_datetime" => "f.uploaded",
        "name" => "f.name",
        "description" => "f.description",
        "status" => "f.approved",
        "site_id" => "f.site_id",
        _ => "f.id",
    };
    let mut list =
        List::new("f.id, f.name, f.description, f.uploaded", "benchmark_flavor f", "f.uploaded, f.id", term);
    list.equal("f.site_id", Some(site));
    list
}

impl Kind {
    /// Whether it is approved, and the address of whoever sent it. Nobody else reviews it until the transaction ends.
    pub async fn review(self, tx: &mut Tx, id: Uuid) -> Result<Option<(bool, String)>> {
        let text = match self {
            Self::Benchmark => statement::BENCHMARK_REVIEW,
            Self::Site => statement::SITE_REVIEW,
            Self::Flavor => statement::FLAVOR_REVIEW,
        };
        let row = tx.fetch_one(Sql::new(text).bind(id)).await?;
        row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
    }

    /// Approves it.
    pub async fn approve(self, tx: &mut Tx, id: Uuid) -> Result<()> {
        let text = match self {
            Self::Benchmark => statement::APPROVE_BENCHMARK,
            Self::Site => statement::APPROVE_SITE,
            Self::Flavor => statement::APPROVE_FLAVOR,
        };
        tx.execute(Sql::new(text).bind(id)).await.map(drop)
    }

    /// Removes it and what belongs to it; `false` when there is none of this id.
    pub async fn remove(self, tx: &mut Tx, id: Uuid) -> Result<bool> {
        // The series of a benchmark go with it; others may have results of several flavors.
        let (text, takes_points) = match self {
            Self::Benchmark => (statement::DROP_BENCHMARK, None),
            Self::Site => (statement::DROP_SITE, Some(statement::SITE_TAKES_POINTS)),
            Self::Flavor => (statement::DROP_FLAVOR, Some(statement::FLAVOR_TAKES_POINTS)),
        };
        if let Some(takes_points) = takes_points {
            tx.execute(Sql::new(takes_points).bind(id).bind(i64::MIN)).await?;
        }
        Ok(tx.execute(Sql::new(text).bind(id)).await? > 0)
    }

    /// Its name, as messages and mails write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Benchmark => "Benchmark",
            Self::Site => "Site",
            Self::Flavor => "Flavor",
        }
    }

    /// What a 404 calls it.
    pub fn row(self) -> &'static str {
        if self == Self::Benchmark { "Benchmark" } else { "Record" }
    }
}
