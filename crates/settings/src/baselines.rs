//! Baselines (contract baselines §10).

use crate::{Filled, section::section};

section! {
    /// Baselines.
    pub struct Baselines in "baselines" {
        /// Second segment of the API's path.
        app_name: Filled = Filled::of("system-baseline");
    }
}

impl Baselines {
    /// Where the APIs stand: `/api/system-baseline`.
    pub fn root_path(&self, prefix: &str) -> String {
        format!("/{}/{}", prefix.trim_matches('/'), self.app_name.trim_matches('/'))
    }
}
