//! Reviews of benchmarks, sites and flavors, and their removal. Operations on benchmarks take no parameters; the others
//! ignore them.

pub mod approve;
pub mod delete;
pub mod reject;

use crate::{
    api::{call::Call, refusal::Refusal},
    store::entries::Kind,
};

fn check_query(kind: Kind, call: &Call) -> Result<(), Refusal> {
    if kind == Kind::Benchmark { call.no_query() } else { Ok(()) }
}
