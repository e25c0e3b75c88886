//! Writes a backup.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::Serialize;
use store::Value;

use super::{BEGINNING, END, Header, TableHeader, Totals};

/// A balance of time and size: package lists are compressed already.
const LEVEL: i32 = 3;

/// Writes a backup beside its place, and puts it there when it is whole and on the disk.
pub struct Writer {
    out: zstd::Encoder<'static, Hashing>,
    beside: PathBuf,
    place: PathBuf,
    totals: Totals,
    record: Vec<u8>,
}

/// A file that knows the digest of what was written.
struct Hashing {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.file.write(bytes)?;
        if let Some(taken) = bytes.get(..taken) {
            self.hasher.update(taken);
        }
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Writer {
    /// Begins a backup that will be at `place`, for its user alone to read. Nothing may be there yet.
    pub fn create(place: &Path, header: &Header) -> io::Result<Self> {
        if place.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let beside = place.with_file_name(name);
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        let mut out = Hashing { file: BufWriter::new(file), hasher: blake3::Hasher::new(), bytes: 0 };
        out.write_all(BEGINNING)?;
        let out = zstd::Encoder::new(out, LEVEL)?;
        let place = place.to_owned();
        let mut writer = Self { out, beside, place, totals: Totals::default(), record: Vec::new() };
        writer.json(b'H', header)?;
        Ok(writer)
    }

    /// Begins a table.
    pub fn table(&mut self, table: &TableHeader) -> io::Result<()> {
        self.totals.tables += 1;
        self.json(b'T', table)
    }

    /// A row of the table that was begun last.
    pub fn row(&mut self, values: &[Value]) -> io::Result<()> {
        let mut record = std::mem::take(&mut self.record);
        record.clear();
        for value in values {
            match value {
                Value::Null(_) => record.push(0),
                Value::Int(number) => {
                    record.push(1);
                    record.extend(number.to_le_bytes());
                }
                Value::Text(text) => content(&mut record, 2, text.as_bytes())?,
                Value::Bytes(bytes) => content(&mut record, 3, bytes)?,
                Value::Uuid(uuid) => content(&mut record, 3, uuid.as_bytes())?,
                Value::Bool(truth) => {
                    record.push(1);
                    record.extend(i64::from(*truth).to_le_bytes());
                }
            }
        }
        self.put(b'R', &record)?;
        self.record = record;
        self.totals.rows += 1;
        Ok(())
    }

    /// How much there is so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Ends the backup and puts it at its place; answers how many bytes it has.
    pub fn finish(mut self) -> io::Result<u64> {
        let totals = self.totals;
        self.json(b'E', &totals)?;
        let Hashing { mut file, hasher, bytes } = self.out.finish()?;
        file.write_all(hasher.finalize().as_bytes())?;
        file.write_all(END)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        // A file that came meanwhile is not overwritten.
        fs::hard_link(&self.beside, &self.place)?;
        fs::remove_file(&self.beside)?;
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(bytes + (super::DIGEST + END.len()) as u64)
    }

    /// Removes what was written so far of a backup at `place`.
    pub fn abandon(self) {
        let _ = fs::remove_file(&self.beside);
    }

    fn json(&mut self, letter: u8, value: &impl Serialize) -> io::Result<()> {
        let content = serde_json::to_vec(value)?;
        self.put(letter, &content)
    }

    fn put(&mut self, letter: u8, content: &[u8]) -> io::Result<()> {
        self.out.write_all(&[letter])?;
        self.out.write_all(&length(content)?)?;
        self.out.write_all(content)
    }
}

fn content(record: &mut Vec<u8>, form: u8, bytes: &[u8]) -> io::Result<()> {
    record.push(form);
    record.extend(length(bytes)?);
    record.extend(bytes);
    Ok(())
}

fn length(bytes: &[u8]) -> io::Result<[u8; 4]> {
    let length =
        u32::try_from(bytes.len()).ok().filter(|length| *length as usize <= super::MOST_RECORD_BYTES);
    length.map(u32::to_le_bytes).ok_or_else(|| io::Error::other("a row is too long for a backup"))
}
