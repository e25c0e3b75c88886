//! The list of operations: method, path, who may, and where it is done.
//!
//! Verbs are glued to paths (`/benchmarks/{id}:approve`), which routers of segments do not know; so requests are looked
//! up here, and the router only hands over what begins with the name of an area.

use std::{fmt, future::Future, pin::Pin};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use http::{HeaderValue, Method, StatusCode, header};
use uuid::Uuid;

use crate::{
    api::{
        App,
        answer::Answer,
        benchmarks,
        call::Call,
        caller, document, flavors,
        refusal::Refusal,
        reports, results,
        review::{approve, delete, reject},
        sites, tags, users,
    },
    store::entries::Kind,
};

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Anybody.
    Public,
    /// Who has a token.
    Token,
    /// Who is registered.
    User,
    /// Who sent the result, and administrators.
    Owner,
    /// Administrators.
    Admin,
}

type Handler = fn(App, Call) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One operation.
#[derive(Clone, Copy)]
pub struct Operation {
    /// Its name in the document.
    pub id: &'static str,
    /// Its method.
    pub method: &'static str,
    /// Its path below the base; `{}` stands for an id.
    pub path: &'static str,
    /// Who may.
    pub level: Level,
    handler: Handler,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.id, self.method, self.path)
    }
}

macro_rules! operations {
    ($($level:ident $method:ident $path:literal $id:ident => $handler:expr;)*) => {
        /// Every operation.
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            id: stringify!($id),
            method: stringify!($method),
            path: $path,
            level: Level::$level,
            handler: |app, call| Box::pin($handler(app, call)),
        },)*];
    };
}

operations! {
    Public GET "/benchmarks" ListBenchmarks => benchmarks::list::handle;
    User POST "/benchmarks" CreateBenchmark => benchmarks::create::handle;
    Public GET "/benchmarks:search" SearchBenchmarks => benchmarks::search::handle;
    Public GET "/benchmarks/{}" GetBenchmark => benchmarks::get::handle;
    Admin PUT "/benchmarks/{}" UpdateBenchmark => benchmarks::update::handle;
    Admin DELETE "/benchmarks/{}" DeleteBenchmark => |app, call| delete::handle(app, call, Kind::Benchmark);
    Admin POST "/benchmarks/{}:approve" ApproveBenchmark => |app, call| approve::handle(app, call, Kind::Benchmark);
    Admin POST "/benchmarks/{}:reject" RejectBenchmark => |app, call| reject::handle(app, call, Kind::Benchmark);

    Public GET "/sites" ListSites => sites::list::handle;
    User POST "/sites" CreateSite => sites::create::handle;
    Public GET "/sites:search" SearchSites => sites::search::handle;
    Public GET "/sites/{}" GetSite => sites::get::handle;
    Admin PUT "/sites/{}" UpdateSite => sites::update::handle;
    Admin DELETE "/sites/{}" DeleteSite => |app, call| delete::handle(app, call, Kind::Site);
    Admin POST "/sites/{}:approve" ApproveSite => |app, call| approve::handle(app, call, Kind::Site);
    Admin POST "/sites/{}:reject" RejectSite => |app, call| reject::handle(app, call, Kind::Site);
    Public GET "/sites/{}/flavors" ListFlavors => sites::flavors::list;
    User POST "/sites/{}/flavors" AddFlavor => sites::flavors::create;
    Public GET "/sites/{}/flavors:search" SearchFlavor => sites::flavors::search;
    Public GET "/flavors/{}" GetFlavor => flavors::get::handle;
    Admin PUT "/flavors/{}" UpdateFlavor => flavors::update::handle;
    Admin DELETE "/flavors/{}" DeleteFlavor => |app, call| delete::handle(app, call, Kind::Flavor);
    Admin POST "/flavors/{}:approve" ApproveFlavor => |app, call| approve::handle(app, call, Kind::Flavor);
    Admin POST "/flavors/{}:reject" RejectFlavor => |app, call| reject::handle(app, call, Kind::Flavor);
    Public GET "/flavors/{}/site" GetFlavorSite => flavors::site::handle;

    Public GET "/results" ListResults => results::list::handle;
    User POST "/results" CreateResult => results::create::handle;
    Public GET "/results:search" SearchResults => results::search::handle;
    Public GET "/results/{}" GetResult => results::get::handle;
    Admin DELETE "/results/{}" DeleteResult => results::delete::handle;
    User POST "/results/{}:claim" ClaimReport => results::claim::handle;
    Owner PUT "/results/{}/tags" UpdateResult => results::update_tags::handle;
    Owner GET "/results/{}/claims" ListResultClaims => results::claims::handle;
    Admin GET "/results/{}/uploader" ResultUploader => results::uploader::handle;

    Public GET "/tags" ListTags => tags::list::handle;
    User POST "/tags" CreateTag => tags::create::handle;
    Public GET "/tags:search" SearchTag => tags::search::handle;
    Public GET "/tags/{}" GetTag => tags::get::handle;
    Admin PUT "/tags/{}" UpdateTag => tags::update::handle;
    Admin DELETE "/tags/{}" DeleteTag => tags::delete::handle;

    Admin GET "/users" ListUsers => users::list::handle;
    Token POST "/users:register" RegisterSelf => users::register::handle;
    Admin POST "/users:remove" RemoveUsers => users::remove::handle;
    Admin GET "/users:search" SearchUsers => users::search::handle;
    Token GET "/users/self" GetSelf => users::get_self::handle;
    User POST "/users/self:update" UpdateSelf => users::update_self::handle;
    Admin GET "/users/self:try_admin" TryAdmin => users::try_admin::handle;
    User GET "/users/self/results" ListUserResults => users::results::handle;
    User GET "/users/self/claims" ListUserClaims => users::claims::handle;

    Admin GET "/reports/submits" ListSubmits => reports::submits::handle;
    Admin GET "/reports/claims" ListClaims => reports::claims::handle;
    Admin GET "/reports/claims/{}" GetClaim => reports::get_claim::handle;
    Admin POST "/reports/claims/{}:approve" ApproveClaim => reports::approve_claim::handle;
    Admin POST "/reports/claims/{}:reject" RejectClaim => reports::reject_claim::handle;
}

