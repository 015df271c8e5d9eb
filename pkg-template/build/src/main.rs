//! Builds the npm package into `target/npm/polyai-outbound`: `cargo run -p polyai-outbound-pack`.
//!
//! Each kind of host gets one file: the JavaScript of `pkg-template/src`, the generated glue and a loader, bundled by
//! esbuild. The wasm is built for size, with std, and shrunk by wasm-opt; both tools come from npm, at the versions of
//! the lockfile beside this.

mod bundle;
mod wasm;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Where things are.
struct Places {
    /// The top of the workspace.
    root: PathBuf,
    /// `pkg-template`.
    template: PathBuf,
    /// What comes from npm.
    tools: PathBuf,
    /// What is made on the way.
    work: PathBuf,
    /// The package.
    package: PathBuf,
}

fn main() -> Outcome<()> {
    let places = Places::find()?;
    places.install_tools()?;
    if places.package.exists() {
        fs::remove_dir_all(&places.package)?;
    }
    let dist = places.package.join("dist");
    fs::create_dir_all(&dist)?;
    fs::create_dir_all(&places.work)?;

    for part in wasm::PARTS {
        let built = wasm::build(&places, part)?;
        fs::write(dist.join(part.file), &built.wasm)?;
        bundle::write_parts(&places, part, &built)?;
    }
    bundle::bundle(&places, &dist)?;
    bundle::copy_types(&places, &dist)?;
    write_manifest(&places)?;
    for (from, to) in [
        (places.template.join("README.md"), "README.md"),
        (places.root.join("LICENSE"), "LICENSE"),
        (places.root.join("CHANGELOG.md"), "CHANGELOG.md"),
    ] {
        fs::copy(from, places.package.join(to))?;
    }
    report(&places.package.join("dist"))
}

impl Places {
    fn find() -> Outcome<Self> {
        let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let template = tools.parent().ok_or("no pkg-template")?.to_path_buf();
        let root = template.parent().ok_or("no workspace")?.to_path_buf();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let (work, package) = (target.join("npm/work"), target.join("npm/polyai-outbound"));
        Ok(Self { root, template, tools, work, package })
    }

    /// Installs what the lockfile says, unless that was done.
    fn install_tools(&self) -> Outcome<()> {
        let (lock, stamp) = (self.tools.join("package-lock.json"), self.tools.join("node_modules/.lock"));
        let wanted = fs::read(&lock)?;
        if fs::read(&stamp).is_ok_and(|held| held == wanted) {
            return Ok(());
        }
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&self.tools))?;
        Ok(fs::write(stamp, wanted)?)
    }

    /// A tool from npm.
    fn tool(&self, name: &str) -> Command {
        Command::new(self.tools.join("node_modules/.bin").join(name))
    }
}

/// Runs a command to its end.
fn run(command: &mut Command) -> Outcome<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} failed: {status}").into()) }
}

/// Runs a command to its end; gives back what it said.
fn output(command: &mut Command) -> Outcome<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{program} failed: {}", output.status).into())
    }
}

/// The manifest, with the version of the workspace.
fn write_manifest(places: &Places) -> Outcome<()> {
    const PLACEHOLDER: &str = "\"version\": \"0.0.0\"";
    let manifest = fs::read_to_string(places.template.join("package.json"))?;
    if !manifest.contains(PLACEHOLDER) {
        return Err(format!("package.json has no {PLACEHOLDER}").into());
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    Ok(fs::write(places.package.join("package.json"), manifest.replace(PLACEHOLDER, &version))?)
}

#[expect(clippy::print_stdout, reason = "what was built is what this command tells")]
fn report(dist: &Path) -> Outcome<()> {
    let mut files: Vec<_> = fs::read_dir(dist)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        println!("{:>8}  {}", file.metadata()?.len(), file.path().display());
    }
    Ok(())
}
