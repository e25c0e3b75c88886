//! What the two operations on the tags of hosts share (contract inventory-http §13.10).

use access::Permission;
use fleet::{Host, HostRow};
use legacy::Params;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    ordering::{Keys, Ordering},
    page::Page,
    path::PathParams,
};

/// The hosts of one page, and how many ids were asked for.
#[derive(Debug)]
pub struct TaggedHosts {
    /// Which page.
    pub page: Page,
    /// The ids of the path; repeated ones count again.
    pub asked: i64,
    /// The hosts.
    pub hosts: Vec<HostRow>,
}

impl TaggedHosts {
    /// Reads the page. All hosts must exist, whatever the page.
    pub async fn read(
        app: &App,
        caller: &Caller,
        path: &PathParams,
        params: &Params,
    ) -> Result<Self, Failure> {
        let ids = path.ids("host_id_list")?;
        let page = Page::read(params)?;
        let ordering = Ordering::read(params, Keys::WithoutOperatingSystem)?;
        let scope = caller.hosts_by_id(app, Permission::HostsRead, &ids).await?;

        let order = ordering.resolve()?;
        reach::all(app, scope.clone(), &ids).await?;
        let mut query = reach::ask(app, scope, &ids).await?;
        query.order = order;
        page.limit(&mut query);
        let hosts = app.fleet.list(&query).await?.hosts;
        Ok(Self { page, asked: ids.count() as i64, hosts })
    }

    /// What `of` makes of each host, by its id, in order.
    pub fn by_id<'a, T: Serialize>(&'a self, of: impl Fn(&'a Host) -> T) -> ById<T> {
        ById(self.hosts.iter().map(|row| (row.host.id.0, of(&row.host))).collect())
    }
}

/// An object with one member for each host, in the order of the hosts.
#[derive(Debug)]
pub struct ById<T>(Vec<(Uuid, T)>);

impl<T: Serialize> Serialize for ById<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(id, value)| (id, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_the_order_of_the_hosts() {
        let by_id = ById(vec![(Uuid::from_u128(2), 1), (Uuid::from_u128(1), 2)]);
        assert_eq!(
            serde_json::to_string(&by_id).unwrap(),
            r#"{"00000000-0000-0000-0000-000000000002":1,"00000000-0000-0000-0000-000000000001":2}"#
        );
    }
}
