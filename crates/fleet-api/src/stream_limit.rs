//! How many streams are open at the same time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use access::IdentityType;
use ground::OrgId;

/// Who listens: a person, machine or program of an organisation.
type Who = (OrgId, IdentityType);

/// Limits of open streams, each of which holds a connection: of one caller, and of all. Those of all stay below the
/// connections that there are, so that there is room for other requests.
#[derive(Clone)]
pub struct StreamLimit(Arc<Inner>);

struct Inner {
    of_one: usize,
    of_all: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_caller: HashMap<Who, usize>,
}

/// Streams of one caller: pages in as many tabs, or programs.
const OF_ONE: usize = 64;

/// Why a stream is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// The caller has as many as one may have.
    #[error("you have {0} streams open, as many as one caller may have: close some of them")]
    OfOne(usize),
    /// All callers together have as many as there may be.
    #[error("{0} streams are open, as many as this server takes: try again later")]
    OfAll(usize),
}

/// The right to an open stream; dropped when it ends.
pub struct StreamPermit {
    limit: StreamLimit,
    who: Who,
}

impl StreamLimit {
    /// Streams for a server with so many connections.
    pub fn for_connections(connections: usize) -> Self {
        let of_all = (connections / 4).max(1);
        Self(Arc::new(Inner { of_one: OF_ONE.min(of_all), of_all, open: Mutex::default() }))
    }

    /// Counts a stream of this caller until the permit is dropped.
    pub fn open(&self, org: &OrgId, kind: &IdentityType) -> Result<StreamPermit, TooMany> {
        let who = (org.clone(), kind.clone());
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_this = open.by_caller.get(&who).copied().unwrap_or(0);
        if of_this >= self.0.of_one {
            return Err(TooMany::OfOne(self.0.of_one));
        }
        if open.all >= self.0.of_all {
            return Err(TooMany::OfAll(self.0.of_all));
        }
        open.all += 1;
        open.by_caller.insert(who.clone(), of_this + 1);
        Ok(StreamPermit { limit: self.clone(), who })
    }
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut open = self.limit.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        if let Some(of_this) = open.by_caller.get_mut(&self.who) {
            *of_this -= 1;
            if *of_this == 0 {
                open.by_caller.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(cn: &str) -> IdentityType {
        IdentityType::System { cn: cn.to_owned(), cert_type: access::CertType::System }
    }

    #[test]
    fn a_caller_who_has_opened_many_is_in_nobodys_way() {
        let limit = StreamLimit::for_connections(400);
        let org = OrgId::parse("o").unwrap();
        let of_one: Vec<_> = (0..OF_ONE).map(|_| limit.open(&org, &machine("a")).unwrap()).collect();
        assert_eq!(limit.open(&org, &machine("a")).err(), Some(TooMany::OfOne(64)));
        let other = OrgId::parse("p").unwrap();
        let mut others = vec![limit.open(&other, &machine("a")).unwrap()];
        others.extend((0..35).map(|_| limit.open(&org, &machine("b")).unwrap()));
        assert_eq!(limit.open(&org, &machine("c")).err(), Some(TooMany::OfAll(100)));
        drop(of_one);
        others.push(limit.open(&org, &machine("a")).unwrap());
        drop(others);
        assert!(limit.0.open.lock().unwrap().by_caller.is_empty());
    }
}
