//! Settings become whom clients trust.

use clients::{Authorities, Trust};
use settings::Settings;

use crate::failure::{Failure, Result};

const CA_FILE: &str = "outgoing.ca_file (TLS_CA_PATH)";

/// Who must have made the certificates of other services of the platform: RBAC, siblings, the export service.
pub fn of_services(settings: &Settings) -> Result<Trust> {
    trust(settings, Authorities::Only)
}

/// The same of a service that may as well be somewhere on the Web.
pub fn of_services_anywhere(settings: &Settings) -> Result<Trust> {
    trust(settings, Authorities::UsualAnd)
}

fn trust(settings: &Settings, given: impl Fn(String) -> Authorities) -> Result<Trust> {
    let Some(path) = settings.outgoing.ca_file.as_deref() else {
        return Ok(Trust { authorities: Authorities::Usual, setting: CA_FILE });
    };
    let pem = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("outgoing.ca_file: {path} cannot be read: {error}")))?;
    let trust = Trust { authorities: given(pem), setting: CA_FILE };
    trust
        .config("other services")
        .map_err(|bad| Failure::Usage(format!("outgoing.ca_file: {path}: {bad}")))?;
    Ok(trust)
}
