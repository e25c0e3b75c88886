//! Which hosts an operation is about.

use fleet::{HostQuery, Scope, Unanswered};

use super::{App, failure::Failure};

rest::parameters! {
    /// Which of the hosts that still report.
    pub struct Selected in Query {
        /// Only hosts for which this is true: `os:"RHEL 9" and (tag:env=prod or group:web*) and not state:stale`.
        q: Option<String>,
    }
}

impl App {
    /// A question about those hosts of a scope that still report and are selected; 400 for a text that is no question.
    pub async fn selected(&self, scope: Scope, selected: &Selected) -> Result<HostQuery, Failure> {
        let query = self.reporting(scope).await?;
        let Some(text) = &selected.q else { return Ok(query) };
        match self.fleet.question(query.scope.org(), text, query.now).await {
            Ok(condition) => Ok(query.with(condition)),
            Err(Unanswered::Mistake(mistake)) => Err(Failure::bad_request(format!("q: {mistake}"))),
            Err(Unanswered::Failed(error)) => Err(error.into()),
        }
    }
}
