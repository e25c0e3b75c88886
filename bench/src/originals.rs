//! What the original did.

/// One of its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Original {
    pub rate: f64,
    pub p99_ms: Option<f64>,
    pub how: String,
}

/// The figure beside a row; rows of both engines share one.
pub fn of(row: &str) -> Option<Original> {
    include_str!("../originals.tsv").lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, rate, _, p99, how] = fields[..] else { return None };
        let same = row == name || row.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        same.then(|| Original {
            rate: rate.parse().unwrap_or(f64::NAN),
            p99_ms: p99.parse().ok(),
            how: how.to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_either_engine_has_the_figure_of_its_work() {
        assert_eq!(of("host-postgres"), of("host-sqlite"));
        assert_eq!(of("list-first-postgres").unwrap().p99_ms, Some(634.0));
        assert!(of("start").is_none());
    }

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("../originals.tsv").lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let name = line.split('\t').next().unwrap();
            assert!(of(name).is_some_and(|original| original.rate > 0.0), "{line}");
        }
    }
}
