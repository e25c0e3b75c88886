//! `plumbline migrate`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use ground::Clock;
use settings::Settings;

use crate::{
    app,
    cli::{Migrate, Place},
    data_folder,
    failure::{Failure, Result},
    out, services,
};

/// Applies, shows or begins migrations. Showing them ends with exit code 1 when some are missing.
pub async fn run(config: Option<&PathBuf>, step: &Migrate) -> Result<ExitCode> {
    let mut is_complete = true;
    match step {
        Migrate::Up { place, json } => {
            let settings = app::config::load(config, &app::config::place_flags(place))?;
            let db = app::database::open_to_migrate(&url(place, &settings, true)?, &settings).await?;
            match db.migrate(services::migrations(), Clock::system().now()).await? {
                count if *json => out::json(&serde_json::json!({ "applied": count }))?,
                0 => out::line("nothing to do: the tables are as this version wants them")?,
                count => out::line(format!("{count} migrations applied"))?,
            }
        }
        Migrate::Status { place, json } => {
            let settings = app::config::load(config, &app::config::place_flags(place))?;
            let db = app::database::open(&url(place, &settings, false)?, &settings).await?;
            let steps = db.migration_status(services::migrations()).await?;
            is_complete = steps.iter().all(|step| step.applied.is_some());
            for step in steps {
                let applied = step.applied.map(|at| at.to_string());
                if *json {
                    let line = serde_json::json!({"crate": step.owner, "number": step.number, "name": step.name, "applied": applied});
                    out::json(&line)?;
                } else {
                    let applied =
                        applied.as_deref().unwrap_or("missing: apply it with `plumbline migrate up`");
                    out::line(format!("{} {:04} {:<24} {applied}", step.owner, step.number, step.name))?;
                }
            }
        }
        Migrate::Wait { place } => {
            let settings = app::config::load(config, &app::config::place_flags(place))?;
            wait(place, &settings).await?;
        }
        Migrate::New { owner, name, json } => new(owner, name, *json)?,
    }
    Ok(if is_complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Asks again and again whether the tables are as this version wants them. What cannot be reached or read counts as "not yet".
async fn wait(place: &Place, settings: &Settings) -> Result<()> {
    let (pause, longest) = (*settings.database.wait_interval, *settings.database.wait_timeout);
    let began = Instant::now();
    loop {
        let not_yet = match missing(place, settings).await {
            Ok(0) => return Ok(()),
            Ok(steps) => format!("{steps} migrations are missing; apply them with `plumbline migrate up`"),
            Err(failure) => failure.to_string(),
        };
        if began.elapsed() + pause > longest {
            return Err(Failure::Runtime(format!("waited {} s: {not_yet}", longest.as_secs_f64())));
        }
        tracing::debug!(not_yet, "the tables are not there yet");
        tokio::time::sleep(pause).await;
    }
}

/// How many steps a database lacks.
async fn missing(place: &Place, settings: &Settings) -> Result<usize> {
    let db = app::database::open(&url(place, settings, false)?, settings).await?;
    let steps = db.migration_status(services::migrations()).await;
    db.close().await;
    Ok(steps?.iter().filter(|step| step.applied.is_none()).count())
}

fn url(place: &Place, settings: &Settings, make: bool) -> Result<String> {
    if let Some(url) = settings.database.location() {
        return Ok(url.expose().to_owned());
    }
    let path = app::config::data_path(place)?;
    if make {
        fs::create_dir_all(&path).map_err(|error| {
            Failure::Runtime(format!("cannot make the data folder {}: {error}", path.display()))
        })?;
    } else if !data_folder::exists(&path) {
        return Err(Failure::Usage(format!(
            "there is no data in {}; name a folder with --data DIR",
            path.display()
        )));
    }
    Ok(data_folder::database_url(&path))
}

/// Makes the two files of a new step, numbered after the last one.
fn new(owner: &str, name: &str, json: bool) -> Result<()> {
    let folder = Path::new("crates").join(owner).join("migrations");
    let engines = ["postgres", "sqlite"].map(|engine| folder.join(engine));
    if let Some(missing) = engines.iter().find(|folder| !folder.is_dir()) {
        return Err(Failure::Usage(format!(
            "there is no folder {}; run this in the root of the source tree and name a crate with migrations",
            missing.display()
        )));
    }
    let slug: String =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let last = fs::read_dir(&engines[0])
        .map_err(|error| Failure::Runtime(error.to_string()))?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.get(..4)?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    for folder in engines {
        let path = folder.join(format!("{:04}_{slug}.sql", last + 1));
        fs::write(&path, format!("-- {name}\n"))
            .map_err(|error| Failure::Runtime(format!("cannot write {}: {error}", path.display())))?;
        if json {
            out::json(&serde_json::json!({ "file": path }))?;
        } else {
            out::line(path.display())?;
        }
    }
    if !json {
        out::line(format!("add the step to crates/{owner}/src/migrations.rs"))?;
    }
    Ok(())
}
