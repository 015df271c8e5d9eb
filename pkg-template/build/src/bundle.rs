//! The JavaScript of the package: one file for each kind of host.

use std::fmt::Write as _;
use std::fs;
use std::num::NonZeroU64;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::wasm::{Built, Names, Part};
use crate::{Outcome, Places, run};

/// A file of the package.
struct Entry {
    /// Without its ending.
    name: &'static str,
    /// Which of `pkg-template/src` it exports.
    source: &'static str,
    /// Which part of the wasm it stands on.
    part: &'static str,
    /// Which loader, of `pkg-template/src/load`.
    load: &'static str,
    format: Format,
}

#[derive(Clone, Copy)]
enum Format {
    Esm,
    Cjs,
}

use Format::{Cjs, Esm};

const fn entry(
    name: &'static str,
    source: &'static str,
    part: &'static str,
    load: &'static str,
    format: Format,
) -> Entry {
    Entry { name, source, part, load, format }
}

const ENTRIES: [Entry; 13] = [
    entry("index", "index", "client", "inline", Esm),
    entry("index", "index", "client", "inline", Cjs),
    entry("workerd", "index", "client", "workerd", Esm),
    entry("edge-light", "index", "client", "edge-light", Esm),
    entry("slim", "index", "client", "slim", Esm),
    entry("slim-node", "index", "client", "slim-node", Esm),
    entry("slim-node", "index", "client", "slim-node-cjs", Cjs),
    entry("sandbox", "sandbox", "sandbox", "inline", Esm),
    entry("sandbox", "sandbox", "sandbox", "inline", Cjs),
    entry("sandbox-workerd", "sandbox", "sandbox", "workerd", Esm),
    entry("sandbox-edge-light", "sandbox", "sandbox", "edge-light", Esm),
    // Imports the package itself, by whose conditions each host gets the loader that it needs.
    entry("proxy", "proxy", "client", "inline", Esm),
    entry("proxy", "proxy", "client", "inline", Cjs),
];

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Esm => "esm",
            Cjs => "cjs",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Esm => "js",
            Cjs => "cjs",
        }
    }
}

/// What a part brings to the bundles: its glue as a function that can be called again, and its packed bytes.
pub(crate) fn write_parts(places: &Places, part: &Part, built: &Built) -> Outcome<()> {
    let dir = places.work.join("parts").join(part.feature);
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("core.js"), callable(&built.glue, &built.names)?)?;
    let mut packed = Vec::new();
    let options = zopfli::Options { iteration_count: PACKING_ROUNDS, ..zopfli::Options::default() };
    zopfli::compress(options, zopfli::Format::Zlib, built.wasm.as_slice(), &mut packed)?;
    Ok(fs::write(dir.join("packed.js"), format!("export default \"{}\";\n", STANDARD.encode(packed)))?)
}

/// Wraps the generated module into `bind`, which makes glue for one instance: `imports` for the wasm, and `start`, which
/// takes its exports and gives back the classes. As it is generated, there could be but one instance, for ever.
fn callable(glue: &str, names: &Names) -> Outcome<String> {
    let (mut body, mut functions, mut classes) = (String::new(), Vec::new(), Vec::new());
    // Nobody sees these objects, so nobody disposes of them by `using`.
    for line in glue.lines().filter(|line| !line.starts_with("if (Symbol.dispose)")) {
        let line = match line.strip_prefix("export ") {
            None => line,
            Some(rest) => {
                let mut words = rest.split(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '$');
                match (words.next(), words.next()) {
                    (Some("class"), Some(name)) => classes.push(name.to_owned()),
                    (Some("function"), Some(name)) => functions.push(name.to_owned()),
                    _ => {
                        return Err(
                            format!("the glue exports what is neither class nor function: {line}").into()
                        );
                    }
                }
                rest
            }
        };
        writeln!(body, "{line}")?;
    }
    for class in FREED.into_iter().filter(|class| classes.iter().any(|it| it == class)) {
        body = unregistered(&body, class)?;
    }
    if !functions.iter().any(|name| name == "__wbg_set_wasm") {
        return Err("the glue takes no exports".into());
    }
    let mut imports = String::new();
    for (module, name, short) in &names.imports {
        if module != MODULE || !functions.contains(name) {
            return Err(format!("the wasm imports what the glue has not: {name} of {module}").into());
        }
        write!(imports, "{short}: {name}, ")?;
    }
    let classes = classes.join(", ");
    let whole = format!(
        "export function bind() {{\n{body}\nreturn {{\nimports: {{ a: {{ {imports} }} }},\nstart(wasm) {{\n\
         __wbg_set_wasm(wasm);\nwasm.__wbindgen_start();\nreturn {{ {classes}, memory: wasm.memory }};\n}} }};\n}}\n"
    );
    Ok(names.exports.iter().fold(whole, |text, (name, short)| renamed(&text, name, short)))
}

