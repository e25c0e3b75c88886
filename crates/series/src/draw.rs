//! The points of a line that a screen can show: indices of real samples, in order.

mod m4;
mod minmaxlttb;

pub use m4::m4;
pub use minmaxlttb::{lttb, minmaxlttb};
