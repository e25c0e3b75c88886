//! Roles and jobs at work.

use std::time::Duration;

use fleet::Fleet;
use ground::Stop;
use service::{Error, ReadyJob, ReadyRole};
use tokio::task::JoinHandle;
use uuid::Uuid;
use web::Health;

/// For how long a process that died keeps others from its job.
const LEASE_TERM: Duration = Duration::from_mins(5);

/// Runs a role until it is told to stop; gives its name, and why it ended. `/health` tells of one that ended unasked.
pub async fn role(role: ReadyRole, health: Health, stop: Stop) -> (&'static str, Result<(), Error>) {
    let ReadyRole { name, run, .. } = role;
    let ended = match run(health.clone(), stop.clone()).await {
        Ok(()) if !stop.is_asked() => Err("it had nothing more to do".into()),
        ended => ended,
    };
    if let Err(error) = &ended {
        tracing::error!(role = name, %error, "a role has ended");
        health.role(name).ended(error.to_string());
    }
    (name, ended)
}

/// In the place of a role that reads topics, in a copy of another deployment, whose messages these are: waits until it is told to
/// stop.
pub async fn asleep(name: &'static str, mut stop: Stop) -> (&'static str, Result<(), Error>) {
    stop.asked().await;
    (name, Ok(()))
}

/// Runs a job again and again until told to stop; nothing when it is never to run by itself.
pub fn job(job: ReadyJob, fleet: Fleet, mut stop: Stop) -> Option<JoinHandle<()>> {
    let every = job.every?;
    let holder = Uuid::new_v4().to_string();
    Some(tokio::spawn(async move {
        while stop.sleep(every).await {
            match once(&job, &fleet, &holder, &stop).await {
                Ok(Some(done)) => tracing::debug!(job = job.name, done, "a job has run"),
                Ok(None) => tracing::debug!(job = job.name, "another process runs the job"),
                Err(error) => tracing::warn!(job = job.name, %error, "a job failed; it is tried again later"),
            }
        }
    }))
}

/// Runs a job once; nothing when another process runs it now. The lease is renewed while the job goes on.
pub async fn once(job: &ReadyJob, fleet: &Fleet, holder: &str, stop: &Stop) -> Result<Option<String>, Error> {
    if !job.alone {
        return (job.run)(stop.clone()).await.map(Some);
    }
    if !fleet.take_lease(job.name, holder, LEASE_TERM).await? {
        return Ok(None);
    }
    let mut work = (job.run)(stop.clone());
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            () = tokio::time::sleep(LEASE_TERM / 3) => {
                if !fleet.take_lease(job.name, holder, LEASE_TERM).await? {
                    return Err("another process has taken the job over".into());
                }
            }
        }
    };
    fleet.release_lease(job.name, holder).await?;
    done.map(Some)
}
