//! Tokens that machines enrol with.

use std::time::{Duration, Instant};

use ground::{GroupId, HostId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Row, Sql};
use uuid::Uuid;

use crate::{
    Enrolment, Error,
    secret::{Secret, TokenKind},
    statements as statement,
};

/// So many enrolment tokens an organisation may have; those that have ended make room.
pub const MOST_TOKENS: i64 = 1_000;

/// What a token may be at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// The longest life: a year.
    pub const LONGEST: Duration = Duration::from_hours(366 * 24);
    /// The most machines, where their number is limited.
    pub const MOST_USES: u32 = 100_000;
    /// Most tags.
    pub const MOST_TAGS: usize = 20;
    /// Most characters of a note, a part of a tag.
    pub const LONGEST_TEXT: usize = 255;
}

/// A tag that hosts get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenTag {
    /// The namespace, if it has one.
    pub namespace: Option<String>,
    /// The key.
    pub key: String,
    /// The value, if it has one.
    pub value: Option<String>,
}

/// A token that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for, for people.
    pub note: String,
    /// The group that hosts come into.
    pub group: Option<GroupId>,
    /// The tags that they get.
    pub tags: Vec<TokenTag>,
    /// The one host, known already, that it is for.
    pub host: Option<HostId>,
    /// How many machines it enrols; `None` for any number.
    pub uses: Option<u32>,
    /// For how long.
    pub lasts: Duration,
    /// Who makes it.
    pub by: String,
}

/// A token that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// The number of machines.
    #[error("a token enrols 1 to {} machines, or any number", Limits::MOST_USES)]
    Uses,
    /// One for a host enrols that host.
    #[error(
        "a token for one host enrols that host alone: leave the number of uses, the group and the tags away"
    )]
    OfOneHost,
    /// How long it lasts.
    #[error("a token lasts a minute to 366 days")]
    Lasts,
    /// Too many tags.
    #[error("a token has at most {} tags", Limits::MOST_TAGS)]
    Tags,
    /// A text.
    #[error("{0} has 1 to {max} characters and no control characters", max = Limits::LONGEST_TEXT)]
    Text(&'static str),
    /// There are too many tokens.
    #[error("an organisation has at most {MOST_TOKENS} enrolment tokens: revoke one first")]
    TooMany,
}

/// A token that machines enrol with, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentToken {
    /// Its id.
    pub id: Uuid,
    /// Whose hosts it enrols.
    pub org: OrgId,
    /// What it is for, for people.
    pub note: String,
    /// The group that hosts come into.
    pub group: Option<GroupId>,
    /// The tags that they get.
    pub tags: Vec<TokenTag>,
    /// The one host that it is for.
    pub host: Option<HostId>,
    /// How many machines it enrols; `None` for any number.
    pub uses: Option<i64>,
    /// How many it has enrolled.
    pub used: i64,
    /// When it was made.
    pub created: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it ends.
    pub expires: Timestamp,
    /// When somebody revoked it.
    pub revoked: Option<Timestamp>,
    pub(crate) digest: Vec<u8>,
}

impl EnrolmentToken {
    /// Why it enrols nobody any more; `None` while it does.
    pub fn ended(&self, now: Timestamp) -> Option<&'static str> {
        match self {
            Self { revoked: Some(_), .. } => Some("revoked"),
            Self { expires, .. } if *expires <= now => Some("expired"),
            Self { uses: Some(uses), used, .. } if used >= uses => Some("used up"),
            _ => None,
        }
    }
}

impl NewToken {
    /// Whether it may be made.
    pub fn check(&self) -> Result<(), BadToken> {
        let fits = |text: &str| {
            (1..=Limits::LONGEST_TEXT).contains(&text.chars().count()) && !text.contains(char::is_control)
        };
        let good = |name, text: Option<&String>| match text {
            Some(text) if !fits(text) => Err(BadToken::Text(name)),
            _ => Ok(()),
        };
        if self.host.is_some() && (self.uses != Some(1) || self.group.is_some() || !self.tags.is_empty()) {
            return Err(BadToken::OfOneHost);
        }
        if self.uses.is_some_and(|uses| !(1..=Limits::MOST_USES).contains(&uses)) {
            return Err(BadToken::Uses);
        }
        if !(Duration::from_mins(1)..=Limits::LONGEST).contains(&self.lasts) {
            return Err(BadToken::Lasts);
        }
        if self.tags.len() > Limits::MOST_TAGS {
            return Err(BadToken::Tags);
        }
        good("the note", Some(&self.note).filter(|note| !note.is_empty()))?;
        self.tags.iter().try_for_each(|TokenTag { namespace, key, value }| {
            good("the namespace of a tag", namespace.as_ref())?;
            good("the key of a tag", Some(key))?;
            good("the value of a tag", value.as_ref())
        })
    }
}

