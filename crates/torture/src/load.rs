//! Senders: each has machines of its own and sends one request after another.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ground::HostId;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    dice::Dice,
    ledger::{Ledger, Ticket, What, insights_id},
    outcome::{Findings, Wrong},
    reports::{BASE, document, envelope, identity, request_id},
    topic::Producer,
};

/// How a sender hands over its reports.
#[derive(Debug, Clone)]
pub enum Transport {
    /// `POST /hosts`, several documents a request.
    Documents,
    /// Lines for `plumbline ingest`, as the process that holds the folder takes them.
    Lines,
    /// Messages of a topic; renames and deletions go over HTTP.
    Topic(Producer),
}

/// What senders share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// What was sent.
    pub ledger: Arc<Mutex<Ledger>>,
    /// What went wrong.
    pub findings: Arc<Mutex<Findings>>,
    /// Told to end.
    pub stop: Arc<AtomicBool>,
    /// Where the API is.
    pub url: String,
    /// What asks it.
    pub client: Client,
}

impl Shared {
    /// For the machines of a ledger.
    pub fn new(ledger: Ledger, url: String, client: Client) -> Self {
        Self {
            ledger: Arc::new(Mutex::new(ledger)),
            findings: Arc::default(),
            stop: Arc::default(),
            url,
            client,
        }
    }

