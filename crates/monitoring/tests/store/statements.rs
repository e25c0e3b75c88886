//! Both engines read every statement.

use super::*;

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], Timestamp::from_micros(0)).await.unwrap();
        for statements in [monitoring::store::ALL, monitoring::LEGACY_STATEMENTS] {
            let refused = store::prepare_all(&db, statements).await.unwrap();
            assert!(refused.is_empty(), "{}: {refused:?}", database.engine());
        }
    }
}
