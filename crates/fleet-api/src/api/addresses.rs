//! `GET /addresses`: which hosts have an address.

use std::collections::HashMap;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::AddressText;
use ground::HostId;
use http::StatusCode;
use rest::{Caller, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{App, failure::Failure, hosts::listed::ListedHost};

/// Hosts with addresses that begin so.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressesOut {
    /// In the order of addresses. A host is there once for each of its addresses that begins so.
    pub addresses: Vec<AddressOut>,
}

/// A host with an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Address)]
pub struct AddressOut {
    /// Of its network or of its hardware, in small letters.
    pub address: String,
    /// The host.
    #[serde(flatten)]
    pub host: ListedHost,
}

rest::parameters! {
    /// Which addresses are asked for.
    pub struct ListAddresses in Query {
        /// The beginning of an IPv4, IPv6 or hardware address, in any case, with colons or dashes.
        search: String,
        /// 1 to 100, 20 by default.
        limit: Whole<1, 100> = 20.into(),
    }
}

/// The hosts that the caller may see with an address that begins so. Addresses of the loopback are left out.
#[utoipa::path(
    get,
    path = "/addresses",
    operation_id = "addresses",
    tag = "hosts",
    params(ListAddresses),
    responses((status = 200, description = "Hosts", body = AddressesOut)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<ListAddresses>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let query = app.reporting(scope).await?;
    let wanted = AddressText::new(&asked.search);
    let found = app.fleet.with_address(&query, &wanted, asked.limit.get() as usize).await?;
    let ids: Vec<HostId> = found.iter().map(|one| one.host).collect();
    let hosts = app.fleet.hosts_by_id(query.scope.org(), &ids).await?;
    let hosts: HashMap<HostId, _> = hosts.into_iter().map(|(_, host)| (host.id, host)).collect();
    let shown = found.into_iter().filter_map(|one| {
        // It may be gone by now.
        let host = hosts.get(&one.host)?;
        Some(AddressOut { address: one.address, host: host.into() })
    });
    Ok(json(StatusCode::OK, &AddressesOut { addresses: shown.collect() }))
}
