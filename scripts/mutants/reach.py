"""Records which faults each test reaches, and how long it takes."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import plant

REACHED = plant.OUT / "reached.json"
# Tests of the texts of our pages and of the house: they read the sources themselves.
LEFT_OUT = {"wording", "invariants", "ci", "commands", "readme", "embedding"}
# A test that takes longer is not run, in seconds.
LONGEST = 60


def record(until):
    """Runs each test alone, unless this program has been recorded already."""
    built = json.loads(plant.BUILT.read_text())
    known = json.loads(REACHED.read_text()) if REACHED.exists() else {}
    known = {name: test for name, test in known.items() if os.path.exists(test["path"])}
    mapped = plant.OUT / "reached.map"
    for program in tests(built):
        for test in listed(program):
            name = f"{program['package']}/{program['target']}::{test}"
            if name in known and known[name]["path"] == program["path"] and known[name]["time"] == modified(program):
                continue
            if time.time() > until:
                sys.exit("the time is up; the next run goes on")
            mapped.write_bytes(bytes(len(built["faults"]) + 1))
            start = time.monotonic()
            passed, _ = run(program, [test], f"record:{mapped}", LONGEST)
            seconds = time.monotonic() - start
            reached = [number for number, byte in enumerate(mapped.read_bytes()) if byte]
            if not passed:
                print(f"fails without a fault, or takes too long: {name}", file=sys.stderr)
            known[name] = {**program, "name": test, "time": modified(program), "passed": passed, "seconds": seconds,
                           "reached": reached}
        plant.write(REACHED, json.dumps(known))


def modified(program):
    return os.stat(program["path"]).st_mtime


def tests(built):
    seen = {}
    for program in built["programs"]:
        if program and program["test"] and program["target"] not in LEFT_OUT:
            seen[program["package"], program["target"]] = program
    return seen.values()


def listed(program):
    output = subprocess.run([program["path"], "--list", "--format", "terse"], cwd=plant.TREE / program["package"],
                            stdout=subprocess.PIPE, text=True, check=True, env=environment(program, "0")).stdout
    return [line.removesuffix(": test") for line in output.splitlines() if line.endswith(": test")]


def run(program, names, chosen, seconds):
    """Runs tests of a program. Returns whether they passed, or None if time was up, and the names of those that failed."""
    command = [program["path"], "--exact", "--test-threads=2", "-Zunstable-options", "--fail-fast", *names]
    child = subprocess.Popen(command, cwd=plant.TREE / program["package"], env=environment(program, chosen),
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             preexec_fn=bound, start_new_session=True)
    try:
        output, _ = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None, []
    finally:
        # A test that is ended leaves programs behind that it has started.
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.wait()
    lines = output.decode(errors="replace").splitlines()
    failed = [line.split()[1] for line in lines if line.startswith("test ") and line.endswith("FAILED")]
    return child.returncode == 0, failed


def bound():
    """A fault may make a loop endless or take all memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def environment(program, chosen):
    path = str(plant.TREE / program["package"])
    built = plant.OUT / "target/debug/clientc"
    # `--fail-fast` of a test program asks for the last one.
    return {**os.environ, "CARGO_MANIFEST_DIR": path, "INSTA_WORKSPACE_ROOT": str(plant.TREE), "CLIENTC_BIN": str(built),
            "CLIENTC_MUTANT": chosen, "PROPTEST_CASES": "64", "RUSTC_BOOTSTRAP": "1"}
