//! Rules of the benchmarks service (contract benchmarks §1, §9).

use crate::{Filled, Words, section::section};

section! {
    /// Rules of the benchmarks service.
    pub struct Benchmarks in "benchmarks" {
        /// The base path of the API.
        base_path: Filled = Filled::of("/api/v1");
        /// Whether the container image of a benchmark is looked for in its registry; not where there is no way out.
        check_images: bool = true;
        /// The registry of images that name none.
        registry: Filled = Filled::of("https://registry-1.docker.io"), env "UDOCKER_REGISTRY";
        /// Further registries, as http://host:port, that may be within this network and without TLS.
        local_registries: Words = Words::default();
    }
}
