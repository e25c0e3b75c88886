//! Whether the record takes reports at all.

use ground::OrgId;
use serde_json::json;
use uuid::Uuid;

use crate::{
    CanonicalFacts, Error, Fleet, PreparedReport, Report, Result, Tags, ingest::known_hosts::KnownHosts,
    write::transaction::Writer,
};

/// The organisation of the report. Nothing of it stays.
const ORG: &str = "plumbline-rehearsal";

impl Fleet {
    /// Stores a report whose values are good, and takes it back. When that fails, it is not the values of a report that keep
    /// reports from being stored.
    pub async fn rehearse(&self) -> Result<()> {
        let org = OrgId::parse(ORG).map_err(|error| Error::internal(&error))?;
        let mut writer = Writer::begin_one(self, &org).await?;
        let mut prepared = PreparedReport::new(report(org).into());
        let stored = self.ingest_one(&mut writer, &mut KnownHosts::default(), &mut prepared, None).await?;
        stored.map_err(|refused| Error::internal(&format!("a good report is refused: {refused}")))?;
        writer.rehearse().await
    }
}

fn report(org: OrgId) -> Report {
    let mut tags = Tags::new();
    tags.add("namespace", "key", Some("value"));
    let profile = json!({"arch": "x86_64", "installed_packages": ["bash-0:5.2-1.x86_64"]});
    let canonical_facts = CanonicalFacts {
        insights_id: Some(Uuid::from_u128(1)),
        fqdn: Some("host.example.com".to_owned()),
        ..CanonicalFacts::default()
    };
    Report {
        display_name: Some("host".to_owned()),
        facts: vec![("namespace".to_owned(), json!({"fact": 1}))],
        tags,
        profile: Some(profile.to_string().into()),
        ..Report::new(org, "rehearsal", canonical_facts)
    }
}
