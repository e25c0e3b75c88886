//! A question becomes one condition: what profiles, packages and addresses answer becomes hosts.

use ground::{OrgId, Timestamp};

use super::{Mistake, Question, Term};
use crate::{Condition, Error, Fleet, ProfileCondition, Tree};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The text is no question.
    #[error(transparent)]
    Mistake(#[from] Mistake),
    /// It cannot be looked up.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Fleet {
    /// The condition that a text asks for ([`Question`]), of hosts of this organisation. Times are those before `now`.
    pub async fn question(&self, org: &OrgId, text: &str, now: Timestamp) -> Result<Condition, Unanswered> {
        let Question(tree) = Question::parse(text, now)?;
        let tree = Box::pin(self.find(org, &tree)).await?;
        Ok(Condition::Tree(Box::new(tree)))
    }

    async fn find(&self, org: &OrgId, tree: &Tree<Term>) -> Result<Tree<Condition>, Error> {
        // What is asked of profiles alone is asked at once.
        if let Some(condition) = profile_condition(tree) {
            return Ok(Tree::Is(self.with_profiles(org, &condition).await?));
        }
        Ok(match tree {
            Tree::All(parts) => Tree::All(self.find_each(org, parts).await?),
            Tree::Any(parts) => Tree::Any(self.find_each(org, parts).await?),
            Tree::Not(part) => Box::pin(self.find(org, part)).await?.negated(),
            Tree::Is(Term::Host(condition)) => Tree::Is(condition.clone()),
            Tree::Is(Term::Profile(test)) => {
                Tree::Is(self.with_profiles(org, &ProfileCondition::Is(test.clone())).await?)
            }
            Tree::Is(Term::Package { name, version }) => {
                let version = version.as_ref().map(|(comparison, version)| (*comparison, version.as_str()));
                Tree::Is(self.with_packages_like(org, name, version).await?)
            }
            Tree::Is(Term::Address { text, is_beginning }) => {
                Tree::Is(self.at_address(org, text, *is_beginning).await?)
            }
        })
    }

    async fn find_each(&self, org: &OrgId, parts: &[Tree<Term>]) -> Result<Vec<Tree<Condition>>, Error> {
        let mut found = Vec::with_capacity(parts.len());
        for part in parts {
            found.push(Box::pin(self.find(org, part)).await?);
        }
        Ok(found)
    }
}

/// The condition on profiles that a question is, if it is nothing else.
fn profile_condition(tree: &Tree<Term>) -> Option<ProfileCondition> {
    tree.try_map(&mut |term| match term {
        Term::Profile(test) => Some(test.clone()),
        _ => None,
    })
}
