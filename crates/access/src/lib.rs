//! Who is calling, and what they may see.
//!
//! * [`Identity`]: the caller, from the `x-rh-identity` header or from a message, checked field by field.
//! * [`Callers`]: where the caller of a request is taken from: the header of a trusted gateway, or, in local mode,
//!   one local organisation.
//! * [`Permission`], [`Permissions`]: asks the RBAC service whether the caller may, and for which groups
//!   ([`GroupScope`]). When the service cannot be asked, the answer is no ([`Denied`]).
//! * [`Access`], [`Caller`]: both of them together, and the caller of one request.
//! * [`oidc`]: callers by bearer tokens of OpenID providers.
//! * [`Outside`]: requests to servers that others may name.
//! * [`guard`]: local mode has no log-in, so it listens on the loopback only and answers to its own name only.
//!
//! This crate knows no web framework and no answer bodies: errors give a status and a text, the caller makes an
//! answer of them.
//!
//! # To add a permission
//!
//! A variant of [`Permission`], its three words, and whether machines may do it without RBAC.
//!
//! # To add a type of identity
//!
//! A variant of [`IdentityType`] and its fields in `identity_type.rs`; [`Identity::is_checked`] says whether RBAC is asked for it.

mod access;
mod callers;
mod email;
mod fields;
pub mod guard;
mod header;
mod identity;
mod identity_type;
pub mod oidc;
mod outside;
mod permission;
mod permissions;
mod rbac;
mod scope;

pub use access::{Access, Caller};
pub use callers::Callers;
pub use header::{IDENTITY_HEADER, MAX_IDENTITY_BYTES, ORG_HEADER, REQUEST_ID_HEADER, Reason, Unauthorized};
pub use identity::{AuthType, Identity, IdentityError};
pub use identity_type::{CertType, IdentityType, UNNAMED, User};
pub use outside::{Outside, OutsideAnswer, OutsideLimits, Unreached, is_public};
pub use permission::Permission;
pub use permissions::{Denied, Permissions};
pub use rbac::{Rbac, RbacMetrics, RbacOptions};
pub use scope::GroupScope;
