//! Reports of fleets that do not exist.
//!
//! Floor 2 of the house, pure: a seed and a number go in, bytes come out, always the same. A fleet consists of clones
//! of twelve images (an operating system release and a role) with small differences, and of a share of machines that
//! are like no other, as fleets are: what makes an inventory fast or slow is how alike its machines are.
//!
//! | part | gives |
//! | --- | --- |
//! | [`Machines`] | machine number n as an ingress message or as a document of `POST /hosts` |
//! | [`Stream`], [`Plan`] | which machines report, in which order, and what has changed since they last did |
//!
//! A message has 600 packages, 80 services, 40 kernel modules, 50 processes and 6 interfaces: about 33 KB, written with
//! blanks after commas and colons, as the senders of such messages do.

mod dice;
mod image;
mod lists;
mod machines;
mod packages;
mod plan;
mod profile;

pub use machines::Machines;
pub use plan::{Plan, Reported, Stream};
