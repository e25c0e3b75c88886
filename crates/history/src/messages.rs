//! What is read from topics and written to them.

pub mod inventory_event;
pub mod payload_status;
