//! Reports of the machine that the program runs on.

use std::time::Duration;

use crate::section::section;

section! {
    /// Reports of the machine that the program runs on.
    pub struct Agent in "agent" {
        /// Seconds from one report of `plumbline up` to the next; 0 for one report at the start.
        interval: Duration = Duration::from_mins(15);
        /// Seconds from one sample of this machine to the next, in `plumbline up`: processors, memory, disks, network and load. 0
        /// for none.
        samples: Duration = Duration::from_secs(15);
    }
}
