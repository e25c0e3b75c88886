//! Rows of the log on their way into the database.

use std::sync::Arc;

use ::store::Rows;

use crate::{Cause, Change, ChangeKind, Host, MatchedOn, Origin, Result, model::section_map::pack_sections};

/// A change that is to be appended to the log.
pub(crate) struct NewChange<'a> {
    pub kind: ChangeKind,
    pub cause: Cause,
    pub reporter: Option<&'a str>,
    pub matched: Option<MatchedOn>,
    pub origin: &'a Origin,
}

impl<'a> NewChange<'a> {
    /// A change that somebody asked for: no reporter made it, and no fact matched.
    pub(crate) fn of(kind: ChangeKind, cause: Cause, origin: &'a Origin) -> Self {
        Self { kind, cause, reporter: None, matched: None, origin }
    }
}

/// A change that was appended.
pub(crate) struct AppendedChange {
    pub seq: i64,
    /// The host as it was then.
    pub host: Arc<Host>,
}

/// A row that the transaction will write.
pub(crate) struct ChangeRow {
    pub change: Change,
    /// The row that holds the host's state; `None` when this one does.
    pub base: Option<i64>,
    /// The host's state as bytes, when this row holds it.
    pub state: Option<Vec<u8>>,
}

/// The rows that a transaction adds to an organisation's log; each number follows the one before.
#[derive(Default)]
pub(crate) struct ChangeRows(Vec<ChangeRow>);

impl ChangeRows {
    pub(crate) fn push(&mut self, row: ChangeRow) {
        self.0.push(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows as those see them who read the log.
    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.0.into_iter().map(|row| row.change).collect()
    }

    /// The columns of `host_change` in their order.
    pub(crate) fn rows(&self) -> Result<Rows> {
        let rows = || self.0.iter();
        let changes = || rows().map(|row| &row.change);
        let times = changes().map(|change| Ok(serde_json::to_string(&change.host.times)?));
        let sections = rows().map(|row| row.state.is_some().then(|| pack_sections(&row.change.sections)));
        Ok(Rows::new()
            .column(changes().map(|change| change.seq))
            .column(changes().map(|change| change.host.id))
            .column(changes().map(|change| change.at))
            .column(changes().map(|change| change.kind.name()))
            .column(changes().map(|change| change.cause.as_str()))
            .column(changes().map(|change| change.reporter.clone()))
            .column(changes().map(|change| change.matched.map(MatchedOn::name)))
            .column(rows().map(|row| row.base))
            .column(changes().map(|change| change.request_id.clone()))
            .column(changes().map(|change| change.by_frontend))
            .column(changes().map(|change| change.metadata.map(|digest| digest.0.to_vec())))
            .column(times.collect::<Result<Vec<_>>>()?)
            .column(sections)
            .column(rows().map(|row| row.state.clone())))
    }
}
