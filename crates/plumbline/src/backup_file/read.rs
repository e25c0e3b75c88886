//! Reads a backup, once it is known to be whole.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek as _, SeekFrom},
    path::Path,
};

use store::{Value, ValueKind};

use super::{BEGINNING, DIGEST, END, Header, MOST_RECORD_BYTES, TableHeader, Totals};

/// A file that is no good backup.
#[derive(Debug, thiserror::Error)]
pub enum BadBackup {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is something else.
    #[error("it is no backup of plumbline")]
    Foreign,
    /// Its end is missing.
    #[error("it is cut off: its end is missing")]
    Truncated,
    /// Something in it is not as it was written.
    #[error("it is damaged: its content does not match its checksum")]
    Damaged,
    /// Its checksum is right, and its content makes no sense.
    #[error("its content cannot be read: {0}")]
    Nonsense(&'static str),
}

/// A backup that is whole.
#[derive(Debug)]
pub struct Checked {
    file: File,
    /// What it says of itself.
    pub header: Header,
    content: u64,
}

/// What stands in a backup after its header.
#[derive(Debug, PartialEq)]
pub enum Record {
    /// A table; its rows follow.
    Table(TableHeader),
    /// A row.
    Row(Vec<Value>),
    /// The end.
    End(Totals),
}

impl Checked {
    /// Opens a file and reads it whole: a backup that is not as it was written is refused here.
    pub fn open(path: &Path) -> Result<Self, BadBackup> {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut beginning = vec![0; BEGINNING.len()];
        match file.read_exact(&mut beginning) {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error.into()),
            Err(_) if is_cut(&beginning, bytes) => return Err(BadBackup::Truncated),
            Err(_) => return Err(BadBackup::Foreign),
            Ok(()) if beginning != BEGINNING => return Err(BadBackup::Foreign),
            Ok(()) => {}
        }
        let tail = (DIGEST + END.len()) as u64;
        let content = bytes.checked_sub(tail + BEGINNING.len() as u64).ok_or(BadBackup::Truncated)?;
        file.seek(SeekFrom::Start(bytes - tail))?;
        let mut digest = [0; DIGEST];
        file.read_exact(&mut digest)?;
        let mut end = vec![0; END.len()];
        file.read_exact(&mut end)?;
        if end != END {
            return Err(BadBackup::Truncated);
        }
        file.rewind()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader((&file).take(bytes - tail))?;
        if hasher.finalize().as_bytes() != &digest {
            return Err(BadBackup::Damaged);
        }
        let mut checked = Self { file, header: Header::default(), content };
        let (letter, header) = checked.decoder()?.record()?;
        if letter != b'H' {
            return Err(BadBackup::Nonsense("it does not begin with a header"));
        }
        checked.header = json(&header)?;
        Ok(checked)
    }

    /// What stands in it after its header.
    pub fn records(&mut self) -> Result<Records<'_>, BadBackup> {
        let mut records = self.decoder()?;
        records.record()?;
        Ok(records)
    }

    fn decoder(&mut self) -> Result<Records<'_>, BadBackup> {
        self.file.seek(SeekFrom::Start(BEGINNING.len() as u64))?;
        Ok(Records(zstd::Decoder::new((&self.file).take(self.content))?))
    }
}

/// Whether so many bytes are those that a backup begins with.
fn is_cut(found: &[u8], bytes: u64) -> bool {
    let found = usize::try_from(bytes).ok().and_then(|bytes| found.get(..bytes));
    found.is_some_and(|found| !found.is_empty() && BEGINNING.starts_with(found))
}

/// The records of a backup, one after the other.
pub struct Records<'f>(zstd::Decoder<'static, BufReader<io::Take<&'f File>>>);

impl Records<'_> {
    /// The next one. After the end there is none to ask for.
    pub fn next(&mut self) -> Result<Record, BadBackup> {
        let (letter, content) = self.record()?;
        Ok(match letter {
            b'T' => Record::Table(json(&content)?),
            b'R' => Record::Row(row(&content)?),
            b'E' => Record::End(json(&content)?),
            _ => return Err(BadBackup::Nonsense("a record of a kind that is not known")),
        })
    }

    fn record(&mut self) -> Result<(u8, Vec<u8>), BadBackup> {
        let mut head = [0; 5];
        self.0.read_exact(&mut head)?;
        let [letter, length @ ..] = head;
        let length = u32::from_le_bytes(length) as usize;
        if length > MOST_RECORD_BYTES {
            return Err(BadBackup::Nonsense("a record is too long"));
        }
        let mut content = vec![0; length];
        self.0.read_exact(&mut content)?;
        Ok((letter, content))
    }
}

