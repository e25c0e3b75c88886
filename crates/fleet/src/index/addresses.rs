//! Which hosts have which addresses, answered from memory that follows the log.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Bound,
    sync::Arc,
};

use ::store::{Row, Rows, Sql};
use foldhash::fast::RandomState;
use ground::{HostId, OrgId};
use serde::Deserialize;

use super::{
    log_position::{LogPosition, Since},
    org_cache::{Measured, OrgCache},
    read::each_by_id,
};
use crate::{
    Condition, Fleet, HostQuery, Result,
    db::{codec::Unpacker, statements as statement},
};

/// Hosts read in one statement, and looked at together.
const HOSTS_PER_STATEMENT: usize = 2_000;

/// Bytes of an address and of its place on a host, beside its text.
const BYTES_OF_ONE: usize = 120;

/// The addresses of organisations.
pub(crate) type AddressIndexes = OrgCache<AddressIndex>;

/// An address, as it is looked for: letters folded, hardware addresses with colons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressText(String);

impl AddressText {
    /// Of a text that somebody wrote.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase().replace('-', ":"))
    }

    /// Whether it may be the beginning of an address: of digits, with dots or colons.
    pub fn is_likely(&self) -> bool {
        let of_address = |character: char| character.is_ascii_hexdigit() || matches!(character, '.' | ':');
        self.0.len() > 2 && self.0.chars().all(of_address) && self.0.contains(['.', ':'])
    }

    /// Whether it is this address, whole.
    pub fn is(&self, address: &str) -> bool {
        self.0 == address
    }

    /// An address that every machine has tells nothing.
    fn is_common(&self) -> bool {
        self.0.starts_with("127.") || ["::1", "00:00:00:00:00:00"].contains(&self.0.as_str())
    }
}

/// A host with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressed {
    /// The address, of its network or of its hardware, letters folded.
    pub address: String,
    /// The host.
    pub host: HostId,
}

/// The addresses of one organisation.
#[derive(Default)]
pub(crate) struct AddressIndex {
    /// Where in the log it is right; nowhere until everything is read.
    position: Option<LogPosition>,
    of_hosts: HashMap<HostId, Vec<Arc<str>>, RandomState>,
    hosts: BTreeMap<Arc<str>, BTreeSet<HostId>>,
    bytes: usize,
}

