//! Several ids in one text.

use utoipa::openapi::{ArrayBuilder, RefOr, Schema};
use uuid::Uuid;

use super::{Reason, Value};

/// Ids with commas between them, each once and in order: 1 to `MOST`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids<const MOST: usize>(pub Vec<Uuid>);

impl<const MOST: usize> Value for Ids<MOST> {
    fn read(text: &str) -> Result<Self, Reason> {
        if text.split(',').count() > MOST {
            return Err(Reason::Other(format!("name at most {MOST} ids")));
        }
        let mut ids = text.split(',').map(Uuid::read).collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        ids.dedup();
        Ok(Self(ids))
    }

    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(<Uuid as Value>::schema())
            .min_items(Some(1))
            .max_items(Some(MOST))
            .build()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_counts_once_and_a_wrong_one_refuses_all() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(Ids::<3>::read(&format!("{other},{one},{other}")), Ok(Ids(vec![one, other])));
        for bad in ["", "x", &format!("{one},"), &format!("{one},{one},{one},{one}")] {
            assert!(Ids::<3>::read(bad).is_err(), "{bad}");
        }
    }
}
