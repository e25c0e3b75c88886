//! Hosts with their profiles.

use std::{collections::HashMap, sync::Arc};

use ground::OrgId;
use profile::{Digest, Section};
use serde_json::{Map, Value};

use super::{
    HostRef,
    hosts::{read_host, read_page},
};
use crate::{
    Change, Error, Fleet, Host, HostQuery, Result, SectionMap, model::section_map::unpack_sections, sections,
};

/// A page of hosts with their profiles.
#[derive(Debug, Clone)]
pub struct ProfilePage {
    /// How many hosts match, on all pages.
    pub total: i64,
    /// Those of this page, in order, each with its profile as JSON text.
    pub hosts: Vec<(Host, String)>,
}

impl Fleet {
    /// A page of hosts with their profiles: whole, or only the top-level members that are named. Only the sections
    /// that hold one of these are read.
    pub async fn profiles(&self, query: &HostQuery, members: Option<&[&str]>) -> Result<ProfilePage> {
        let page = self.refs(query).await?;
        let hosts = self.profiles_by_ref(query.scope.org(), &page.hosts, members).await?;
        Ok(ProfilePage { total: page.total, hosts })
    }

    /// These hosts with their profiles, in this order, in the same way; those that are gone by now are left out.
    pub async fn profiles_by_ref(
        &self,
        org: &OrgId,
        hosts: &[HostRef],
        members: Option<&[&str]>,
    ) -> Result<Vec<(Host, String)>> {
        // One state of the database for hosts and sections: a section may be collected once its host has moved on.
        let mut tx = self.db().snapshot_by_key().await?;
        let rows = read_page(&mut tx, org, hosts).await?;
        let mut found: Vec<(Host, Map<String, Value>, SectionMap)> = Vec::with_capacity(rows.len());
        {
            let (mut unpacker, mut facts) = (self.states().unpacker()?, self.facts().unpacker()?);
            for row in &rows {
                let mut map = unpack_sections(&row.get::<Vec<u8>>(6)?)?;
                map.retain(|section, _| members.is_none_or(|members| members.contains(&section.name())));
                let facts = facts.unpack(&row.get::<Vec<u8>>(5)?)?;
                found.push((read_host(row, &mut unpacker)?, facts, map));
            }
        }
        let wanted = found.iter().flat_map(|(.., map)| lists(map)).collect();
        let texts = sections::load(&mut tx, self.base_cache(), org, wanted).await?;
        found
            .into_iter()
            .map(|(host, facts, map)| {
                let lists = texts_of(&map, &texts)?;
                let profile = match members {
                    None => profile::join(&facts, lists),
                    Some(members) => profile::join_members(&facts, lists, members),
                };
                Ok((host, profile))
            })
            .collect()
    }

    /// The profiles of rows of the log, each as its facts and the JSON texts of its lists, in the order of the rows.
    pub async fn profiles_of(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<StoredProfile>> {
        let all = changes.iter().flat_map(|change| change.sections.values());
        let wanted = all.map(|section| section.content).collect();
        let texts = self.section_texts(org, wanted).await?;
        changes
            .iter()
            .map(|change| {
                let facts = match change.sections.get(&Section::Facts) {
                    None => Map::new(),
                    Some(section) => serde_json::from_str(text(&texts, section.content)?)?,
                };
                let lists = change
                    .sections
                    .iter()
                    .filter(|(section, _)| **section != Section::Facts)
                    .map(|(section, reference)| {
                        let missing = || Error::missing(reference.content);
                        Ok((*section, texts.get(&reference.content).cloned().ok_or_else(missing)?))
                    })
                    .collect::<Result<Vec<_>>>()?;
                Ok(StoredProfile { facts, lists })
            })
            .collect()
    }
}

/// A profile as the log has it.
#[derive(Debug, Clone)]
pub struct StoredProfile {
    /// Everything but the lists.
    pub facts: Map<String, Value>,
    /// The lists, as JSON texts.
    pub lists: Vec<(Section, Arc<str>)>,
}

impl StoredProfile {
    /// The profile as JSON text.
    pub fn json(&self) -> String {
        profile::join(&self.facts, self.lists.iter().map(|(section, text)| (*section, &**text)))
    }
}

fn lists(map: &SectionMap) -> impl Iterator<Item = Digest> {
    map.iter().filter(|(section, _)| **section != Section::Facts).map(|(_, section)| section.content)
}

fn texts_of<'t>(map: &SectionMap, texts: &'t HashMap<Digest, Arc<str>>) -> Result<Vec<(Section, &'t str)>> {
    map.iter()
        .filter(|(section, _)| **section != Section::Facts)
        .map(|(section, reference)| Ok((*section, text(texts, reference.content)?)))
        .collect()
}

fn text(texts: &HashMap<Digest, Arc<str>>, digest: Digest) -> Result<&str> {
    texts.get(&digest).map(AsRef::as_ref).ok_or_else(|| Error::missing(digest))
}
