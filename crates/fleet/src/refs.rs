//! Lists of hosts without the hosts: which ones match, in order, and by what to know whether one has changed.

use std::{ops::Range, sync::Arc};

use ::store::{Rows, Sql};
use ground::{HostId, OrgId, Timestamp};

use crate::{
    Condition, Fleet, Host, HostQuery, Registration, Result,
    answers::{Answer, Asked, Valid},
    conditions::FROM,
    read::read_host,
    store as statement,
};

/// A host in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostRef {
    /// Its id.
    pub id: HostId,
    /// The newest row of the log about it. As long as this stands, everything of the host does.
    pub mark: i64,
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

    /// The page that `query` asks for of all hosts that match.
    fn of(all: Arc<[HostRef]>, query: &HostQuery) -> Self {
        let bound = |number: i64| usize::try_from(number).unwrap_or(0).min(all.len());
        let page = bound(query.offset)..bound(query.offset.saturating_add(query.limit.max(0)));
        Self { total: all.len() as i64, page, all }
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

    /// A page of the hosts that match, each by its id and mark. Answers are kept in memory; they are right as long
    /// as the log stands where it stood and no host has come into another age.
    pub async fn refs(&self, query: &HostQuery) -> Result<RefPage> {
        let seq = self.sequence(query.scope.org()).await?;
        if !can_be_kept(query) {
            return self.one_page(query, None).await.map(|(page, _)| page);
        }
        let asked = Asked::hosts(query);
        let known = self.answers().get(&asked, seq, query.now);
        match known {
            Some(Answer::Hosts(all)) => return Ok(RefPage::of(all, query)),
            Some(Answer::OnlyAsked { total }) if self.answers().has_room_for(total) => {
                // One at a time: a long list takes memory while it is read.
                let _turn = self.reading().lock().await;
                if let Some(Answer::Hosts(all)) = self.answers().get(&asked, seq, query.now) {
                    return Ok(RefPage::of(all, query));
                }
                let (all, until) = self.whole_list(query).await?;
                let valid = Valid { seq, from: query.now, until };
                self.answers().put(asked, valid, Answer::Hosts(Arc::clone(&all)));
                return Ok(RefPage::of(all, query));
            }
            _ => {}
        }
        let total = match known {
            Some(Answer::OnlyAsked { total }) => Some(total),
            _ => None,
        };
        let (page, oldest) = self.one_page(query, total).await?;
        let (answer, until) = if let Some(oldest) = oldest {
            let until = if has_ages(query) { self.next_age(query).await? } else { culled_at(query, oldest) };
            (Answer::Hosts(Arc::clone(&page.all)), until)
        } else {
            (Answer::OnlyAsked { total: page.total }, self.next_age(query).await?)
        };
        self.answers().put(asked, Valid { seq, from: query.now, until }, answer);
        Ok(page)
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
                Ok((HostRef { id: host.id, mark: row.get(5)? }, host))
            })
            .collect()
    }

    /// One page by its own statement. When it holds all that match, also the oldest check-in among them.
    async fn one_page(
        &self,
        query: &HostQuery,
        total: Option<i64>,
    ) -> Result<(RefPage, Option<Option<Timestamp>>)> {
        let mut sql = refs_sql(query);
        query.add_page(&mut sql);
        let mut refs = Vec::new();
        let mut oldest = None;
        for row in self.db().read(sql).await? {
            let (host, seen) = read_ref(&row)?;
            refs.push(host);
            oldest = oldest.into_iter().chain([seen]).min();
        }
        if query.offset == 0 && (refs.len() as i64) < query.limit {
            return Ok((RefPage::alone(refs.len() as i64, refs), Some(oldest)));
        }
        let total = match total {
            Some(total) => total,
            None => self.count(query).await?,
        };
        Ok((RefPage::alone(total, refs), None))
    }

    /// All hosts that match, and until when that stays so.
    async fn whole_list(&self, query: &HostQuery) -> Result<(Arc<[HostRef]>, Timestamp)> {
        let mut refs = Vec::new();
        let mut oldest: Option<Timestamp> = None;
        let sql = refs_sql(query);
        self.db()
            .each(sql, |row| {
                let (host, seen) = read_ref(&row)?;
                refs.push(host);
                oldest = oldest.into_iter().chain([seen]).min();
                Ok::<_, crate::Error>(())
            })
            .await?;
        let until = if has_ages(query) { self.next_age(query).await? } else { culled_at(query, oldest) };
        Ok((refs.into(), until))
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

fn refs_sql(query: &HostQuery) -> Sql {
    let mut sql = Sql::new("SELECT c.host_id, c.seq, c.last_check_in");
    sql.push(FROM).push(query.group_join());
    query.add_where(&mut sql);
    query.add_order(&mut sql);
    sql
}

fn read_ref(row: &::store::Row) -> Result<(HostRef, Timestamp)> {
    Ok((HostRef { id: HostId(row.get(0)?), mark: row.get(1)? }, Timestamp::from_micros(row.get(2)?)))
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
