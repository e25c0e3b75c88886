//! The document of the API.

use crate::world::{both, named};

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    servicekit::document::check("history", &history::api::openapi::openapi());
}

#[tokio::test]
async fn every_operation_of_the_document_asks_who_is_calling() {
    for world in both().await {
        for operation in servicekit::document::operations(&history::api::openapi::openapi()) {
            let id = "99a50d4b-6439-4478-8adb-c4011f43f06c";
            let operation = operation.replace("{ids}", id).replace("{inventory_id}", id);
            assert_eq!(world.client.ask(None, &operation, "").await.status, 400, "{operation}");
            assert_eq!(world.client.ask(Some("%%%"), &operation, "").await.status, 400, "{operation}");
            let without = named("noperm", "golden");
            assert_eq!(world.client.ask(Some(&without), &operation, "").await.status, 403, "{operation}");
        }
    }
}
