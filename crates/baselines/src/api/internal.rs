//! Operations for the sibling services (contract baselines §7).

pub mod forget_systems;
pub mod of_system;
pub mod set_groups;
