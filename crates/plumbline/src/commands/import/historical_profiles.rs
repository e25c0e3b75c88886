//! Rows of `historical_system_profiles`.

use std::path::PathBuf;

use ground::{Clock, Transient};
use history::{
    Profiles, import,
    store::{NewProfile, Stored},
};

use super::{Batch, Refused};
use crate::{
    cli::Place,
    failure::{Failure, Result},
    line_reader::Line,
};

pub async fn open(config: Option<&PathBuf>, place: &Place) -> Result<Profiles> {
    Ok(Profiles::new(super::open(config, place).await?, Clock::system()))
}

/// Stores the rows of a batch together. When the database does not take them so, each is stored alone.
pub async fn take(profiles: &Profiles, lines: &[Line]) -> Result<Batch> {
    let mut batch = Batch::default();
    let mut read: Vec<(u64, NewProfile)> = Vec::new();
    for line in lines {
        match super::text(line).and_then(|text| row(line.number, text)) {
            Ok(new) => read.push((line.number, new)),
            Err(refused) => batch.refused.push(refused),
        }
    }
    let all: Vec<NewProfile> = read.iter().map(|(_, new)| new.clone()).collect();
    match profiles.put(&all).await {
        Ok(outcomes) => outcomes.into_iter().for_each(|outcome| count(&mut batch, outcome)),
        Err(error) if error.is_transient() => return Err(Failure::Runtime(error.to_string())),
        Err(_) => {
            for (number, new) in &read {
                match profiles.put(std::slice::from_ref(new)).await {
                    Ok(outcomes) => outcomes.into_iter().for_each(|outcome| count(&mut batch, outcome)),
                    Err(error) if error.is_transient() => return Err(Failure::Runtime(error.to_string())),
                    Err(error) => batch.refused.push((*number, error.to_string())),
                }
            }
        }
    }
    batch.refused.sort_unstable();
    Ok(batch)
}

fn row(number: u64, text: &[u8]) -> std::result::Result<NewProfile, Refused> {
    import::read(text).map_err(|why| (number, why))
}

fn count(batch: &mut Batch, outcome: Stored) {
    match outcome {
        Stored::New => batch.stored += 1,
        Stored::Known | Stored::Removed => batch.known += 1,
    }
}
