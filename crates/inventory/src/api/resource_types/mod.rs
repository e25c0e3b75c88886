//! What RBAC's pages ask for to write resource definitions (contract inventory-http §15).

pub mod groups;
mod linked;
pub mod list;

pub use linked::Linked;