/// Four times the usual, for fifty bytes and three seconds.
const PACKING_ROUNDS: NonZeroU64 = NonZeroU64::new(60).unwrap();

/// What the wasm calls its glue when it is generated.
const MODULE: &str = "./polyai_outbound_wasm_bg.js";

/// The glue with another name for an export.
fn renamed(glue: &str, name: &str, short: &str) -> String {
    let long = format!("wasm.{name}");
    let mut parts = glue.split(&long);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // A longer name may begin with this one.
        let whole = !part.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_' || it == '$');
        text.push_str("wasm.");
        text.push_str(if whole { short } else { name });
        text.push_str(part);
    }
    text
}

/// Classes whose objects `pkg-template/src` frees itself, always: to have each of them watched by the garbage collector as
/// well would cost every reading.
const FREED: [&str; 2] = ["Operation", "Request"];

/// The glue without the watch over a class.
fn unregistered(glue: &str, class: &str) -> Outcome<String> {
    let from = format!("const {class}Finalization = ");
    let (before, rest) = glue.split_once(&from).ok_or_else(|| format!("the glue has no {from}"))?;
    let (_, after) = rest.split_once(";\n").ok_or("the glue is not as it was")?;
    Ok(format!("{before}{from}{{ register() {{}}, unregister() {{}} }};\n{after}"))
}

/// Bundles every entry.
pub(crate) fn bundle(places: &Places, dist: &Path) -> Outcome<()> {
    let source = places.template.join("src");
    for Entry { name, source: from, part, load, format } in &ENTRIES {
        let parts = places.work.join("parts").join(part);
        // The loaders name the client's file.
        let wasm = if *part == "client" { "core.wasm" } else { "sandbox.wasm" };
        let out = dist.join(format!("{name}.{}", format.ending()));
        run(places
            .tool("esbuild")
            .arg(source.join(format!("{from}.js")))
            .args([
                "--bundle",
                "--log-level=warning",
                "--target=es2022",
                "--charset=utf8",
                "--legal-comments=none",
                "--sourcemap=linked",
            ])
            .args([
                "--platform=neutral",
                "--ignore-annotations",
                "--external:node:*",
                "--external:polyai-outbound",
                "--external:*.wasm",
                "--external:*.wasm?module",
            ])
            .arg(format!("--format={}", format.name()))
            .arg(format!("--define:POLYAI_OUTBOUND_VERSION=\"{}\"", env!("CARGO_PKG_VERSION")))
            .arg(format!("--alias:#core={}", parts.join("core.js").display()))
            .arg(format!("--alias:#packed={}", parts.join("packed.js").display()))
            .arg(format!("--alias:#load={}", source.join("load").join(format!("{load}.js")).display()))
            .arg(format!("--outfile={}", out.display())))?;
        if wasm != "core.wasm" {
            fs::write(&out, fs::read_to_string(&out)?.replace("./core.wasm", &format!("./{wasm}")))?;
        }
        tidy_map(&dist.join(format!("{name}.{}.map", format.ending())))?;
    }
    Ok(())
}

/// A source map as it is published: with the sources under names that mean something to whoever installed the package, and
/// without the packed bytes, which would be there once more for each file.
fn tidy_map(path: &Path) -> Outcome<()> {
    let mut map: SourceMap = serde_json::from_slice(&fs::read(path)?)?;
    for (source, content) in map.sources.iter_mut().zip(&mut map.sources_content) {
        *source = match source.split_once("pkg-template/src/") {
            Some((_, own)) => format!("../src/{own}"),
            None => format!("../src/generated/{}", source.rsplit('/').next().unwrap_or_default()),
        };
        if source.ends_with("/packed.js") {
            "// The deflated WebAssembly, as base64.\nexport default \"\";\n".clone_into(content);
        }
    }
    Ok(fs::write(path, serde_json::to_string(&map)?)?)
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SourceMap {
    version: u8,
    sources: Vec<String>,
    sources_content: Vec<String>,
    mappings: String,
    names: Vec<String>,
}

/// The declarations, for both kinds of modules.
pub(crate) fn copy_types(places: &Places, dist: &Path) -> Outcome<()> {
    for name in ["index", "sandbox", "proxy"] {
        let types = fs::read_to_string(places.template.join(format!("types/{name}.d.ts")))?;
        fs::write(dist.join(format!("{name}.d.cts")), types.replace("./index.js", "./index.cjs"))?;
        fs::write(dist.join(format!("{name}.d.ts")), types)?;
    }
    Ok(())
}
