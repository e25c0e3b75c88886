//! Which layer wins, and what is said of a bad one.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{fs, path::PathBuf};

use settings::{Inputs, Settings, Source};
use tempfile::TempDir;

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn messages(inputs: &Inputs<'_>) -> Vec<String> {
    Settings::load(inputs).unwrap_err().0.iter().map(ToString::to_string).collect()
}

#[test]
fn each_layer_wins_over_the_one_below_it() {
    let folder = tempfile::tempdir().unwrap();
    let toml = file(
        &folder,
        "plumbline.toml",
        "[database]\nport = 1\nname = 'file'\nuser = 'file'\nhost = 'file'\npool_size = 9\n",
    );
    let acg =
        file(&folder, "acg.json", r#"{"database": {"port": 2, "hostname": "clowder", "name": "clowder"}}"#);
    let env = |name: &str| match name {
        "CLOWDER_ENABLED" => Some("true".to_owned()),
        "ACG_CONFIG" => Some(acg.display().to_string()),
        "PLUMBLINE_DATABASE_PORT" => Some("3".to_owned()),
        "PLUMBLINE_DATABASE_NAME" => Some("own".to_owned()),
        "INVENTORY_DB_HOST" | "INVENTORY_DB_USER" => Some("env".to_owned()),
        _ => None,
    };
    let inputs = Inputs::new(&env).file(&toml).flag("--db-port", "database.port", "4");
    let database = Settings::load(&inputs).unwrap().database;
    assert_eq!((*database.port, &database.port.source), (4, &Source::Flag("--db-port".to_owned())));
    assert_eq!(&**database.name, "own");
    assert_eq!(database.name.source.to_string(), "environment PLUMBLINE_DATABASE_NAME");
    // What the document says, an older variable does not change; what it does not say, such a variable says.
    assert_eq!(database.host.source, Source::Clowder("/database/hostname"));
    assert_eq!(database.user.source.to_string(), "environment INVENTORY_DB_USER");
    assert_eq!(database.pool_size.source, Source::File(toml.clone()));
    assert_eq!(database.schema.source, Source::Default);
}

#[test]
fn our_own_variable_wins_over_the_older_name() {
    let env = |name: &str| match name {
        "PLUMBLINE_RBAC_TIMEOUT" => Some("2.5".to_owned()),
        "RBAC_TIMEOUT" => Some("9".to_owned()),
        _ => None,
    };
    let rbac = Settings::load(&Inputs::new(&env)).unwrap().rbac;
    assert_eq!(rbac.timeout.as_millis(), 2500);
}

#[test]
fn a_variable_of_ours_that_no_setting_has_is_refused_with_the_nearest() {
    let env = |name: &str| (name == "PLUMBLINE_PORT").then(|| "tcp://10.0.0.1:8080".to_owned());
    let given = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        Settings::load(&Inputs::new(&env).variables(names)).map_err(|problems| problems.to_string())
    };
    assert_eq!(
        given(&["PLUMBLINE_SERVER_PROT", "HOME"]).unwrap_err(),
        "there is no setting for PLUMBLINE_SERVER_PROT (from environment): the nearest is PLUMBLINE_SERVER_PORT; remove it, \
         or compare it with default.toml"
    );
    // What Kubernetes makes of a service, and what every setting has.
    let fine = [
        "PLUMBLINE_SERVICE_HOST",
        "PLUMBLINE_SERVICE_PORT_HTTP",
        "PLUMBLINE_PORT",
        "PLUMBLINE_PORT_8080_TCP_ADDR",
        "PLUMBLINE_SERVER_PORT",
        "PLUMBLINE_DATABASE_PASSWORD_FILE",
    ];
    assert!(given(&fine).is_ok());
}

