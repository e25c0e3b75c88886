//! What the three services of the drift family share on the wire (contract drift §2 and §4).
//!
//! Floor 3 of the house. Historical profiles, baselines and comparison reports are three services that know their
//! callers, refuse, and read profiles in the same way:
//!
//! * [`Gate`]: who is let in. It checks the [`Identity`], the entitlement, the organisation and the permissions, in the
//!   order of the service ([`Check`]), and gives a [`Caller`].
//! * [`Requirement`], [`GroupFilter`]: what a caller must be allowed, and which inventory groups they reach.
//! * [`Failure`]: how an operation says no: `{"message":"…"}` of the application, or a problem of the framework.
//! * [`Query`], [`body`], [`ids`]: strict query parameters, bodies, and lists of ids, with the words of the original.
//! * [`facts`]: what a profile says, as facts with names. Pure.
//! * [`System`], [`Baseline`], [`Profile`]: what the services tell one another; [`Peers`]: asking for it over HTTP.
//!
//! # To ask another service
//! The service that asks owns a small trait with what it needs, in terms of [`Caller`], [`System`], [`Baseline`],
//! [`Profile`] and [`PeerError`]. `plumbline` implements it in process; [`Peers`] is the same over HTTP.

pub mod body;
mod caller;
pub mod facts;
mod failure;
mod gate;
mod identity;
pub mod ids;
mod peers;
mod permissions;
mod query;
mod rbac;
mod records;

pub use caller::Caller;
pub use clients::Trust;
pub use failure::Failure;
pub use gate::{Check, Entitlement, Gate, Grants};
pub use identity::{BadIdentity, Identity, IdentityType};
pub use peers::{INTERNAL_HEADER, PeerOptions, Peers};
pub use permissions::{GroupFilter, Permissions, Requirement};
pub use query::Query;
pub use rbac::Rbac;
pub use records::{Baseline, BaselineFact, PeerError, Profile, System, is_left_out};
