//! An organisation gets settings by which its hosts age (contract inventory-events §15.7).

use fleet::Staleness;
use ground::OrgId;
use service::Error;

use super::{SUSPENDED, Scheduled};
use crate::api::account::LONGEST;

/// The settings that an organisation is to have, as they were given; an empty one leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StalenessWanted {
    /// The organisation.
    pub org: String,
    /// Stale after so many seconds.
    pub stale: String,
    /// Warned of after so many seconds.
    pub warning: String,
    /// Culled after so many seconds.
    pub delete: String,
}

impl StalenessWanted {
    /// What the settings become; values that are not given stay as they are.
    fn over(&self, known: Staleness) -> Result<Staleness, String> {
        let value = |name: &str, given: &str, known: i64, most: i64| match given.trim() {
            "" => Ok(known),
            text => text
                .parse()
                .ok()
                .filter(|seconds| (1..=most).contains(seconds))
                .ok_or_else(|| format!("{name}: `{text}` is no number of seconds from 1 to {most}")),
        };
        if [&self.stale, &self.warning, &self.delete].iter().all(|given| given.trim().is_empty()) {
            return Err("give CONVENTIONAL_TIME_TO_STALE, CONVENTIONAL_TIME_TO_STALE_WARNING or CONVENTIONAL_TIME_TO_DELETE".to_owned());
        }
        let [stale, warning, delete] = LONGEST;
        let wanted = Staleness {
            stale: value("CONVENTIONAL_TIME_TO_STALE", &self.stale, known.stale, stale)?,
            warning: value("CONVENTIONAL_TIME_TO_STALE_WARNING", &self.warning, known.warning, warning)?,
            delete: value("CONVENTIONAL_TIME_TO_DELETE", &self.delete, known.delete, delete)?,
        };
        if wanted.is_ordered() {
            return Ok(wanted);
        }
        let Staleness { stale, warning, delete } = wanted;
        Err(format!(
            "each time must be shorter than the next, and these are {stale}, {warning} and {delete} seconds"
        ))
    }
}

impl Scheduled {
    /// Changes the settings of the organisation that was named.
    pub async fn update_staleness(&self) -> Result<String, Error> {
        if self.options.suspended {
            return Ok(SUSPENDED.to_owned());
        }
        let wanted = &self.options.staleness;
        if wanted.org.is_empty() {
            return Err("name an organisation in STALENESS_ORG_ID".into());
        }
        let org = OrgId::parse(&wanted.org)?;
        let default = self.fleet.default_staleness();
        let decide = |known: Option<Staleness>| wanted.over(known.unwrap_or(default));
        let told = |now: Staleness| {
            format!(
                "{}hosts of {org} are stale after {} seconds, warned of after {}, deleted after {}",
                self.prefix(),
                now.stale,
                now.warning,
                now.delete
            )
        };
        if self.options.dry_run {
            let known = self.fleet.own_staleness(&org).await?;
            return Ok(told(decide(known.map(|own| own.staleness))?));
        }
        let edited =
            self.fleet.edit_staleness(&org, |own| decide(own.map(|own| own.staleness)).map(Some)).await?;
        Ok(told(edited?.map_or(default, |own| own.staleness)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(stale: &str, warning: &str, delete: &str) -> Result<Staleness, String> {
        let wanted = StalenessWanted {
            org: "o".to_owned(),
            stale: stale.to_owned(),
            warning: warning.to_owned(),
            delete: delete.to_owned(),
        };
        wanted.over(Staleness { stale: 10, warning: 20, delete: 30 })
    }

    #[test]
    fn values_that_are_not_given_stay_and_their_order_is_strict() {
        assert_eq!(over("15", "", ""), Ok(Staleness { stale: 15, warning: 20, delete: 30 }));
        assert_eq!(over("", "25", "63072000"), Ok(Staleness { stale: 10, warning: 25, delete: 63_072_000 }));
        for (stale, warning, delete) in [
            ("", "", ""),
            ("20", "", ""),
            ("x", "", ""),
            ("0", "", ""),
            ("604801", "", ""),
            ("", "", "63072001"),
            ("1.5", "", ""),
        ] {
            assert!(over(stale, warning, delete).is_err(), "{stale} {warning} {delete}");
        }
    }
}
