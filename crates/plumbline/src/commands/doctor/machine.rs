//! What the program needs of this machine.

use std::path::Path;

use ground::{Clock, Timestamp};
use rustix::process::{Resource, getrlimit};
use settings::Settings;
use store::Db;
use web::Tls;

use super::Finding;
use crate::{app, cli::Place, style::second};

/// The clocks of this machine and of the database server may differ by so much: reports, tokens and leases have times of both.
const MOST_OFF: u64 = 5_000_000;
/// Less than this is too little to take in reports for long.
const LEAST_FREE: u64 = 512 << 20;
/// A certificate that ends so soon should have been renewed.
const RENEWED_BEFORE: i64 = 14 * 86_400;
/// Files beside connections of clients: the database, brokers, the log, pages.
const OTHER_FILES: u64 = 256;

/// Whether this machine and the database server have one time.
pub async fn clock(db: &Db) -> store::Result<Finding> {
    let before = Clock::system().now().micros();
    let server = db.server_micros().await?;
    let here = before.midpoint(Clock::system().now().micros());
    let found = match server.map(|server| here.abs_diff(server)) {
        None => Ok(format!("it is {} here", second(Clock::system().now()))),
        Some(off) if off <= MOST_OFF => Ok("agrees with the database server's".to_owned()),
        Some(off) => Err(format!(
            "differs from the database server's by {} s; have both set theirs by NTP",
            off / 1_000_000
        )),
    };
    Ok(Finding::of("clock", found))
}

/// The room for the embedded store.
pub fn disk(place: &Place, settings: &Settings) -> Option<Finding> {
    if settings.database.location().is_some() {
        return None;
    }
    let folder = app::config::data_path(place).ok()?;
    // One that is still to be made stands on the disk of the nearest folder above it.
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    let found = match rustix::fs::statvfs(there) {
        Err(error) => Err(format!("{} cannot be looked at: {error}", there.display())),
        Ok(about) => {
            let free = about.f_bavail.saturating_mul(about.f_frsize);
            let text = format!("{} MiB free under {}", free >> 20, folder.display());
            if free < LEAST_FREE {
                Err(format!("only {text}; make room, or use another --data DIR"))
            } else {
                Ok(text)
            }
        }
    };
    Some(Finding::of("disk", found))
}

/// The certificates that clients and machines are shown, where there are some.
pub fn certificates(settings: &Settings) -> Vec<Finding> {
    // Pairs that cannot be used are told with the settings.
    let of_api = app::listeners::tls_of_api(settings).ok().flatten();
    let of_machines = app::agents::wanted(settings).ok().flatten().and_then(|(_, tls)| tls);
    let of_api = of_api.map(|tls| certificate(&settings.server.tls_certificate, &tls));
    let of_machines = of_machines.map(|tls| certificate(&settings.enrolment.tls_certificate, &tls));
    of_api.into_iter().chain(of_machines).collect()
}

/// Until when a certificate is good.
fn certificate(path: &str, tls: &Tls) -> Finding {
    let found = tls.expires().map_err(|bad| bad.to_string()).and_then(|ends| {
        let ends = Timestamp::from_micros(
            i64::try_from(ends).unwrap_or(i64::MAX / 1_000_000).saturating_mul(1_000_000),
        );
        let now = Clock::system().now();
        if ends <= now {
            Err(format!("{path} has ended on {}; put a new one in its place", second(ends)))
        } else if ends <= now.plus_seconds(RENEWED_BEFORE) {
            Err(format!(
                "{path} ends on {}; renew it: a new one in its place is read by itself",
                second(ends)
            ))
        } else {
            Ok(format!("{path} is good until {}", second(ends)))
        }
    });
    Finding::of("certificate", found)
}

/// How many files may be open: each connection of a client is one. What serves raises its own limit as far as it may.
pub fn limits(settings: &Settings) -> Finding {
    let needed = u64::from(*settings.server.max_connections) + OTHER_FILES;
    let found = match getrlimit(Resource::Nofile).maximum {
        Some(most) if most < needed => Err(format!(
            "{most} files may be open, and server.max_connections wants {needed}: raise it (`ulimit -n`, LimitNOFILE), or set \
             server.max_connections to {}",
            most.saturating_sub(OTHER_FILES)
        )),
        most => Ok(format!(
            "{} files may be open, {needed} are wanted",
            most.map_or_else(|| "any number of".to_owned(), |most| most.to_string())
        )),
    };
    Finding::of("limits", found)
}
