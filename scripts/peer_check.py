#!/usr/bin/env python3
"""Asks BAML itself whether what clientc writes into files changes anything for it.

    peer_check.py fmt|fix|unsafe-fixes PROJECTS [--baml-cli PATH] [--clientc PATH] [--cases FILE.jsonl ...]

PROJECTS is a folder with one folder a project, each with a `baml_src` in it. Each project is checked by
`baml-cli check` as it is and after clientc has formatted or fixed it, in a temporary copy; so is each case of the
JSONL files, whose lines hold `name` and `files`. Said is where the verdict changes: accepted, warned or rejected,
and for a rejected one the messages without their places. Ends with 1 where a text that BAML accepted is worse off.

Run `fmt` with a Python that has `baml_py` and `pydantic`, and the files of cases and the fixtures of the formatter
that BAML accepts are compared by what a request of their clients looks like, too.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIXTURES = os.path.join(ROOT, "crates", "fmt", "tests", "fixtures")
CHANGES = {
    "fmt": ["fmt"],
    "fix": ["check", "--fix", "--exit-zero", "--format", "concise"],
    "unsafe-fixes": ["check", "--fix", "--unsafe-fixes", "--exit-zero", "--format", "concise"],
}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("change", choices=CHANGES)
    parser.add_argument("projects")
    parser.add_argument("--baml-cli", default="baml-cli")
    parser.add_argument("--clientc", help="a clientc; without it a release build is made")
    parser.add_argument("--cases", nargs="*", default=[])
    arguments = parser.parse_args()
    change = [arguments.clientc or build(), *CHANGES[arguments.change]]
    with tempfile.TemporaryDirectory() as folder:
        jobs = projects(arguments.projects, folder) + cases(arguments.cases, folder)
        with ThreadPoolExecutor(2) as pool:
            compared = pool.map(lambda job: compare(change, arguments.baml_cli, job[1]), jobs)
            results = [(name, *result) for (name, _), result in zip(jobs, compared)]
    worse = report(results)
    if arguments.change == "fmt":
        worse += compare_requests(change, arguments.cases)
    sys.exit(1 if worse else 0)


def build():
    """Builds clientc, and gives its path."""
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "clientc"], cwd=ROOT, check=True)
    return os.path.join(ROOT, "target", "release", "clientc")


def projects(folder, copies):
    jobs = []
    for path, names, _ in sorted(os.walk(folder)):
        if "baml_src" in names:
            name = os.path.relpath(path, folder)
            copy = os.path.join(copies, name, "baml_src")
            shutil.copytree(os.path.join(path, "baml_src"), copy)
            jobs.append((name, copy))
    return jobs


def cases(paths, copies):
    jobs = []
    for name, files in case_files(paths):
        copy = os.path.join(copies, "case-" + name, "baml_src")
        for file, text in files.items():
            target = os.path.join(copy, file)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", newline="", encoding="utf-8") as out:
                out.write(text)
        jobs.append((os.path.join("case", name), copy))
    return jobs


def case_files(paths):
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                if all(isinstance(text, str) for text in case["files"].values()):
                    yield case["name"], case["files"]


def compare(change, baml_cli, folder):
    """Whether files changed, and BAML's verdicts before and after."""
    before = verdict(baml_cli, folder)
    names = sorted(os.path.join(path, file) for path, _, files in os.walk(folder) for file in files)
    names = [name for name in names if name.endswith(".baml")]
    texts = [open(name, "rb").read() for name in names]
    run = subprocess.run([*change, folder], capture_output=True, text=True)
    if run.returncode > 2 or run.returncode < 0 or "panicked" in run.stderr:
        sys.exit(f"{folder}: {run.stderr}")
    touched = sum(open(name, "rb").read() != text for name, text in zip(names, texts))
    return touched, before, verdict(baml_cli, folder)


def verdict(baml_cli, folder):
    command = [baml_cli, "check", "--from", folder]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "RUST_BACKTRACE": "0"})
    output = COLOURS.sub("", run.stdout)
    messages = sorted(re.findall(r"^(error|warning): *(.*)$", output, re.M))
    word = "accept" if run.returncode == 0 else "crash" if run.returncode < 0 else "reject"
    if word == "reject" and messages and all(level == "warning" for level, _ in messages):
        word = "warn"
    return word, tuple(messages)


