//! Rows of a table reduced to about a wanted number, as the metrics UI server does it (contract metrics §7).
//!
//! The width of a bin is the requested range divided by the wanted number, in whole seconds; bins are counted from midnight
//! UTC of the first row's day, closed on the left, and none is left out between the first row and the last.

/// How the values of a bin become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The arithmetic mean, every row alike.
    Mean,
    /// The sum.
    Sum,
}

/// The value of one row in one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// None.
    Null,
    /// A whole number, exact.
    Int(i64),
    /// A number.
    Float(f64),
}

impl Cell {
    /// The value, unless there is none or it is NaN.
    fn present(self) -> Option<Self> {
        match self {
            Self::Null => None,
            Self::Float(value) if value.is_nan() => None,
            cell => Some(cell),
        }
    }

    fn number(self) -> f64 {
        match self {
            Self::Null => f64::NAN,
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

/// One column of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// How its values are reduced.
    pub aggregate: Aggregate,
    /// One for each row.
    pub cells: Vec<Cell>,
}

/// The requested range, both ends included, in milliseconds since 1970, and the wanted number of rows (at least 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Where the range begins.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// How many rows are wanted.
    pub size: u64,
}

/// Rows, reduced or as they were.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The time of each row, or where its bin begins.
    pub times: Vec<i64>,
    /// The columns in the order given.
    pub columns: Vec<Vec<Cell>>,
}

const DAY: i64 = 86_400_000;

/// Reduces rows in the order of their times. Rows that are no more than wanted stay as they are.
pub fn bin(times: &[i64], columns: &[Column], wanted: Wanted) -> Rows {
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Rows { times: Vec::new(), columns: vec![Vec::new(); columns.len()] };
    };
    if times.len() as u64 <= wanted.size {
        return Rows {
            times: times.to_vec(),
            columns: columns.iter().map(|column| column.cells.clone()).collect(),
        };
    }
    let width = width(wanted);
    let anchor = first.div_euclid(DAY) * DAY;
    let index = |time: i64| (time - anchor).div_euclid(width);
    let begin = index(*first);
    let bins = (index(*last) - begin + 1) as usize;
    let times_of_bins = (0..bins as i64).map(|bin| anchor + (begin + bin) * width).collect();
    let borders: Vec<usize> =
        (0..=bins as i64).map(|bin| times.partition_point(|time| index(*time) < begin + bin)).collect();
    let reduce = |column: &Column| {
        let of_bin = |ends: &[usize]| reduced(column.aggregate, &column.cells[ends[0]..ends[1]]);
        borders.windows(2).map(of_bin).collect()
    };
    Rows { times: times_of_bins, columns: columns.iter().map(reduce).collect() }
}

/// The cells of a bin as one.
fn reduced(aggregate: Aggregate, cells: &[Cell]) -> Cell {
    let floats = || {
        cells.iter().filter_map(|cell| match cell {
            Cell::Float(value) if !value.is_nan() => Some(*value),
            _ => None,
        })
    };
    // Most columns are numbers alone: they need no look at each whether it is a whole one.
    if !cells.iter().any(|cell| matches!(cell, Cell::Int(_))) {
        let reduced = match aggregate {
            Aggregate::Max => floats().reduce(f64::max),
            Aggregate::Min => floats().reduce(f64::min),
            Aggregate::Sum => floats().reduce(|one, two| one + two),
            Aggregate::Mean => floats().reduce(|one, two| one + two).map(|sum| sum / floats().count() as f64),
        };
        return reduced.map_or(Cell::Null, Cell::Float);
    }
    let mut count = 0_u32;
    let mut whole = Cell::Null;
    for cell in cells.iter().filter_map(|cell| cell.present()) {
        count += 1;
        whole = join(aggregate, whole, cell);
    }
    if aggregate == Aggregate::Mean && count > 0 {
        whole = Cell::Float(whole.number() / f64::from(count));
    }
    whole
}

/// The width of a bin in milliseconds: whole seconds, and below a second as many milliseconds as there are.
fn width(wanted: Wanted) -> i64 {
    let range = u64::try_from(wanted.end.saturating_sub(wanted.start)).unwrap_or(0);
    let size = wanted.size.max(1);
    let seconds = range / 1000 / size;
    let width = if seconds > 0 { seconds * 1000 } else { (range / size).max(1) };
    i64::try_from(width).unwrap_or(i64::MAX)
}

fn join(aggregate: Aggregate, so_far: Cell, cell: Cell) -> Cell {
    match (aggregate, so_far, cell) {
        (_, Cell::Null, cell) => cell,
        (Aggregate::Max, Cell::Int(one), Cell::Int(two)) => Cell::Int(one.max(two)),
        (Aggregate::Min, Cell::Int(one), Cell::Int(two)) => Cell::Int(one.min(two)),
        (Aggregate::Sum, Cell::Int(one), Cell::Int(two)) => Cell::Int(one.saturating_add(two)),
        (Aggregate::Max, one, two) => Cell::Float(one.number().max(two.number())),
        (Aggregate::Min, one, two) => Cell::Float(one.number().min(two.number())),
        (Aggregate::Sum | Aggregate::Mean, one, two) => Cell::Float(one.number() + two.number()),
    }
}
