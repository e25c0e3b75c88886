//! Work beside requests.

use service::Error;

use crate::App;

/// How long samples are kept, in days.
const KEPT_DAYS: i64 = 400;

/// Makes chunks of samples that came in.
pub async fn seal(app: App) -> Result<String, Error> {
    let rows = app.samples.seal().await?;
    Ok(format!("{rows} rows of the log became chunks"))
}

/// Removes samples that are too old.
pub async fn retire(app: App) -> Result<String, Error> {
    let before = app.now() - KEPT_DAYS * 86_400_000;
    let chunks = app.samples.retire(before).await?;
    Ok(format!("{chunks} chunks of samples older than {KEPT_DAYS} days removed"))
}
