//! What somebody decided about which host a report is about: facts that stand for a host, whatever the rules say.

use std::collections::HashMap;

use ::store::{Rows, Sql, Tx};
use ground::{HostId, OrgId};

use crate::{CanonicalFacts, Hardware, Result, db::statements as statement};

/// A fact that stands for a host: its name and its value.
pub type Pin = (String, String);

/// Hosts by the facts that were pinned to them.
pub(crate) type Pins = HashMap<Pin, HostId>;

/// The facts of a report that may be pinned: the most telling first. Hardware tells apart what shares an id.
pub(crate) fn candidates(facts: &CanonicalFacts) -> Vec<Pin> {
    let mut found = of_hardware(&Hardware::of(facts, None));
    found.extend(of_ids(facts));
    found
}

/// The facts that name a machine by its hardware.
pub(crate) fn of_hardware(hardware: &Hardware) -> Vec<Pin> {
    let bios = hardware.bios_uuid.iter().map(|id| ("bios_uuid".to_owned(), id.to_lowercase()));
    let macs = hardware.mac_addresses.iter().map(|mac| ("mac_addresses".to_owned(), mac.clone()));
    bios.chain(macs).collect()
}

/// The facts that the rules recognise a machine by.
pub(crate) fn of_ids(facts: &CanonicalFacts) -> Vec<Pin> {
    let provider = facts.provider_id.as_ref().map(|id| {
        ("provider_id".to_owned(), format!("{}/{id}", facts.provider_type.as_deref().unwrap_or_default()))
    });
    let subscription =
        facts.subscription_manager_id.clone().map(|id| ("subscription_manager_id".to_owned(), id));
    let insights = facts.insights_id.map(|id| ("insights_id".to_owned(), id.to_string()));
    provider.into_iter().chain(subscription).chain(insights).collect()
}

/// Those of these facts that are pinned.
pub(crate) async fn look_up(tx: &mut Tx, org: &OrgId, asked: impl Iterator<Item = Pin>) -> Result<Pins> {
    let mut asked: Vec<Pin> = asked.collect();
    asked.sort();
    asked.dedup();
    let rows = Rows::new()
        .column(asked.iter().map(|(fact, _)| fact.as_str()))
        .column(asked.iter().map(|(_, value)| value.as_str()));
    let found = tx.fetch_all(Sql::new(statement::PINS).bind(org).rows(rows)).await?;
    found.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), HostId(row.get(2)?)))).collect()
}
