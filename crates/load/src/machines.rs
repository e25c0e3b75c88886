//! The machines of a fleet, each by its number.

use std::fmt::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use ground::OrgId;
use uuid::Uuid;

use crate::{
    dice::Dice,
    image::{IMAGES, Image},
    packages::Packages,
    plan::Reported,
    profile::write_addresses,
};

const ENVIRONMENTS: [&str; 4] = ["prod", "stage", "qa", "dev"];
const CLOUDS: [&str; 4] = ["aws", "azure", "gcp", "ibm"];
const MAJORS: [u64; 3] = [7, 8, 9];

/// A fleet: any number of machines, all made from one seed.
pub struct Machines {
    pub(crate) seed: u64,
    org: OrgId,
    /// How many in a hundred are like no other.
    unique: u8,
    images: Vec<Image>,
    packages: Vec<Packages>,
}

/// One of them.
pub(crate) struct Machine<'a> {
    pub(crate) number: u64,
    pub(crate) image: &'a Image,
    pub(crate) unique: bool,
    pub(crate) subscription: Uuid,
    insights: Uuid,
    bios: Uuid,
    environment: &'static str,
    centre: usize,
    team: usize,
    app: usize,
    reporter: &'static str,
    cloud: Option<&'static str>,
}

impl Machines {
    /// The fleet of a seed in an organisation, of which so many machines in a hundred are like no other.
    pub fn new(seed: u64, org: OrgId, unique: u8) -> Self {
        let packages: Vec<Packages> = MAJORS.into_iter().map(Packages::of).collect();
        let images = (0..IMAGES).map(|number| Image::new(seed, number, packages[0].len())).collect();
        Self { seed, org, unique, images, packages }
    }

    /// The organisation.
    pub fn org(&self) -> &OrgId {
        &self.org
    }

    /// The insights id of a machine, by which it is found again.
    pub fn insights_id(&self, number: u64) -> Uuid {
        self.machine(number).insights
    }

    /// The team that a machine belongs to, as its tag says; there are 25.
    pub fn team(&self, number: u64) -> usize {
        self.machine(number).team
    }

    /// Who may report machines of any owner over HTTP: a person of the organisation, as the header `x-rh-identity`.
    pub fn identity(&self) -> String {
        BASE64_STANDARD.encode(format!(
            "{{\"identity\": {{\"org_id\": \"{0}\", \"type\": \"User\", \"auth_type\": \"basic-auth\", \
             \"internal\": {{\"org_id\": \"{0}\"}}, \"user\": {{\"username\": \"load\", \"is_org_admin\": true}}}}}}",
            self.org
        ))
    }

