//! One list of operations: the routes of an API and its document come from it.

use std::fmt;

use axum::{
    Router,
    routing::{MethodRouter, any},
};
use utoipa::{
    Modify,
    openapi::{OpenApi, Paths, RefOr, Schema},
};
use web::{Problem, Routes, openapi_routes};

use crate::Api;

/// What [`routes!`](crate::routes) makes of handlers of one path.
type Described<A> = (Vec<(String, RefOr<Schema>)>, Paths, MethodRouter<A>);

/// The operations of an API, each named once.
///
/// ```ignore
/// pub fn operations() -> Operations<App> {
///     Operations::new(Document::openapi(), &[&Identity, &Refusals])
///         .routes(routes!(list::handle, create::handle))
///         .routes(routes!(get::handle))
/// }
/// ```
pub struct Operations<A> {
    document: OpenApi,
    modifiers: &'static [&'static (dyn Modify + Sync)],
    routes: Vec<(String, MethodRouter<A>)>,
}

impl<A: Api> Operations<A> {
    /// None yet. `document` has what stands around the operations: title, servers, tags; `modifiers` are applied when
    /// all operations are in it.
    pub const fn new(document: OpenApi, modifiers: &'static [&'static (dyn Modify + Sync)]) -> Self {
        Self { document, modifiers, routes: Vec::new() }
    }

    /// The operations of one path, as `routes!(list::handle, create::handle)`.
    #[must_use]
    pub fn routes(mut self, (schemas, paths, methods): Described<A>) -> Self {
        let components = self.document.components.get_or_insert_default();
        components.schemas.extend(schemas);
        for (path, item) in paths.paths {
            self.routes.push((path.clone(), methods.clone()));
            match self.document.paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => drop(self.document.paths.paths.insert(path, item)),
            }
        }
        self
    }

    /// A route that the document does not tell of.
    #[must_use]
    pub fn hidden(mut self, path: &str, methods: MethodRouter<A>) -> Self {
        self.routes.push((path.to_owned(), methods));
        self
    }

    /// The document.
    pub fn document(&self) -> OpenApi {
        let mut document = self.document.clone();
        for modifier in self.modifiers {
            modifier.modify(&mut document);
        }
        document
    }

    /// The routes under each base path, with the document and its reader. Paths below a base that no route takes are
    /// refused in the API's own shape.
    pub fn router<'b>(&self, app: &A, bases: impl IntoIterator<Item = &'b str>) -> Router {
        let document = self.document().to_json().unwrap_or_else(|error| {
            tracing::error!(%error, "the document of an API cannot be written");
            String::new()
        });
        bases.into_iter().fold(Router::new(), |router, base| {
            let unknown = any(|| async { A::Error::from(Problem::not_found()) });
            let beyond = Router::new().route(&format!("{}/{{*beyond}}", base.trim_end_matches('/')), unknown);
            router
                .merge(beyond.with_state(app.clone()))
                .merge(self.routes_under(app, base))
                .merge(openapi_routes(base, document.clone()))
        })
    }

    /// The routes alone, under a base path that another API has, too: that one answers for what neither of them knows.
    pub fn routes_under(&self, app: &A, base: &str) -> Router {
        let mut routes = Routes::under(base);
        for (path, methods) in self.merged() {
            let methods = methods.fallback(|| async { A::Error::from(Problem::method_not_allowed()) });
            routes = routes.route(&path, methods);
        }
        routes.into_router().with_state(app.clone())
    }

    /// Each path once, in the order of their first operations.
    fn merged(&self) -> Vec<(String, MethodRouter<A>)> {
        let mut merged: Vec<(String, MethodRouter<A>)> = Vec::new();
        for (path, methods) in &self.routes {
            match merged.iter_mut().find(|(known, _)| known == path) {
                Some((_, known)) => *known = known.clone().merge(methods.clone()),
                None => merged.push((path.clone(), methods.clone())),
            }
        }
        merged
    }
}

impl<A> fmt::Debug for Operations<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter().map(|(path, _)| path)).finish()
    }
}
