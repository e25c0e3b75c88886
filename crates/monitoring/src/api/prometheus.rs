//! The query API of Prometheus under `/prometheus/api/v1` (contract metrics §14.7).

mod answer;
mod form;
pub mod label_values;
pub mod labels;
pub mod metadata;
pub mod query;
pub mod query_range;
pub mod rules;
mod run;
pub mod series;
pub mod status;
pub mod tsdb;

use form::Form;
