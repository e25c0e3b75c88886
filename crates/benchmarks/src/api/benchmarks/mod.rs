//! Benchmarks.

pub mod create;
pub mod get;
pub mod list;
pub mod search;
pub mod update;

use ground::Timestamp;
use uuid::Uuid;

use crate::{
    api::{App, refusal::Refusal},
    rules::{
        body::{Fields, Object},
        json::wire,
    },
    store::entries::Benchmark,
};

/// What is sent of a benchmark.
#[derive(Debug)]
struct Sent {
    image: String,
    tag: String,
    url: String,
    description: Option<String>,
    schema: Object,
}

impl Sent {
    fn read(fields: &mut Fields, body: &str) -> Self {
        Self {
            image: fields.indexed("docker_image"),
            tag: fields.indexed("docker_tag"),
            url: fields.text("url"),
            description: fields.optional("description"),
            schema: fields.object("json_schema", body),
        }
    }

    /// Whether its image exists, and its schema is one.
    async fn check(&self, app: &App) -> Result<(), Refusal> {
        let image = app.images.check(&self.image, &self.tag).await;
        image.map_err(|cause| {
            Refusal::unprocessable(format_args!("Could not validate container image: {cause}"))
        })?;
        let outcome = app.schemas.check(self.schema.given.clone()).await;
        let outcome = outcome.ok_or_else(|| Refusal::plain(http::StatusCode::INTERNAL_SERVER_ERROR))?;
        outcome.map_err(|complaint| Refusal::complaint(&complaint))
    }

    fn into_benchmark(self, id: Uuid, uploaded: Timestamp) -> (Benchmark, String) {
        let Self { image, tag, url, description, schema } = self;
        let benchmark = Benchmark { id, image, tag, url, schema: wire(&schema.value), description, uploaded };
        (benchmark, schema.given)
    }
}
