//! Operations on the systems that a baseline is for.

pub mod add;
pub mod baselines;
pub mod list;
pub mod remove;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Systems of a baseline as answers show them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Systems)]
pub struct SystemsOut {
    /// In the order in which they were added.
    pub system_ids: Vec<Uuid>,
}
