//! Groups and tags of many hosts are mended (contract inventory-events §15, §15.7).

use fleet::Origin;
use ground::{HostId, OrgId, Stop};
use service::Error;
use uuid::Uuid;

use super::{SUSPENDED, Scheduled};

impl Scheduled {
    /// Deletes the groups of the organisations that were named; none when one of them has hosts.
    pub async fn delete_empty_org_groups(&self) -> Result<String, Error> {
        if self.options.suspended {
            return Ok(SUSPENDED.to_owned());
        }
        if self.options.empty_orgs.is_empty() {
            return Err("name organisations without hosts in ORG_IDS, with commas between them".into());
        }
        let orgs =
            self.options.empty_orgs.iter().map(|id| OrgId::parse(id)).collect::<Result<Vec<_>, _>>()?;
        for org in &orgs {
            if self.fleet.has_hosts(org).await? {
                return Err(format!("organisation {org} has hosts: nothing is deleted").into());
            }
        }
        if self.options.dry_run {
            return Ok(format!("{}groups of {} organisations would be deleted", self.prefix(), orgs.len()));
        }
        let mut deleted = 0;
        for org in &orgs {
            let gone = self.fleet.delete_groups_unless_hosts(org).await?;
            deleted += gone.ok_or_else(|| format!("organisation {org} has hosts by now: its groups stay"))?;
        }
        Ok(format!("{deleted} groups of {} organisations deleted", orgs.len()))
    }

    /// Makes the group of hosts without a group in every organisation that has hosts and lacks it.
    pub async fn create_ungrouped(&self, stop: &Stop) -> Result<String, Error> {
        let mut made = 0;
        for (n, org) in self.fleet.orgs().await?.into_iter().enumerate() {
            if stop.is_asked() {
                break;
            }
            made += usize::from(self.fleet.make_ungrouped(&org).await?);
            if (n + 1).is_multiple_of(self.options.create_groups_chunk.get()) {
                tracing::info!(organisations = n + 1, made, "groups of hosts without a group are being made");
            }
        }
        Ok(format!("{made} groups of hosts without a group made"))
    }

    /// Puts every host that is in no group into that of hosts without a group.
    pub async fn assign_ungrouped(&self, stop: &Stop) -> Result<String, Error> {
        let most = self.options.assign_groups_chunk.get();
        let mut assigned = 0;
        for org in self.fleet.orgs().await? {
            let mut after = Some(HostId(Uuid::nil()));
            while let Some(last) = after {
                if stop.is_asked() {
                    return Ok(format!("stopped after {assigned} hosts"));
                }
                let some = self.fleet.assign_ungrouped(&org, last, most, &Origin::default()).await?;
                assigned += some.len();
                after = some.last().copied();
            }
        }
        Ok(format!("{assigned} hosts put into the group of hosts without a group"))
    }

    /// Takes the tags of a namespace from every host.
    pub async fn delete_tag_namespace(&self, stop: &Stop) -> Result<String, Error> {
        let (namespace, most) = (&self.options.tag_namespace, self.options.tag_chunk.get());
        let mut changed = 0;
        for org in self.fleet.orgs().await? {
            let mut after = Some(HostId(Uuid::nil()));
            while let Some(last) = after {
                if stop.is_asked() {
                    return Ok(format!("stopped after {changed} hosts"));
                }
                let origin = Origin::default();
                let some = self.fleet.drop_tag_namespace(&org, namespace, last, most, &origin).await?;
                changed += some.len();
                after = some.last().copied();
            }
        }
        Ok(format!("{changed} hosts have no tags of namespace `{namespace}` any more"))
    }
}
