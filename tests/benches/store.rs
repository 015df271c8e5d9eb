//! The durable store at work: a list of a million rows is imported, a campaign with a million rows begins and goes on, and
//! triggers leave over loopback with every intent on the disk before, beside the same with a store in memory; and a list is held
//! against the runs of this machine.
//!
//!     cargo bench -p polyai-outbound-tests --bench store

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use polyai_outbound::campaign::{
    CallingWindows, CampaignId, Database, Duplicates, Event, ListImport, ListOptions, ListQuery, ListRun,
    MemoryStore, NewCampaign, NewRecipient, Options, Origin, Pace, People, Planner, Rejects, RunIndex,
    Runner, Source, State, Store,
};
use polyai_outbound::sandbox::{Config, SandboxServer};
use polyai_outbound::{Client, PhoneNumber, Timestamp, TriggerCall};
use polyai_outbound_tests::memory::{forget_peak, peak};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const IN_FLIGHT: u32 = 64;

/// Calls that servers of ours have named so far: no two calls share a SID, and a campaign holds one that does.
static NAMED: AtomicUsize = AtomicUsize::new(0);

fn main() {
    // Without it, as `cargo test` runs it, a few are enough.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (sizes, rounds, triggers, runs) =
        if measured { (vec![10_000, 100_000, 1_000_000], 7, 6_000, 500) } else { (vec![500], 1, 200, 20) };
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for rows in sizes {
        import_and_start(&runtime, folder.path(), rows);
    }
    look_through(folder.path(), runs);
    // A server that answers at once, the sandbox, which does for each trigger what a service has to, and a server that takes
    // ten milliseconds, as one does that is not on this machine.
    for served in [Served::AtOnce, Served::BySandbox, Served::AfterTenMillis] {
        durable_triggers(&runtime, folder.path(), rounds, triggers, served);
    }
}

fn options() -> Options {
    Options {
        windows: CallingWindows::always("a benchmark").expect("a reason"),
        pace: Pace { rate: 1_000_000.0, max_in_flight: 1_000_000, max_dialing: IN_FLIGHT },
        ..Options::default()
    }
}

/// A list is held against lists of 1,000 people each, of which every other has ten in common with it.
fn look_through(folder: &Path, runs: u32) {
    const SERVICE: &str = "localhost:8787";
    const PEOPLE: u32 = 1_000;
    let index = RunIndex::open(&folder.join("index")).expect("an index");
    let people = |numbers: &mut dyn Iterator<Item = u32>| -> People {
        let mut people = index.people();
        for nth in numbers {
            people.add(&PhoneNumber::parse(&number(nth)).expect("a number").canonical());
        }
        people
    };
    for run in 0..runs {
        let people = people(&mut (run * PEOPLE..(run + 1) * PEOPLE));
        let origin =
            Origin { database_id: "a".to_owned(), campaign: CampaignId(run.into()), list: run.to_string() };
        let list = ListQuery {
            sha256: &origin.list,
            people: &people,
            service: Some(SERVICE),
            service_before: None,
            own: &[],
        };
        let at = Timestamp::from_millis(u64::from(run));
        let run =
            ListRun { origin: origin.clone(), at, database: folder.join("calls.db"), name: "a".to_owned() };
        assert_eq!(index.claim(&list, SERVICE, &run, false).expect("claimed"), []);
    }
    let people = people(&mut (0..runs).step_by(2).flat_map(|run| run * PEOPLE..run * PEOPLE + 10));
    let list = ListQuery {
        sha256: "of its own",
        people: &people,
        service: Some(SERVICE),
        service_before: None,
        own: &[],
    };
    let begun = Instant::now();
    let earlier = index.earlier(&list).expect("looked through");
    println!(
        "look through {runs:>6} runs of {PEOPLE} people {:>10.1} ms",
        begun.elapsed().as_secs_f64() * 1e3
    );
    assert_eq!(u32::try_from(earlier.len()), Ok(runs.div_ceil(2)));
}

fn number(nth: u32) -> String {
    format!("+1{}{:07}", 212 + nth / 7_000_000, 2_000_000 + nth % 7_000_000)
}