#[test]
fn requested_topics_get_their_real_names_under_clowder() {
    let folder = tempfile::tempdir().unwrap();
    let acg = file(
        &folder,
        "acg.json",
        r#"{"kafka": {"topics": [
            {"requestedName": "platform.inventory.events", "name": "real-events"},
            {"requestedName": "platform.payload-status", "name": "real-status"}]}}"#,
    );
    let env = |name: &str| match name {
        "CLOWDER_ENABLED" => Some("True".to_owned()),
        "ACG_CONFIG" => Some(acg.display().to_string()),
        _ => None,
    };
    let settings = Settings::load(&Inputs::new(&env)).unwrap();
    assert_eq!(settings.topics.events.to_string(), "real-events");
    assert_eq!(settings.tracker.topic.to_string(), "real-status");
    assert_eq!(settings.topics.system_profile.to_string(), "platform.inventory.system-profile");
}

#[test]
fn certificates_of_the_document_stand_in_for_files_that_the_environment_names() {
    let folder = tempfile::tempdir().unwrap();
    let acg = file(
        &folder,
        "acg.json",
        r#"{"kafka": {"brokers": [{"hostname": "k", "port": 1, "cacert": "PEM K"}]}, "database": {"rdsCa": "PEM D"}}"#,
    );
    let env = |name: &str| match name {
        "CLOWDER_ENABLED" => Some("true".to_owned()),
        "ACG_CONFIG" => Some(acg.display().to_string()),
        "KAFKA_SSL_CAFILE" | "INVENTORY_DB_SSL_CERT" => Some("/no/such/file".to_owned()),
        _ => None,
    };
    let Settings { kafka, database, .. } = Settings::load(&Inputs::new(&env)).unwrap();
    assert_eq!((kafka.ssl_ca_pem.as_str(), kafka.ssl_ca_file.is_none()), ("PEM K", true));
    assert_eq!((database.ssl_ca_pem.as_str(), database.ssl_cert.as_str()), ("PEM D", ""));
}

#[test]
fn every_bad_value_is_named_with_its_source_and_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let toml = file(&folder, "p.toml", "[server]\nlog_format = 'xml'\ncolour = 'red'\n");
    let env = |name: &str| (name == "LISTEN_PORT").then(|| "99999".to_owned());
    let path = toml.display();
    assert_eq!(
        messages(&Inputs::new(&env).file(&toml).flag("--no", "no.such", "1")),
        [
            "there is no setting no.such (from flag --no): remove it, or compare it with default.toml"
                .to_owned(),
            format!(
                "there is no setting server.colour (from file {path}): remove it, or compare it with default.toml"
            ),
            "`99999` is not allowed for server.port (from environment LISTEN_PORT): \
             give a whole number from 0 to 65535"
                .to_owned(),
            format!(
                "`xml` is not allowed for server.log_format (from file {path}): give one of text, json, logstash"
            ),
        ]
    );
}

#[test]
fn a_bad_secret_is_not_repeated_in_its_error() {
    let env = |name: &str| (name == "PLUMBLINE_DATABASE_URL").then(|| "mysql://u:hunter2@h/n".to_owned());
    let text = messages(&Inputs::new(&env)).concat();
    assert!(text.contains("PLUMBLINE_DATABASE_URL") && !text.contains("hunter2"), "{text}");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let none = |_: &str| None;
    assert!(messages(&Inputs::new(&none).file(&folder.path().join("absent"))).concat().contains("absent"));
    let broken = file(&folder, "broken.toml", "[server\n");
    assert!(messages(&Inputs::new(&none).file(&broken)).concat().contains("broken.toml"));
    let env = |name: &str| (name == "CLOWDER_ENABLED").then(|| "true".to_owned());
    assert!(messages(&Inputs::new(&env)).concat().contains("ACG_CONFIG"));
}

#[test]
fn a_secret_may_stand_in_a_file_which_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "from the file\n").unwrap();
    let env = |name: &str| match name {
        "DB_PASSWORD" => Some("plain".to_owned()),
        "DB_PASSWORD_FILE" => Some(path.display().to_string()),
        _ => None,
    };
    let password = Settings::load(&Inputs::new(&env)).unwrap().database.password;
    assert_eq!(password.expose(), "from the file");
    assert_eq!(password.source, Source::Env("DB_PASSWORD_FILE".to_owned()));
    std::fs::remove_file(&path).unwrap();
    let missing = Settings::load(&Inputs::new(&env)).unwrap_err().to_string();
    assert!(missing.contains("secret cannot be used"), "{missing}");
}