fn json<T: serde::de::DeserializeOwned>(content: &[u8]) -> Result<T, BadBackup> {
    serde_json::from_slice(content).map_err(|_| BadBackup::Nonsense("a record is no JSON of its kind"))
}

fn row(mut content: &[u8]) -> Result<Vec<Value>, BadBackup> {
    let short = BadBackup::Nonsense("a row is too short");
    let mut values = Vec::new();
    while let Some((form, rest)) = content.split_first() {
        content = rest;
        let (value, rest) = match form {
            0 => (Value::Null(ValueKind::Int), content),
            1 => {
                let Some((number, rest)) = content.split_first_chunk() else { return Err(short) };
                (Value::Int(i64::from_le_bytes(*number)), rest)
            }
            2 | 3 => {
                let Some((length, rest)) = content.split_first_chunk() else { return Err(short) };
                let length = u32::from_le_bytes(*length) as usize;
                let Some((bytes, rest)) = rest.split_at_checked(length) else { return Err(short) };
                let bytes = bytes.to_vec();
                let text =
                    |bytes| String::from_utf8(bytes).map_err(|_| BadBackup::Nonsense("a text is no UTF-8"));
                (if *form == 2 { Value::Text(text(bytes)?) } else { Value::Bytes(bytes) }, rest)
            }
            _ => return Err(BadBackup::Nonsense("a value of a form that is not known")),
        };
        values.push(value);
        content = rest;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use tempfile::TempDir;

    use super::{super::Writer, *};

    fn written(folder: &TempDir) -> PathBuf {
        let place = folder.path().join("backup");
        let steps = vec![("fleet".to_owned(), 9)];
        let header = Header { version: "1".to_owned(), made: "now".to_owned(), steps };
        let mut writer = Writer::create(&place, &header).unwrap();
        writer
            .table(&TableHeader { name: "a".to_owned(), columns: vec!["x".to_owned(), "y".to_owned()] })
            .unwrap();
        for n in 0..200_i64 {
            writer.row(&[Value::Int(n), Value::Text(format!("text {}", n * 7919))]).unwrap();
        }
        writer.row(&[Value::Null(ValueKind::Text), Value::Bytes(vec![0, 1, 2])]).unwrap();
        writer.finish().unwrap();
        place
    }

    fn open(path: &Path, bytes: &[u8]) -> Result<Checked, BadBackup> {
        fs::write(path, bytes).unwrap();
        Checked::open(path)
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = TempDir::new().unwrap();
        let mut checked = Checked::open(&written(&folder)).unwrap();
        assert_eq!(checked.header.steps, [("fleet".to_owned(), 9)]);
        let mut reading = checked.records().unwrap();
        let records: Vec<Record> = (0..203).map(|_| reading.next().unwrap()).collect();
        assert!(matches!(&records[0], Record::Table(table) if table.name == "a"));
        assert_eq!(records[2], Record::Row(vec![Value::Int(1), Value::Text("text 7919".to_owned())]));
        assert_eq!(records[201], Record::Row(vec![Value::Null(ValueKind::Int), Value::Bytes(vec![0, 1, 2])]));
        assert_eq!(records[202], Record::End(Totals { tables: 1, rows: 201 }));
    }

    #[test]
    fn a_file_that_was_changed_anywhere_is_refused() {
        let folder = TempDir::new().unwrap();
        let whole = fs::read(written(&folder)).unwrap();
        let place = folder.path().join("changed");
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(open(&place, &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_file_that_was_cut_off_anywhere_is_said_to_be() {
        let folder = TempDir::new().unwrap();
        let whole = fs::read(written(&folder)).unwrap();
        let place = folder.path().join("cut");
        for length in 1..whole.len() {
            let cut = open(&place, &whole[..length]);
            assert!(matches!(cut, Err(BadBackup::Truncated)), "{length}: {cut:?}");
        }
        let longer = [&whole, b"x".as_slice()].concat();
        assert!(matches!(open(&place, &longer), Err(BadBackup::Truncated)));
    }

    #[test]
    fn what_is_something_else_is_said_to_be() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("other");
        for other in [
            b"".as_slice(),
            b"SQLite format 3\0 and more of it",
            b"plumbline backup 2\nmore and more of it",
            b"x",
        ] {
            assert!(matches!(open(&place, other), Err(BadBackup::Foreign)), "{other:?}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = TempDir::new().unwrap();
        let place = written(&folder);
        let header = Header::default();
        let refused = Writer::create(&place, &header).err().map(|error| error.kind());
        assert_eq!(refused, Some(io::ErrorKind::AlreadyExists));
    }
}
