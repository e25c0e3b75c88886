//! The layers, and the look-up through them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    BadSetting, Source, Sourced, Value,
    clowder::{self, Clowder},
    metrics_server,
    secret::{MASK, masked},
    section::{Entry, OWN, own_variable},
};

/// What a configuration is made from. The environment is a function, so that tests need none.
pub struct Inputs<'a> {
    env: &'a dyn Fn(&str) -> Option<String>,
    file: Option<&'a Path>,
    flags: Vec<Flag>,
    /// Variables that are there and must be those of settings.
    variables: Vec<String>,
}

struct Flag {
    written: String,
    name: String,
    value: String,
}

impl<'a> Inputs<'a> {
    /// Only the environment; pass `&|name| std::env::var(name).ok()` for the process's own.
    pub fn new(env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { env, file: None, flags: Vec::new(), variables: Vec::new() }
    }

    /// Of these variables of the environment those that begin as ours do must be settings'.
    #[must_use]
    pub fn variables(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.variables.extend(names);
        self
    }

    /// And this configuration file, which must exist.
    #[must_use]
    pub fn file(mut self, path: &'a Path) -> Self {
        self.file = Some(path);
        self
    }

    /// And a command line flag as written (`--port`), which sets the setting `name` (`server.port`).
    #[must_use]
    pub fn flag(mut self, flag: &str, name: &str, value: &str) -> Self {
        self.flags.push(Flag { written: flag.to_owned(), name: name.to_owned(), value: value.to_owned() });
        self
    }
}

/// The variables that look like settings' and are none. Those that Kubernetes makes of services called so (`PLUMBLINE_PORT`,
/// `PLUMBLINE_SERVICE_HOST`) are nobody's mistake.
fn unknown_variables(inputs: &Inputs<'_>, entries: &[Entry]) -> Vec<BadSetting> {
    let own: Vec<String> = entries.iter().map(|entry| own_variable(entry.name)).collect();
    let files = entries.iter().filter(|entry| entry.secret).map(|entry| own_variable(entry.name) + "_FILE");
    let known: BTreeSet<String> = own.iter().cloned().chain(files).collect();
    let of_kubernetes = |name: &str| {
        name.contains("_SERVICE_HOST")
            || name.contains("_SERVICE_PORT")
            || name.contains("_PORT_")
            || (inputs.env)(name).is_some_and(|value| value.starts_with("tcp://"))
    };
    let unknown = inputs.variables.iter().filter(|name| name.starts_with(OWN) && !known.contains(*name));
    unknown
        .filter(|name| !of_kubernetes(name))
        .map(|name| {
            let likeness = |known: &str| strsim::normalized_damerau_levenshtein(known, name);
            let nearest = own.iter().max_by(|one, two| likeness(one).total_cmp(&likeness(two)));
            BadSetting::Variable { name: name.clone(), nearest: nearest.cloned().unwrap_or_default() }
        })
        .collect()
}

/// A text found in a layer, and which.
type SourcedText = (String, Source);

/// All layers, read. The default has none of them.
#[derive(Default)]
pub(crate) struct Layers {
    flags: BTreeMap<String, SourcedText>,
    env: BTreeMap<String, String>,
    /// What stands in the files that `NAME_FILE` names, by `NAME`.
    secrets: BTreeMap<String, String>,
    clowder: Option<Clowder>,
    file: BTreeMap<String, SourcedText>,
}

impl Layers {
    /// Reads files and the variables that `entries` name. What cannot be read is added to `problems`.
    pub fn read(inputs: &Inputs<'_>, entries: &[Entry], problems: &mut Vec<BadSetting>) -> Self {
        let known = |name: &str| entries.iter().any(|entry| entry.name == name);
        let mut layers = Self::default();
        for flag in &inputs.flags {
            let from = Source::Flag(flag.written.clone());
            if known(&flag.name) {
                layers.flags.insert(flag.name.clone(), (flag.value.clone(), from));
            } else {
                problems.push(BadSetting::Unknown { name: flag.name.clone(), from });
            }
        }
        for entry in entries {
            let names = entry.env.iter().map(|name| (*name).to_owned());
            for name in names.chain([own_variable(entry.name)]) {
                if let Some(text) = (inputs.env)(&name) {
                    layers.env.insert(name.clone(), text);
                }
                if entry.secret {
                    layers.secrets.extend(read_secret(inputs, name, problems));
                }
            }
        }
        problems.extend(unknown_variables(inputs, entries));
        if (inputs.env)("CLOWDER_ENABLED").is_some_and(|text| text.trim().eq_ignore_ascii_case("true")) {
            layers.clowder = read_clowder((inputs.env)("ACG_CONFIG"), problems);
        }
        if let Some(path) = inputs.file {
            let (values, of_metrics_server) = read_file(path, problems);
            if of_metrics_server {
                layers.env.retain(|name, _| !name.starts_with(metrics_server::VARIABLES));
            }
            for (name, text) in values {
                let from = Source::File(path.to_owned());
                if known(&name) {
                    layers.file.insert(name, (text, from));
                } else {
                    problems.push(BadSetting::Unknown { name, from });
                }
            }
        }
        layers
    }

