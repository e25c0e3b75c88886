//! Rules of the benchmarks service (contract benchmarks §1, §9).

use crate::{Filled, Value, Words, section::section};

/// False alarms that 1,000 months of series may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FalseAlarms(f64);

impl FalseAlarms {
    /// So many.
    pub const fn number(self) -> f64 {
        self.0
    }
}

impl Value for FalseAlarms {
    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().filter(|number| (0.01..=100.0).contains(number)).map(Self)
    }

    fn allowed() -> String {
        "a number from 0.01 to 100".to_owned()
    }

    fn show(&self) -> String {
        self.0.to_string()
    }

    fn to_toml(&self) -> String {
        self.show()
    }
}

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
        /// How many false alarms of regressions 1,000 months of series may have: fewer are found later, or not at all.
        false_alarms: FalseAlarms = FalseAlarms(1.0);
    }
}
