//! The log: what happened to hosts, in order.

use std::{collections::HashMap, sync::Arc};

use ::store::{Row, Rows, Sql, Tx};
use ground::{HostId, OrgId, Timestamp};
use profile::Digest;

use crate::{
    Change, ChangeKind, Error, Fleet, Host, MatchedOn, Origin, Result, SectionMap,
    db::{codec::Unpacker, columns::org_id, statements as statement},
    model::section_map::unpack_sections,
    sections,
};

impl Fleet {
    /// The rows after number `after`, oldest first, at most `limit`. Nothing that is committed later will ever have
    /// a number below one that is returned here.
    pub async fn changes(&self, org: &OrgId, after: i64, limit: i64) -> Result<Vec<Change>> {
        let ask = |statement| Sql::new(statement).bind(org).bind(after).bind(limit);
        let mut tx = self.db().snapshot_by_key().await?;
        let numbers = numbers(&tx.fetch_all(ask(statement::NUMBERS_AFTER)).await?)?;
        if let Some(known) = self.recent_changes().find(org, &numbers) {
            return Ok(known);
        }
        let rows = tx.fetch_all(ask(statement::CHANGES_AFTER)).await?;
        self.complete(&mut tx, org, rows).await
    }

    /// Of the rows after number `after` the first `limit` that tell of something new, oldest first; and the number up to
    /// which there are no others.
    pub async fn news(&self, org: &OrgId, after: i64, limit: i64) -> Result<(Vec<Change>, i64)> {
        let mut tx = self.db().snapshot_by_key().await?;
        let newest = tx.fetch_one(Sql::new(statement::ORG_SEQ).bind(org)).await?;
        let newest = newest.map_or(Ok(after), |row| row.get(0))?;
        let ask = Sql::new(statement::NEWS_AFTER).bind(org).bind(after).bind(limit);
        let numbers = numbers(&tx.fetch_all(ask).await?)?;
        let last = match numbers.last() {
            Some((last, _)) if numbers.len() as i64 == limit => *last,
            _ => newest,
        };
        if let Some(known) = self.recent_changes().find(org, &numbers) {
            return Ok((known, last));
        }
        let mut changes = self.by_seq(&mut tx, org, numbers.iter().map(|(seq, _)| *seq)).await?;
        changes.sort_by_key(|change| change.seq);
        Ok((changes, last))
    }

    /// The number of the first row after number `after`, which need not be readable.
    pub async fn row_after(&self, org: &OrgId, after: i64) -> Result<Option<i64>> {
        let sql = Sql::new(statement::NUMBERS_AFTER).bind(org).bind(after).bind(1);
        let row = self.db().read_one(sql).await?;
        Ok(row.map(|row| row.get(0)).transpose()?)
    }