def report(results):
    count = {"project": 0, "case": 0}
    better = worse = 0
    words = {}
    for name, touched, before, after in results:
        kind = "case" if name.startswith("case" + os.sep) else "project"
        count[kind] += 1
        words[kind, before[0]] = words.get((kind, before[0]), 0) + 1
        if touched:
            words[kind, "touched"] = words.get((kind, "touched"), 0) + 1
        # BAML writes its warnings in an order of chance, inside of a message too.
        if before[0] != after[0] or before[0] == "reject" and before[1] != after[1]:
            better += after[0] != before[0] == "reject"
            worse += before[0] not in ("reject", after[0])
            print(f"{name}: {before[0]} -> {after[0]}")
            for message in sorted(set(before[1]) ^ set(after[1])):
                print("   ", "-" if message in before[1] else "+", *message)
    for kind, total in count.items():
        detail = ", ".join(f"{words[key]} {key[1]}" for key in sorted(words) if key[0] == kind)
        print(f"{total} {kind}s ({detail})")
    print(f"{worse} verdicts worse, {better} better")
    return worse


def compare_requests(change, paths):
    """Compares what BAML sends for each client, before and after, where its library can be loaded."""
    try:
        from baml_py import baml_py
    except ImportError:
        print("requests not compared: baml_py is absent")
        return 0
    texts = [(name, text) for name, files in case_files(paths) for text in files.values() if len(files) == 1]
    for file in sorted(os.listdir(FIXTURES)):
        if file.endswith(".baml") and ".expected." not in file:
            with open(os.path.join(FIXTURES, file), newline="", encoding="utf-8") as source:
                # One block a case, because fixtures hold many and BAML may refuse one of them.
                blocks = re.split(r"(?m)^(?=client|retry_policy)", source.read())
                texts += [(f"{file} {number}", block) for number, block in enumerate(blocks)]
    compared = changed = 0
    for name, text in texts:
        before = requests(baml_py, text)
        if before is None:
            continue
        run = subprocess.run([*change, "-"], input=text.encode(), capture_output=True, check=True)
        after = requests(baml_py, run.stdout.decode())
        compared += 1
        if before != after:
            changed += 1
            print(f"{name}: other requests\n  - {before}\n  + {after}")
    print(f"requests of {compared} texts compared, {changed} changed")
    return changed


def requests(baml_py, text):
    """What BAML would send for each client of a text; none where it refuses the text.

    Clients of clouds are left out, because BAML would go and look for their credentials, and so are composites,
    because it panics on them, and retry policies, because a request does not show them and BAML hangs on huge
    ones.
    """
    if re.search("vertex|bedrock|fallback|round-robin|max_retries", text):
        return None
    clients = sorted(set(re.findall(r"^[ \t]*client(?:<llm>)?[ \t]*([A-Z]\w*)", text, re.M)))
    probe = '\nfunction Probe%s(x: string) -> string {\n  client %s\n  prompt #"{{ x }}"#\n}\n'
    extra = "".join(probe % (name, name) for name in clients)
    if "retry_policy Policy" in text:
        extra += "retry_policy Policy {\n  max_retries 1\n}\n"
    try:
        runtime = baml_py.BamlRuntime.from_files("/p/baml_src", {"/p/baml_src/a.baml": text + extra}, {})
    except Exception:
        return None
    out = {}
    for name in clients:
        try:
            context = runtime.create_context_manager()
            request = runtime.build_request_sync(f"Probe{name}", {"x": "1"}, context, None, None, {}, False)
            out[name] = [request.url, dict(request.headers), request.body.text()]
        except BaseException as error:  # BAML panics on what it has not implemented, which is no `Exception`.
            if isinstance(error, KeyboardInterrupt):
                raise
            out[name] = str(error).split("Stack backtrace")[0]
    return out


if __name__ == "__main__":
    main()
