"""Makes a copy of the sources with all faults in it, and builds its tests."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "target/mutants"
TREE = OUT / "tree"
# What was built: the faults, which of them cannot be tried, and the programs of the tests.
BUILT = OUT / "built.json"

# Each after those that it uses, because errors in one hide those in the next.
CRATES = ["plan", "semantic", "check", "runtime"]
# The schemas of the documents are a feature that only the command turns on; its generated files show them.
EXCLUDED = ["crates/plan/src/document/schema.rs"]
# Warnings cost time, and an operator of another kind may be an error only because a lint says so.
LINTS = """[workspace.lints.rust]
warnings = "allow"
arithmetic_overflow = "allow"
overflowing_literals = "allow"
unconditional_panic = "allow"
unconditional_recursion = "allow"
"""
# What the tests spend their time in.
OPTIMISED = ["check", "plan", "report", "semantic", "workspace"]


def build():
    OUT.mkdir(parents=True, exist_ok=True)
    # Before the sources are copied, because they may change while the copy is built.
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    faults = [fault for crate in CRATES for fault in listed(crate)]
    unviable, not_switched = known_to_fail(faults)
    copy({fault["file"] for fault in faults} | {f"crates/{crate}/src/lib.rs" for crate in CRATES})
    tool = rewriter()
    commands = [["build", "--package", f"clientc-{crate}"] for crate in CRATES]
    commands.append(["build", "--package", "clientc"])
    commands.append(["test", "--no-run", "--workspace", "--lib", "--tests"])
    programs = []
    for command in commands:
        while True:
            files = rewrite(tool, unviable | set(not_switched))
            built, errors = cargo(command)
            if built:
                break
            drop(errors, places(files), faults, unviable, not_switched)
            write(OUT / "failed.json", json.dumps([sorted(unviable), not_switched]))
        programs.extend(built)
    for file in files.values():
        unviable.update(file["unviable"])
        not_switched.update({int(fault): why for fault, why in file["not_switched"].items()})
    names = [fault["name"] for fault in faults]
    write(BUILT, json.dumps({
        "commit": commit.stdout.strip(),
        "faults": names,
        "crates": [fault["file"].split("/")[1] for fault in faults],
        "unviable": sorted(unviable),
        "not_switched": not_switched,
        "programs": programs,
    }))


def known_to_fail(faults):
    """What did not compile the last time, if the faults are still the same."""
    text, failed = json.dumps(faults), OUT / "failed.json"
    is_same = (OUT / "faults.json").exists() and (OUT / "faults.json").read_text() == text
    write(OUT / "faults.json", text)
    if not is_same or not failed.exists():
        return set(), {}
    unviable, not_switched = json.loads(failed.read_text())
    return set(unviable), {int(fault): why for fault, why in not_switched.items()}


def listed(crate):
    command = ["cargo", "mutants", "--package", f"clientc-{crate}", "--list", "--json"]
    for file in EXCLUDED:
        command += ["--exclude", file]
    return json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)


def copy(rewritten):
    """Copies what git knows. A file that has not changed keeps its time, and what is rewritten is left to the rewriter."""
    known = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                           stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    wanted = {file for file in known if file and (ROOT / file).is_file()}
    for folder, _, files in os.walk(TREE):
        for file in files:
            path = pathlib.Path(folder) / file
            if str(path.relative_to(TREE)) not in wanted | {"Cargo.lock"} and path.name != "planted.rs":
                path.unlink()
    for file in sorted(wanted - {"Cargo.toml"}):
        to = TREE / file
        to.parent.mkdir(parents=True, exist_ok=True)
        if file not in rewritten and (not to.is_file() or to.read_bytes() != (ROOT / file).read_bytes()):
            shutil.copy(ROOT / file, to)
    manifest = (ROOT / "Cargo.toml").read_text()
    manifest = re.sub(r"\[workspace\.lints\.rust\]\n(.+\n)*", LINTS, manifest)
    manifest = manifest.replace('debug = "line-tables-only"', "debug = false")
    optimised = "".join(f"clientc-{crate} = {{ opt-level = 1 }}\n" for crate in OPTIMISED)
    write(TREE / "Cargo.toml", manifest.replace("[profile.dev.package]\n", f"[profile.dev.package]\n{optimised}"))
    if (ROOT / "Cargo.lock").exists() and not (TREE / "Cargo.lock").exists():
        shutil.copy(ROOT / "Cargo.lock", TREE / "Cargo.lock")
    for crate in CRATES:
        write(TREE / f"crates/{crate}/src/planted.rs", (ROOT / "scripts/mutants/planted.rs").read_text())


def rewriter():
    subprocess.run(["cargo", "build", "--quiet", "--target-dir", OUT / "rewriter"], cwd=ROOT / "scripts/mutants", check=True)
    return OUT / "rewriter/debug/clientc-mutants"


def rewrite(tool, left_out):
    write(OUT / "left_out.json", json.dumps(sorted(left_out)))
    command = [tool, OUT / "faults.json", OUT / "left_out.json", ROOT, TREE]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def cargo(command):
    """Returns the programs that were built, and the errors if it did not compile."""
    keep_going = "--keep-going" if command[0] == "build" else "--no-fail-fast"
    command = ["cargo", *command, keep_going, "--message-format=json", "--target-dir", OUT / "target"]
    run = subprocess.run(command, cwd=TREE, stdout=subprocess.PIPE)
    messages = [json.loads(line) for line in run.stdout.splitlines() if line.startswith(b"{")]
    errors = [message["message"] for message in messages if message["reason"] == "compiler-message"]
    errors = [error for error in errors if error["level"] == "error" and error["spans"]]
    if run.returncode != 0 and not errors:
        sys.exit("the copy cannot be built")
    built = [message for message in messages if message["reason"] == "compiler-artifact" and message.get("executable")]
    return None if errors else [program(artifact) for artifact in built] or [None], errors


def program(artifact):
    package = pathlib.Path(artifact["manifest_path"]).parent
    return {"package": str(package.relative_to(TREE)), "target": artifact["target"]["name"],
            "test": artifact["profile"]["test"], "path": artifact["executable"]}


def places(files):
    return {name: file["places"] for name, file in files.items()}


def drop(errors, places, faults, unviable, not_switched):
    """Leaves out the faults that cause these errors: those that are wrong themselves, and those whose switch is."""
    before = len(unviable) + len(not_switched)
    for error in errors:
        constant = (error.get("code") or {}).get("code") == "E0080"
        spans = list(spans_of(error, everything=constant))
        if constant:
            functions = [faults[place["fault"] - 1]["function"] for place in around(spans, places, "switch")]
            for number, fault in enumerate(faults, 1):
                if fault["function"] and fault["function"] in functions:
                    not_switched[number] = "its function is used in a constant"
            continue
        wrong = around(spans, places, "faulty")
        if wrong:
            unviable.update(place["fault"] for place in wrong)
            continue
        switches = around(spans, places, "switch") or around(spans_of(error, everything=True), places, "switch")
        if switches:
            inner = min(place["switch"]["end"] - place["switch"]["start"] for place in switches)
            for place in switches:
                if place["switch"]["end"] - place["switch"]["start"] == inner:
                    not_switched[place["fault"]] = "its switch does not compile"
    added = len(unviable) + len(not_switched) - before
    print(f"{len(errors)} errors: {added} faults are left out", file=sys.stderr)
    if not added:
        sys.exit("".join(error["rendered"] for error in errors))


def spans_of(error, everything):
    for span in error["spans"]:
        if everything or span["is_primary"]:
            while span:
                yield span
                span = (span.get("expansion") or {}).get("span")
    if everything:
        for child in error["children"]:
            yield from spans_of(child, everything)


def around(spans, places, part):
    return [place for span in spans for place in places.get(span["file_name"], [])
            if place[part]["start"] <= span["byte_start"] and span["byte_end"] <= place[part]["end"]]


def write(path, text):
    """Writes a file whole, and only if it changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text() == text:
        return
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)
