//! The promises of the `outbound` command, held by running it: against the served sandbox, and against servers that answer
//! badly or not at all. Every run has an environment and a folder of its own and talks to loopback only.

#![cfg(test)]

mod common;

#[cfg(target_os = "linux")]
mod blocked;
#[cfg(target_os = "linux")]
mod bounds;
mod campaign;
mod campaign_again;
mod campaign_breaker;
mod campaign_control;
mod campaign_export;
mod campaign_interrupt;
mod campaign_lists;
mod campaign_opt_outs;
mod campaign_plan;
mod campaign_report;
mod campaign_requeue;
mod campaign_resolve;
mod campaign_run;
mod campaign_store;
#[cfg(target_os = "linux")]
mod campaign_suppression;
mod campaign_why;
mod demo;
mod dry_run;
mod exit_codes;
mod files;
mod following;
mod help;
mod hours;
mod input;
mod interrupt;
mod json;
mod known_times;
mod placing;
mod plan_times;
mod prompts;
mod retries;
mod sandbox;
mod secrecy;
mod settings;
mod terminal;
mod transcripts;
mod transcripts_control;
mod transcripts_errors;
