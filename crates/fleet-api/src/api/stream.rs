//! `GET /changes/stream`: what happens, as it happens.

use std::{convert::Infallible, time::Duration};

use access::Permission;
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use fleet::{ChangeKind, Scope};
use futures::stream;
use ground::Stop;
use http::{HeaderMap, HeaderName, header};
use rest::{Caller, Query};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

use super::{
    App,
    events::{self, Heard, News},
    failure::Failure,
    parameters::{RowKind, Seq, kinds},
};
use crate::stream_limit::StreamPermit;

/// How long a stream is silent before it says that it is alive.
const SILENCE: Duration = Duration::from_secs(15);
/// How long it waits when the record could not be read.
const PATIENCE: Duration = Duration::from_secs(1);
/// What a stream begins with: how long a client waits before it comes again, in milliseconds.
const RETRY: &[u8] = b"retry: 2000\n\n";

rest::parameters! {
    /// What is listened to.
    pub struct Listen in Query {
        /// The last number that the caller knows.
        after: Option<Seq>,
        /// `created`, `updated`, `seen`, `deleted`; all by default.
        kind: Vec<RowKind>,
    }
}

/// Says what happens to hosts that the caller may see, as it happens: at most four events a second, each about all rows
/// since the one before. The first tells the present number; with `after` (or `Last-Event-ID`, which browsers send when
/// they come again) also what was missed. A comment every 15 seconds says that the stream is alive. It ends
/// after five minutes, for permissions may change; browsers come again by themselves. A caller has at most 64 streams
/// open; 429 otherwise.
#[utoipa::path(
    get,
    path = "/changes/stream",
    operation_id = "changes_stream",
    tag = "changes",
    params(
        Listen,
        ("Last-Event-ID" = Option<i64>, Header, description = "As `after`, which goes before it"),
    ),
    responses((
        status = 200,
        description = "Events `changes`, each with the newest number as its id and this as its data",
        content_type = "text/event-stream",
        body = News,
    )),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Listen>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let after = asked.after.map(Seq::get).or_else(|| last_event(&headers));
    let kinds = kinds(&asked.kind);
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let permit = app.streams.open(caller.org(), &caller.identity.kind).map_err(Failure::too_many)?;
    let newest = app.watcher.listen(scope.org()).await?;
    let stop = app.stop.clone();
    let ends = Instant::now() + app.longest_stream;
    let listener = Listener { app, scope, kinds, newest, stop, told: after, begun: false, ends, permit };
    let said = stream::unfold(listener, |mut listener| async {
        let said = listener.next().await?;
        Some((Ok::<_, Infallible>(said), listener))
    });
    let head: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Gateways must not wait for more before they pass an event on.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((head, Body::from_stream(said)).into_response())
}

/// What a browser sends when it comes again; anything else than a number is nobody's.
fn last_event(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok().filter(|seq| *seq >= 0)
}

/// Who listens to a stream.
struct Listener {
    app: App,
    scope: Scope,
    kinds: Vec<ChangeKind>,
    newest: watch::Receiver<i64>,
    stop: Stop,
    /// Up to which number it has heard everything.
    told: Option<i64>,
    begun: bool,
    /// A caller may have lost the permission by then: who comes again is asked for it again.
    ends: Instant,
    #[expect(dead_code, reason = "held, not used")]
    permit: StreamPermit,
}

impl Listener {
    /// What to say next, once there is something; nothing any more when the server stops, or its time is over.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.begun {
            self.begun = true;
            return Some(self.first().await);
        }
        loop {
            tokio::select! {
                biased;
                () = self.stop.asked() => return None,
                () = sleep_until(self.ends) => return None,
                changed = self.newest.changed() => changed.ok()?,
                () = sleep(SILENCE) => return Some(Bytes::from_static(b": alive\n\n")),
            }
            let to = *self.newest.borrow_and_update();
            if let Some(event) = self.since(to).await {
                return Some(event);
            }
        }
    }

    async fn first(&mut self) -> Bytes {
        let newest = *self.newest.borrow_and_update();
        let missed = match self.told {
            Some(told) if told < newest => self.since(newest).await,
            _ => None,
        };
        self.told = Some(newest);
        let event =
            missed.unwrap_or_else(|| events::event(&News { seq: newest, count: 0, changes: Vec::new() }));
        [RETRY, &event].concat().into()
    }

    /// The event about everything up to a number that has not been told.
    async fn since(&mut self, to: i64) -> Option<Bytes> {
        let after = self.told.unwrap_or(to);
        let heard = Heard { scope: self.scope.clone(), kinds: self.kinds.clone(), after, to };
        match self.app.events.about(&self.app.fleet, heard).await {
            Ok(event) => {
                self.told = Some(to);
                event
            }
            Err(error) => {
                // What was not told now is told with what comes next.
                tracing::warn!(%error, "a stream cannot read the log, trying again");
                self.newest.mark_changed();
                sleep(PATIENCE).await;
                None
            }
        }
    }
}
