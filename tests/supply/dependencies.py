#!/usr/bin/env python3
"""Holds tests/DEPENDENCIES.md to what the manifests say: each direct dependency has a row, with a reason.

    python3 tests/supply/dependencies.py            # from the top of the repository; ends with `N passed, M failed`
    python3 tests/supply/dependencies.py --write    # writes all but the reasons anew; a new row has none, which fails
"""

import collections
import json
import pathlib
import re
import sys

from report import check, end, output, tracked

DOCUMENT = pathlib.Path("tests/DEPENDENCIES.md")
LINUX, WASM = "x86_64-unknown-linux-gnu", "wasm32-unknown-unknown"

# What users get: a crate's name, what it is called in the document, and what it is built for.
SHIPPED = {
    "polyai-outbound-core": ("core", LINUX),
    "polyai-outbound": ("native", LINUX),
    "polyai-outbound-cli": ("cli", LINUX),
    "polyai-outbound-wasm": ("wasm", WASM),
}

# What is counted: a crate and its features.
COUNTED = [
    ("polyai-outbound-core", None),
    ("polyai-outbound-core", "http"),
    ("polyai-outbound-core", "sandbox"),
    ("polyai-outbound-core", "campaign"),
    ("polyai-outbound", None),
    ("polyai-outbound", "sandbox"),
    ("polyai-outbound", "campaign"),
    ("polyai-outbound-cli", None),
    ("polyai-outbound-wasm", None),
]

Edges = dict[str, set[str]]


def metadata(*arguments: str) -> list[dict]:
    return json.loads(output("cargo", "metadata", "--format-version", "1", "--locked", *arguments))["packages"]


def tree(package: str, *arguments: str) -> Edges:
    """Which crate, as `name version`, has which others; our own are known by their names alone."""
    command = ["cargo", "tree", "--locked", "--edges", "normal", "--package", package, "--target", SHIPPED[package][1]]
    edges: Edges = collections.defaultdict(set)
    above: list[str] = []
    for line in output(*command, "--prefix", "depth", "--no-dedupe", *arguments).splitlines():
        depth, name, version, path = re.fullmatch(r"(\d+)(\S+) v(\S+)(?: \(proc-macro\))?( \(/.*\))?", line).groups()
        crate = name if path else f"{name} {version}"
        del above[int(depth) :]
        edges[crate]
        if above:
            edges[above[-1]].add(crate)
        above.append(crate)
    return edges


def reached(edges: Edges, roots: list[str], without: str | None = None) -> set[str]:
    """What is built for these; our own are not counted."""
    found, due = set(), list(roots)
    while due:
        crate = due.pop()
        if crate not in found and crate != without:
            found.add(crate)
            due.extend(edges[crate])
    return found - SHIPPED.keys()


def counts() -> list[str]:
    rows = ["| crate | features | crates of others | command |", "|---|---|--:|---|"]
    for package, features in COUNTED:
        chosen = ["--features", features] if features else []
        number = len(reached(tree(package, *chosen), [package]))
        words = ["cargo tree --edges normal --prefix none -p", package, *chosen]
        words += ["--target", WASM] if SHIPPED[package][1] == WASM else []
        rows.append(f"| `{package}` | {features or 'the default'} | {number} | `{' '.join(words)}` |")
    return rows


def uses() -> dict[str, list[str]]:
    """Who of ours depends on a crate, and with which feature."""
    found: dict[str, list[str]] = collections.defaultdict(list)
    for package in sorted(metadata("--no-deps"), key=lambda it: list(SHIPPED).index(it["name"]) if it["name"] in SHIPPED else 0):
        if package["name"] not in SHIPPED:
            continue
        for dependency in package["dependencies"]:
            if dependency["kind"] is not None or "path" in dependency:
                continue
            name = dependency["name"]
            needing = [feature for feature, all in package["features"].items() if f"dep:{name}" in all]
            label = SHIPPED[package["name"]][0] + (f" ({', '.join(needing)})" if dependency["optional"] else "")
            if label not in found[name]:
                found[name].append(label)
    return found


def direct(reasons: dict[str, str]) -> list[str]:
    edges: Edges = collections.defaultdict(set)
    for package in SHIPPED:
        for crate, others in tree(package, "--all-features").items():
            edges[crate] |= others
    roots = list(SHIPPED)
    everything = reached(edges, roots)
    known = {f"{package['name']} {package['version']}": package for package in metadata()}
    rows = ["| crate | of | version | licence | kept at | brings | what for, and why not our own |", "|---|---|---|---|---|--:|---|"]
    for name, of in sorted(uses().items()):
        [crate] = {each for ours in roots for each in edges[ours] if each.split()[0] == name}
        package = known[crate]
        where = (package["repository"] or "").removeprefix("https://").removesuffix("/").removesuffix(".git").split("/tree/")[0]
        alone = len(everything) - len(reached(edges, roots, without=crate)) - 1
        licence = package["license"].replace("/", " OR ")
        row = [f"`{name}`", ", ".join(of), package["version"], licence, where, str(alone), reasons.get(name, "")]
        rows.append(f"| {' | '.join(row)} |")
    return rows


def projects(reasons: dict[str, str]) -> list[str]:
    """What the projects of tests/npm-projects have installed for the package to be tried in."""
    found: dict[str, list[tuple[str, str, str]]] = collections.defaultdict(list)
    for manifest in tracked("tests/npm-projects/*/package.json"):
        folder = pathlib.Path(manifest).parent
        locked = json.loads((folder / "package-lock.json").read_text())["packages"]
        for name in json.loads(pathlib.Path(manifest).read_text())["devDependencies"]:
            entry = locked[f"node_modules/{name}"]
            found[name].append((folder.name, entry["version"], entry["license"]))
    rows = ["| package | of | version | licence | what for |", "|---|---|---|---|---|"]
    for name, uses_of in sorted(found.items()):
        row = [f"`{name}`", *(", ".join(dict.fromkeys(each)) for each in zip(*uses_of)), reasons.get(name, "")]
        rows.append(f"| {' | '.join(row)} |")
    return rows


def reasons_of(text: str, name: str) -> dict[str, str]:
    return dict(re.findall(r"^\| `([\w@/-]+)` \|.*\| ([^|]+?) \|$", part(text, name)[1], re.MULTILINE))


def part(text: str, name: str) -> re.Match:
    found = re.search(rf"<!-- made: {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    if not found:
        raise SystemExit(f"{DOCUMENT} has no part `<!-- made: {name} -->` … `<!-- end -->`")
    return found


def main() -> None:
    text = DOCUMENT.read_text()
    reasons = reasons_of(text, "direct")
    made = {"counts": counts(), "direct": direct(reasons), "projects": projects(reasons_of(text, "projects"))}
    if "--write" in sys.argv[1:]:
        for name, rows in made.items():
            found = part(text, name)
            text = text[: found.start(1)] + "".join(f"{row}\n" for row in rows) + text[found.end(1) :]
        DOCUMENT.write_text(text)
    for name, rows in made.items():
        said = part(text, name)[1].splitlines()
        wrong = [f"is not so any more: {row}" for row in said if row not in rows]
        wrong += [f"is missing: {row}" for row in rows if row not in said]
        check(f"{DOCUMENT}, {name}: is what the manifests and the lockfile say (else --write)", wrong)
    undefended = [name for name in uses() if not reasons.get(name)]
    undefended += [row.split("`")[1] for row in made["projects"][2:] if row.endswith("|  |")]
    check(f"{DOCUMENT}: each direct dependency is defended", [f"{name}: no reason" for name in undefended])
    end()


main()