    /// The rows of one host before number `before`, newest first.
    pub async fn changes_of(
        &self,
        org: &OrgId,
        host: HostId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Change>> {
        let mut tx = self.db().snapshot().await?;
        let sql = Sql::new(statement::CHANGES_OF_HOST).bind(org).bind(host).bind(before).bind(limit);
        let rows = tx.fetch_all(sql).await?;
        self.complete(&mut tx, org, rows).await
    }

    /// The state of a host as it was at `at`: the newest row at or before that time. `None` when it was not known
    /// yet; a row of kind [`ChangeKind::Deleted`] when it was gone.
    pub async fn as_of(&self, org: &OrgId, host: HostId, at: Timestamp) -> Result<Option<Change>> {
        let mut tx = self.db().snapshot().await?;
        let rows = tx.fetch_all(Sql::new(statement::HOST_AS_OF).bind(org).bind(host).bind(at)).await?;
        Ok(self.complete(&mut tx, org, rows).await?.pop())
    }

    /// The state of a host as it was when the row `seq` was written, or the one before it that is about this host.
    pub async fn at_seq(&self, org: &OrgId, host: HostId, seq: i64) -> Result<Option<Change>> {
        Ok(self.changes_of(org, host, seq.saturating_add(1), 1).await?.pop())
    }

    /// The newest state of a host, with the times as they are now: rows that tell of check-ins only do not stay in the log.
    /// Of a host that is gone, the last one.
    pub async fn newest_state(&self, org: &OrgId, host: HostId) -> Result<Option<Change>> {
        let mut newest = self.changes_of(org, host, i64::MAX, 1).await?.pop();
        if let Some(change) = &mut newest
            && change.kind != ChangeKind::Deleted
            && let Some((_, now)) = self.hosts_by_id(org, &[host]).await?.pop()
        {
            Arc::make_mut(&mut change.host).times = now.times;
        }
        Ok(newest)
    }

    /// The newest states of hosts that are there, in no order, with the times as they are now. Each comes with the number of the
    /// row of the log that told of the host last, or an older one where it was written while it was read.
    pub async fn newest_states(&self, org: &OrgId, hosts: &[HostId]) -> Result<Vec<(i64, Change)>> {
        // Read first: a host that is written meanwhile has an older version here than it has, never a newer one than its state.
        let now = self.hosts_by_id(org, hosts).await?;
        let sql =
            Sql::new(statement::STATES_OF_HOSTS).bind(org).rows(Rows::new().column(hosts.iter().copied()));
        let numbers =
            self.db().read(sql).await?.iter().map(|row| Ok(row.get(0)?)).collect::<Result<Vec<i64>>>()?;
        let states = self.rows(org, &numbers).await?;
        let mut now: HashMap<HostId, _> =
            now.into_iter().map(|(named, host)| (host.id, (named.version, host.times))).collect();
        let with_times = |mut change: Change| {
            let (version, times) = now.remove(&change.host.id)?;
            Arc::make_mut(&mut change.host).times = times;
            Some((version, change))
        };
        Ok(states.into_iter().filter_map(with_times).collect())
    }

    /// The rows with these numbers, in no order; those that are not there are left out.
    pub async fn rows(&self, org: &OrgId, numbers: &[i64]) -> Result<Vec<Change>> {
        let mut tx = self.db().snapshot_by_key().await?;
        self.by_seq(&mut tx, org, numbers.iter().copied()).await
    }

    /// The number of the newest row of an organisation; 0 when it has none.
    pub async fn newest(&self, org: &OrgId) -> Result<i64> {
        let row = self.db().read_one(Sql::new(statement::ORG_SEQ).bind(org)).await?;
        Ok(row.map_or(Ok(0), |row| row.get(0))?)
    }

    /// The numbers of the newest rows of several organisations; those that never reported are left out.
    pub async fn newest_of(&self, orgs: &[OrgId]) -> Result<HashMap<OrgId, i64>> {
        let rows = Rows::new().column(orgs.iter());
        let rows = self.db().read(Sql::new(statement::ORG_SEQS).rows(rows)).await?;
        rows.into_iter().map(|row| Ok((org_id(&row.get::<String>(0)?)?, row.get(1)?))).collect()
    }

    /// Every organisation that has ever reported.
    pub async fn orgs(&self) -> Result<Vec<OrgId>> {
        let rows = self.db().read(Sql::new(statement::ORGS)).await?;
        rows.into_iter().map(|row| org_id(&row.get::<String>(0)?)).collect()
    }

    /// Where rows of the log came from, each with the metadata as its sender wrote it.
    pub async fn origins(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<Origin>> {
        let wanted = changes.iter().filter_map(|change| change.metadata).collect();
        let stored = self.section_texts(org, wanted).await?;
        let origin = |change: &Change| {
            let request_id = change.request_id.clone();
            let stored = change.metadata.and_then(|digest| stored.get(&digest));
            let metadata = stored.map(|text| Origin::sent_metadata(text, request_id.as_deref()));
            Origin { request_id, metadata, by_frontend: change.by_frontend }
        };
        Ok(changes.iter().map(origin).collect())
    }

    /// The content of sections, by digest. What is not stored is not in the answer.
    pub async fn section_texts(
        &self,
        org: &OrgId,
        digests: Vec<Digest>,
    ) -> Result<HashMap<Digest, Arc<str>>> {
        let mut tx = self.db().snapshot_by_key().await?;
        sections::load(&mut tx, self.base_cache(), org, digests).await
    }

    /// The rows with these numbers, in no order.
    pub(crate) async fn by_seq(
        &self,
        tx: &mut Tx,
        org: &OrgId,
        numbers: impl Iterator<Item = i64>,
    ) -> Result<Vec<Change>> {
        let rows = Rows::new().column(numbers);
        let rows = tx.fetch_all(Sql::new(statement::CHANGES_BY_SEQ).bind(org).rows(rows)).await?;
        self.complete(tx, org, rows).await
    }

    /// Rows with their states: those without one of their own are looked up, all at once.
    pub(crate) async fn complete(&self, tx: &mut Tx, org: &OrgId, rows: Vec<Row>) -> Result<Vec<Change>> {
        let mut unpacker = self.states().unpacker()?;
        let mut states: HashMap<i64, State> = HashMap::new();
        let mut wanted = Vec::new();
        for row in &rows {
            match row.get::<Option<i64>>(7)? {
                Some(base) => wanted.push(base),
                None => drop(states.insert(row.get(0)?, state(row, &mut unpacker)?)),
            }
        }
        wanted.retain(|seq| !states.contains_key(seq));
        wanted.sort_unstable();
        wanted.dedup();
        if !wanted.is_empty() {
            let sql = Sql::new(statement::CHANGES_BY_SEQ).bind(org).rows(Rows::new().column(wanted));
            for row in tx.fetch_all(sql).await? {
                states.insert(row.get(0)?, state(&row, &mut unpacker)?);
            }
        }
        rows.iter().map(|row| change(row, &states)).collect()
    }
}

/// Reads `seq, at`.
fn numbers(rows: &[Row]) -> Result<Vec<(i64, Timestamp)>> {
    rows.iter().map(|row| Ok((row.get(0)?, Timestamp::from_micros(row.get(1)?)))).collect()
}

/// What a row carries of a host: everything but the times.
type State = (Host, Arc<SectionMap>);

fn state(row: &Row, unpacker: &mut Unpacker<'_>) -> Result<State> {
    let missing = || Error::damaged("a row of the log has neither a state nor another row's");
    let bytes = row.get::<Option<Vec<u8>>>(13)?.ok_or_else(missing)?;
    let sections = row.get::<Option<Vec<u8>>>(12)?.unwrap_or_default();
    Ok((unpacker.unpack(&bytes)?, Arc::new(unpack_sections(&sections)?)))
}

fn change(row: &Row, states: &HashMap<i64, State>) -> Result<Change> {
    let seq = row.get(0)?;
    let from = row.get::<Option<i64>>(7)?.unwrap_or(seq);
    let (host, sections) =
        states.get(&from).ok_or_else(|| Error::damaged(format!("row {from} of the log is missing")))?;
    let mut host = host.clone();
    host.times = serde_json::from_str(&row.get::<String>(11)?)?;
    Ok(Change {
        seq,
        at: Timestamp::from_micros(row.get(2)?),
        kind: ChangeKind::from_name(&row.get::<String>(3)?)?,
        cause: row.get(4)?,
        reporter: row.get(5)?,
        matched: row.get::<Option<String>>(6)?.as_deref().and_then(MatchedOn::from_name),
        host: Arc::new(host),
        sections: sections.clone(),
        request_id: row.get(8)?,
        by_frontend: row.get(9)?,
        metadata: row.get::<Option<Vec<u8>>>(10)?.map(crate::sections::digest).transpose()?,
    })
}
