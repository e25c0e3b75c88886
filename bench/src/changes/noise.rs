//! Series of benchmarks that do not exist: nine kinds of noise, and one that is hard.

/// Seeded random numbers (splitmix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, below 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// How points scatter around their level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Normal, 1 %.
    Gauss1,
    /// Normal, 3 %.
    Gauss3,
    /// Student's t with three degrees of freedom, 1 %.
    Heavy,
    /// Exponential, 3 %: never much faster, now and then much slower.
    Skew,
    /// Normal 1 %, and three points in a hundred up to 15 times as slow.
    Spikes,
    /// Normal 1 %, and three points in ten on a level 6 % higher.
    Bimodal,
    /// Each point resembles the one before it (0.6), 1 %.
    Correlated,
    /// Normal 1 %, and 3 % slower on two days of seven.
    Weekly,
    /// Normal 1 %, told in steps of 1 %.
    Quantum,
    /// Two levels, 6 % apart, each held for ten days on average.
    Sticky,
}

impl Noise {
    pub const ALL: [Self; 10] = [
        Self::Gauss1,
        Self::Gauss3,
        Self::Heavy,
        Self::Skew,
        Self::Spikes,
        Self::Bimodal,
        Self::Correlated,
        Self::Weekly,
        Self::Quantum,
        Self::Sticky,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Gauss1 => "CV 1 %",
            Self::Gauss3 => "CV 3 %",
            Self::Heavy => "heavy tails",
            Self::Skew => "skewed",
            Self::Spikes => "spikes",
            Self::Bimodal => "bimodal",
            Self::Correlated => "correlated 0.6",
            Self::Weekly => "weekly",
            Self::Quantum => "quantised",
            Self::Sticky => "held modes",
        }
    }

    /// One value a day.
    pub fn series(self, days: usize, seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed.wrapping_mul(31).wrapping_add(self as u64));
        let (mut before, mut high) = (random.normal(), random.uniform() < 0.5);
        let mut value = |day: usize| {
            let normal = random.normal();
            let off = match self {
                Self::Gauss1 => 0.01 * normal,
                Self::Gauss3 => 0.03 * normal,
                Self::Heavy => {
                    let squares: f64 = (0..3).map(|_| random.normal().powi(2)).sum();
                    0.01 * normal / (squares / 3.0).sqrt()
                }
                Self::Skew => 0.03 * (-random.uniform().ln() - 1.0),
                Self::Spikes => {
                    let spike = random.uniform() < 0.03;
                    0.01 * normal + if spike { 14.0 * random.uniform() } else { 0.0 }
                }
                Self::Bimodal => 0.01 * normal + if random.uniform() < 0.3 { 0.06 } else { 0.0 },
                Self::Correlated => {
                    before = 0.6 * before + 0.8 * normal;
                    0.01 * before
                }
                Self::Weekly => 0.01 * normal + if day % 7 >= 5 { 0.03 } else { 0.0 },
                Self::Quantum => (0.01 * normal * 100.0).round() / 100.0,
                Self::Sticky => {
                    high ^= random.uniform() < 0.1;
                    0.01 * normal + if high { 0.06 } else { 0.0 }
                }
            };
            100.0 * (1.0 + off)
        };
        (0..days).map(&mut value).collect()
    }
}
