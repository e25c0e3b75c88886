//! Names of OTLP as Prometheus writes them.

/// Units of UCUM and the words for them.
const UNITS: [(&str, &str); 24] = [
    ("d", "days"),
    ("h", "hours"),
    ("min", "minutes"),
    ("s", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("ns", "nanoseconds"),
    ("By", "bytes"),
    ("KiBy", "kibibytes"),
    ("MiBy", "mebibytes"),
    ("GiBy", "gibibytes"),
    ("TiBy", "tibibytes"),
    ("KBy", "kilobytes"),
    ("MBy", "megabytes"),
    ("GBy", "gigabytes"),
    ("TBy", "terabytes"),
    ("m", "meters"),
    ("V", "volts"),
    ("A", "amperes"),
    ("J", "joules"),
    ("W", "watts"),
    ("g", "grams"),
    ("Cel", "celsius"),
    ("Hz", "hertz"),
];

/// The word for a unit; what stands in braces is a remark, not a unit.
pub(super) fn unit(unit: &str) -> String {
    if unit.contains('{') {
        return String::new();
    }
    let word = |part: &str| {
        UNITS
            .iter()
            .find(|(short, _)| *short == part)
            .map_or_else(|| part.to_owned(), |(_, word)| (*word).to_owned())
    };
    match unit.split_once('/') {
        Some((of, per)) => {
            let per = match per {
                "s" => "second".to_owned(),
                "m" => "minute".to_owned(),
                "h" => "hour".to_owned(),
                "d" => "day".to_owned(),
                other => word(other),
            };
            plain(&format!("{}_per_{per}", word(of)))
        }
        None if unit == "%" => "percent".to_owned(),
        None if unit == "1" => String::new(),
        None => plain(&word(unit)),
    }
}

/// The name of a metric, with its unit, and `_total` for a counter.
pub(super) fn metric(name: &str, unit_name: &str, kind: &str, gauge: bool) -> String {
    let mut name = plain(name);
    let mut unit = unit(unit_name);
    if unit_name == "1" && gauge {
        "ratio".clone_into(&mut unit);
    }
    let counter = kind == "counter";
    if counter {
        name = name.strip_suffix("_total").map_or(name.clone(), str::to_owned);
    }
    if !unit.is_empty() && !name.ends_with(&unit) {
        name = format!("{name}_{unit}");
    }
    if counter { name + "_total" } else { name }
}

/// The name of a label.
pub(super) fn label(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '_' })
        .collect();
    if plain.starts_with(|first: char| first.is_ascii_digit()) {
        plain.insert_str(0, "key_");
    }
    plain
}

/// Letters, digits, colons and single underscores.
fn plain(name: &str) -> String {
    let parts = name.split(|char: char| !char.is_ascii_alphanumeric() && char != ':');
    let mut plain: String = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    if plain.starts_with(|first: char| first.is_ascii_digit()) {
        plain.insert(0, '_');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_units() {
        assert_eq!(
            metric("http.server.duration", "ms", "histogram", false),
            "http_server_duration_milliseconds"
        );
        assert_eq!(metric("requests", "{request}", "counter", false), "requests_total");
        assert_eq!(metric("io", "By/s", "gauge", true), "io_bytes_per_second");
        assert_eq!(metric("load", "1", "gauge", true), "load_ratio");
        assert_eq!(metric("a_total", "s", "counter", false), "a_seconds_total");
        assert_eq!(label("3.x-y"), "key_3_x_y");
    }
}
