//! Lists of host references: which hosts match, in order, each with its version.

use std::{ops::Range, sync::Arc};

use ::store::{Row, Rows, Sql};
use ground::{HostId, OrgId, Timestamp};

use crate::{
    Condition, Fleet, Host, HostQuery, ListCacheLimits, Registration, Result,
    db::statements as statement,
    query::{
        answer_cache::{CacheKey, CacheValue, Validity},
        hosts::read_host,
        sql::REFS,
    },
};

/// A reference to a host in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostRef {
    /// Its id.
    pub id: HostId,
    /// The newest row of the log about it. As long as this stands, everything of the host does.
    pub version: i64,
}

impl HostRef {
    /// Reads the beginning of [`REFS`].
    pub(crate) fn read(row: &Row) -> Result<Self> {
        Ok(Self { id: HostId(row.get(0)?), version: row.get(1)? })
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct RefPage {
    /// How many hosts match, on all pages.
    pub total: i64,
    all: Arc<[HostRef]>,
    page: Range<usize>,
}

impl RefPage {
    /// The hosts of this page, in order.
    pub fn hosts(&self) -> &[HostRef] {
        self.all.get(self.page.clone()).unwrap_or_default()
    }

    /// A page that was read alone.
    fn alone(total: i64, hosts: Vec<HostRef>) -> Self {
        Self { total, page: 0..hosts.len(), all: hosts.into() }
    }

    /// The page that `query` asks for, when `known` holds it; `total` hosts match.
    fn kept(known: &CacheValue, total: i64, query: &HostQuery) -> Option<Self> {
        match known {
            CacheValue::Hosts(all) => Some(Self::of(total, Arc::clone(all), query)),
            CacheValue::First(first) => {
                let end = query.offset.saturating_add(query.limit).min(total);
                (end <= first.len() as i64).then(|| Self::of(total, Arc::clone(first), query))
            }
            CacheValue::Total(_) | CacheValue::Tags(_) => None,
        }
    }

    fn of(total: i64, all: Arc<[HostRef]>, query: &HostQuery) -> Self {
        let bound = |number: i64| usize::try_from(number).unwrap_or(0).min(all.len());
        let page = bound(query.offset)..bound(query.offset.saturating_add(query.limit.max(0)));
        Self { total, all, page }
    }
}

/// The newest possible time: time alone will never change an answer that is valid until then.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);

impl Fleet {
    /// The number of the newest row of an organisation's log, as it is in the database now: rows that any process has
    /// committed before this is asked are seen. Asking is cheap when many ask at once.
    pub async fn sequence(&self, org: &OrgId) -> Result<i64> {
        self.sequences().newest(self.db(), org).await
    }

    /// A page of the hosts that match, each by its id and version. Answers are kept in memory; they are right as long
    /// as the log stands where it stood and no host has come into another age.
    pub async fn refs(&self, query: &HostQuery) -> Result<RefPage> {
        let seq = self.sequence(query.scope.org()).await?;
        if !can_be_kept(query) {
            let (hosts, _) = self.read_refs(query, Some((query.limit, query.offset))).await?;
            return Ok(RefPage::alone(self.count(query).await?, hosts));
        }
        let asked = CacheKey::hosts(query);
        let Some(known) = self.answers().get(&asked, seq, query.now) else {
            return self.first_asked(query, asked, seq).await;
        };
        let total = match &known {
            CacheValue::Hosts(all) => all.len() as i64,
            _ => self.total(query, seq).await?,
        };
        if let Some(page) = RefPage::kept(&known, total, query) {
            return Ok(page);
        }
        let end = query.offset.saturating_add(query.limit);
        let ListCacheLimits { whole, first } = self.lists();
        let limit = (total > whole && end <= first).then_some(first);
        if limit.is_none() && !self.answers().has_room_for(total) {
            let (hosts, _) = self.read_refs(query, Some((query.limit, query.offset))).await?;
            return Ok(RefPage::alone(total, hosts));
        }
        // One at a time: a long list takes memory while it is read.
        let _alone = self.reading().lock().await;
        if let Some(known) = self.answers().get(&asked, seq, query.now)
            && let Some(page) = RefPage::kept(&known, total, query)
        {
            return Ok(page);
        }
        let (hosts, oldest) = self.read_refs(query, limit.map(|limit| (limit, 0))).await?;
        let hosts: Arc<[HostRef]> = hosts.into();
        let (total, answer, until) = if limit.is_some() {
            (total, CacheValue::First(Arc::clone(&hosts)), self.next_age(query).await?)
        } else {
            let until = self.all_stand_until(query, oldest).await?;
            (hosts.len() as i64, CacheValue::Hosts(Arc::clone(&hosts)), until)
        };
        self.answers().put(asked, Validity { seq, from: query.now, until }, answer);
        Ok(RefPage::of(total, hosts, query))
    }

    /// The first question reads no more than its page.
    async fn first_asked(&self, query: &HostQuery, asked: CacheKey, seq: i64) -> Result<RefPage> {
        let (hosts, oldest) = self.read_refs(query, Some((query.limit, query.offset))).await?;
        if query.offset == 0 && (hosts.len() as i64) < query.limit {
            let all: Arc<[HostRef]> = hosts.into();
            let valid = Validity { seq, from: query.now, until: self.all_stand_until(query, oldest).await? };
            self.answers().put(asked, valid, CacheValue::Hosts(Arc::clone(&all)));
            return Ok(RefPage::of(all.len() as i64, all, query));
        }
        let total = self.total(query, seq).await?;
        let until = self.next_age(query).await?;
        self.answers().put(asked, Validity { seq, from: query.now, until }, CacheValue::First([].into()));
        Ok(RefPage::alone(total, hosts))
    }

    /// How many hosts match at a number of the log: asked once for all orders.
    async fn total(&self, query: &HostQuery, seq: i64) -> Result<i64> {
        let form = (CacheValue::Total, CacheValue::total);
        self.answered_once(query, seq, CacheKey::total(query), form, self.count(query)).await
    }

    /// The answer that is kept, or else is found: by one who asks, while the others wait for it. `kept_as` and `of` lead into
    /// the form in which such an answer is kept and out of it.
    pub(crate) async fn answered_once<T: Clone>(
        &self,
        query: &HostQuery,
        seq: i64,
        asked: CacheKey,
        (kept_as, of): (impl Fn(T) -> CacheValue, impl Fn(CacheValue) -> Option<T>),
        found: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let known = || self.answers().get(&asked, seq, query.now).and_then(&of);
        if let Some(known) = known() {
            return Ok(known);
        }
        let _alone = self.answers().wait_for_others(&asked).await;
        if let Some(known) = known() {
            return Ok(known);
        }
        let found = found.await?;
        let until = self.next_age(query).await?;
        self.answers().put(asked, Validity { seq, from: query.now, until }, kept_as(found.clone()));
        Ok(found)
    }

    /// These hosts, without an order; those that are gone by now are left out.
    pub async fn hosts_by_id(&self, org: &OrgId, ids: &[HostId]) -> Result<Vec<(HostRef, Host)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Rows::new().column(ids.iter().copied());
        let rows = self.db().read(Sql::new(statement::HOSTS_SHOWN).bind(org).rows(rows)).await?;
        let mut unpacker = self.states().unpacker()?;
        rows.iter()
            .map(|row| {
                let host = read_host(row, &mut unpacker)?;
                Ok((HostRef { id: host.id, version: row.get(5)? }, host))
            })
            .collect()
    }

    /// The hosts that match, in order, all or so many after so many; and, unless others follow them, the oldest check-in
    /// among them.
    async fn read_refs(
        &self,
        query: &HostQuery,
        page: Option<(i64, i64)>,
    ) -> Result<(Vec<HostRef>, Option<Timestamp>)> {
        if let Some((limit, offset)) = page
            && limit.saturating_add(offset) <= self.lists().first
            && let Some(mut hosts) = self.first_page(query, limit + offset).await?
        {
            hosts.drain(..offset as usize);
            return Ok((hosts, None));
        }
        let mut sql = Sql::new(REFS);
        query.add_checkins(&mut sql, true);
        query.add_order(&mut sql);
        if let Some((limit, offset)) = page {
            sql.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        }
        let mut refs = Vec::new();
        let mut oldest: Option<Timestamp> = None;
        self.db()
            .each(sql, |row| {
                refs.push(HostRef::read(&row)?);
                oldest = oldest.into_iter().chain([Timestamp::from_micros(row.get(2)?)]).min();
                Ok::<_, crate::Error>(())
            })
            .await?;
        Ok((refs, oldest))
    }

    /// Until when a list of all that match stays so, of which the oldest checked in then.
    async fn all_stand_until(&self, query: &HostQuery, oldest: Option<Timestamp>) -> Result<Timestamp> {
        if has_ages(query) { self.next_age(query).await } else { Ok(culled_at(query, oldest)) }
    }

    /// When the first host of the organisation will have another age.
    pub(crate) async fn next_age(&self, query: &HostQuery) -> Result<Timestamp> {
        let ages = [query.staleness.stale, query.staleness.warning, query.staleness.delete];
        let mut sql = Sql::new(statement::NEXT_AGES).bind(query.scope.org());
        for age in ages {
            sql = sql.bind(query.now.plus_seconds(-age));
        }
        let Some(row) = self.db().read_one(sql).await? else { return Ok(NEVER) };
        let mut first = NEVER;
        for (column, age) in ages.into_iter().enumerate() {
            if let Some(seen) = row.get::<Option<i64>>(column)? {
                first = first.min(Timestamp::from_micros(seen).plus_seconds(age));
            }
        }
        Ok(first)
    }
}

/// Whether time changes the answer at times that can be told: when a single reporter falls silent cannot.
pub(crate) fn can_be_kept(query: &HostQuery) -> bool {
    !query.conditions.iter().any(|condition| match condition {
        Condition::Registered(ways) => ways.iter().any(|way| *way != Registration::WithInsightsId),
        _ => false,
    })
}

fn has_ages(query: &HostQuery) -> bool {
    query.conditions.iter().any(|condition| matches!(condition, Condition::Ages(_)))
}

/// When the first of hosts is culled, of which the oldest checked in then; those that are culled stay so.
fn culled_at(query: &HostQuery, oldest: Option<Timestamp>) -> Timestamp {
    match oldest {
        Some(oldest) if query.conditions.contains(&Condition::NotCulled) => {
            oldest.plus_seconds(query.staleness.delete)
        }
        _ => NEVER,
    }
}
