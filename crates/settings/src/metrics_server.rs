//! The configuration file of the metrics UI server (contract metrics §2.3): JSON, in place of a file of settings.

use serde_json::{Map, Value};

/// The variables of the metrics UI server begin so. Its file and they are never merged.
pub(crate) const VARIABLES: &str = "METRICS_SERVER_";

/// Whether a text is such a file.
pub(crate) fn is_one(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// The settings that it names; what has no meaning here (`debug`, `server.threads`, `server.assets`) and unknown keys are
/// passed over.
pub(crate) fn values(text: &str) -> Result<Vec<(String, String)>, String> {
    let document: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| format!("line {}: this is no JSON object", error.line()))?;
    let section = |name: &str| document.get(name).and_then(Value::as_object);
    let cassandra = section("cassandra").ok_or("No cassandra section found in config.")?;
    let hosts = cassandra.get("host").and_then(scalar).ok_or("No host value found in cassandra section.")?;
    let server = section("server").ok_or("No server section found in config.")?;
    let needed = |name: &str| {
        server.get(name).and_then(scalar).ok_or_else(|| format!("No {name} value found in server section."))
    };
    needed("threads")?;
    let mut values = vec![
        ("server.address".to_owned(), needed("host")?),
        ("server.port".to_owned(), needed("port")?),
        ("metrics.cassandra_hosts".to_owned(), hosts),
    ];
    if let Some(keyspace) = cassandra.get("keyspace").and_then(scalar) {
        values.push(("metrics.cassandra_keyspace".to_owned(), keyspace));
    }
    Ok(values)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crate::{BadSettings, Inputs, Settings};

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<Settings, BadSettings> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let env =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned());
        Settings::load(&Inputs::new(&env).file(file.path()))
    }

    #[test]
    fn a_file_of_the_original_is_read_and_its_variables_do_not_count_then() {
        let text = r#"{"debug": true, "server": {"host": "0.0.0.0", "port": "8081", "threads": 8, "assets": "./x"},
            "cassandra": {"host": "10.0.0.7", "keyspace": "other"}, "more": 1}"#;
        let variables = [("METRICS_SERVER_CASSANDRA", "elsewhere"), ("METRICS_SERVER_PORT", "1")];
        let settings = load(text, &variables).unwrap();
        assert_eq!(settings.server.address.to_string(), "0.0.0.0");
        assert_eq!(
            (*settings.server.port, &**settings.metrics.cassandra_hosts),
            (8081, &["10.0.0.7".to_owned()][..])
        );
        assert_eq!(&**settings.metrics.cassandra_keyspace, "other");
        let env =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned());
        let settings = Settings::load(&Inputs::new(&env)).unwrap();
        assert_eq!(
            (*settings.server.port, settings.metrics.cassandra_hosts.first().unwrap().as_str()),
            (1, "elsewhere")
        );
    }

    #[test]
    fn what_is_missing_is_told_in_the_words_of_the_original() {
        for (text, told) in [
            ("{}", "No cassandra section found in config."),
            (r#"{"cassandra": {"host": null}}"#, "No host value found in cassandra section."),
            (r#"{"cassandra": {"host": "c"}}"#, "No server section found in config."),
            (
                r#"{"cassandra": {"host": "c"}, "server": {"threads": 1, "host": "::"}}"#,
                "No port value found",
            ),
            ("{\n x", "line 2: this is no JSON object"),
        ] {
            let refused = load(text, &[]).unwrap_err().to_string();
            assert!(refused.contains(told), "{text}: {refused}");
        }
        let port = r#"{"cassandra": {"host": "c"}, "server": {"threads": 1, "host": "::", "port": "x"}}"#;
        assert!(load(port, &[]).unwrap_err().to_string().contains("server.port"));
    }
}