    /// The Clowder document, when it is in force.
    pub fn clowder(&self) -> Option<&Clowder> {
        self.clowder.as_ref()
    }

    /// The value of one setting: from the first layer that has it, else the default. A bad value is added to
    /// `problems`, and the default stands in for it.
    pub fn value<T: Value>(
        &self,
        name: &'static str,
        env: &[&str],
        default: T,
        problems: &mut Vec<BadSetting>,
    ) -> Sourced<T> {
        // A variable that is set to nothing leaves a setting alone that takes no empty text.
        let empty_counts = T::parse("").is_some();
        let variable = |name: &str| {
            if let Some(text) = self.secrets.get(name) {
                return Some((text.clone(), Source::Env(format!("{name}_FILE"))));
            }
            let text = self.env.get(name).filter(|text| empty_counts || !text.is_empty())?;
            Some((text.clone(), Source::Env(name.to_owned())))
        };
        let older = |before_clowder: bool| {
            let counts = |name: &&&str| {
                clowder::yields_to(name) == before_clowder
                    && (self.clowder.is_some() || **name != clowder::BROKER_OVERRIDE)
            };
            env.iter().filter(counts).find_map(|name| variable(name))
        };
        let found = self
            .flags
            .get(name)
            .cloned()
            .or_else(|| variable(&own_variable(name)))
            .or_else(|| older(true))
            .or_else(|| self.clowder.as_ref()?.value(name))
            .or_else(|| older(false))
            .or_else(|| self.file.get(name).cloned());
        let Some((text, source)) = found else {
            return Sourced { value: default, source: Source::Default };
        };
        if let Some(value) = T::parse(&text) {
            return Sourced { value, source };
        }
        let value = if T::SECRET { MASK.to_owned() } else { masked(&text) };
        problems.push(BadSetting::Value { name, value, from: source, allowed: T::allowed() });
        Sourced { value: default, source: Source::Default }
    }
}

/// The content of the file that `NAME_FILE` names, without line breaks at its end: it wins over `NAME`.
fn read_secret(
    inputs: &Inputs<'_>,
    name: String,
    problems: &mut Vec<BadSetting>,
) -> Option<(String, String)> {
    let path = PathBuf::from((inputs.env)(&format!("{name}_FILE")).filter(|path| !path.is_empty())?);
    match fs::read_to_string(&path) {
        Ok(text) => Some((name, text.trim_end_matches(['\r', '\n']).to_owned())),
        Err(error) => {
            problems.push(BadSetting::File { path, reason: error.to_string() });
            None
        }
    }
}

fn read_clowder(path: Option<String>, problems: &mut Vec<BadSetting>) -> Option<Clowder> {
    let Some(path) = path.filter(|path| !path.is_empty()).map(PathBuf::from) else {
        problems.push(BadSetting::NoClowderPath);
        return None;
    };
    let document = fs::read(&path).map_err(|error| error.to_string());
    match document.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string())) {
        Ok(document) => Some(Clowder::new(&document)),
        Err(reason) => {
            problems.push(BadSetting::File { path, reason });
            None
        }
    }
}

/// What a file sets, and whether it is one of the metrics UI server.
fn read_file(path: &Path, problems: &mut Vec<BadSetting>) -> (Vec<(String, String)>, bool) {
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    let of_metrics_server = text.as_deref().is_ok_and(metrics_server::is_one);
    let values = text.and_then(|text| {
        if of_metrics_server {
            return metrics_server::values(&text);
        }
        let table = text.parse::<toml::Table>().map_err(|error| without_the_line(&text, &error))?;
        let mut values = Vec::new();
        flatten("", table, &mut values);
        Ok(values)
    });
    let values = values.unwrap_or_else(|reason| {
        problems.push(BadSetting::File { path: path.to_owned(), reason: reason.trim().to_owned() });
        Vec::new()
    });
    (values, of_metrics_server)
}

/// What is wrong with a file and where. The line itself is not repeated: it may hold a password.
fn without_the_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    // Messages of the parser may quote a key or a value behind the first words.
    let message = error.message();
    let message =
        message.split(['`', '"', '\'', '\n']).next().unwrap_or_default().trim_end_matches([' ', ',', ':']);
    format!("{}{message}", line.unwrap_or_default())
}

/// Tables become `section.name`; a list of words becomes words with commas.
fn flatten(prefix: &str, table: toml::Table, values: &mut Vec<(String, String)>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(table) => flatten(&name, table, values),
            toml::Value::Array(items) => {
                let words: Vec<String> = items.into_iter().map(text).collect();
                values.push((name, words.join(",")));
            }
            other => values.push((name, text(other))),
        }
    }
}

fn text(value: toml::Value) -> String {
    match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Datetime(time) => time.to_string(),
        toml::Value::Array(_) | toml::Value::Table(_) => "a nested value".to_owned(),
    }
}