/// The first segments of paths.
const AREAS: [&str; 7] = ["benchmarks", "sites", "flavors", "results", "tags", "users", "reports"];

impl Operation {
    /// The id in a path of this operation; nil where it has none.
    fn id_in(&self, path: &str) -> Option<Uuid> {
        match self.path.split_once("{}") {
            None => (self.path == path).then(Uuid::nil),
            Some((before, after)) => {
                let id = path.strip_prefix(before)?.strip_suffix(after)?;
                // Hyphenated only: other forms are no paths.
                (id.len() == 36).then(|| Uuid::try_parse(id).ok())?
            }
        }
    }
}

/// The routes under `base`, as `/api/v1`.
pub fn router(app: &App, base: &str) -> Router {
    let base = base.trim_end_matches('/').to_owned();
    let mut router = Router::new();
    for area in AREAS {
        for path in ["", "/", "/{*rest}"] {
            router = router.route(&format!("{base}/{area}{path}"), any(dispatch));
        }
        let verbs = OPERATIONS.iter().filter_map(|operation| operation.path.strip_prefix('/'));
        let mut verbs: Vec<&str> = verbs.filter(|path| path.starts_with(&format!("{area}:"))).collect();
        verbs.dedup();
        for path in verbs {
            router = router.route(&format!("{base}/{path}"), any(dispatch));
        }
    }
    let document = serde_json::to_string_pretty(&document::document()).unwrap_or_default();
    let document = axum::body::Bytes::from(document);
    let served = get(move || async move { web::json_response(StatusCode::OK, "application/json", document) });
    router.route(&format!("{base}/api-spec.json"), served).with_state((app.clone(), base))
}

async fn dispatch(State((app, base)): State<(App, String)>, request: Request) -> Response {
    answered(app, &base, request).await.unwrap_or_else(Refusal::respond)
}

async fn answered(app: App, base: &str, request: Request) -> Answer {
    let path = request.uri().path().strip_prefix(base).unwrap_or_default();
    let at_path: Vec<_> =
        OPERATIONS.iter().filter_map(|operation| operation.id_in(path).map(|id| (operation, id))).collect();
    if at_path.is_empty() {
        return Err(Refusal::plain(StatusCode::NOT_FOUND));
    }
    let method = request.method().clone();
    let asked = if method == Method::HEAD { "GET" } else { method.as_str() };
    let Some((operation, id)) = at_path.iter().find(|(operation, _)| operation.method == asked) else {
        let allowed = allowed(at_path.iter().map(|(operation, _)| operation.method));
        return Ok(other_method(&method, &allowed));
    };
    let known = request.extensions().get().cloned();
    let caller = caller::admit(&app, request.headers(), known, operation.level).await?;
    (operation.handler)(app, Call::new(*id, caller, request)).await
}

fn allowed<'m>(methods: impl Iterator<Item = &'m str>) -> String {
    let mut allowed: Vec<&str> =
        methods.flat_map(|method| if method == "GET" { vec!["GET", "HEAD"] } else { vec![method] }).collect();
    allowed.push("OPTIONS");
    allowed.join(", ")
}

/// `OPTIONS` is answered, everything else refused; both say what is allowed.
fn other_method(method: &Method, allowed: &str) -> Response {
    let mut response = if method == Method::OPTIONS {
        StatusCode::OK.into_response()
    } else {
        Refusal::plain(StatusCode::METHOD_NOT_ALLOWED).respond()
    };
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &str) -> Vec<&'static str> {
        OPERATIONS
            .iter()
            .filter(|operation| operation.id_in(path).is_some())
            .map(|operation| operation.id)
            .collect()
    }

    #[test]
    fn verbs_are_told_from_ids() {
        let id = Uuid::nil();
        assert_eq!(find("/benchmarks"), ["ListBenchmarks", "CreateBenchmark"]);
        assert_eq!(find("/benchmarks:search"), ["SearchBenchmarks"]);
        assert_eq!(find(&format!("/benchmarks/{id}:approve")), ["ApproveBenchmark"]);
        assert_eq!(find(&format!("/sites/{id}/flavors:search")), ["SearchFlavor"]);
        assert_eq!(find("/users/self"), ["GetSelf"]);
    }

    #[test]
    fn what_is_no_path_is_none() {
        let id = Uuid::nil();
        for path in [
            "/benchmarks/",
            "/benchmarks/bad",
            "/tags/{}",
            "/x",
            &format!("/tags/{}", id.simple()),
            &format!("/tags/{id}/"),
        ] {
            assert!(find(path).is_empty(), "{path}");
        }
    }

    #[test]
    fn no_two_operations_have_one_name_or_one_place() {
        for (n, one) in OPERATIONS.iter().enumerate() {
            for other in &OPERATIONS[n + 1..] {
                assert!(
                    one.id != other.id && (one.method, one.path) != (other.method, other.path),
                    "{one:?}"
                );
            }
        }
        assert_eq!(OPERATIONS.len(), 54);
    }
}
