//! How the `App` of each service is made from the [`World`], and what services ask of one another.
//!
//! A service that asks another owns a small trait for its questions; it is implemented in process, or by a client over
//! HTTP where the settings name an address ([`siblings`]).

pub mod audit;
pub mod baselines;
pub mod benchmarks;
pub mod drift;
pub mod fleet;
pub mod history;
pub mod inventory;
pub mod login;
pub mod metrics;
pub mod notifications;
pub mod record_hosts;
pub mod siblings;
pub mod states;
