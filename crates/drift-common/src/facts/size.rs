//! Sizes for people (contract drift §4.3).

const UNITS: [&str; 7] = ["Byte", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// A number of bytes in the largest binary unit not above it, with two decimals. The unit is chosen before rounding.
///
/// ```
/// assert_eq!(drift_common::facts::human_size(1_917_988_864.0), "1.79 GiB");
/// assert_eq!(drift_common::facts::human_size(1_048_575.0), "1024.00 KiB");
/// ```
pub fn human_size(bytes: f64) -> String {
    if bytes < 1.0 {
        return format!("{:.2} Bit", bytes * 8.0);
    }
    let (mut size, mut unit) = (bytes, 0);
    while size >= 1024.0 && unit < UNITS.len() - 1 {
        size /= 1024.0;
        unit += 1;
    }
    format!("{size:.2} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_contract() {
        for (bytes, expected) in [
            (0.0, "0.00 Bit"),
            (640.0, "640.00 Byte"),
            (1023.0, "1023.00 Byte"),
            (1024.0, "1.00 KiB"),
            (1_039_798_272.0, "991.63 MiB"),
            (33_664_630_784.0, "31.35 GiB"),
            (5.0 * 70_f64.exp2(), "5120.00 EiB"),
        ] {
            assert_eq!(human_size(bytes), expected);
        }
    }
}
