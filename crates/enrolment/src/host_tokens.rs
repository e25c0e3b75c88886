//! The tokens of hosts.

use std::time::Instant;

use ground::{HostId, OrgId, Timestamp};
use store::{Row, Sql};
use uuid::Uuid;

use crate::{
    Enrolment, EnrolmentToken, Error,
    secret::{Secret, TokenKind},
    statements as statement,
    tokens::organisation,
};

/// The token of a host, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostToken {
    /// Its id.
    pub id: Uuid,
    /// The organisation of the host.
    pub org: OrgId,
    /// The host that it reports for, and no other.
    pub host: HostId,
    /// The token that it was enrolled with.
    pub enrolled_with: Uuid,
    /// When.
    pub enrolled: Timestamp,
    /// Whether the host has the group and the tags of that token.
    pub placed: bool,
    /// When somebody revoked it.
    pub revoked: Option<Timestamp>,
    digest: Vec<u8>,
}

/// A machine that has enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The organisation that it reports to.
    pub org: OrgId,
    /// The host that it is.
    pub host: HostId,
}

impl Enrolment {
    /// Registers a machine's own token for a host of its own, or for the one host that the enrolment token is for. To be asked
    /// again with the same tokens gives the same answer, and takes no further use.
    pub async fn enrol(&self, token: &EnrolmentToken, own: &Secret) -> Result<Enrolled, Error> {
        if own.kind != TokenKind::Host {
            return Err(Error::Refused);
        }
        let (now, org) = (self.clock.now(), &token.org);
        let host = token.host.unwrap_or_else(|| HostId(Uuid::new_v4()));
        let mut tx = self.db.begin().await?;
        let add = Sql::new(statement::ADD_HOST_TOKEN).bind(own.id).bind(org).bind(own.digest().to_vec());
        if tx.execute(add.bind(host).bind(token.id).bind(now)).await? == 0 {
            tx.rollback().await?;
            let known = self.host_token(own.id).await?.ok_or(Error::Refused)?;
            let again = known.enrolled_with == token.id && known.revoked.is_none();
            let is_same = again && own.has_digest(&known.digest);
            return if is_same {
                Ok(Enrolled { org: known.org, host: known.host })
            } else {
                Err(Error::Refused)
            };
        }
        if tx.execute(Sql::new(statement::USE_TOKEN).bind(token.id).bind(now)).await? == 0 {
            let why = token.ended(now).unwrap_or("used up");
            tracing::warn!(%org, token = %token.id, why, "an enrolment token has ended");
            return Err(Error::Refused);
        }
        if token.host.is_some() {
            let others = Sql::new(statement::REVOKE_OTHERS_OF_HOST).bind(org).bind(host).bind(own.id);
            tx.execute(others.bind(now)).await?;
        }
        tx.commit().await?;
        tracing::info!(%org, token = %token.id, host_token = %own.id, %host, "a machine is enrolled");
        Ok(Enrolled { org: org.clone(), host })
    }

    /// The token that a host shows to report with, when it is good.
    pub async fn reporting(&self, shown: &str, now: Instant) -> Result<HostToken, Error> {
        let secret =
            Secret::parse(shown).filter(|secret| secret.kind == TokenKind::Host).ok_or(Error::Refused)?;
        let token = self.host_token(secret.id).await?.ok_or(Error::Refused)?;
        if !secret.has_digest(&token.digest) {
            tracing::warn!(host_token = %token.id, org = %token.org, "a host token has another secret");
            return Err(Error::Refused);
        }
        if token.revoked.is_some() {
            tracing::info!(host_token = %token.id, org = %token.org, host = %token.host, "a revoked host token is used");
            return Err(Error::Refused);
        }
        self.reports.take(token.id, now).map_err(Error::TooOften)?;
        Ok(token)
    }

    /// The group and the tags that a host gets with its first report.
    pub async fn placement(&self, token: &HostToken) -> Result<Option<EnrolmentToken>, Error> {
        if token.placed { Ok(None) } else { self.token(token.enrolled_with).await }
    }

    /// Notes that the host has them.
    pub async fn placed(&self, token: &HostToken) -> Result<(), Error> {
        self.db.execute(Sql::new(statement::MARK_PLACED).bind(&token.org).bind(token.id)).await?;
        Ok(())
    }

    /// The tokens of the hosts of an organisation, the newest first, and how many there are.
    pub async fn host_tokens(
        &self,
        org: &OrgId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<HostToken>, i64), Error> {
        let sql = Sql::new(statement::HOST_TOKENS).bind(org).bind(limit).bind(offset);
        let tokens = self.db.read(sql).await?.iter().map(read).collect::<store::Result<_>>()?;
        let total = self.db.read_one(Sql::new(statement::COUNT_HOST_TOKENS).bind(org)).await?;
        Ok((tokens, total.map_or(Ok(0), |row| row.get(0))?))
    }

    /// Revokes the token of a host; `false` when there is none that is not revoked already.
    pub async fn revoke_host(&self, org: &OrgId, id: Uuid, by: &str) -> Result<bool, Error> {
        let now = self.clock.now();
        let sql = Sql::new(statement::REVOKE_HOST_TOKEN).bind(org).bind(id).bind(now);
        let revoked = self.db.execute(sql).await? > 0;
        if revoked {
            tracing::info!(%org, host_token = %id, by, "a host token is revoked");
        }
        Ok(revoked)
    }

    async fn host_token(&self, id: Uuid) -> Result<Option<HostToken>, Error> {
        let row = self.db.read_one(Sql::new(statement::HOST_TOKEN).bind(id)).await?;
        Ok(row.as_ref().map(read).transpose()?)
    }
}

fn read(row: &Row) -> store::Result<HostToken> {
    Ok(HostToken {
        id: row.get(0)?,
        org: organisation(row)?,
        digest: row.get(2)?,
        host: HostId(row.get(3)?),
        enrolled_with: row.get(4)?,
        enrolled: Timestamp::from_micros(row.get(5)?),
        placed: row.get::<i64>(6)? != 0,
        revoked: row.get::<Option<i64>>(7)?.map(Timestamp::from_micros),
    })
}
