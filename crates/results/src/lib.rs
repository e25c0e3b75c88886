//! What benchmark tools write, read into one form of result.
//!
//! [`read`] takes the bytes of a file and gives what was measured ([`Reading`]). It would rather leave a number out, and say
//! so in the notes, than tell a wrong one; what failed or was cut off is marked as failed; what a tool repeated are samples of
//! one metric; names of hosts, users and folders are listed apart and are no part of the result unless they are its name.
//!
//! [`Format::schema`] says what the documents of a format look like.
//!
//! To add a format: a file in `formats/` with `recognises` and `read`, and its line in [`Format`].

pub mod csv;
pub mod formats;
mod input;
mod number;
mod reading;
mod schema;

pub use formats::{Format, Mapping};
pub use input::{Input, LARGEST};
pub use reading::{Better, Measured, Metric, Number, Private, Reading, Run};

/// Why nothing was read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// Reads a file. `name` is its path, for formats that name the benchmark there only; without a format it is recognised.
pub fn read(bytes: &[u8], name: &str, format: Option<Format>, mapping: &Mapping) -> Result<Reading, Refused> {
    let input = Input::new(bytes, name)?;
    let format = match format {
        Some(format) => format,
        None => Format::ALL.into_iter().find(|format| format.recognises(&input)).ok_or_else(|| {
            let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            Refused(format!("the format is not recognised; name it with --format: {}", known.join(", ")))
        })?,
    };
    let mut reading = Reading::new(format, blake3::hash(bytes).to_hex().to_string());
    format.read(&input, mapping, &mut reading)?;
    reading.settle();
    if reading.runs.iter().all(|run| run.benchmarks.is_empty() && run.failed.is_none()) {
        let why = reading.notes.first().map(|note| format!(": {note}")).unwrap_or_default();
        return Err(Refused(format!("no measurement was found in what looks like {}{why}", format.name())));
    }
    Ok(reading)
}
