//! The relational store (contract inventory-http §24).

use std::{fmt, time::Duration};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Filled, Secret, Value, choice::choice, secret::masked, section::section};

choice! {
    /// How the connection to a server is kept from others, in the words of libpq.
    pub enum SslMode {
        /// Not at all.
        Disable = "disable",
        /// When the server insists.
        Allow = "allow",
        /// When the server can.
        Prefer = "prefer",
        /// Always; whoever answers.
        Require = "require",
        /// Always, and the certificate of the server must come from one that is trusted.
        VerifyCa = "verify-ca",
        /// The same, and it must be that of the host.
        VerifyFull = "verify-full",
    }
}

choice! {
    /// When a commit in the embedded store returns.
    pub enum Synchronous {
        /// When it is on the disk.
        Full = "full",
        /// When the system has it; a power cut may lose the newest commits.
        Normal = "normal",
    }
}

/// `postgres://…` or `sqlite:…`. Its password is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The whole URL, password and all.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show())
    }
}

impl Value for DatabaseUrl {
    const SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let known = ["postgres://", "postgresql://", "sqlite:"];
        known.iter().any(|scheme| text.starts_with(scheme)).then(|| Self(text.to_owned()))
    }

    fn allowed() -> String {
        "postgres://user:password@host:port/name or sqlite:path".to_owned()
    }

    fn show(&self) -> String {
        masked(&self.0)
    }
}

/// Whether `plumbline serve` applies migrations before it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigratesOnStart(pub bool);

impl Value for MigratesOnStart {
    /// A truth value; or, as `FLASK_APP` had it, the entry module of the benchmarks service's original: `autoapp.py` applied migrations, others
    /// did not.
    fn parse(text: &str) -> Option<Self> {
        let module = text.trim();
        match module.strip_suffix(".py").unwrap_or(module) {
            "autoapp" => Some(Self(true)),
            other if other.len() < module.len() || other.contains(':') => Some(Self(false)),
            other => bool::parse(other).map(Self),
        }
    }

    fn allowed() -> String {
        "true or false, or the entry module of the original (`autoapp.py`)".to_owned()
    }

    fn show(&self) -> String {
        self.0.to_string()
    }

    fn to_toml(&self) -> String {
        self.0.to_toml()
    }
}

section! {
    /// The relational store. Without a URL and without any of the parts below, an embedded store is used.
    pub struct Database in "database" {
        /// Where it is, in one text; wins over the parts.
        url: Option<DatabaseUrl> = None;
        /// Its host, or the folder of its socket when this begins with a slash.
        host: Filled = Filled::of("localhost"), env "INVENTORY_DB_HOST", "DB_HOST";
        /// Its port.
        port: u16 = 5432, env "INVENTORY_DB_PORT", "DB_PORT";
        /// The name of the database.
        name: Filled = Filled::of("insights"), env "INVENTORY_DB_NAME", "DB_NAME";
        /// The user to log in as.
        user: Filled = Filled::of("insights"), env "INVENTORY_DB_USER", "DB_USER";
        /// The user's password.
        password: Secret = Secret::from("insights"), env "INVENTORY_DB_PASS", "DB_PASSWORD";
        /// How the connection is encrypted and the server checked, also beside a URL; of the two the stricter counts.
        ssl_mode: Option<SslMode> = None, env "INVENTORY_DB_SSL_MODE";
        /// File with the certificates that the server's is checked against.
        ssl_cert: String = String::new(), env "INVENTORY_DB_SSL_CERT";
        /// The same certificates as text (PEM), as Clowder gives them.
        ssl_ca_pem: String = String::new();
        /// Connections held open.
        pool_size: u32 = 5, env "INVENTORY_DB_POOL_SIZE";
        /// Longest wait for a connection, in seconds.
        pool_timeout: Duration = Duration::from_secs(5), env "INVENTORY_DB_POOL_TIMEOUT";
        /// Longest statement of the API, in milliseconds; 0 for no limit.
        statement_timeout_ms: u32 = 30_000, env "INVENTORY_DB_STATEMENT_TIMEOUT";
        /// Longest wait of the API for a lock, in milliseconds; 0 for no limit.
        lock_timeout_ms: u32 = 90_000, env "INVENTORY_DB_LOCK_TIMEOUT";
        /// Seconds between two looks of `plumbline migrate wait`.
        wait_interval: Duration = Duration::from_secs(5), env "WAIT_FOR_MIGRATIONS_POLL_INTERVAL_SECONDS";
        /// Longest wait of `plumbline migrate wait`, in seconds.
        wait_timeout: Duration = Duration::from_mins(5), env "WAIT_FOR_MIGRATIONS_TIMEOUT_SECONDS";
        /// Whether `plumbline serve` applies what the database lacks before it serves, one process at a time; `FLASK_APP=autoapp.py` says so, too.
        migrate_on_start: MigratesOnStart = MigratesOnStart(false), env "FLASK_APP";
        /// The schema of all tables; made by `plumbline migrate up`.
        schema: Filled = Filled::of("public"), env "INVENTORY_DB_SCHEMA";
        /// When a commit in the embedded store returns.
        sqlite_synchronous: Synchronous = Synchronous::Full;
    }
}

