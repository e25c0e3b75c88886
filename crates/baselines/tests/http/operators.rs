//! What operators are told.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use crate::world::both;

#[tokio::test]
async fn numbers_over_all_organisations_are_for_operators_only() {
    for world in both().await {
        world.make("gold").await;
        world.make("silver").await;
        let status = "GET /admin/status";
        let refused = world.ask("tuser", status, &Value::Null).await;
        assert_eq!((refused.status, refused.detail().as_str()), (403, "Access Denied."));
        let operator = json!({"identity": {"type": "Associate", "associate": {"email": "a@b.c"}}});
        let operator = BASE64_STANDARD.encode(operator.to_string());
        let told = world.client.ask(Some(&operator), status, "").await.json();
        assert_eq!(
            (told["totalBaselinesCount"].clone(), told["customerIdsCount"].clone()),
            (json!(2), json!(1))
        );
        assert_eq!(told["BaselinesBuckets"], json!({"1": 0, "2": 1, "3": 0, "4": 0, "5-10": 0, "10+": 0}));
        assert_eq!(told["createdBaselinesToday"], 2);
    }
}
