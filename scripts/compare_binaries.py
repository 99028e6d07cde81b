#!/usr/bin/env python3
"""Compares two builds of clientc: what they say about many projects, and how long they take.

    scripts/compare_binaries.py OLD NEW
    scripts/compare_binaries.py OLD NEW --corpus ../shared/corpus/projects ../shared/cases --speed 20 1000 100000

Each folder directly below a corpus holds one project or more. Compared are the exit codes and every byte of `check`,
`resolve`, `fmt --diff` and `check --fix`, and the files after the last. Every difference is printed, and the exit code is
then 1.

The builds are timed in turns over generated projects. The generator is `gen_clients.py` (arguments: a number of
clients and a folder); the default is the one beside the repository.
"""

import argparse
import difflib
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
# The commands that write nothing, by their names.
READING = {
    "check": ["check", "--format", "json", "--color", "never"],
    "resolve": ["resolve", "--format", "json-lines", "--why"],
    "fmt": ["fmt", "--diff"],
}
FIX = ["check", "--fix", "--unsafe-fixes", "--format", "concise", "--color", "never"]
# A difference is shown up to so many lines.
SHOWN = 12
LIMIT_SECONDS = 120


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=pathlib.Path, help="a build")
    parser.add_argument("new", type=pathlib.Path, help="another build")
    corpora = [SHARED / "corpus/projects", SHARED / "cases", ROOT / "examples"]
    parser.add_argument("--corpus", type=pathlib.Path, nargs="*", default=corpora, help="folders of projects")
    parser.add_argument("--speed", type=int, nargs="*", default=[20, 1000, 100_000], help="numbers of clients")
    parser.add_argument("--runs", type=int, default=9, help="turns for each number of clients")
    parser.add_argument("--generator", type=pathlib.Path, default=SHARED / "tools/gen_clients.py")
    arguments = parser.parse_args()
    builds = (arguments.old.resolve(), arguments.new.resolve())
    differences = compare(builds, arguments.corpus)
    if arguments.speed:
        measure(builds, arguments)
    sys.exit(1 if differences else 0)


def compare(builds, corpora):
    """Prints what the builds do differently, and returns how many differences there are."""
    projects = [path for corpus in corpora for path in sorted(corpus.resolve().iterdir()) if path.is_dir()]
    if not projects:
        sys.exit("there are no projects to compare")
    differences = 0
    for project in projects:
        for name, outputs in outcomes(builds, project):
            if outputs[0] != outputs[1]:
                differences += 1
                print(f"{project}: {name}")
                # JSON is one long line; only the keys that differ are worth showing.
                texts = [output.replace(',"', ',\n"').splitlines() for output in outputs]
                lines = difflib.unified_diff(*texts, "old", "new", n=1, lineterm="")
                for line in list(lines)[:SHOWN]:
                    print(f"    {line[:200]}")
    print(f"{len(projects)} folders, {differences} differences")
    return differences


def outcomes(builds, project):
    """What the two builds do with a project, command by command."""
    for name, command in READING.items():
        yield name, [run(build, command, project) for build in builds]
    yield "check --fix", [fixed(build, project) for build in builds]


def run(build, command, folder):
    """The exit code and the outputs of a command."""
    try:
        done = subprocess.run([build, *command], cwd=folder, capture_output=True, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not done after {LIMIT_SECONDS} s"
    text = (done.stdout + b"\n" + done.stderr).decode(errors="replace")
    return f"exit code {done.returncode}\n{text}"


def fixed(build, project):
    """What fixing says, and the sources after it. The copies lie at one path, which the outputs may name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy"
        shutil.copytree(project, copy, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)
        said = run(build, FIX, copy)
        sources = [path for path in sorted(copy.rglob("*.baml")) if path.is_file()]
        texts = [f"{path.relative_to(copy)}\n{path.read_bytes().decode(errors='replace')}" for path in sources]
        return "\n".join([said, *texts]).replace(folder, "")


def measure(builds, arguments):
    """Prints the median times of `check` for each number of clients, and their ratio."""
    print("\n| clients | old, ms | new, ms | new / old |\n|---|---|---|---|")
    for clients in arguments.speed:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, arguments.generator, str(clients), folder], check=True, stdout=subprocess.DEVNULL)
            times = {build: [] for build in builds}
            for _ in range(arguments.runs):
                for build in builds:
                    times[build].append(seconds(build, folder))
        old, new = (statistics.median(times[build]) * 1000 for build in builds)
        print(f"| {clients:,} | {old:.1f} | {new:.1f} | {new / old:.2f} |")


def seconds(build, folder):
    start = time.perf_counter()
    done = subprocess.run([build, "check", "--format", "concise", folder], stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{build} ended with {done.returncode}")
    return taken


if __name__ == "__main__":
    main()
