//! Hosts with their profiles as text, written as they are sent.

use std::collections::VecDeque;

use axum::body::Bytes;
use fleet::{Fleet, Host, HostQuery, HostRef};
use futures::{StreamExt as _, stream};
use ground::OrgId;
use serde_json::value::RawValue;

use super::{
    App,
    errors::Failure,
    host_page::raw,
    page::{BUFFERED_BYTES, Texts},
};

/// So many profiles are read first; how many are read together later depends on how large they are.
const FIRST: usize = 4;

/// Texts made of hosts and their profiles, in order. It holds a few profiles at a time.
pub struct ProfileTexts<W> {
    fleet: Fleet,
    org: OrgId,
    /// Which members of profiles are wanted; all for none.
    members: Option<Vec<String>>,
    write: W,
    /// Those that are not read.
    unread: VecDeque<HostRef>,
    /// So many are read together next.
    at_once: usize,
    /// The largest profile so far, in bytes.
    largest: usize,
    /// Those that are read; none for a host that is gone.
    read: VecDeque<Option<(Host, String)>>,
}

impl<W> ProfileTexts<W>
where
    W: Fn(&Host, &RawValue) -> serde_json::Result<Vec<u8>> + Send + 'static,
{
    /// For these hosts, found by a question, with their profiles or the members of them that are named.
    pub fn new(
        app: &App,
        query: &HostQuery,
        hosts: &[HostRef],
        members: Option<Vec<String>>,
        write: W,
    ) -> Self {
        Self {
            fleet: app.fleet.clone(),
            org: query.scope.org().clone(),
            members,
            write,
            unread: hosts.iter().copied().collect(),
            at_once: FIRST,
            largest: 1,
            read: VecDeque::new(),
        }
    }

    /// As a stream.
    pub fn stream(self) -> Texts {
        stream::try_unfold(self, async |mut texts| Ok(texts.next().await?.map(|text| (text, texts)))).boxed()
    }

    async fn next(&mut self) -> Result<Option<Option<Bytes>>, Failure> {
        if self.read.is_empty() && !self.unread.is_empty() {
            self.read().await?;
        }
        let Some(next) = self.read.pop_front() else { return Ok(None) };
        let Some((host, profile)) = next else { return Ok(Some(None)) };
        let text = (self.write)(&host, &raw(profile)?).map_err(Failure::unwritable)?;
        Ok(Some(Some(text.into())))
    }

    async fn read(&mut self) -> Result<(), Failure> {
        let next: Vec<HostRef> = self.unread.drain(..self.at_once.min(self.unread.len())).collect();
        let members: Option<Vec<&str>> =
            self.members.as_ref().map(|members| members.iter().map(String::as_str).collect());
        let found = self.fleet.profiles_by_ref(&self.org, &next, members.as_deref()).await?;
        self.largest = found.iter().map(|(_, profile)| profile.len()).fold(self.largest, usize::max);
        self.at_once = (BUFFERED_BYTES / self.largest).clamp(1, self.at_once * FIRST);
        let gone = next.len() - found.len();
        self.read = found.into_iter().map(Some).collect();
        self.read.extend(std::iter::repeat_with(|| None).take(gone));
        Ok(())
    }
}
