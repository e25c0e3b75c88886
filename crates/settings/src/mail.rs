//! How e-mail goes out (contract benchmarks §1).

use crate::section::section;

section! {
    /// How e-mail goes out.
    pub struct Mail in "mail" {
        /// The mail server; empty: e-mails are written to the log.
        server: String = String::new(), env "MAIL_SERVER";
        /// Its port.
        port: u16 = 25, env "MAIL_PORT";
        /// From whom.
        from: String = String::new(), env "MAIL_FROM";
        /// Who gets copies of administrative e-mails; empty: nobody.
        support: String = String::new(), env "MAIL_SUPPORT";
    }
}
