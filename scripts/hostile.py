#!/usr/bin/env python3
"""Measures `clientc check -` over texts that are made to hurt: seconds and peak memory of the whole process.

    cargo build --release
    scripts/hostile.py

Prints a Markdown table. Peak memory needs GNU time, the Debian package `time`.
"""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIENTC = ROOT / "target/release/clientc"
GNU_TIME = "/usr/bin/time"
# What the answer may take.
MOST_SECONDS, MOST_MIB = 2.0, 500

HEAD = "client<llm> A {\n  provider openai\n  options {\n    model "
TAIL = "\n  }\n}\n"
TEXTS = {
    "a map 100,000 deep": HEAD + '"x"\n    headers ' + "{ a " * 100_000 + "1" + " }" * 100_000 + TAIL,
    "30 MB in one string": HEAD + '"' + "x" * 30_000_000 + '"' + TAIL,
    "30 MB in one raw string of 15 million lines": HEAD + '#"' + "x\n" * 15_000_000 + '"#' + TAIL,
    "50,000 unclosed braces in one block": "client<llm> A {\n  provider openai\n  options " + "{\n" * 50_000,
    "50,000 blocks without their closing braces": "client<llm> A {\n  options {\n" * 50_000,
}


def main():
    rows = [(name, len(text), *measured(text)) for name, text in TEXTS.items()]
    print("| text | size | seconds | memory |\n|---|--:|--:|--:|")
    for name, size, seconds, mebibytes in rows:
        print(f"| {name} | {size / 1e6:.1f} MB | {seconds:.2f} | {mebibytes:.0f} MiB |")
    if any(seconds > MOST_SECONDS or mebibytes > MOST_MIB for _, _, seconds, mebibytes in rows):
        sys.exit(f"an answer may take {MOST_SECONDS} seconds and {MOST_MIB} MiB")


def measured(text):
    """The wall time in seconds and the peak of the resident memory in MiB."""
    with tempfile.NamedTemporaryFile("r") as numbers, tempfile.TemporaryFile() as source:
        source.write(text.encode())
        source.seek(0)
        command = [GNU_TIME, "-f", "%e %M", "-o", numbers.name, CLIENTC, "check", "-"]
        code = subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        if code not in (0, 1):
            sys.exit(f"clientc ended with {code}")
        seconds, kibibytes = numbers.read().split()[-2:]
        return float(seconds), int(kibibytes) / 1024


if __name__ == "__main__":
    main()
