#!/usr/bin/env python3
"""Writes the seed corpus: the peer's cases and the projects of real users, as inputs of the three targets.

Usage: seeds.py [SHARED] [DIR]. SHARED holds `peer` and `corpus`; DIR is `fuzz/corpus`.
"""

import base64
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LONGEST = 6_000


def cases(shared: Path):
    for name in ("cases.jsonl", "probes.jsonl"):
        for line in (shared / "peer" / name).read_text(encoding="utf-8").strip("\n").split("\n"):
            case = json.loads(line)
            files = (content(file) for file in case["files"].values())
            yield case["name"], list(files)


def content(file) -> bytes:
    return base64.b64decode(file["base64"]) if isinstance(file, dict) else file.encode()


def projects(shared: Path):
    for folder in sorted((shared / "corpus" / "projects").iterdir()):
        for path in sorted(folder.rglob("*.baml")):
            yield f"{folder.name}-{path.stem}", [path.read_bytes()]


def session(text: bytes, number: int) -> bytes:
    """A session of the target `lsp`: the text, then eight messages at places in its first lines. A message is the number of
    its method, two places, and a text."""
    messages = []
    for step in range(8):
        at = number + step
        line, column = at * 7 % (text.count(b"\n") + 1), at * 5 % 24
        messages.append(bytes([32 + at % 30, line % 255 + 1, column + 1, line % 255 + 1, column + 9]) + b"Other")
    return b"\0".join([text.replace(b"\0", b""), *messages])


def main() -> None:
    beside = HERE.parent.parent / "shared"
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CLIENTC_SHARED", beside))
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "corpus"
    for number, (name, files) in enumerate([*cases(shared), *projects(shared)]):
        inputs = {
            "parse": b"\n".join(files),
            "check_resolve": b"\0".join(files),
            "lsp": session(b"\n".join(files), number),
        }
        for folder, bytes_ in inputs.items():
            if len(bytes_) <= LONGEST:
                (target / folder).mkdir(parents=True, exist_ok=True)
                (target / folder / name.replace("/", "_")).write_bytes(bytes_)


if __name__ == "__main__":
    main()
