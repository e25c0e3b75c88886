//! What the payload tracker is told of a request that adds or removes hosts (contract inventory-events §11).

use std::sync::{Arc, LazyLock};

use bus::Publisher;
use ground::{Clock, HostId};

use super::caller::Caller;
use crate::messages::payload_tracker::{Payload, PayloadTracker, Status};

/// A connection that is made when there is something to send.
type Connection = LazyLock<Publisher, Box<dyn FnOnce() -> Publisher + Send>>;

/// Whom requests are tracked for; nobody by default. Cheap to clone.
#[derive(Clone, Default)]
pub struct Tracking(Option<Arc<(PayloadTracker, Connection)>>);

impl Tracking {
    /// Statuses are made by this tracker and sent where `connect` leads to, once there is one.
    pub fn new(tracker: PayloadTracker, connect: impl FnOnce() -> Publisher + Send + 'static) -> Self {
        Self(Some(Arc::new((tracker, LazyLock::new(Box::new(connect))))))
    }

    /// A request of a caller, which is told to have arrived.
    pub fn begin<'a>(&'a self, caller: &'a Caller, clock: &'a Clock, text: &str) -> Tracked<'a> {
        let tracked = Tracked { tracking: self, caller, request_id: caller.origin().request_id, clock };
        tracked.tell(None, Status::Received, Some(text));
        tracked
    }
}

/// A request that is tracked. What is told may be lost, and holds nothing up.
pub struct Tracked<'a> {
    tracking: &'a Tracking,
    caller: &'a Caller,
    request_id: Option<String>,
    clock: &'a Clock,
}

impl Tracked<'_> {
    /// What became of one host; the error says why nothing did.
    pub fn host(&self, host: Option<HostId>, text: &str, outcome: Result<(), &str>) {
        self.tell(host, Status::Processing, Some(text));
        match outcome {
            Ok(()) => self.tell(host, Status::ProcessingSuccess, None),
            Err(error) => self.tell(host, Status::ProcessingError, Some(error)),
        }
    }

    /// The request is done; the error says why it is not.
    pub fn end(&self, outcome: Result<(), &str>) {
        match outcome {
            Ok(()) => self.tell(None, Status::Success, None),
            Err(error) => self.tell(None, Status::Error, Some(error)),
        }
    }

    fn tell(&self, inventory_id: Option<HostId>, status: Status, text: Option<&str>) {
        let Some((tracker, connection)) = self.tracking.0.as_deref() else { return };
        let payload = Payload {
            request_id: self.request_id.as_deref(),
            org_id: Some(self.caller.org().as_str()),
            account: self.caller.account(),
            inventory_id,
        };
        if let Some(message) = tracker.message(payload, status, text, self.clock.now()) {
            connection.send_lossy(message);
        }
    }
}
