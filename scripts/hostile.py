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


def on_one_line(count, options):
    return " ".join(f"client<llm> C{n} {{ provider openai, options {{ {options} }} }}" for n in range(count)) + "\n"


def unknown_policies(count):
    return "".join(f"client<llm> C{n} {{\n  provider openai\n  retry_policy Policy{n}\n}}\n" for n in range(count))


def totals(count):
    options = "options {\n    http {\n      total_timeout_ms 9000\n    }\n  }"
    clients = (f"client<llm> C{n} {{\n  provider openai\n  retry_policy R\n  {options}\n}}\n" for n in range(count))
    return "retry_policy R {\n  max_retries 1\n}\n" + "".join(clients)


TEXTS = {
    "a map 100,000 deep": HEAD + '"x"\n    headers ' + "{ a " * 100_000 + "1" + " }" * 100_000 + TAIL,
    "30 MB in one string": HEAD + '"' + "x" * 30_000_000 + '"' + TAIL,
    "30 MB in one raw string of 15 million lines": HEAD + '#"' + "x\n" * 15_000_000 + '"#' + TAIL,
    "50,000 unclosed braces in one block": "client<llm> A {\n  provider openai\n  options " + "{\n" * 50_000,
    "50,000 blocks without their closing braces": "client<llm> A {\n  options {\n" * 50_000,
    "16,000 clients on one line, a misspelt key in each": on_one_line(16_000, 'model "\U0001f980", temprature 1'),
    "16,000 clients on one line, a dead limit in each": on_one_line(
        16_000, "http { connect_timeout_ms 2000, request_timeout_ms 1000 }"
    ),
    "16,000 policies on one line that no client uses": "client<llm> A {\n  provider openai\n}\n"
    + " ".join(f"retry_policy R{n} {{ max_retries 1 }}" for n in range(16_000)),
    "40,000 policies that do not exist": unknown_policies(40_000),
    "40,000 totals of clients that cannot have one": totals(40_000),
    "a name of 30,000 letters beside one that differs in four": f"client<llm> {'a' * 30_000} {{\n  provider openai\n}}\n"
    f"function F() -> string {{\n  client {'a' * 29_996}\n}}\n",
    "8,000 comments that silence": "// clientc: ignore[no-timeout] because\n" * 8_000 + "client<llm> A {\n  provider openai\n}\n",
}


def main():
    rows = [(name, len(text), *measured(text)) for name, text in TEXTS.items()]
    print("| input | size | seconds | memory |\n|---|--:|--:|--:|")
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
