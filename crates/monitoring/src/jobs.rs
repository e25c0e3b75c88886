//! Work beside requests.

use access::Callers;
use metrics::counter;
use service::{Error, Misconfigured};

use crate::{App, batch::Tenant};

/// Makes chunks of samples that came in.
pub async fn seal(app: App) -> Result<String, Error> {
    let rows = app.samples.seal().await?;
    Ok(format!("{rows} rows of the log became chunks"))
}

/// Records the numbers of this machine, as the organisation of local mode.
pub async fn sample_machine(app: App) -> Result<String, Error> {
    let Callers::Local(caller) = &app.access.callers else {
        return Err(Box::new(Misconfigured(
            "this machine belongs to an organisation in local mode only".to_owned(),
        )));
    };
    if app.access.read_only {
        return Ok("nothing: writing is switched off".to_owned());
    }
    let tenant = Tenant::new(caller.org.clone(), "").ok_or("the organisation has no name")?;
    let (machine, now) = (app.machine, app.now());
    let batch = tokio::task::spawn_blocking(move || machine(now)).await?;
    let all = batch.samples();
    let refused = app.samples.append(tenant, batch).await?;
    let refused: usize = refused.iter().map(|refused| refused.samples).sum();
    counter!("metrics_samples_stored_total").increment(all.saturating_sub(refused) as u64);
    Ok(format!("{} samples of this machine", all.saturating_sub(refused)))
}

/// Makes what is missing of the tables of rows and dashboards.
pub async fn make_missing(app: App) -> Result<String, Error> {
    Ok(format!("{}; {}", app.tables.make_missing().await?, app.samples.make_missing().await?))
}

/// Removes samples that are too old, and thins those that are to be.
pub async fn retire(app: App) -> Result<String, Error> {
    let chunks = app.samples.retire(app.now(), &app.retention).await?;
    let thinned = app.samples.thin(app.now(), &app.retention).await?;
    Ok(format!("{chunks} chunks of samples that are too old removed, {thinned} thinned"))
}
