//! Settings become the benchmarks service, and callers by tokens.

use access::oidc::{Identities, Oidc, OidcOptions};
use benchmarks::{
    Schemas,
    api::{App, Callers, Parts},
    images::{Images, Registries},
    jobs::mail::{Mails, Outlet},
};
use ground::Clock;
use settings::{Mode, Settings};
use store::Db;

/// Who is known by tokens of the trusted issuers.
pub fn oidc(settings: &Settings) -> Oidc {
    let oidc = &settings.oidc;
    let client = (!oidc.client_id.is_empty())
        .then(|| (oidc.client_id.to_string(), oidc.client_secret.expose().to_owned()));
    let options = OidcOptions {
        issuers: oidc.issuers.iter().map(|issuer| issuer.trim_end_matches('/').to_owned()).collect(),
        audiences: oidc.audience_pairs(),
        client,
        timeout: *oidc.timeout,
    };
    Oidc::new(&options, Clock::system())
}

/// How people with tokens become callers of every other service.
pub fn identities(settings: &Settings) -> Identities {
    let oidc = &settings.oidc;
    Identities {
        organisation: oidc.organisation.to_string(),
        org_claim: oidc.organisation_claim.to_string(),
        admins: oidc.admin_entitlements.to_vec(),
        readers: oidc.reader_entitlements.to_vec(),
    }
}

/// What sends e-mail.
pub fn mails(db: Db, settings: &Settings) -> Mails {
    let mail = &settings.mail;
    let outlet = if mail.server.is_empty() {
        Outlet::Log
    } else {
        Outlet::Server { host: mail.server.to_string(), port: *mail.port }
    };
    Mails {
        db,
        clock: Clock::system(),
        outlet,
        from: mail.from.to_string(),
        support: mail.support.to_string(),
    }
}

/// The service.
pub fn app(db: &Db, settings: &Settings, oidc: Oidc) -> App {
    let rules = &settings.benchmarks;
    let local = *settings.server.mode == Mode::Local;
    let images = if *rules.check_images {
        Images::Checked(Registries::new(&rules.registry, &rules.local_registries))
    } else {
        Images::Unchecked
    };
    App::new(Parts {
        db: db.clone(),
        clock: Clock::system(),
        callers: if local { Callers::Local(oidc) } else { Callers::Tokens(oidc) },
        admins: settings.oidc.admin_entitlements.to_vec(),
        images,
        mails: mails(db.clone(), settings),
        schemas: Schemas::default(),
    })
}
