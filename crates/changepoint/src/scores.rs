//! The normal distribution, as far as ranks need it.

/// The quantile of the standard normal distribution (Acklam's rational approximation, relative error below 1.2e-9).
pub fn quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    /// Below this the tail is approximated apart.
    const TAIL: f64 = 0.024_25;
    let polynomial = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&C, q) / (polynomial(&D, q) * q + 1.0)
    };
    if p < TAIL {
        tail(p)
    } else if p > 1.0 - TAIL {
        -tail(1.0 - p)
    } else {
        let (q, r) = (p - 0.5, (p - 0.5) * (p - 0.5));
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    }
}

/// The normal scores of all places that a point can take among `n` others: at `2 * below + equal`.
#[derive(Debug, Clone)]
pub struct Scores {
    table: Vec<f64>,
    variance: f64,
}

impl Scores {
    /// Among so many others.
    pub fn among(n: usize) -> Self {
        let cells = n as f64 + 1.0;
        let table: Vec<f64> = (0..=2 * n).map(|place| quantile((place as f64 / 2.0 + 0.5) / cells)).collect();
        // A point without ties takes the places 0, 2, 4, … alike.
        let variance = table.iter().step_by(2).map(|score| score * score).sum::<f64>() / cells;
        Self { table, variance }
    }

    /// The score of a point that has so many below it and so many like it.
    pub fn of(&self, below: usize, equal: usize) -> f64 {
        self.table.get(2 * below + equal).copied().unwrap_or(0.0)
    }

    /// The variance of a score where there are no ties; with ties it is less.
    pub fn variance(&self) -> f64 {
        self.variance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, z) in [(0.5, 0.0), (0.975, 1.959_964), (0.001, -3.090_232), (0.84, 0.994_458)] {
            assert!((quantile(p) - z).abs() < 1e-6, "{p}: {}", quantile(p));
        }
    }

    #[test]
    fn scores_are_symmetric_and_grow() {
        let scores = Scores::among(100);
        assert!((scores.of(0, 0) + scores.of(100, 0)).abs() < 1e-9);
        assert!(scores.of(50, 0) < scores.of(51, 0) && scores.of(0, 100).abs() < 1e-9);
        assert!((0.9..1.0).contains(&scores.variance()));
    }
}
