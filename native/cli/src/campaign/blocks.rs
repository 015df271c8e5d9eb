//! Suppression lists by which nobody is called: what is said of them, and what to do.

use std::path::Path;

use polyai_outbound::campaign::SuppressionBlock;
use serde_json::{Value, json};

use super::found::Found;
use super::words::many;
use crate::output::harmless;
use crate::shell::quote;

/// The command that accepts a list that has lost numbers, of one that resumes the campaign.
pub(crate) fn accept_shorter(resume: &str, file: &Path) -> String {
    format!("{resume} --accept-shorter-suppression {}", quote(&file.display().to_string()))
}

/// In a sentence without its end.
pub(crate) fn told(found: &Found, block: &SuppressionBlock) -> String {
    let file = harmless(&block.file);
    match block.shrunk {
        Some((numbers, before)) => format!(
            "nobody is called, because the suppression list {file} may have been cut short: it holds {}, where it held \
             {before} before; put the whole list back, or, if the shorter one is right: {}",
            many(numbers, "number", "numbers"),
            accept_shorter(&found.command("resume"), Path::new(&block.file))
        ),
        None => format!("nobody is called, because of a suppression list: {}", harmless(&block.why)),
    }
}

pub(crate) fn to_json(found: &Found, block: &SuppressionBlock) -> Value {
    let accept = || accept_shorter(&found.command("resume"), Path::new(&block.file));
    json!({
        "file": block.file,
        "why": block.why,
        "numbers": block.shrunk.map(|it| it.0),
        "before": block.shrunk.map(|it| it.1),
        "accept": block.shrunk.map(|_| accept()),
    })
}