impl Enrolment {
    /// Makes a token. Its secret is told here and never again.
    pub async fn create(&self, org: &OrgId, new: NewToken) -> Result<(EnrolmentToken, Secret), Error> {
        new.check()?;
        let (now, secret) = (self.clock.now(), Secret::random(TokenKind::Enrolment)?);
        let NewToken { note, group, tags, host, uses, lasts, by } = new;
        let token = EnrolmentToken {
            id: secret.id,
            org: org.clone(),
            note,
            group,
            tags,
            host,
            uses: uses.map(i64::from),
            used: 0,
            created: now,
            created_by: by,
            expires: now.plus_seconds(i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX)),
            revoked: None,
            digest: secret.digest().to_vec(),
        };
        let tags = serde_json::to_string(&token.tags).unwrap_or_default();
        let mut tx = self.db.begin().await?;
        let add = Sql::new(statement::ADD_TOKEN).bind(token.id).bind(org).bind(token.digest.clone());
        let add = add.bind(&token.note).bind(token.group).bind(tags).bind(token.host);
        tx.execute(add.bind(token.uses).bind(now).bind(&token.created_by).bind(token.expires)).await?;
        let count = async |tx: &mut store::Tx| -> store::Result<i64> {
            let row = tx.fetch_one(Sql::new(statement::COUNT_TOKENS).bind(org)).await?;
            row.map_or(Ok(0), |row| row.get(0))
        };
        if count(&mut tx).await? > MOST_TOKENS {
            tx.execute(Sql::new(statement::FORGET_ENDED_TOKENS).bind(org).bind(now)).await?;
            if count(&mut tx).await? > MOST_TOKENS {
                return Err(BadToken::TooMany.into());
            }
        }
        tx.commit().await?;
        tracing::info!(
            %org, token = %token.id, by = token.created_by, uses = token.uses, expires = %token.expires,
            host = token.host.map(|host| host.to_string()), "an enrolment token is made"
        );
        Ok((token, secret))
    }

    /// The tokens of an organisation, the newest first.
    pub async fn tokens(&self, org: &OrgId) -> Result<Vec<EnrolmentToken>, Error> {
        let rows = self.db.read(Sql::new(statement::TOKENS).bind(org)).await?;
        Ok(rows.iter().map(read).collect::<store::Result<_>>()?)
    }

    /// Revokes a token, and those of the hosts that enrolled with it when `hosts` says so; how many of those, or `None` when
    /// there is no such token that is not revoked already.
    pub async fn revoke(&self, org: &OrgId, id: Uuid, hosts: bool, by: &str) -> Result<Option<u64>, Error> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let revoked = tx.execute(Sql::new(statement::REVOKE_TOKEN).bind(org).bind(id).bind(now)).await?;
        let mut of_hosts = 0;
        if hosts {
            let sql = Sql::new(statement::REVOKE_ENROLLED_WITH).bind(org).bind(id).bind(now);
            of_hosts = tx.execute(sql).await?;
        }
        tx.commit().await?;
        if revoked == 0 && of_hosts == 0 {
            return Ok(None);
        }
        tracing::info!(%org, token = %id, by, of_hosts, "an enrolment token is revoked");
        Ok(Some(of_hosts))
    }

    /// The token that somebody shows to enrol with, when it is good.
    pub async fn shown(&self, shown: &str, now: Instant) -> Result<EnrolmentToken, Error> {
        let secret = Secret::parse(shown).filter(|secret| secret.kind == TokenKind::Enrolment);
        let secret = secret.ok_or(Error::Refused)?;
        let token = self.token(secret.id).await?.ok_or(Error::Refused)?;
        if !secret.has_digest(&token.digest) {
            tracing::warn!(token = %token.id, org = %token.org, "an enrolment token has another secret");
            return Err(Error::Refused);
        }
        self.enrolments.take(token.id, now).map_err(Error::TooOften)?;
        Ok(token)
    }

    pub(crate) async fn token(&self, id: Uuid) -> Result<Option<EnrolmentToken>, Error> {
        let row = self.db.read_one(Sql::new(statement::TOKEN).bind(id)).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }
}

/// The organisation of a row.
pub(crate) fn organisation(row: &Row) -> store::Result<OrgId> {
    OrgId::parse(&row.get::<String>(1)?).map_err(|bad| store::Error::damaged(bad.to_string()))
}

fn read(row: &Row) -> store::Result<EnrolmentToken> {
    let tags: String = row.get(5)?;
    Ok(EnrolmentToken {
        id: row.get(0)?,
        org: organisation(row)?,
        digest: row.get(2)?,
        note: row.get(3)?,
        group: row.get::<Option<Uuid>>(4)?.map(GroupId),
        tags: serde_json::from_str(&tags).unwrap_or_default(),
        host: row.get::<Option<Uuid>>(6)?.map(HostId),
        uses: row.get(7)?,
        used: row.get(8)?,
        created: Timestamp::from_micros(row.get(9)?),
        created_by: row.get(10)?,
        expires: Timestamp::from_micros(row.get(11)?),
        revoked: row.get::<Option<i64>>(12)?.map(Timestamp::from_micros),
    })
}
