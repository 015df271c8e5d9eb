//! The core for JavaScript hosts.
