//! Whole worlds in virtual time, each from one seed: a campaign, the service, the network between them, the store, the
//! clock, the people. After every step a judge who shares nothing with the machine says whether every promise is kept.
//!
//! Begin reading at [`campaign`], the loop of a shell with all that can go wrong around it; [`judge`] has the promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::wildcard_enum_match_arm,
    clippy::missing_errors_doc,
    missing_docs,
    reason = "a simulation that is wrong is to stop"
)]

pub mod calls;
pub mod campaign;
pub mod chance;
pub mod civil;
pub mod clock;
pub mod fault;
pub mod judge;
pub mod model;
pub mod network;
pub mod people;
pub mod queue;
pub mod scenario;
pub mod seen;
pub mod shrink;
pub mod store;
pub mod trace;
pub mod watcher;
