//! Every operation of the list, asked by those who may not (contract benchmarks §4.3, §4.4).

#[cfg(test)]
mod support;

use benchmarks::api::{Level, OPERATIONS};
use serde_json::json;
use support::World;
use testkit::TestDatabase;

const SOMEBODY: &str = "00000000-0000-0000-0000-000000000001";

#[tokio::test]
async fn every_operation_asks_for_its_level_before_anything_else() {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    for token in ["tok-admin", "tok-user1"] {
        assert_eq!(world.ask("POST", "/users:register", Some(token), None).await.status, 201);
    }
    for operation in OPERATIONS {
        // Nothing of it is right: parameters and body are looked at later.
        let path = operation.path.replace("{}", SOMEBODY) + "?unknown=1";
        let ask = async |token| world.ask(operation.method, &path, token, Some(json!([]))).await;
        let (nobody, bogus) = (ask(None).await, ask(Some("garbage")).await);
        let refusal = |sub: &str, wanted: &str| {
            let description = format!("User {sub}@{} does not meet requirements", world.issuer);
            json!({"error": "Forbidden", "error_description": description, "error_details": wanted})
        };
        if operation.level == Level::Public {
            assert!(nobody.status != 401 && nobody.status != 403, "{operation:?}: {nobody:?}");
            continue;
        }
        assert_eq!((nobody.status, bogus.status), (401, 401), "{operation:?}");
        assert_eq!(
            nobody.text,
            r#"{"error": "Unauthenticated", "error_description": "No authorization header"}"#
        );
        assert_eq!(nobody.headers["www-authenticate"], "Bearer");
        assert_eq!(bogus.json()["error_description"], "User identity could not be determined");
        if operation.level == Level::Token {
            // Whoever has a token registers by it, and is no stranger then.
            continue;
        }
        let (stranger, user) = (ask(Some("tok-unreg")).await, ask(Some("tok-user1")).await);
        let stranger_admin = ask(Some("tok-adminunreg")).await;
        match operation.level {
            Level::User | Level::Owner => {
                let body = refusal("unregistered", "Evaluation of: is_registered");
                assert_eq!((stranger.status, stranger.json()), (403, body), "{operation:?}");
                assert_ne!(user.status, 401, "{operation:?}");
            }
            Level::Admin => {
                let body = |sub| refusal(sub, "Evaluation of: is_admin");
                assert_eq!((stranger.status, stranger.json()), (403, body("unregistered")), "{operation:?}");
                assert_eq!((user.status, user.json()), (403, body("user1")), "{operation:?}");
                assert_eq!(stranger_admin.status, 403, "{operation:?}");
            }
            Level::Token | Level::Public => {}
        }
    }
}

#[tokio::test]
async fn a_token_stands_behind_the_word_bearer_and_one_blank() {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    for bad in
        ["bearer tok-admin", "Basic dG9rLWFkbWlu", "Bearer", "Bearer ", "Bearer  tok-admin", "tok-admin"]
    {
        let request = axum::http::Request::get("/api/v1/users/self").header("authorization", bad);
        let answer = world.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401, "{bad}");
        assert_eq!(answer.json()["error_description"], "No bearer token in authorization header", "{bad}");
    }
}
