//! The file of a backup.
//!
//! | part | bytes |
//! | --- | --- |
//! | beginning | [`BEGINNING`] |
//! | records | compressed with zstd |
//! | digest | 32: BLAKE3 of everything before it |
//! | end | [`END`] |
//!
//! A record is a letter, its length (4 bytes, little endian), and its content. `H` is the [`Header`] and comes first, `T` a
//! [`TableHeader`] whose rows follow, `R` a row, `E` the [`Totals`] and comes last; these but for `R` are JSON. In a row each value
//! is a byte and what follows it: 0 nothing, 1 an integer (8 bytes), 2 text and 3 bytes (4 bytes of length, then the content).
//!
//! No engine is named in it: a backup of one goes into the other one.

mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use read::{Checked, Record};
pub use write::Writer;

/// What a backup begins with.
const BEGINNING: &[u8] = b"plumbline backup 1\n";

/// What a whole backup ends with.
const END: &[u8] = b"plumbline backup ends\n";

/// Bytes of the digest.
const DIGEST: usize = 32;

/// No record is longer: a row of the widest table holds a few sections of 16 MiB.
const MOST_RECORD_BYTES: usize = 256 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program that made it.
    pub version: String,
    /// When it was made.
    pub made: String,
    /// How many steps of each crate the tables had.
    pub steps: Vec<(String, i64)>,
}

/// A table whose rows follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableHeader {
    /// Its name.
    pub name: String,
    /// The columns, in the order of the values of each row.
    pub columns: Vec<String>,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Tables, also those without rows.
    pub tables: u64,
    /// Rows of all of them.
    pub rows: u64,
}
