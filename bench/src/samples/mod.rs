//! What metrics cost, beside Prometheus and `VictoriaMetrics` in the same run: the same bodies to each, the same questions of each.

mod bins;
mod data;
mod questions;
mod servers;
mod table;

use data::Data;
use servers::{Server, Who};
use table::{Line, Table};

use crate::{
    document,
    options::Options,
    report::{self, Goal},
};

/// The starts of the names of the rows.
const ROWS: [&str; 6] = [
    "samples-ingest",
    "samples-disk",
    "samples-memory",
    "samples-question",
    "samples-bins-decoded",
    "samples-bins-stored",
];

/// Measures the rows that are wanted and says everything.
pub async fn run(options: &Options) {
    let mut table = Table::default();
    if options.wants_any(&ROWS[..4]) {
        let mut servers = vec![Who::Plumbline];
        for peer in [Who::Prometheus, Who::VictoriaMetrics] {
            match peer.build() {
                Ok(()) => servers.push(peer),
                Err(problem) => eprintln!("{} is left out: {problem}", peer.name()),
            }
        }
        let data = Data::new();
        for who in servers {
            of_server(options, who, &data, &mut table).await;
        }
    }
    if options.wants_any(&ROWS[4..]) {
        bins::measure(options, &mut table).await;
    }
    if table.is_empty() {
        return;
    }
    let text = table.markdown(&report::machine());
    println!("\n{text}");
    if let Some(path) = &options.document {
        document::write(path, "samples", &text);
    }
}

/// All rows of one server. What is sent one by one stays, and is asked about.
async fn of_server(options: &Options, who: Who, data: &Data, table: &mut Table) {
    eprintln!("measuring {}", who.name());
    let server = Server::start(options, who).await;
    let rate = ingest(&server, data, 60).await;
    table.add(
        Line::new("samples-ingest-60", "60 samples a series a request", "k samples per CPU s"),
        Some(Goal::rate(2_000.0, 6_990.0)),
        who,
        rate,
    );
    let peak = server.memory().1;
    drop(server);
    let server = Server::start(options, who).await;
    let rate = ingest(&server, data, 1).await;
    table.add(
        Line::new(
            "samples-ingest-1",
            "one sample a series a request, as a scraper sends",
            "k samples per CPU s",
        ),
        Some(Goal::rate(320.0, 1_750.0)),
        who,
        rate,
    );
    let memory = server.memory();
    let megabytes = Goal::no_more_than(150.0, 100.0);
    table.add(Line::new("samples-memory", "memory after it", "MB"), Some(megabytes), who, memory.0);
    let (samples, beside) = server.disk().await;
    let each = |bytes: i64| bytes as f64 / data.samples() as f64;
    let goal = Goal::no_more_than(1.2, 0.79);
    table.add(
        Line::new("samples-disk", "on disk, when it is packed", "bytes a sample"),
        Some(goal),
        who,
        each(samples),
    );
    let line = Line::new("samples-disk-beside", "beside it: write-ahead log, free pages", "bytes a sample");
    table.add(line, None, who, each(beside));
    questions::measure(&server, data, table).await;
    let peak = peak.max(server.memory().1);
    let line = Line::new("samples-memory-peak", "memory at most, all of these together", "MB");
    table.add(line, None, who, peak);
}

/// Sends all samples over one connection; thousands a second of the server's CPU, until they are as they stay.
async fn ingest(server: &Server, data: &Data, together: usize) -> f64 {
    let bodies = data.bodies(together);
    let mut connection = server.connection().await;
    let before = server.program.cpu();
    for body in bodies {
        connection.send("POST", "/api/v1/write", "application/x-protobuf", body, &[200, 204]).await;
    }
    server.settle().await;
    data.samples() as f64 / (server.program.cpu() - before).max(0.01) / 1_000.0
}
