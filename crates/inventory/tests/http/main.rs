//! The operations over HTTP, asked as clients ask them.

#[cfg(test)]
mod authorisation;
#[cfg(test)]
mod bulk_delete;
#[cfg(test)]
mod callers;
#[cfg(test)]
mod document;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hosts;
#[cfg(test)]
mod post_hosts;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod resource_types;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod staleness;
#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod tag_many;
#[cfg(test)]
mod tenants;
#[cfg(test)]
mod tracked;
#[cfg(test)]
mod view_of_hosts;
#[cfg(test)]
mod views;
#[cfg(test)]
mod workspaces;
