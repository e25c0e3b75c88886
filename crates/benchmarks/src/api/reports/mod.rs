//! Reports: what waits for a review, and claims.

pub mod approve_claim;
pub mod claims;
pub mod get_claim;
pub mod reject_claim;
pub mod submits;
