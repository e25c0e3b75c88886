//! Dashboards (contract metrics §6.3).

use serde_json::json;

use super::{client, everywhere};

#[tokio::test]
async fn a_dashboard_lives_as_the_contract_says() {
    for (app, _database) in everywhere().await {
        let client = client(&app);
        let ask = |operation: &'static str, body: &'static str| {
            let client = &client;
            async move {
                let answer = client.ours(operation, body).await;
                (answer.status, answer.json())
            }
        };
        let new = r#"{"type": "time_series", "name": "n", "data": {"b": [1, 2.50], "a": null}}"#;
        assert_eq!(ask("POST /api/v1/dashboards", new).await, (200, json!({"success": true})));
        let again = ask("POST /api/v1/dashboards", new).await;
        let told = "Dashboard with type \"time_series\" and name \"n\" already exists";
        assert_eq!(again, (400, json!({"success": false, "error": told})));
        let unknown = ask("POST /api/v1/dashboards", r#"{"type": "foo", "name": "n", "data": {}}"#).await;
        assert_eq!(unknown.1, json!({"success": false, "error": "Invalid dashboard type \"foo\""}));
        let missing = ask("POST /api/v1/dashboards", "").await;
        let text = json!(["Missing data for required field."]);
        assert_eq!(missing, (400, json!({"errors": {"data": text, "name": text, "type": text}})));
        assert_eq!(
            ask("POST /api/v1/dashboards", r#"{"type": "alert", "name": "z", "data": {}}"#).await.0,
            200
        );
        let all = ask("GET /api/v1/dashboards", "").await.1;
        let names: Vec<_> =
            all["dashboards"].as_array().unwrap().iter().map(|own| own["name"].clone()).collect();
        assert_eq!(names, ["n", "z"]);
        assert_eq!(all["dashboards"][0]["data"], json!({"b": [1, 2.5], "a": null}));
        assert_eq!(
            ask("GET /api/v1/dashboards/foo", "").await.1,
            json!({"error": "Invalid dashboard type \"foo\""})
        );
        let put = "PUT /api/v1/dashboards/time_series/n";
        assert_eq!(ask(put, "").await, (400, json!({"error": "Request body must be JSON"})));
        let no_data = json!({"error": "Request body must contain \"data\" attribute"});
        assert_eq!(ask(put, r#"{"data": null}"#).await, (400, no_data));
        assert_eq!(ask(put, r#"{"data": false}"#).await, (200, json!({"success": true})));
        let one = ask("GET /api/v1/dashboards/time_series/n", "").await.1;
        assert_eq!(one, json!({"dashboard": {"data": false, "name": "n", "type": "time_series"}}));
        assert_eq!(ask("DELETE /api/v1/dashboards/time_series/n", "").await, (200, json!({"success": true})));
        let gone = "No dashboard found with type = \"time_series\" and name = \"n\"";
        assert_eq!(
            ask("DELETE /api/v1/dashboards/time_series/n", "").await,
            (404, json!({"success": false, "error": gone}))
        );
        assert_eq!(ask("GET /api/v1/dashboards/time_series/n", "").await, (404, json!({"error": gone})));
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_options_answered() {
    for (app, _database) in everywhere().await {
        let client = client(&app);
        let refused = client.ours("DELETE /api/v1/dashboards", "").await;
        let text = "The method is not allowed for the requested URL.";
        assert_eq!((refused.status, refused.json()), (405, json!({"error": text})));
        let answered = client.ours("OPTIONS /api/v1/dashboards", "").await;
        assert_eq!((answered.status, answered.text.as_str()), (200, ""));
        assert_eq!(answered.headers["allow"], "GET,HEAD,POST");
    }
}
