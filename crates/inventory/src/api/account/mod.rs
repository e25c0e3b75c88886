//! Operations on the staleness settings of an organisation (contract inventory-http §16).

pub mod create;
pub mod defaults;
pub mod delete;
mod document;
pub mod get;
pub mod patch;
mod settings_out;

pub(crate) use document::LONGEST;
pub use document::StalenessIn;
pub use settings_out::StalenessOut;
