//! The wasm of one part of the package, and the JavaScript that wasm-bindgen makes for it.

use std::process::Command;
use std::{env, fs};

use serde::Deserialize;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::{Outcome, Places, output, run};

/// A part of the package with a wasm of its own.
pub(crate) struct Part {
    /// The feature of `polyai-outbound-wasm` that it is.
    pub(crate) feature: &'static str,
    /// Its file.
    pub(crate) file: &'static str,
}

/// The client, and the sandbox for tests, which nobody who does not test should load.
pub(crate) const PARTS: &[Part] =
    &[Part { feature: "client", file: "core.wasm" }, Part { feature: "sandbox", file: "sandbox.wasm" }];

/// What was built of a part.
pub(crate) struct Built {
    pub(crate) wasm: Vec<u8>,
    /// The generated module, as wasm-bindgen wrote it.
    pub(crate) glue: String,
    /// What the imports and exports of the wasm are called since.
    pub(crate) names: Names,
}

/// The names that the wasm and its glue know each other by: long ones when they are generated, short ones in the package.
#[derive(Deserialize)]
pub(crate) struct Names {
    /// Module, name and short name; every module is called `a`.
    pub(crate) imports: Vec<(String, String, String)>,
    /// Name and short name.
    pub(crate) exports: Vec<(String, String)>,
}

const CRATE: &str = "polyai-outbound-wasm";
const NAME: &str = "polyai_outbound_wasm";
const TARGET: &str = "wasm32-unknown-unknown";

/// What wasm-opt does. Functions that are called once stay by themselves, for the like of them packs better; that the
/// first kilobyte of memory is unused holds because the stack comes first.
const SHRINKING: [&str; 11] = [
    "--one-caller-inline-max-function-size=30",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--dealign",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--minify-imports-and-exports-and-modules",
];

pub(crate) fn build(places: &Places, part: &Part) -> Outcome<Built> {
    compile(places, part)?;
    let compiled = places.work.join(format!("cargo-{}/{TARGET}/npm/{NAME}.wasm", part.feature));
    let bound = places.work.join(part.feature);
    fs::create_dir_all(&bound)?;
    Bindgen::new()
        .input_path(compiled)
        .bundler(true)?
        .typescript(false)
        .encode_into(EncodeInto::Always)
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .generate(&bound)?;
    let (wasm, shrunk) = (bound.join(format!("{NAME}_bg.wasm")), bound.join("shrunk.wasm"));
    // The section of target features survives until here, and says what may be emitted. So do the names of functions,
    // for whoever asks what they weigh.
    let said = output(places.tool("wasm-opt").args(SHRINKING).arg(wasm).arg("-o").arg(&shrunk))?;
    let glue = fs::read_to_string(bound.join(format!("{NAME}_bg.js")))?;
    Ok(Built { wasm: fs::read(shrunk)?, glue, names: serde_json::from_slice(&said)? })
}

/// std is built anew for size, and what panics traps without a word: the messages and their formatting are a seventh of
/// the whole. Both are unstable, so the pinned stable compiler is told to take them.
fn compile(places: &Places, part: &Part) -> Outcome<()> {
    let home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")));
    let mut flags: Vec<String> =
        ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"]
            .map(String::from)
            .into();
    // A megabyte is the default, and every isolate would pay for it.
    flags.push("-Clink-arg=-zstack-size=131072".to_owned());
    // What the package is depends on nobody's folders.
    for (from, to) in
        [(home.unwrap_or_default(), "/cargo"), (places.root.display().to_string(), "/polyai-outbound")]
    {
        if !from.is_empty() {
            flags.push(format!("--remap-path-prefix={from}={to}"));
        }
    }
    run(Command::new(env!("CARGO"))
        .current_dir(&places.root)
        .args(["build", "--quiet", "--locked", "--profile=npm", "--package", CRATE, "--target", TARGET])
        .args(["--no-default-features", "--features", part.feature])
        .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
        .env("CARGO_TARGET_DIR", places.work.join(format!("cargo-{}", part.feature)))
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("RUSTC_BOOTSTRAP", "1"))
}
