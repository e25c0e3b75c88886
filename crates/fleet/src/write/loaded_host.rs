//! A host as it is held while a transaction changes it.

use std::{collections::BTreeMap, sync::Arc};

use ::store::Row;
use profile::{Digest, Section};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Host, Result, SectionMap,
    db::{codec::Unpacker, columns::read_times},
    index::{Heard, HostUpdate, State, System, TagTexts},
    model::section_map::unpack_sections,
};

/// A host as it is held while a transaction changes it.
pub(crate) struct LoadedHost {
    /// Its state; shared with the rows of the log that tell of it.
    pub host: Arc<Host>,
    /// The row of the log with its newest state.
    pub seq: i64,
    /// The row of the log with its newest profile.
    pub profile_seq: i64,
    /// Shared in the same way.
    pub sections: Arc<SectionMap>,
    pub facts: LazyFacts,
    /// Whom the facts name as the owner.
    pub owner: Option<String>,
    /// The newest row of the log about it.
    pub(super) version: i64,
    /// What each reporter sent last, to recognise it when it comes again.
    pub raw: BTreeMap<String, RawProfile>,
    pub(super) dirty: Dirty,
    /// Its operating system, once its row has been made.
    pub(super) system: Option<System>,
}

/// The small facts of a host's profile. Most reports change nothing, so that they are unpacked when somebody looks.
#[derive(Default)]
pub(crate) struct LazyFacts {
    packed: Option<Vec<u8>>,
    read: Map<String, Value>,
}

impl LazyFacts {
    pub(crate) fn get(&mut self, unpacker: &mut Unpacker<'_>) -> Result<&mut Map<String, Value>> {
        if let Some(packed) = self.packed.take() {
            self.read = unpacker.unpack(&packed)?;
        }
        Ok(&mut self.read)
    }
}

impl From<Map<String, Value>> for LazyFacts {
    fn from(read: Map<String, Value>) -> Self {
        Self { packed: None, read }
    }
}

/// What has to be written of a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent questions, each asked once")]
pub(super) struct Dirty {
    pub(super) new: bool,
    pub(super) state: bool,
    pub(super) tags: bool,
    pub(super) times: bool,
    pub(super) gone: bool,
}

/// A raw profile as a reporter last sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RawProfile {
    /// Its hash, in hex.
    pub hash: String,
    /// The host's `profile_seq` after it: when that has moved, somebody else has changed the profile since.
    pub seq: i64,
}

impl LoadedHost {
    /// Puts the host into another state and remembers what has to be written.
    pub(crate) fn set_tags_dirty(&mut self) {
        self.dirty.tags = true;
    }

    /// Whether it is removed in this transaction.
    pub(super) fn is_gone(&self) -> bool {
        self.dirty.gone
    }

    /// What the transaction has done to the host, for the index.
    pub(super) fn index_update(&self) -> HostUpdate {
        let Dirty { new, state, tags, gone, .. } = self.dirty;
        if gone {
            return HostUpdate::Gone(self.host.id);
        }
        HostUpdate::Heard(Box::new(Heard {
            id: self.host.id,
            version: self.version,
            times: self.host.times.clone(),
            state: self.system.as_ref().filter(|_| state).map(|system| State::of(&self.host, system.clone())),
            tags: (new || tags).then(|| TagTexts::of(&self.host)),
        }))
    }

    /// What the host has stored in place of `section`.
    pub(crate) fn content_of(&self, section: Section) -> Option<Digest> {
        self.sections.get(&section).map(|section| section.content)
    }
}

pub(super) fn read_entry(row: &Row, states: &mut Unpacker<'_>) -> Result<LoadedHost> {
    let mut host: Host = states.unpack(&row.get::<Vec<u8>>(5)?)?;
    host.times = read_times(row, 6)?;
    Ok(LoadedHost {
        host: Arc::new(host),
        seq: row.get(1)?,
        profile_seq: row.get(2)?,
        facts: LazyFacts { packed: Some(row.get(3)?), read: Map::new() },
        owner: row.get(12)?,
        sections: Arc::new(unpack_sections(&row.get::<Vec<u8>>(4)?)?),
        version: row.get(11)?,
        raw: serde_json::from_str(&row.get::<String>(10)?)?,
        dirty: Dirty::default(),
        system: None,
    })
}
