//! The wording of the Python frameworks, for the wires of older services: connexion's sentences about parameters
//! and Python's notation of values. What only one service says stands in its crate.
//!
//! | need | here |
//! | --- | --- |
//! | the query string, with getters that refuse in connexion's words | [`Params`] |
//! | a sentence of its validator | [`words`] |
//! | a value in Python's notation | [`literal`], [`repr`] for a text |
//! | JSON in the order in which it came | [`Json`] |
//!
//! # To add a kind of parameter
//!
//! A getter on [`Params`] in the file of its family (`params/scalar.rs` for single values, `params/ids.rs`,
//! `params/deep.rs`), which answers a value or a [`web::Problem`] in the contract's words (`words.rs`).

mod json;
mod params;
mod python;
pub mod words;

pub use json::{Collected, Json, Members, find};
pub use params::{Bracketed, Params, parse_path_ids, parse_uuid};
pub use python::{Literal, literal, literal_number, repr};
