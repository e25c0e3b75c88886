//! Moments of a host's past, as requests name them: by a row of the log, by a time, or now.

use fleet::{Change, ChangeKind, Scope};
use ground::{HostId, Timestamp};

use super::{App, failure::Failure, parameters::Seq};

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When this row of the log was written.
    Seq(i64),
    /// A time.
    At(Timestamp),
    /// The present.
    Now,
}

impl Moment {
    /// From a pair of parameters, of which one may be given; `names` are theirs.
    pub fn of(seq: Option<Seq>, at: Option<Timestamp>, names: [&str; 2]) -> Result<Self, Failure> {
        match (seq, at) {
            (None, None) => Ok(Self::Now),
            (Some(seq), None) => Ok(Self::Seq(seq.get())),
            (None, Some(at)) => Ok(Self::At(at)),
            (Some(_), Some(_)) => Err(Failure::bad_request(format!(
                "the parameters `{}` and `{}` both name a moment: give one of them",
                names[0], names[1]
            ))),
        }
    }

    /// The state of a host at this moment; 404 when it was not known yet, or was gone. The row of a removal itself
    /// still shows what was removed.
    pub async fn state(self, app: &App, scope: &Scope, id: HostId) -> Result<Change, Failure> {
        let found = match self {
            Self::Seq(seq) => app.fleet.at_seq(scope.org(), id, seq).await?,
            Self::At(at) => app.fleet.as_of(scope.org(), id, at).await?,
            Self::Now => app.fleet.newest_state(scope.org(), id).await?,
        };
        let Some(change) = found else {
            return Err(Failure::not_found(format!("host {id} was not known yet {self}")));
        };
        if change.kind == ChangeKind::Deleted && self != Self::Seq(change.seq) {
            return Err(Failure::not_found(format!(
                "host {id} was removed {}, in row {}; ask for `seq={}` to see what it was",
                change.at, change.seq, change.seq
            )));
        }
        Ok(change)
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Seq(seq) => write!(f, "in row {seq}"),
            Self::At(at) => write!(f, "at {at}"),
            Self::Now => f.write_str("by now"),
        }
    }
}
