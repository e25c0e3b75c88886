//! Connections to a server that are encrypted, and those that must be and are not.

use std::{path::Path, process::Command};

use store::{Authorities, Db, Options, Result, Tls, TlsCheck};
use testkit::{Certificates, DatabaseServer};

async fn open(url: &str, check: TlsCheck, authorities: Option<Authorities>) -> Result<Option<String>> {
    let options = Options { tls: Some(Tls { check, authorities }), ..Options::default() };
    Db::open(url, &options).await?.encryption().await
}

#[tokio::test]
async fn a_server_is_refused_that_is_not_what_was_asked_for() {
    let server = DatabaseServer::start();
    let plain = server.url("postgres");
    let options = Options::default();
    let db = Db::open(&plain, &options).await.unwrap();
    assert_eq!(db.encryption().await.unwrap(), None);
    for check in [TlsCheck::Encryption, TlsCheck::Authority, TlsCheck::Host] {
        let refused = open(&plain, check, None).await.unwrap_err().to_string();
        assert!(refused.contains("cannot open the database"), "{refused}");
    }

    let certificates = Certificates::new();
    for_postgres(certificates.folder());
    turn_on(&db, &certificates.certificate(), &certificates.key()).await;
    let named = plain.replace("127.0.0.1", "localhost");
    let ours = || Some(Authorities::File(certificates.authority()));
    let text = || Some(Authorities::Text(certificates.authority_pem()));

    assert!(open(&plain, TlsCheck::Encryption, None).await.unwrap().unwrap().starts_with("TLS"));
    assert!(open(&plain, TlsCheck::Authority, None).await.is_err(), "nobody knows its authority");
    assert!(open(&plain, TlsCheck::Authority, ours()).await.unwrap().is_some());
    assert!(open(&plain, TlsCheck::Host, ours()).await.is_err(), "the certificate is of another host");
    assert!(open(&named, TlsCheck::Host, ours()).await.unwrap().is_some());
    assert!(open(&format!("{named}?sslmode=disable"), TlsCheck::Host, text()).await.unwrap().is_some());
}

/// Lets the user that PostgreSQL runs as read the key, and nobody else.
fn for_postgres(folder: &Path) {
    let command =
        "chmod 755 . && chmod 600 server.key && if [ $(id -u) = 0 ]; then chown postgres: server.key; fi";
    let done = Command::new("sh").args(["-c", command]).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Has the server offer TLS from now on.
async fn turn_on(db: &Db, certificate: &Path, key: &Path) {
    let set = |name: &str, value: &str| store::Sql::new(format!("ALTER SYSTEM SET {name} = '{value}'"));
    let settings = [
        ("ssl_cert_file", certificate.to_str().unwrap()),
        ("ssl_key_file", key.to_str().unwrap()),
        ("ssl", "on"),
    ];
    for (name, value) in settings {
        db.read(set(name, value)).await.unwrap();
    }
    db.read(store::Sql::new("SELECT pg_reload_conf()")).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
}
