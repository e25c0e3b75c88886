//! How work that goes on by itself is told to end.

use std::time::Duration;

use tokio::sync::watch;

/// Tells whoever listens to end: when asked, and when it is dropped.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// What work that goes on by itself listens to.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// A switch, and what listens to it.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(receiver))
    }

    /// Asks all of it to end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Ends when the work is to end.
    pub async fn asked(&mut self) {
        // An error means that the switch is gone, which asks as well.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether the work is to end.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits; `false` when the work is to end before.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::select! {
            () = self.asked() => false,
            () = tokio::time::sleep(time) => true,
        }
    }
}
