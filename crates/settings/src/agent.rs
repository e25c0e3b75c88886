//! Reports of the machine that the program runs on.

use std::time::Duration;

use crate::section::section;

section! {
    /// Reports of the machine that the program runs on.
    pub struct Agent in "agent" {
        /// Seconds from one report of `plumbline up` to the next; 0 for one report at the start.
        interval: Duration = Duration::from_mins(15);
    }
}