    /// Adds a report as an ingress message: one line without its end.
    pub fn write_message(&self, out: &mut String, reported: Reported) {
        let machine = self.machine(reported.machine);
        let identity = BASE64_STANDARD.encode(format!(
            "{{\"identity\": {{\"org_id\": \"{0}\", \"type\": \"System\", \"auth_type\": \"cert-auth\", \
             \"internal\": {{\"org_id\": \"{0}\"}}, \"system\": {{\"cn\": \"{1}\", \"cert_type\": \"system\"}}}}}}",
            self.org, machine.subscription
        ));
        let request = Dice::at(self.seed, &[5, reported.machine, reported.occasion]).uuid().simple();
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{{\"operation\": \"add_host\", \"platform_metadata\": {{\"request_id\": \"{request}\", \
             \"archive_url\": \"http://127.0.0.1/archive\", \"b64_identity\": \"{identity}\"}}, \"data\": "
        );
        self.write(out, &machine, reported.updates, Tags::Nested);
        out.push('}');
    }

    /// Adds a report as a document of `POST /hosts`.
    pub fn write_document(&self, out: &mut String, reported: Reported) {
        self.write(out, &self.machine(reported.machine), reported.updates, Tags::Listed);
    }

    fn write(&self, out: &mut String, machine: &Machine<'_>, updates: u32, tags: Tags) {
        let name = machine.name();
        let _ = write!(
            out,
            "{{\"org_id\": \"{}\", \"reporter\": \"{}\", \"insights_id\": \"{}\", \"subscription_manager_id\": \"{}\", \
             \"bios_uuid\": \"{}\", \"fqdn\": \"{name}\", \"display_name\": \"{name}\", \
             \"stale_timestamp\": \"2030-01-01T00:00:00+00:00\"",
            self.org, machine.reporter, machine.insights, machine.subscription, machine.bios,
        );
        write_addresses(out, machine);
        if let Some(cloud) = machine.cloud {
            let _ = write!(
                out,
                ", \"provider_id\": \"i-{:017}\", \"provider_type\": \"{cloud}\"",
                machine.number
            );
        }
        out.push_str(", \"tags\": ");
        machine.write_tags(out, tags);
        let _ = write!(
            out,
            ", \"facts\": [{{\"namespace\": \"rhsm\", \"facts\": {{\"MEMORY\": {}, \"CPU_CORES\": {}, \
             \"orgId\": \"{}\"}}}}], \"system_profile\": ",
            8 << (machine.team % 4),
            2 << (machine.app % 4),
            self.org
        );
        self.write_profile(out, machine, updates);
        out.push('}');
    }

    pub(crate) fn packages_of(&self, major: u64) -> &Packages {
        &self.packages[MAJORS.iter().position(|known| *known == major).unwrap_or_default()]
    }

    fn machine(&self, number: u64) -> Machine<'_> {
        let mut dice = Dice::at(self.seed, &[1, number]);
        let image = &self.images[dice.below(IMAGES)];
        let reporter = match dice.below(100) {
            0..85 => "puptoo",
            85..92 => "yupana",
            92..97 => "satellite",
            _ => "discovery",
        };
        Machine {
            number,
            image,
            unique: dice.percent(self.unique),
            subscription: dice.uuid(),
            insights: dice.uuid(),
            bios: dice.uuid(),
            environment: dice.of(&ENVIRONMENTS),
            centre: 1 + dice.below(9),
            team: dice.below(25),
            app: dice.below(40),
            reporter,
            cloud: dice.percent(60).then(|| dice.of(&CLOUDS)),
        }
    }
}

/// How tags are written.
#[derive(Debug, Clone, Copy)]
enum Tags {
    /// As messages have them: namespaces, keys, lists of values.
    Nested,
    /// As `POST /hosts` takes them: one object each.
    Listed,
}

impl Machine<'_> {
    fn write_tags(&self, out: &mut String, form: Tags) {
        let Machine { environment, centre, team, app, .. } = self;
        // Writing to a String cannot fail.
        let _ = match form {
            Tags::Nested => write!(
                out,
                "{{\"insights-client\": {{\"env\": [\"{environment}\"], \"team\": [\"team-{team}\"], \"location\": [\"dc{centre}\"], \
                 \"app\": [\"app-{app}\"]}}, \"satellite\": {{\"org\": [\"default\"], \"lifecycle\": [\"{environment}\"]}}}}"
            ),
            Tags::Listed => {
                let (team, centre, app) =
                    (format!("team-{team}"), format!("dc{centre}"), format!("app-{app}"));
                let tags = [
                    ("insights-client", "env", *environment),
                    ("insights-client", "team", &team),
                    ("insights-client", "location", &centre),
                    ("insights-client", "app", &app),
                    ("satellite", "org", "default"),
                    ("satellite", "lifecycle", environment),
                ];
                for (n, (namespace, key, value)) in tags.into_iter().enumerate() {
                    let before = if n == 0 { "[" } else { ", " };
                    let _ = write!(
                        out,
                        "{before}{{\"namespace\": \"{namespace}\", \"key\": \"{key}\", \"value\": \"{value}\"}}"
                    );
                }
                out.write_str("]")
            }
        };
    }

    fn name(&self) -> String {
        format!("{}-{:06}.{}.dc{}.example.com", self.image.role, self.number, self.environment, self.centre)
    }

    pub(crate) fn address(&self, card: usize) -> String {
        let number = self.number * 8 + card as u64 + 1;
        format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255)
    }

    pub(crate) fn mac(&self, card: usize) -> String {
        let number = self.number * 8 + card as u64 + 1;
        format!(
            "52:54:{:02x}:{:02x}:{:02x}:{:02x}",
            number >> 24 & 255,
            number >> 16 & 255,
            number >> 8 & 255,
            number & 255
        )
    }
}