impl Database {
    /// Where the store is: the URL, or one made of the parts when somebody set any of them; `None` means that an
    /// embedded store is wanted.
    pub fn location(&self) -> Option<DatabaseUrl> {
        if let Some(url) = &*self.url {
            return Some(url.clone());
        }
        let told = self.host.is_set()
            || self.port.is_set()
            || self.name.is_set()
            || self.user.is_set()
            || self.password.is_set();
        told.then(|| self.composed())
    }

    fn composed(&self) -> DatabaseUrl {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let socket = self.host.starts_with('/');
        let host = match (socket, self.host.contains(':')) {
            (true, _) => "localhost".to_owned(),
            (false, true) => format!("[{}]", self.host.trim_matches(['[', ']'])),
            (false, false) => self.host.to_string(),
        };
        let mut url = format!(
            "postgres://{}:{}@{host}:{}/{}",
            encode(&self.user),
            encode(self.password.expose()),
            *self.port,
            encode(&self.name)
        );
        let mut parameters = Vec::new();
        if socket {
            parameters.push(format!("host={}", encode(&self.host)));
        }
        if !parameters.is_empty() {
            url = format!("{url}?{}", parameters.join("&"));
        }
        DatabaseUrl(url)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Inputs, Settings};

    fn location(variables: &[(&str, &str)]) -> Option<String> {
        let env =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned());
        let database = Settings::load(&Inputs::new(&env)).unwrap().database;
        database.location().map(|url| url.expose().to_owned())
    }

    #[test]
    fn nothing_set_means_an_embedded_store() {
        assert_eq!(location(&[]), None);
        assert_eq!(location(&[("INVENTORY_DB_POOL_SIZE", "9")]), None);
    }

    #[test]
    fn one_part_set_makes_a_url_of_all() {
        assert_eq!(
            location(&[("INVENTORY_DB_HOST", "db"), ("INVENTORY_DB_PASS", "p@ss/1")]).unwrap(),
            "postgres://insights:p%40ss%2F1@db:5432/insights"
        );
    }

    #[test]
    fn a_host_with_a_slash_is_the_folder_of_a_socket() {
        assert_eq!(
            location(&[("INVENTORY_DB_HOST", "/run/pg")]).unwrap(),
            "postgres://insights:insights@localhost:5432/insights?host=%2Frun%2Fpg"
        );
    }

    #[test]
    fn a_mode_of_tls_that_nobody_knows_is_refused() {
        let mode = |word: &str| {
            let env = |name: &str| (name == "INVENTORY_DB_SSL_MODE").then(|| word.to_owned());
            Settings::load(&Inputs::new(&env)).map(|settings| *settings.database.ssl_mode)
        };
        assert_eq!(mode("verify-full").unwrap(), Some(SslMode::VerifyFull));
        assert_eq!(mode("").unwrap(), None);
        let refused = mode("verify_full").unwrap_err().to_string();
        assert!(refused.contains("verify-full") && refused.contains("INVENTORY_DB_SSL_MODE"), "{refused}");
    }

    #[test]
    fn the_entry_module_of_the_original_says_whether_migrations_are_applied() {
        let read = |text: &str| MigratesOnStart::parse(text).map(|read| read.0);
        for (text, expected) in [
            ("autoapp.py", Some(true)),
            ("autoapp", Some(true)),
            ("TRUE", Some(true)),
            ("false", Some(false)),
            ("wsgi.py", Some(false)),
            ("wsgi:app", Some(false)),
            ("yes", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn the_url_wins_over_the_parts() {
        let parts = [("PLUMBLINE_DATABASE_URL", "sqlite:/data/p.db"), ("INVENTORY_DB_HOST", "db")];
        assert_eq!(location(&parts).unwrap(), "sqlite:/data/p.db");
    }

    #[test]
    fn a_password_is_never_shown() {
        let show = |text: &str| DatabaseUrl::parse(text).unwrap().show();
        assert_eq!(show("postgres://u:secret@h:1/n?a=b"), "postgres://u:********@h:1/n?a=b");
        assert_eq!(show("postgres://u:se@cret@h/n"), "postgres://u:********@h/n");
        assert_eq!(show("postgres://h/n?user=u&password=secret"), "postgres://h/n?user=u&password=********");
        assert_eq!(show("postgres://h/n?sslpassword=secret"), "postgres://h/n?sslpassword=********");
        assert_eq!(show("sqlite:/data/p.db"), "sqlite:/data/p.db");
    }

    proptest! {
        #[test]
        fn no_password_shines_through(password in "[a-z@:/]{9,20}") {
            let url = DatabaseUrl::parse(&format!("postgres://u:{password}@h/n")).unwrap();
            let shown = format!("{url:?}");
            prop_assert!(!shown.contains(&password));
        }
    }
}
