//! A line of a counter or a timer: fields with commas between them, without quotes (contract metrics §4).

use crate::{
    legacy::{Key, MetricRow, Units},
    rules::columns::{MEASURES, Table},
};

/// Where the measures of a timer begin.
const FIRST_MEASURE: usize = 6;
const COUNTER_FIELDS: usize = FIRST_MEASURE;
const TIMER_FIELDS: usize = FIRST_MEASURE + MEASURES.len() + 2;
/// The longest name, in bytes: a key of Cassandra has at most 64 KiB in all.
const LONGEST_NAME: usize = 1000;
/// The years 1 to 9999, in milliseconds: what the API can write.
const TIMES: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;

/// A sample of a counter or timer.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which of both.
    pub table: Table,
    /// Of what.
    pub key: Key,
    /// When, in milliseconds.
    pub at: i64,
    /// Its values; what came before it is not known yet.
    pub row: MetricRow,
    /// In what they are measured.
    pub units: Units,
}

/// Why bytes are no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    /// It is no text.
    #[error("a line is not UTF-8")]
    NotText,
    /// It begins with another word.
    #[error("a line begins with neither COUNTER nor TIMER")]
    Kind,
    /// It has too few or too many fields.
    #[error("a line of a {kind} has {found} fields; it has to have {wanted}")]
    Fields {
        /// Of what.
        kind: &'static str,
        /// How many it has.
        found: usize,
        /// How many it has to have.
        wanted: usize,
    },
    /// A name is empty, too long or has control characters.
    #[error("field {0} of a line is no name: give 1 to {LONGEST_NAME} bytes without control characters")]
    Name(usize),
    /// A field is no number, or no time.
    #[error("field {0} of a line is no number that fits there")]
    Number(usize),
}

impl Line {
    /// Reads the value of a record.
    pub fn read(bytes: &[u8]) -> Result<Self, BadLine> {
        let text = std::str::from_utf8(bytes).map_err(|_| BadLine::NotText)?;
        let fields: Vec<&str> = text.trim_end_matches(['\r', '\n']).split(',').collect();
        let (table, wanted) = match fields.first() {
            Some(&"COUNTER") => (Table::Counter, COUNTER_FIELDS),
            Some(&"TIMER") => (Table::Timer, TIMER_FIELDS),
            _ => return Err(BadLine::Kind),
        };
        if fields.len() != wanted {
            return Err(BadLine::Fields { kind: table.word(), found: fields.len(), wanted });
        }
        let field = |n: usize| fields.get(n).map(|field| field.trim()).unwrap_or_default();
        let name = |n: usize| {
            let name = fields.get(n).copied().unwrap_or_default();
            let fits = !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(char::is_control);
            if fits { Ok(name.to_owned()) } else { Err(BadLine::Name(n)) }
        };
        let whole = |n: usize| field(n).parse::<i64>().map_err(|_| BadLine::Number(n));
        let key = Key { environment: name(1)?, application: name(2)?, metric: name(3)? };
        let at = whole(4)?;
        if !TIMES.contains(&at) {
            return Err(BadLine::Number(4));
        }
        let mut row = MetricRow { count: Some(whole(5)?), ..MetricRow::default() };
        let mut units = Units::default();
        if table == Table::Timer {
            for (n, measure) in row.measures.iter_mut().enumerate() {
                let n = FIRST_MEASURE + n;
                *measure = Some(field(n).parse::<f32>().map_err(|_| BadLine::Number(n))?);
            }
            units = Units { rate: Some(name(TIMER_FIELDS - 2)?), duration: Some(name(TIMER_FIELDS - 1)?) };
        }
        Ok(Self { table, key, at, row, units })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_counter_and_a_timer_are_read() {
        let line = Line::read(b"COUNTER,dev,shop,l1p.x.Errors,1487219483000,12\r\n").unwrap();
        let key =
            Key { environment: "dev".into(), application: "shop".into(), metric: "l1p.x.Errors".into() };
        assert_eq!(
            (line.table, line.key, line.at, line.row.count),
            (Table::Counter, key, 1_487_219_483_000, Some(12))
        );
        let line =
            "TIMER,dev,shop,t,1487219483000,3,1.5,2,3,4,5,6,7,8,9,10,11,12,13,NaN,calls/second,milliseconds";
        let line = Line::read(line.as_bytes()).unwrap();
        assert_eq!((line.row.measures[0], line.row.measures[12]), (Some(1.5), Some(13.0)));
        assert!(line.row.measures[13].is_some_and(f32::is_nan));
        assert_eq!(line.units.rate.as_deref(), Some("calls/second"));
    }

    #[test]
    fn what_is_malformed_is_told_by_its_field() {
        let fields = |kind, found, wanted| BadLine::Fields { kind, found, wanted };
        for (line, problem) in [
            ("", BadLine::Kind),
            ("GAUGE,a,b,c,1,1", BadLine::Kind),
            ("COUNTER,a,b,c,1", fields("counter", 5, 6)),
            ("TIMER,a,b,c,1,1", fields("timer", 6, 22)),
            ("COUNTER,a,,c,1,1", BadLine::Name(2)),
            ("COUNTER,a,b,c\0,1,1", BadLine::Name(3)),
            ("COUNTER,a,b,c,soon,1", BadLine::Number(4)),
            ("COUNTER,a,b,c,9223372036854775807,1", BadLine::Number(4)),
            ("COUNTER,a,b,c,1,1.5", BadLine::Number(5)),
        ] {
            assert_eq!(Line::read(line.as_bytes()), Err(problem), "{line}");
        }
        assert_eq!(Line::read(&[0xff]), Err(BadLine::NotText));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Line::read(&bytes);
        }
    }
}
