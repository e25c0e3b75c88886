//! `GET /packages`, `GET /packages/{name}` and `GET /packages/{name}/hosts`: which packages are where.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{PackageName, PackageVersion};
use http::StatusCode;
use rest::{Caller, Path, Query, Whole, json};
use serde::Serialize;
use utoipa::ToSchema;
use web::Problem;

use super::{App, failure::Failure, hosts::list::ListedHosts, selected::Selected};

/// Packages by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackagesOut {
    /// How many there are.
    pub total: usize,
    /// Those that were asked for: those that begin with the text first, then by name.
    pub packages: Vec<PackageOut>,
}

/// A package.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Package)]
pub struct PackageOut {
    /// Its name.
    pub name: String,
    /// How many versions of it there are.
    pub versions: usize,
    /// On how many hosts any of them is.
    pub hosts: usize,
}

/// The versions of a package.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackageVersions {
    /// Its name.
    pub name: String,
    /// Its versions, those on most hosts first.
    pub versions: Vec<VersionOut>,
}

/// A version of a package.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PackageVersion)]
pub struct VersionOut {
    /// Epoch, where it is not 0, version and release.
    pub version: String,
    /// The architectures that it is there for.
    pub arches: Vec<String>,
    /// On how many hosts.
    pub hosts: usize,
}

rest::parameters! {
    /// Which packages are asked for.
    pub struct ListPackages in Query {
        /// A part of the name, in any case.
        search: Option<String>,
        /// How many are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 1 to 1,000, 50 by default.
        limit: Whole<1, 1_000> = 50.into(),
    } with { selected: Selected }
}

rest::parameters! {
    /// The package that the path names.
    pub struct PackagePath in Path {
        /// The name of a package.
        name: String,
    }
}

rest::parameters! {
    /// Which hosts are asked for.
    pub struct ListPackageHosts in Query {
        /// Only those with this version, as the list of versions tells it.
        version: Option<String>,
        /// How many are left out at the beginning.
        offset: Whole<0, 1_000_000> = 0.into(),
        /// 1 to 100, 50 by default.
        limit: Whole<1, 100> = 50.into(),
    } with { selected: Selected }
}

/// The packages on the hosts that the caller may see, by name.
#[utoipa::path(
    get,
    path = "/packages",
    operation_id = "packages",
    tag = "packages",
    params(ListPackages),
    responses((status = 200, description = "Packages", body = PackagesOut)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListPackages>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let search = query.search.unwrap_or_default();
    let (offset, limit) = (query.offset.get() as usize, query.limit.get() as usize);
    let (total, packages) = if let Some(then) = query.selected.then(&scope) {
        app.fleet.packages_as_of(then, &search, offset, limit).await?
    } else {
        let hosts = app.selected(scope, &query.selected).await?;
        app.fleet.packages(&hosts, &search, offset, limit).await?
    };
    let packages = packages.into_iter().map(PackageOut::from).collect();
    Ok(json(StatusCode::OK, &PackagesOut { total, packages }))
}

/// The versions of a package on the hosts that the caller may see.
#[utoipa::path(
    get,
    path = "/packages/{name}",
    operation_id = "package_versions",
    tag = "packages",
    params(PackagePath, Selected),
    responses(
        (status = 200, description = "Its versions", body = PackageVersions),
        (status = 404, description = "It is on no host", body = Problem),
    ),
)]
pub async fn versions(
    State(app): State<App>,
    caller: Caller,
    Path(PackagePath { name }): Path<PackagePath>,
    Query(selected): Query<Selected>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let versions = if let Some(then) = selected.then(&scope) {
        app.fleet.package_versions_as_of(then, &name).await?
    } else {
        app.fleet.package_versions(&app.selected(scope, &selected).await?, &name).await?
    };
    if versions.is_empty() {
        return Err(Failure::not_found(format!("the package `{name}` is on no host")));
    }
    let versions = versions.into_iter().map(VersionOut::from).collect();
    Ok(json(StatusCode::OK, &PackageVersions { name, versions }))
}

/// The hosts with a package, or with one version of it, that the caller may see.
#[utoipa::path(
    get,
    path = "/packages/{name}/hosts",
    operation_id = "package_hosts",
    tag = "packages",
    params(PackagePath, ListPackageHosts),
    responses((status = 200, description = "The hosts", body = ListedHosts)),
)]
pub async fn hosts(
    State(app): State<App>,
    caller: Caller,
    Path(PackagePath { name }): Path<PackagePath>,
    Query(asked): Query<ListPackageHosts>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if let Some(then) = asked.selected.then(&scope) {
        let (offset, limit) = (asked.offset.get() as usize, asked.limit.get() as usize);
        let package = (name.as_str(), asked.version.as_deref());
        let hosts = app.fleet.package_hosts_as_of(then, package, offset, limit).await?;
        return Ok(json(StatusCode::OK, &ListedHosts::of_states(&hosts)));
    }
    let having = app.fleet.with_package(scope.org(), &name, asked.version.as_deref()).await?;
    let mut query = app.selected(scope, &asked.selected).await?.with(having);
    (query.offset, query.limit) = (asked.offset.get(), asked.limit.get());
    Ok(json(StatusCode::OK, &ListedHosts::read(&app, query).await?))
}

impl From<PackageName> for PackageOut {
    fn from(package: PackageName) -> Self {
        Self { name: package.name, versions: package.versions, hosts: package.hosts }
    }
}

impl From<PackageVersion> for VersionOut {
    fn from(version: PackageVersion) -> Self {
        Self { version: version.version, arches: version.arches, hosts: version.hosts }
    }
}
