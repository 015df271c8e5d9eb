//! The durable store: what a turn promises, in real files, through faults, kills and other processes.

#![cfg(feature = "campaign")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "store/asked.rs"]
mod asked;
#[path = "store/breaker.rs"]
mod breaker;
#[path = "store/canonical.rs"]
mod canonical;
#[path = "store/clock.rs"]
mod clock;
#[path = "store/common.rs"]
mod common;
#[path = "store/files.rs"]
mod files;
#[path = "store/import.rs"]
mod import;
#[path = "store/log.rs"]
mod log;
#[path = "store/look.rs"]
mod look;
#[path = "store/past_calls.rs"]
mod past_calls;
#[path = "store/processes.rs"]
mod processes;
#[path = "store/replan.rs"]
mod replan;
#[path = "store/requeue.rs"]
mod requeue;
#[path = "store/turn.rs"]
mod turn;
#[path = "store/watched.rs"]
mod watched;
