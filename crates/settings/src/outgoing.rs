//! How other services of the platform are asked (contracts inventory-http §5.1, drift §9).

use crate::{Filled, section::section};

section! {
    /// How other services of the platform are asked: RBAC, the inventory, baselines, history and drift of other processes, the export
    /// service and the Unleash server.
    pub struct Outgoing in "outgoing" {
        /// File with the certificates (PEM) of the authorities of which one must have made theirs, where their URLs are https; empty
        /// for the usual ones and those of the system. The Unleash server may have one of the usual ones, too.
        ca_file: Option<Filled> = None, env "TLS_CA_PATH";
    }
}