impl Measured for AddressIndex {
    fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What of a host's state is looked at.
#[derive(Deserialize)]
struct Addresses {
    canonical_facts: AddressFacts,
}

#[derive(Deserialize)]
struct AddressFacts {
    #[serde(default)]
    ip_addresses: Vec<String>,
    #[serde(default)]
    mac_addresses: Vec<String>,
}

impl Fleet {
    /// The hosts that match and have an address that begins so, in the order of addresses, at most `limit`. Addresses that every
    /// machine has are left out.
    pub async fn with_address(
        &self,
        query: &HostQuery,
        beginning: &AddressText,
        limit: usize,
    ) -> Result<Vec<Addressed>> {
        let org = query.scope.org();
        let candidates = {
            let index = self.address_indexes().of(org);
            let mut index = index.lock().await;
            self.bring_addresses(org, &mut index).await?;
            index.beginning_with(&beginning.0)
        };
        let mut found = Vec::new();
        for some in candidates.chunks(HOSTS_PER_STATEMENT) {
            let ids: BTreeSet<HostId> = some.iter().map(|one| one.host).collect();
            let mut among = query.clone().with(Condition::Ids(ids.into_iter().collect()));
            (among.offset, among.limit) = (0, i64::MAX);
            let there: BTreeSet<HostId> = self.refs(&among).await?.hosts.iter().map(|host| host.id).collect();
            found.extend(some.iter().filter(|one| there.contains(&one.host)).cloned());
            if found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// The hosts with this address, or with one that begins so, as a condition of a question.
    pub(crate) async fn at_address(&self, org: &OrgId, text: &str, is_beginning: bool) -> Result<Condition> {
        let text = AddressText::new(text);
        let index = self.address_indexes().of(org);
        let mut index = index.lock().await;
        self.bring_addresses(org, &mut index).await?;
        let found =
            index.beginning_with(&text.0).into_iter().filter(|found| is_beginning || text.is(&found.address));
        let hosts: BTreeSet<HostId> = found.map(|found| found.host).collect();
        Ok(Condition::Ids(hosts.into_iter().collect()))
    }

    /// Brings an index to the newest number of the log.
    async fn bring_addresses(&self, org: &OrgId, index: &mut AddressIndex) -> Result<()> {
        let mut tx = self.db().snapshot().await?;
        let (since, newest) = LogPosition::since(&mut tx, org, index.position).await?;
        // Should reading fail, everything is read anew.
        index.position = None;
        let mut unpacker = self.states().unpacker()?;
        match since {
            Since::Nothing => {}
            Since::Hosts(changed) => {
                for changed in changed.chunks(HOSTS_PER_STATEMENT) {
                    let ids = Rows::new().column(changed.iter().copied());
                    let rows = tx.fetch_all(Sql::new(statement::STATES_BY_ID).bind(org).rows(ids)).await?;
                    for host in changed {
                        index.remove(*host);
                    }
                    for row in &rows {
                        index.put(row, &mut unpacker)?;
                    }
                }
            }
            Since::Everything => {
                *index = AddressIndex::default();
                let (most, take) = (HOSTS_PER_STATEMENT as i64, |row: &Row| index.put(row, &mut unpacker));
                each_by_id(&mut tx, statement::STATES_FROM_ID, org, most, take).await?;
            }
        }
        index.position = Some(newest);
        self.address_indexes().make_room(org, index.bytes);
        Ok(())
    }
}

impl AddressIndex {
    /// Takes in a row of `id, state` of a host that is not known.
    fn put(&mut self, row: &Row, unpacker: &mut Unpacker<'_>) -> Result<()> {
        let host = HostId(row.get(0)?);
        let Addresses { canonical_facts: facts } = unpacker.unpack(&row.get::<Vec<u8>>(1)?)?;
        let texts = facts.ip_addresses.iter().chain(&facts.mac_addresses).map(|text| AddressText::new(text));
        let own: BTreeSet<String> = texts.filter(|text| !text.is_common()).map(|text| text.0).collect();
        for text in own {
            let address = match self.hosts.get_key_value(text.as_str()) {
                Some((known, _)) => Arc::clone(known),
                None => Arc::from(text),
            };
            self.bytes += address.len() + BYTES_OF_ONE;
            self.hosts.entry(Arc::clone(&address)).or_default().insert(host);
            self.of_hosts.entry(host).or_default().push(address);
        }
        Ok(())
    }

    fn remove(&mut self, host: HostId) {
        for address in self.of_hosts.remove(&host).unwrap_or_default() {
            self.bytes -= address.len() + BYTES_OF_ONE;
            if let Some(hosts) = self.hosts.get_mut(&address) {
                hosts.remove(&host);
                if hosts.is_empty() {
                    self.hosts.remove(&address);
                }
            }
        }
    }

    fn beginning_with(&self, beginning: &str) -> Vec<Addressed> {
        self.hosts
            .range::<str, _>((Bound::Included(beginning), Bound::Unbounded))
            .take_while(|(address, _)| address.starts_with(beginning))
            .flat_map(|(address, hosts)| {
                hosts.iter().map(|host| Addressed { address: address.to_string(), host: *host })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_begin_an_address() {
        for text in ["10.", "10.0.0.7", "fe80::", "52-54-00", "52:54:00:AB", "2001:db8:1"] {
            assert!(AddressText::new(text).is_likely(), "{text}");
        }
        for text in ["", "10", "1.", "web-1", "db.example.com", "cafe"] {
            assert!(!AddressText::new(text).is_likely(), "{text}");
        }
    }
}
