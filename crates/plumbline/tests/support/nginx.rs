//! A real nginx with a configuration of `deploy/nginx`.

use std::{fs, path::Path, process::Command};

use testkit::{Process, free_port, mortal, run};

use super::PATIENCE;

/// nginx in front of processes of the program; stopped when dropped.
pub struct Nginx {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// With the committed configuration of this name, the addresses in place of the names that it has.
    pub fn start(configuration: &str, upstreams: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nginx").join(configuration);
        let mut text = fs::read_to_string(file).expect("the configuration is there");
        for (name, address) in upstreams {
            let server = format!("server {name}");
            assert!(text.contains(&server), "the configuration has no `{server}`");
            text = text.replace(&server, &format!("server {address}"));
        }
        let address = format!("127.0.0.1:{}", free_port());
        text = text.replace("listen 80;", &format!("listen {address};"));
        text = text.replace("/tmp/nginx", &folder.path().join("nginx").display().to_string());
        let written = folder.path().join("nginx.conf");
        fs::write(&written, text).expect("the configuration is written");
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| Path::new(path).exists());
        let program = program.expect("nginx is installed: `make bootstrap`");
        let mut check = Command::new(program);
        check.args(["-t", "-e", "stderr", "-c"]).arg(&written);
        run("check the configuration of nginx", check);
        let mut command = mortal("TERM");
        command.args([program, "-e", "stderr", "-c"]).arg(&written).args(["-g", "daemon off;"]);
        let mut process = Process::spawn("nginx", command, &folder.path().join("nginx.log"));
        let there = process.wait_until(|| std::net::TcpStream::connect(&address).is_ok(), PATIENCE);
        assert!(there, "{}", process.log_end());
        Self { url: format!("http://{address}"), _process: process, _folder: folder }
    }
}
