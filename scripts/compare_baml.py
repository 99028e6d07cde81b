#!/usr/bin/env python3
"""Compares `clientc check` with `baml-cli check` of BAML 0.226.3 over generated projects.

Both programs check the same projects on the same machine in the same run, and their runs take turns. The result is a
Markdown table: the median wall time, the peak of the resident memory, and the ratios.

    cargo build --release
    scripts/compare_baml.py --clients 1000 10000 --write

The project generator is `gen_clients.py` (arguments: a number of clients and a folder); the default is the one beside the
repository. Peak memory needs GNU time, the Debian package `time`.

The first row is always a project of two files, where the start of the process counts most. With `--large` the program
is also measured by itself over a project in which every client has a finding.
"""

import argparse
import datetime
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/src/internals/performance.md"
BEGIN, END = "<!-- compare_baml: begin -->", "<!-- compare_baml: end -->"
BAML = "baml-py==0.226.3"
# The generator puts its policies into one file and up to 200 clients into another.
TWO_FILES = 100
# The peer takes two and a half minutes for this many.
LARGE = 100_000
GNU_TIME = "/usr/bin/time"


def main():
    arguments = parse_arguments()
    sizes = [TWO_FILES, *arguments.clients] + ([LARGE] if arguments.large else [])
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        clientc = arguments.clientc or built_clientc()
        baml = arguments.baml or installed_baml(work / "venv")
        rows = [row(clientc, baml, generated(arguments.generator, size, work), size, arguments.runs) for size in sizes]
        text = table(rows) + "\n" + circumstances(arguments)
        if arguments.large:
            text += "\n\n" + with_findings(clientc, arguments.generator, work, arguments.runs)
    print(text)
    if arguments.write:
        write(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1000], metavar="N", help="sizes of projects (1000)")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} clients, with one run of the peer")
    parser.add_argument("--runs", type=int, default=11, metavar="N", help="runs of each program and size (11)")
    parser.add_argument("--baml", metavar="PATH", help=f"a baml-cli; without it {BAML} is installed into a venv")
    parser.add_argument("--clientc", metavar="PATH", help="a clientc; without it a release build is made")
    parser.add_argument("--generator", metavar="PATH", default=ROOT.parent / "shared/tools/gen_clients.py")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    return parser.parse_args()


def built_clientc():
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "clientc"], cwd=ROOT, check=True)
    return ROOT / "target/release/clientc"


def installed_baml(folder):
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "--quiet", BAML], check=True)
    return folder / "bin/baml-cli"


def generated(generator, size, work, *options):
    folder = work / "-".join([str(size), *options])
    if not folder.exists():
        subprocess.run([sys.executable, generator, str(size), folder, *options], check=True)
    return folder / "baml_src"


def row(clientc, baml, project, size, runs):
    """Measures both programs over one project, taking turns."""
    ours, theirs = [clientc, "check", project], [baml, "check", "--from", project]
    our_times, their_times = [], []
    peer_runs = 1 if size >= LARGE else runs
    for turn in range(runs):
        our_times.append(seconds(ours))
        if turn < peer_runs:
            their_times.append(seconds(theirs))
    our_memory, their_memory = kibibytes(ours), kibibytes(theirs)
    return (
        size,
        project_bytes(project),
        (statistics.median(our_times), our_memory),
        (statistics.median(their_times), their_memory),
    )


def with_findings(clientc, generator, work, runs):
    """Compares a project in which every client has a finding with the same project without."""
    sound = [clientc, "check", "--format", "concise", generated(generator, LARGE, work)]
    faulty = [*sound[:-1], generated(generator, LARGE, work, "--findings")]
    found = len(subprocess.run(faulty, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.splitlines())
    if found < LARGE:
        return f"The project with findings has only {found:,} of them, so nothing was measured."
    times = [(seconds(sound), seconds(faulty, codes=(0, 1))) for _ in range(runs)]
    without, with_them = (statistics.median(column) for column in zip(*times))
    return (
        f"{found:,} findings in the concise format: {milliseconds(with_them)}, {with_them / without:.1f} times the "
        f"{milliseconds(without)} of the same project without findings."
    )


def seconds(command, codes=(0,)):
    """The wall time of one process, which must end with one of the codes: with 0 it has found nothing."""
    start = time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    taken = time.perf_counter() - start
    if code not in codes:
        sys.exit(f"{command[0]} ended with {code}")
    return taken


def kibibytes(command):
    """The peak of the resident memory of one process."""
    with tempfile.NamedTemporaryFile("r") as peak:
        # GNU time is a small process: a child forked from this one would count this one's memory as its own.
        timed = [GNU_TIME, "-f", "%M", "-o", peak.name, *command]
        subprocess.run(timed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return int(peak.read().split()[-1])


def project_bytes(project):
    return sum(file.stat().st_size for file in project.iterdir())


def table(rows):
    lines = [
        "| clients | source | baml-cli | clientc | times faster | baml-cli memory | clientc memory | part of the memory |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for size, source, (our_time, our_memory), (their_time, their_memory) in rows:
        lines.append(
            f"| {size:,} | {source / 1e6:.2g} MB | {milliseconds(their_time)} | {milliseconds(our_time)} "
            f"| {their_time / our_time:.0f} | {their_memory / 1024:.0f} MiB | {our_memory / 1024:.1f} MiB "
            f"| 1/{their_memory / our_memory:.0f} |"
        )
    return "\n".join(lines)


def milliseconds(seconds):
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"


def circumstances(arguments):
    today = datetime.date.today().isoformat()
    load = os.getloadavg()[0]
    return (
        f"\n{today}, {origin(arguments.clientc)}, {os.cpu_count()} cores, median of {arguments.runs} runs, whole processes, "
        f"load {load:.1f} at the end."
    )


def origin(given):
    """What the measured clientc was built from. Of a program that was given nothing is known."""
    if given:
        return "a clientc of unknown origin"
    changed = git("status", "--porcelain", "--", "crates", "grammar", "Cargo.toml")
    return f"commit {git('rev-parse', '--short', 'HEAD')}" + (" with uncommitted changes" if changed else "")


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def write(text):
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


if __name__ == "__main__":
    main()
