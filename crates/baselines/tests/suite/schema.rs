//! The statements on the tables.

use crate::bed::both;

#[tokio::test]
async fn both_engines_know_every_static_statement() {
    for bed in both().await {
        let refused = store::prepare_all(bed.baselines.db(), baselines::store::STATEMENTS).await.unwrap();
        assert!(refused.is_empty(), "{}: {}", bed.engine(), refused.join("\n"));
    }
}
