//! An authority of a test's own, and the certificate that it made.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::run;

const MAKE: &str = "
set -e
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
openssl req -x509 $key -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
openssl req $key -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout server.key -out server.csr
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days 2 -out server.pem
openssl pkcs12 -export -in server.pem -inkey server.key -certfile ca.pem -passout pass:changeit -out server.p12
";

/// An authority that nobody knows, and a certificate that it made for `localhost`: not for `127.0.0.1`. The files go with this value.
#[derive(Debug)]
pub struct Certificates {
    folder: PathBuf,
    /// Absent where they are somebody else's.
    _owned: Option<TempDir>,
}

impl Certificates {
    /// Makes them, by `openssl`.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("plumbline-certificates-").expect("a temporary folder can be made");
        let mut make = Command::new("sh");
        make.args(["-c", MAKE]).current_dir(folder.path());
        run("make certificates", make);
        Self { folder: folder.path().to_owned(), _owned: Some(folder) }
    }

    /// Those that another process made in this folder.
    pub(crate) fn of_another_process(folder: &str) -> Self {
        Self { folder: folder.into(), _owned: None }
    }

    /// The folder of the files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of the authority's certificate (PEM).
    pub fn authority(&self) -> PathBuf {
        self.folder().join("ca.pem")
    }

    /// The same as text.
    pub fn authority_pem(&self) -> String {
        read(&self.authority())
    }

    /// The file of the certificate of `localhost` (PEM).
    pub fn certificate(&self) -> PathBuf {
        self.folder().join("server.pem")
    }

    /// The file of its private key (PEM, PKCS#8).
    pub fn key(&self) -> PathBuf {
        self.folder().join("server.key")
    }

    /// The file of the certificate with its key (PKCS#12, password `changeit`), as Java reads it.
    pub fn key_store(&self) -> PathBuf {
        self.folder().join("server.p12")
    }
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}
