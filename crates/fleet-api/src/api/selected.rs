//! Which hosts an operation is about.

use fleet::{HostQuery, Scope, Unanswered, quoted_pattern};
use ground::Timestamp;

use super::{App, failure::Failure};

rest::parameters! {
    /// Which of the hosts that still report.
    pub struct Selected in Query {
        /// Only hosts for which this is true: `os:"RHEL 9" and (tag:env=prod or group:web*) and not state:stale`.
        q: Option<String>,
        /// As it was at this time (ISO 8601). `q` may then ask for names, groups, tags, ids and single facts.
        as_of: Option<Timestamp>,
    }
}

rest::parameters! {
    /// To which hosts something happened.
    pub struct Happened in Query {
        /// Only hosts that are there and for which this is true now, whatever they were then: `os:"RHEL 9" and tag:env=prod`.
        q: Option<String>,
        /// Only hosts that have one of these tags now: `[namespace/]key[=value]`, with a `*` for the rest of a part.
        tag: Vec<String>,
    }
}

impl Selected {
    /// Of the past: whose hosts, which of them, and when; `None` for those of now.
    pub fn then<'a>(&'a self, scope: &'a Scope) -> Option<(&'a Scope, Option<&'a str>, Timestamp)> {
        Some((scope, self.q.as_deref(), self.as_of?))
    }
}

impl Happened {
    /// The hosts that are asked for; `None` for all, those that are gone among them.
    pub async fn hosts(&self, app: &App, scope: &Scope) -> Result<Option<HostQuery>, Failure> {
        if self.q.is_none() && self.tag.is_empty() {
            return Ok(None);
        }
        let mut query = app.reporting(scope.clone()).await?;
        for (name, text) in [("q", self.q.clone()), ("tag", tagged(&self.tag))] {
            if let Some(text) = text {
                query = app.asked(query, name, &text).await?;
            }
        }
        Ok(Some(query))
    }
}

/// The question that is true of hosts with one of these tags.
fn tagged(tags: &[String]) -> Option<String> {
    let one = |tag: &String| format!("tag:{}", quoted_pattern(tag));
    (!tags.is_empty()).then(|| tags.iter().map(one).collect::<Vec<_>>().join(" or "))
}

impl App {
    /// A question about those hosts of a scope that still report and are selected; 400 for a text that is no question.
    pub async fn selected(&self, scope: Scope, selected: &Selected) -> Result<HostQuery, Failure> {
        let query = self.reporting(scope).await?;
        match &selected.q {
            Some(text) => self.asked(query, "q", text).await,
            None => Ok(query),
        }
    }

    /// The same hosts, those for which the text of this parameter is true.
    async fn asked(&self, query: HostQuery, parameter: &str, text: &str) -> Result<HostQuery, Failure> {
        match self.fleet.question(query.scope.org(), text, query.now).await {
            Ok(condition) => Ok(query.with(condition)),
            Err(Unanswered::Mistake(mistake)) => Err(Failure::bad_request(format!("{parameter}: {mistake}"))),
            Err(Unanswered::Failed(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_a_question_in_which_they_stand_for_themselves() {
        let tags = ["env=prod".to_owned(), r#"a/"b"=\c"#.to_owned()];
        assert_eq!(tagged(&tags).unwrap(), r#"tag:"env=prod" or tag:"a/\"b\"=\\c""#);
        assert_eq!(tagged(&[]), None);
    }
}
