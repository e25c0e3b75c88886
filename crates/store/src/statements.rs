//! Static statements under names, and the check that both engines know them.

use crate::{Db, Result, Sql, value::Value};

/// Gives static statements their names and lists them in `ALL`, so that [`prepare_all`](crate::prepare_all) can
/// try each of them on both engines.
///
/// ```
/// store::statements! {
///     /// The name of a host.
///     HOST_NAME = "SELECT display_name FROM host WHERE org_id = $1 AND id = $2";
/// }
/// assert_eq!(ALL[0].0, "HOST_NAME");
/// # let _ = HOST_NAME;
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
        /// Every statement of this block: name and text.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// Has the engine read each statement without running it, and returns the names and complaints of those that it
/// refuses. For tests.
pub async fn prepare_all(db: &Db, statements: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for (name, text) in statements {
        let mut sql = Sql::new(*text);
        for token in text.split("{rows:").skip(1) {
            let columns = token.split('}').next().unwrap_or_default().split(',').count();
            let mut rows = crate::Rows::new();
            rows.columns = vec![vec![Value::Null(crate::value::ValueKind::Int)]; columns];
            sql = sql.rows(rows);
        }
        // Parameters of tokens are numbered behind those of the text.
        let bound = (1..100).take_while(|n| text.contains(&format!("${n}"))).count();
        for _ in 0..bound {
            sql = sql.bind(None::<i64>);
        }
        let (text, _) = sql.render(db.dialect())?;
        let outcome = match db {
            Db::Postgres { pool, .. } => prepare(&mut *pool.acquire().await?, text).await,
            Db::Sqlite { write, .. } => prepare(&mut *write.acquire().await?, text).await,
        };
        if let Err(problem) = outcome {
            refused.push(format!("{name}: {problem}"));
        }
    }
    Ok(refused)
}

async fn prepare<'c, E, D>(connection: E, text: String) -> Result<()>
where
    D: sqlx::Database,
    E: sqlx::Executor<'c, Database = D>,
{
    connection.prepare(sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(text))).await?;
    Ok(())
}