impl std::fmt::Debug for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machines").field("seed", &self.seed).field("org", &self.org).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use profile::{Profile, Section};
    use serde_json::Value;

    use super::*;
    use crate::image::PACKAGES;

    fn machines() -> Machines {
        Machines::new(1, OrgId::parse("o").unwrap(), 5)
    }

    fn report(machine: u64, updates: u32) -> Reported {
        Reported { machine, updates, occasion: 0 }
    }

    fn data(machines: &Machines, reported: Reported) -> Value {
        let mut text = String::new();
        machines.write_message(&mut text, reported);
        serde_json::from_str::<Value>(&text).unwrap()["data"].take()
    }

    fn packages(machines: &Machines, reported: Reported) -> Vec<Value> {
        data(machines, reported)["system_profile"]["installed_packages"].as_array().unwrap().clone()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_from_release_to_release() {
        let mut text = String::new();
        for number in 0..50 {
            machines().write_message(&mut text, report(number, 1));
        }
        // Measurements are compared over time: if this fails, they are about other machines than before.
        assert_eq!(&blake3::hash(text.as_bytes()).to_hex()[..16], "113cb5de808f7842");
    }

    #[test]
    fn a_message_has_the_size_and_the_lists_of_a_real_one() {
        let machines = machines();
        for number in 0..200 {
            let mut text = String::new();
            machines.write_message(&mut text, report(number, 0));
            assert!((28_000..36_000).contains(&text.len()), "{}", text.len());
            let message: Value = serde_json::from_str(&text).unwrap();
            let sent = message["data"]["system_profile"].to_string();
            let profile = Profile::parse(&sent).unwrap();
            let items = |section: Section| {
                serde_json::from_str::<Vec<Value>>(&profile.lists[&section].json()).unwrap().len()
            };
            assert_eq!(items(Section::InstalledPackages), PACKAGES);
            assert_eq!(items(Section::InstalledServices), 80);
            assert_eq!(items(Section::KernelModules), 40);
            assert_eq!(items(Section::NetworkInterfaces), 6);
        }
    }

    #[test]
    fn clones_differ_in_few_packages_and_an_update_in_three() {
        let machines = machines();
        let differing =
            |one: &[Value], other: &[Value]| one.iter().filter(|package| !other.contains(package)).count();
        let (mut clones, mut unique) = (0, 0);
        for number in 0..60 {
            let machine = machines.machine(number);
            let image: Vec<Value> = machine
                .image
                .packages
                .iter()
                .map(|package| {
                    serde_json::from_str(machines.packages_of(machine.image.major).text(*package)).unwrap()
                })
                .collect();
            let before = packages(&machines, report(number, 0));
            match differing(&before, &image) {
                0..=15 => clones += 1,
                100.. => unique += 1,
                other => panic!("{other} packages differ"),
            }
            let after = packages(&machines, report(number, 1));
            assert!((1..=3).contains(&differing(&after, &before)));
        }
        assert!(clones > 50 && unique > 0, "{clones} {unique}");
    }

    #[test]
    fn no_two_machines_share_an_id_or_an_address() {
        let machines = machines();
        let mut seen = std::collections::HashSet::new();
        for number in 0..2_000 {
            let machine = machines.machine(number);
            for id in [
                machine.insights.to_string(),
                machine.subscription.to_string(),
                machine.address(0),
                machine.mac(4),
            ] {
                assert!(seen.insert(id.clone()), "{id}");
            }
        }
    }
}