    /// Works on the ledger.
    pub fn ledger<T>(&self, work: impl FnOnce(&mut Ledger) -> T) -> T {
        work(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Works on the findings.
    pub fn findings<T>(&self, work: impl FnOnce(&mut Findings) -> T) -> T {
        work(&mut self.findings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn request(&self, method: reqwest::Method, path: &str, org: usize, request: u64) -> RequestBuilder {
        let id = request_id(request);
        let built = self.client.request(method, format!("{}{path}", self.url));
        built.header("x-rh-identity", identity(org)).header("x-rh-insights-request-id", id)
    }
}

/// One sender.
#[derive(Debug)]
pub struct Sender {
    /// What it shares with the others.
    pub shared: Shared,
    /// How it hands over reports.
    pub way: Transport,
    /// Its machines: every `of`th, from `first`.
    pub first: usize,
    /// How many senders there are.
    pub of: usize,
    /// What it does next.
    pub dice: Dice,
}

/// How a request ended.
pub(crate) enum Ended {
    /// Nobody listened.
    NotSent,
    /// The connection broke, or the program could not: it may have happened or not.
    Unknown,
    /// An answer.
    Answer(StatusCode, String),
}

impl Sender {
    /// Sends until told to stop.
    pub async fn run(mut self) {
        while !self.shared.stop.load(Ordering::Relaxed) {
            if !self.step().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// Sends one request; `false` when there was nothing to send, or nobody to send it to.
    async fn step(&mut self) -> bool {
        let single = self.dice.chance(25);
        if single && matches!(self.way, Transport::Topic(_)) {
            self.find().await;
        }
        let most = if single { 1 } else { 1 + self.dice.below(24) as usize };
        let tickets = self.shared.ledger(|ledger| {
            let machines = (self.first..ledger.len()).step_by(self.of);
            ledger.begin(machines, most, &mut self.dice, |dice, _| match (single, dice.below(10)) {
                (true, 0..=6) => What::Delete,
                (true, _) => What::Rename,
                (false, 0..=2) => What::Again,
                (false, _) => What::Report,
            })
        });
        let Some(first) = tickets.first().copied() else { return false };
        match (first.what, &self.way) {
            (What::Delete, _) => self.delete(first).await,
            (What::Rename, _) => self.rename(first).await,
            (_, Transport::Documents) => self.documents(&tickets).await,
            (_, Transport::Lines) => self.lines(&tickets).await,
            (_, Transport::Topic(producer)) => {
                let producer = producer.clone();
                self.messages(&producer, &tickets).await
            }
        }
    }

    /// Looks for a machine that reported over the topic, so that it can be deleted right after it was stored.
    async fn find(&mut self) {
        let machine = self.shared.ledger(|ledger| {
            let machines: Vec<usize> = (self.first..ledger.len()).step_by(self.of).collect();
            machines[self.dice.below(machines.len() as u64) as usize]
        });
        let (org, number) = self.shared.ledger(|ledger| ledger.place(machine));
        let insights_id = insights_id(number);
        let path = format!("{BASE}/hosts?insights_id={insights_id}&fields[system_profile]=number_of_cpus");
        if let Ended::Answer(StatusCode::OK, text) =
            ended(self.shared.request(reqwest::Method::GET, &path, org, 0)).await
            && let Some((host, generation)) = serde_json::from_str::<Value>(&text).ok().and_then(|list| {
                let host = list["results"].get(0)?;
                Some((host_id(&host["id"])?, host["system_profile"]["number_of_cpus"].as_u64()? as u32))
            })
        {
            self.shared.ledger(|ledger| ledger.found(machine, host, generation));
        }
    }

    async fn delete(&self, ticket: Ticket) -> bool {
        let (Some(host), (org, _)) = (ticket.host, self.shared.ledger(|ledger| ledger.place(ticket.machine)))
        else {
            return false;
        };
        let path = format!("{BASE}/hosts/{host}");
        let request = self.shared.request(reqwest::Method::DELETE, &path, org, ticket.request);
        self.single(ticket, request).await
    }

    async fn rename(&self, ticket: Ticket) -> bool {
        let (Some(host), (org, _)) = (ticket.host, self.shared.ledger(|ledger| ledger.place(ticket.machine)))
        else {
            return false;
        };
        let path = format!("{BASE}/hosts/{host}");
        let request = self.shared.request(reqwest::Method::PATCH, &path, org, ticket.request);
        self.single(ticket, json_body(request, &json!({"display_name": request_id(ticket.request)}))).await
    }

    async fn single(&self, ticket: Ticket, request: RequestBuilder) -> bool {
        match ended(request).await {
            Ended::Answer(StatusCode::OK, _) => {
                self.shared.ledger(|ledger| ledger.acknowledged(ticket, None));
                true
            }
            Ended::Answer(status, text) => {
                self.refused(ticket, status.as_u16(), &text);
                true
            }
            Ended::Unknown => true,
            Ended::NotSent => self.not_sent(&[ticket]),
        }
    }

    async fn documents(&self, tickets: &[Ticket]) -> bool {
        let places: Vec<_> =
            self.shared.ledger(|ledger| tickets.iter().map(|ticket| ledger.place(ticket.machine)).collect());
        let documents: Vec<Value> =
            tickets.iter().zip(&places).map(|(ticket, place)| document(*place, *ticket)).collect();
        let request = self.shared.request(
            reqwest::Method::POST,
            &format!("{BASE}/hosts"),
            places[0].0,
            tickets[0].request,
        );
        match ended(json_body(request, &Value::Array(documents))).await {
            Ended::Answer(StatusCode::MULTI_STATUS, text) => {
                let answer: Value = serde_json::from_str(&text).unwrap_or_default();
                for (ticket, entry) in tickets.iter().zip(answer["data"].as_array().into_iter().flatten()) {
                    match entry["status"].as_u64() {
                        Some(200 | 201) => self.shared.ledger(|ledger| {
                            ledger.acknowledged(*ticket, host_id(&entry["host"]["id"]));
                        }),
                        // It could not be stored, or it could and the commit's answer was lost.
                        Some(500) => {}
                        status => self.refused(*ticket, status.unwrap_or(0) as u16, &entry.to_string()),
                    }
                }
                true
            }
            Ended::Answer(status, text) => {
                self.refused(tickets[0], status.as_u16(), &text);
                true
            }
            Ended::Unknown => true,
            Ended::NotSent => self.not_sent(tickets),
        }
    }

    async fn lines(&self, tickets: &[Ticket]) -> bool {
        let lines: Vec<String> = self.shared.ledger(|ledger| {
            tickets.iter().map(|ticket| envelope(ledger.place(ticket.machine), *ticket).to_string()).collect()
        });
        let request =
            self.shared.request(reqwest::Method::POST, "/api/fleet/v1/ingest", 0, tickets[0].request);
        match ended(request.body(lines.join("\n"))).await {
            Ended::Answer(StatusCode::OK, text) => {
                for (ticket, line) in tickets.iter().zip(text.lines()) {
                    let result: Value = serde_json::from_str(line).unwrap_or_default();
                    if result["ok"] == true {
                        self.shared.ledger(|ledger| ledger.acknowledged(*ticket, host_id(&result["id"])));
                    } else {
                        self.refused(*ticket, 200, line);
                    }
                }
                true
            }
            Ended::Answer(status, text) => {
                self.refused(tickets[0], status.as_u16(), &text);
                true
            }
            Ended::Unknown => true,
            Ended::NotSent => self.not_sent(tickets),
        }
    }

    /// Acknowledged is what the broker has.
    async fn messages(&self, producer: &Producer, tickets: &[Ticket]) -> bool {
        let messages = self.shared.ledger(|ledger| {
            let message = |ticket: &Ticket| {
                let (org, number) = ledger.place(ticket.machine);
                // The messages of one machine stay in one partition.
                (format!("{org}/{number}"), envelope((org, number), *ticket).to_string())
            };
            tickets.iter().map(message).collect()
        });
        if producer.send(messages).await {
            for ticket in tickets {
                self.shared.ledger(|ledger| ledger.acknowledged(*ticket, None));
            }
        }
        true
    }

    fn not_sent(&self, tickets: &[Ticket]) -> bool {
        for ticket in tickets {
            self.shared.ledger(|ledger| ledger.not_sent(*ticket));
        }
        false
    }

    fn refused(&self, ticket: Ticket, status: u16, text: &str) {
        // The database or the broker is away: it may have happened.
        if status < 500 {
            let text: String = text.chars().take(300).collect();
            let words = format!("{ticket:?} was answered with {status}: {text}");
            self.shared.findings(|findings| findings.add(Wrong::Other, words));
        }
    }
}

pub(crate) fn json_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/json").body(body.to_string())
}

pub(crate) async fn ended(request: RequestBuilder) -> Ended {
    match request.send().await {
        Ok(answer) => {
            let status = answer.status();
            answer.text().await.map_or(Ended::Unknown, |text| Ended::Answer(status, text))
        }
        Err(error) if error.is_connect() => Ended::NotSent,
        Err(_) => Ended::Unknown,
    }
}

fn host_id(value: &Value) -> Option<HostId> {
    value.as_str().and_then(|text| Uuid::parse_str(text).ok()).map(HostId)
}
