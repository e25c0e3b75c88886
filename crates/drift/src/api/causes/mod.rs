//! `/api/fleet/v1/causes`: why machines are no longer as their baselines say.

pub mod hosts;
pub mod list;
pub mod rules;

use drift_common::{Failure, GroupFilter, Requirement};
use http::HeaderMap;

use super::App;
use crate::causes::Causes;

/// What it takes to say what is known of changes.
const TO_WRITE: Requirement = Requirement(&[&["drift:*:*"], &["drift:notifications:write"]]);

/// The causes of the caller's organisation: its name, and who asks. Causes are about all of its hosts, so that who sees some of
/// them only is refused.
async fn admit(app: &App, headers: &HeaderMap) -> Result<(Causes, String, drift_common::Caller), Failure> {
    let caller = super::caller(app, headers).await?;
    if caller.identity.owner.is_some() || caller.groups()? != GroupFilter::All {
        return Err(Failure::forbidden(
            "causes are about all hosts of the organisation: a permission for some of them is not enough",
        ));
    }
    let Some(causes) = app.causes.clone() else {
        return Err(Failure::not_found(
            "the hosts are another inventory's: only those of this program are followed so",
        ));
    };
    let org = caller.tenant().map(str::to_owned);
    let org = org.ok_or_else(|| Failure::forbidden("the identity names no organisation"))?;
    Ok((causes, org, caller))
}
