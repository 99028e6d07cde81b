#!/usr/bin/env python3
"""Drives the real BAML against a scripted local server, and compares it with `clientc resolve --runtime baml`.

Random plans of leaves, fallbacks, round-robins and retry policies, with limits of tens of milliseconds, are called while
every attempt hangs. The requests, their order and the time between one and the next must be those of our schedule, within
30 ms a step.

    python3 -m venv target/baml && target/baml/bin/pip install baml-py==0.226.3 pydantic
    target/baml/bin/python scripts/baml_run_time.py target/debug/clientc [COUNT] [SEED]

Every call begins with a new run time, so that every round-robin begins at its `start`.
"""

import asyncio
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

from baml_py.baml_py import BamlRuntime

TOLERANCE_MS = 30
REQUEST_MS = (60, 80, 100, 120)
DELAYS_MS = (0, 40, 60, 90)


class Server:
    """Notes the model and the moment of each request, and never answers."""

    def __init__(self):
        self.seen = []
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self.run, args=(started,), daemon=True).start()
        started.wait()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            now = time.monotonic()
            lines = head.decode().lower().split("\r\n")
            length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
            body = json.loads(await reader.readexactly(length))
            self.seen.append((body["model"], now))
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def policies(rng, out):
    for name in ("P", "Q"):
        delay = rng.choice(DELAYS_MS)
        if rng.random() < 0.5:
            strategy = f"type constant_delay\n    delay_ms {delay}"
        else:
            multiplier = rng.choice(["1.5", "2", "0.5", "1.15"])
            longest = rng.choice([50, 10000])
            strategy = f"type exponential_backoff\n    delay_ms {delay}\n    multiplier {multiplier}\n    max_delay_ms {longest}"
        out.append(f"retry_policy {name} {{\n  max_retries {rng.randint(0, 2)}\n  strategy {{\n    {strategy}\n  }}\n}}\n")


def plan(rng, port):
    """Writes a plan of at most some 40 attempts. The last client is the one to call."""
    out, names, costs = [], [], {}
    policies(rng, out)
    retries = {name: int(text.split("max_retries ")[1].split()[0]) for name, text in zip("PQ", out)}
    for index in range(rng.randint(2, 4) + rng.randint(1, 4)):
        name = f"C{index}"
        is_leaf = len(names) < 2
        policy = rng.choice([None, None, "P", "Q"])
        line = f"  retry_policy {policy}\n" if policy else ""
        rounds = retries[policy] + 1 if policy else 1
        if is_leaf:
            options = (f'    model "{name}"\n    base_url "http://127.0.0.1:{port}/v1"\n    api_key "k"\n'
                       f"    http {{\n      request_timeout_ms {rng.choice(REQUEST_MS)}\n    }}\n")
            provider, once = "openai-generic", 1
        else:
            members = [rng.choice(names) for _ in range(rng.randint(1, 3))]
            provider = rng.choice(["fallback", "fallback", "round-robin"])
            start = f"    start {rng.randint(0, 4)}\n" if provider == "round-robin" else ""
            options = f"    strategy [{', '.join(members)}]\n{start}"
            cost = [costs[member] for member in members]
            once = sum(cost) if provider == "fallback" else max(cost)
        if once * rounds > 16:
            continue
        costs[name] = once * rounds
        names.append(name)
        out.append(f"client<llm> {name} {{\n  provider {provider}\n{line}  options {{\n{options}  }}\n}}\n")
    out.append(f'function X(a: string) -> string {{\n  client {names[-1]}\n  prompt #"{{{{a}}}}"#\n}}\n')
    return names[-1], "\n".join(out)


def expected(clientc, text, root):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "baml_src")
        source.mkdir()
        source.joinpath("main.baml").write_text(text)
        command = [clientc, "resolve", str(source), "--format", "json", "--why", "--runtime", "baml"]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stdout + run.stderr + text)
        figures = json.loads(run.stdout)["clients"][root]["runtimes"]["baml"]
    return [(attempt["path"][-1], attempt["start_ms"]) for attempt in figures["schedule"]["attempts"]], figures


def called(server, text):
    server.seen.clear()
    runtime = BamlRuntime.from_files("baml_src", {"main.baml": text}, {})
    context = runtime.create_context_manager()
    try:
        runtime.call_function_sync("X", {"a": "hi"}, context, None, None, [], {}, {})
    except Exception:  # Every attempt hangs, so every call fails.
        pass
    return list(server.seen)


def differences(wanted, seen):
    if [name for name, _ in wanted] != [name for name, _ in seen]:
        return f"other requests: {[name for name, _ in wanted]} and {[name for name, _ in seen]}"
    for index in range(1, len(wanted)):
        step = wanted[index][1] - wanted[index - 1][1]
        took = (seen[index][1] - seen[index - 1][1]) * 1000
        if abs(took - step) > TOLERANCE_MS:
            return f"step {index}: {step} ms were expected, it took {took:.0f} ms"
    return None


def main():
    clientc = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    server, failed, steps = Server(), 0, 0
    for number in range(count):
        rng = random.Random(seed * 1_000_003 + number)
        root, text = plan(rng, server.port)
        wanted, _ = expected(clientc, text, root)
        # A busy machine is late now and then; a plan that differs does so every time.
        for attempt in range(3):
            found = differences(wanted, called(server, text))
            if found is None:
                break
        steps += len(wanted)
        if found:
            failed += 1
            print(f"plan {number}: {found}\n{text}")
    print(f"{count} plans with {steps} requests: {count - failed} agree, {failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