fn write_list(path: &Path, rows: u32) {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
    writeln!(out, "phone_number,patient_name,appointment,time_zone,external_id").expect("room");
    for nth in 0..rows {
        writeln!(out, "{},Ada Lovelace,2026-12-01 09:30,America/New_York,patient-{nth}", number(nth))
            .expect("room");
    }
    out.flush().expect("room");
}

async fn imported(folder: &Path, name: &str, rows: u32) -> (Database, CampaignId) {
    let list = folder.join(format!("{name}.csv"));
    write_list(&list, rows);
    let mut database = Database::open(folder.join(format!("{name}.db")), true).await.expect("a database");
    let new = NewCampaign {
        name: name.to_owned(),
        created_at: Timestamp::from_millis(0),
        options: "{}".to_owned(),
        service: String::new(),
        source: Source { file: String::new(), size: 0, modified_at: None },
        duplicates: Duplicates::First,
    };
    let campaign = database.create_campaign(&new).await.expect("a campaign");
    let (options, list_options) = (options(), ListOptions::default());
    let import = ListImport {
        list: &list,
        list_options: &list_options,
        options: &options,
        suppress: &[],
        now: Timestamp::from_millis(0),
    };
    let imported =
        import.run(&mut database, campaign, Rejects::beside(&list), |_| {}).await.expect("an import");
    assert_eq!(imported.accepted, u64::from(rows));
    (database, campaign)
}

fn import_and_start(runtime: &Runtime, folder: &Path, rows: u32) {
    runtime.block_on(async {
        let name = format!("import-{rows}");
        forget_peak();
        let began = Instant::now();
        let (database, campaign) = imported(folder, &name, rows).await;
        let took = began.elapsed().as_secs_f64();
        println!(
            "import  {rows:>9} rows  {:>9.0} rows/s  peak {:>4} MB",
            f64::from(rows) / took,
            peak() >> 20
        );
        drop(database);

        // New, and again with calls in flight: from opening the file to the first trigger, and to the first reading.
        for what in ["start", "resume"] {
            let server = Server::start(Served::AtOnce);
            let client = server.client();
            forget_peak();
            let began = Instant::now();
            let database =
                Database::open(folder.join(format!("{name}.db")), false).await.expect("a database");
            let store = database.store(campaign).await.expect("a store");
            let mut runner = Runner::new(&client, store, options()).expect("a runner");
            while server.asked() == 0 {
                tokio::time::timeout(Duration::from_millis(1), runner.next()).await.ok();
            }
            let took = began.elapsed();
            println!(
                "{what:<7} {rows:>9} rows  {:>9.1} ms to the first request  peak {:>4} MB",
                took.as_secs_f64() * 1e3,
                peak() >> 20
            );
            // Some are left in flight, as a crash would.
            for _ in 0..50 {
                runner.next().await;
            }
        }
    });
}

fn durable_triggers(runtime: &Runtime, folder: &Path, rounds: u32, triggers: u32, served: Served) {
    let mut rates = [const { Vec::new() }; 3];
    for round in 0..rounds {
        let durable = || {
            runtime.block_on(async {
                let name = format!("round-{served:?}-{round}");
                let (database, campaign) = imported(folder, &name, triggers).await;
                rate(database.store(campaign).await.expect("a store"), triggers, served).await
            })
        };
        let in_memory = || {
            runtime.block_on(async {
                let (mut store, mut planner) = (MemoryStore::new(), Planner::new(&options()));
                for nth in 0..triggers {
                    let number = PhoneNumber::parse(&number(nth)).expect("a number");
                    let recipient = NewRecipient::new(u64::from(nth) + 2, number);
                    let standing = planner.first(Timestamp::from_millis(0), &recipient);
                    store.add(recipient, standing);
                }
                rate(Arc::new(Mutex::new(store)), triggers, served).await
            })
        };
        let bare = || runtime.block_on(bare(triggers, served));
        // Who goes first changes, because the first may leave something to the next.
        let measured = if round % 2 == 0 {
            let first = durable();
            [first, in_memory(), bare()]
        } else {
            let (last, second) = (bare(), in_memory());
            [durable(), second, last]
        };
        rates.iter_mut().zip(measured).for_each(|(rates, rate)| rates.push(rate));
    }
    let [durable, in_memory, bare] = rates.map(|mut rates: Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().expect("a round")
    });
    println!(
        "{served:?}: {rounds} rounds of {triggers} triggers, {IN_FLIGHT} on their way at a time, loopback, medians"
    );
    println!("  runner, SQLite, synchronous=FULL  {durable:>9.0} triggers/s");
    println!("  runner, store in memory           {in_memory:>9.0} triggers/s");
    println!("  Client::trigger alone             {bare:>9.0} triggers/s");
    println!("  durable / in memory               {:>9.3}", durable / in_memory);
    println!("  durable / Client::trigger         {:>9.3}", durable / bare);
}

