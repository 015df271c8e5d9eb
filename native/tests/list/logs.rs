//! Numbers do not get into logs, whatever crate writes them and at whatever level.

use std::sync::Mutex;

use polyai_outbound::CountryCode;
use polyai_outbound::campaign::read_number;
use tracing_log::log::{self, Level, LevelFilter, Log, Metadata, Record};

static LOGGED: Mutex<String> = Mutex::new(String::new());

struct All;

impl Log for All {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LOGGED.lock().unwrap().push_str(&format!("{}: {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[test]
fn numbers_do_not_get_into_logs() {
    log::set_logger(&All).unwrap();
    log::set_max_level(LevelFilter::Trace);
    log::log!(Level::Debug, "heard");
    let us = CountryCode::parse("US").unwrap();
    for text in
        ["(415) 555-2671", "+14155552671", "415555267", "4155552671000", "0114155552671", "tel:+14155552671"]
    {
        let _ = read_number(text, Some(us));
        let _ = read_number(text, None);
    }
    let logged = LOGGED.lock().unwrap();
    assert!(logged.contains("heard"));
    assert!(!logged.contains("5552671") && !logged.contains("415555"), "{logged}");
}
