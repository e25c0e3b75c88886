//! Hosts as lists show them, as text, written as they are sent.

use std::collections::VecDeque;

use axum::body::Bytes;
use fleet::{Fleet, HostQuery, HostRef, PackedHosts, Staleness};
use futures::{StreamExt as _, stream};
use ground::OrgId;

use super::{
    App, ShownHosts,
    errors::Failure,
    page::{BUFFERED_BYTES, Texts},
};

/// So many hosts are read together: up to 2 MiB each, packed.
const READ_AT_ONCE: usize = 25;

/// The texts of hosts, in order. It holds as much as is sent next, whatever the hosts are like.
pub struct HostTexts {
    fleet: Fleet,
    shown: ShownHosts,
    org: OrgId,
    staleness: Staleness,
    /// Those that are not read.
    unread: VecDeque<HostRef>,
    /// Those that are read, and the text where that is known.
    read: VecDeque<(HostRef, Option<Bytes>)>,
    /// The others of these.
    packed: Option<PackedHosts>,
    /// Texts that come next; none for a host that is gone.
    ready: VecDeque<Option<Bytes>>,
}

impl HostTexts {
    /// The texts of these hosts, found by a question.
    pub fn new(app: &App, query: &HostQuery, hosts: &[HostRef]) -> Self {
        Self {
            fleet: app.fleet.clone(),
            shown: app.shown.clone(),
            org: query.scope.org().clone(),
            staleness: query.staleness,
            unread: hosts.iter().copied().collect(),
            read: VecDeque::new(),
            packed: None,
            ready: VecDeque::new(),
        }
    }

    /// As a stream.
    pub fn stream(self) -> Texts {
        stream::try_unfold(self, async |mut texts| Ok(texts.next().await?.map(|text| (text, texts)))).boxed()
    }

    async fn next(&mut self) -> Result<Option<Option<Bytes>>, Failure> {
        if self.ready.is_empty() {
            if self.read.is_empty() {
                self.read().await?;
            }
            self.write()?;
        }
        Ok(self.ready.pop_front())
    }

    /// Reads the next hosts, but for those whose text is known.
    async fn read(&mut self) -> Result<(), Failure> {
        let next = self.unread.drain(..READ_AT_ONCE.min(self.unread.len()));
        self.read = next.map(|host| (host, self.shown.get(&self.org, self.staleness, &host))).collect();
        let unknown: Vec<_> =
            self.read.iter().filter(|(_, text)| text.is_none()).map(|(host, _)| host.id).collect();
        self.packed = Some(self.fleet.packed_hosts(&self.org, &unknown).await?);
        Ok(())
    }

    /// Writes the texts of the next hosts that were read, up to [`BUFFERED_BYTES`] bytes of them, at least one.
    fn write(&mut self) -> Result<(), Failure> {
        let Some(packed) = &mut self.packed else { return Ok(()) };
        let (mut bytes, mut next) = (0, 0);
        for (host, text) in &self.read {
            bytes += text.as_ref().map_or_else(|| packed.size(host.id), |text| Ok(text.len()))?;
            if next > 0 && bytes > BUFFERED_BYTES {
                break;
            }
            next += 1;
        }
        let next: Vec<(HostRef, Option<Bytes>)> = self.read.drain(..next).collect();
        let unknown = next.iter().filter(|(_, text)| text.is_none()).map(|(host, _)| host.id);
        let mut hosts = packed.take(unknown)?.into_iter().peekable();
        for (host, text) in next {
            let text = match (text, hosts.next_if(|(found, _)| found.id == host.id)) {
                (None, Some((found, whole))) => {
                    Some(self.shown.write(&self.org, self.staleness, &found, &whole)?)
                }
                (text, _) => text,
            };
            self.ready.push_back(text);
        }
        Ok(())
    }
}