/// Triggers a second until so many calls are known to be placed.
async fn rate(store: impl Store + Send + 'static, triggers: u32, served: Served) -> f64 {
    let server = Server::start(served);
    let client = server.client();
    let mut runner = Runner::new(&client, store, options()).expect("a runner");
    let began = Instant::now();
    let mut placed = 0;
    while placed < triggers {
        let event = runner.next().await.expect("a campaign that goes on");
        if let Event::Saved(change) = event {
            let first = change.attempt.as_ref().is_some_and(|attempt| attempt.reading.is_none());
            placed += u32::from(change.state == State::InProgress && first);
            assert_ne!(change.state, State::Unconfirmed, "{change:?}");
        }
    }
    f64::from(triggers) / began.elapsed().as_secs_f64()
}

/// The same number of triggers through `Client` alone.
async fn bare(triggers: u32, served: Served) -> f64 {
    let server = Server::start(served);
    let client = server.client();
    let began = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let places: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (client, next) = (client.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let nth = u32::try_from(next.fetch_add(1, Ordering::Relaxed)).expect("few");
                    if nth >= triggers {
                        break;
                    }
                    let call = TriggerCall::new(
                        polyai_outbound::Destination::parse(&number(nth), None).expect("a number"),
                    );
                    client.trigger(call).await.expect("an answer");
                }
            })
        })
        .collect();
    for place in places {
        place.await.expect("all triggers are answered");
    }
    f64::from(triggers) / began.elapsed().as_secs_f64()
}

/// Who answers.
#[derive(Clone, Copy, Debug)]
enum Served {
    AtOnce,
    BySandbox,
    AfterTenMillis,
}

/// A server that places every call, and answers that it is calling, or the sandbox; on a thread of its own.
struct Server {
    base_url: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start(served: Served) -> Self {
        match served {
            Served::AtOnce => Self::after(Duration::ZERO),
            Served::AfterTenMillis => Self::after(Duration::from_millis(10)),
            Served::BySandbox => Self::sandbox(),
        }
    }

    fn sandbox() -> Self {
        let (told, base_url) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let address = ([127, 0, 0, 1], 0).into();
                let server = SandboxServer::bind(address, Config::default()).await.expect("a port");
                told.send(server.base_url()).expect("somebody waits");
                server.serve(std::future::pending()).await.expect("a server");
            });
        });
        Self { base_url: base_url.recv().expect("a sandbox"), asked: Arc::default() }
    }

    fn after(wait: Duration) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(answer(stream, Arc::clone(&count), wait));
                }
            });
        });
        Self { base_url: format!("http://{address}"), asked }
    }

    fn client(&self) -> Client {
        Client::builder().base_url(self.base_url.as_str()).token("sandbox").build().expect("a client")
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

async fn answer(mut stream: TcpStream, asked: Arc<AtomicUsize>, wait: Duration) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let respond = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let placed = || {
        let nth = NAMED.fetch_add(1, Ordering::Relaxed);
        respond(&format!(r#"{{"call_sid":"OUT-3f2504e0-4f89-41d3-9a0c-{nth:012x}"}}"#))
    };
    let calling = respond(r#"{"status":"calling","reason":""}"#);
    let mut held = Vec::with_capacity(4096);
    while stream.read_buf(&mut held).await? > 0 {
        // A trigger has a body, and ends with its closing bracket; nothing is sent ahead.
        let trigger = held.starts_with(b"POST");
        if held.ends_with(b"\r\n\r\n") && !trigger || trigger && held.ends_with(b"}") {
            held.clear();
            asked.fetch_add(1, Ordering::Relaxed);
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            let answer = if trigger { placed() } else { calling.clone() };
            stream.write_all(answer.as_bytes()).await?;
        }
    }
    Ok(())
}
