//! The operations over HTTP, asked as clients ask them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod authorisation;
mod changes;
mod document;
mod overview;
mod stream;
mod timeline;
mod world;
