//! What applications say of hosts is stored.

use std::collections::BTreeMap;

use ::store::{Rows, Sql};
use ground::HostId;
use serde_json::{Map, Value};

use crate::{
    AppData, ConsumerOffsets, Fleet, PartitionOffset, Result, SourceMessage, db::statements as statement,
    write::transaction::Writer,
};

impl Fleet {
    /// Stores what applications say, in this order and in one transaction; of each the number of hosts that the organisation
    /// has. What is said of others is left out. Nothing is compared with the time of what is there: what comes last counts
    /// (contract inventory-events §8).
    ///
    /// Of data that came in messages, `given` in their order, the transaction notes that these are done, as
    /// [`Fleet::ingest_prepared`] does.
    pub async fn put_app_data(
        &self,
        said: &[&AppData],
        messages: Option<(&ConsumerOffsets, &[SourceMessage])>,
    ) -> Result<(Vec<usize>, Vec<PartitionOffset>)> {
        let mut writer = Writer::begin(self, said.iter().map(|data| data.org.clone())).await?;
        let mut stored = Vec::with_capacity(said.len());
        for data in said {
            stored.push(writer.put_app_data(data).await?);
        }
        let offsets = match messages {
            Some((known, messages)) => writer.record_processed(known, messages).await?,
            None => Vec::new(),
        };
        writer.finish().await?;
        Ok((stored, offsets))
    }
}

impl Writer<'_> {
    async fn put_app_data(&mut self, data: &AppData) -> Result<usize> {
        let wanted = Rows::new().column(data.hosts.iter().map(|(id, _)| *id));
        let sql = Sql::new(statement::APP_DATA_BEFORE).bind(&data.org).bind(data.application).rows(wanted);
        let mut known: BTreeMap<HostId, Map<String, Value>> = BTreeMap::new();
        for row in self.tx.fetch_all(sql).await? {
            let values = row.get::<Option<String>>(1)?.map(|text| serde_json::from_str(&text)).transpose()?;
            known.insert(HostId(row.get(0)?), values.unwrap_or_else(|| data.defaults.clone()));
        }
        for (id, values) in &data.hosts {
            if let Some(known) = known.get_mut(id) {
                known.extend(values.clone());
            }
        }
        let texts = known.values().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>()?;
        let rows = Rows::new().column(known.keys().copied()).column(texts);
        let sql = Sql::new(statement::PUT_APP_DATA)
            .bind(&data.org)
            .bind(data.application)
            .bind(data.reported)
            .rows(rows);
        self.tx.execute(sql).await?;
        Ok(known.len())
    }
}
