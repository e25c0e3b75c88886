//! Machines that report themselves.

use crate::section::section;

section! {
    /// Machines that report themselves, each with a token of its own (`plumbline token create`, `plumbline report --to`).
    pub struct Enrolment in "enrolment" {
        /// Where they are listened to, as `0.0.0.0:8443`: besides the usual address, and for their reports alone. Empty for nowhere
        /// else. Without a certificate it has to be an address of this machine's loopback.
        listen: String = String::new();
        /// The certificate that they are answered with there, with those that it was signed with behind it: a file (PEM).
        tls_certificate: String = String::new();
        /// Its private key: a file (PEM).
        tls_key: String = String::new();
        /// Whether tokens and reports may come in without TLS from other machines: only for a network that nobody else is on.
        plain_http: bool = false;
        /// The address that they are told to report to, as `https://plumbline.example.org:8443`; empty where pages cannot know it.
        url: String = String::new();
    }
}
