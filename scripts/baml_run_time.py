#!/usr/bin/env python3
"""Calls the real BAML over a scripted local server, and compares it with the walk of `clientc-plan` under BAML's rules.

Two kinds of plans are called: random ones, and those of the real projects in `../shared/corpus/projects` that have a
retry policy or are a fallback or round-robin. Their limits and delays are scaled to tens of milliseconds; what they are
made of stays. The server lets every request hang, drip, be refused or be answered late, whole and as a stream; some
ports let nobody connect. The requests, their order and the time from each to the next must be those of the walk, within
30 ms a step; so must the end of the call, and whether it succeeds. Where a plan has a round-robin, several calls follow
each other in one run time.

    python3 -m venv target/baml && target/baml/bin/pip install baml-py==0.226.3 pydantic
    cargo build -p clientc && cargo build -p clientc-plan --example baml_walk
    target/baml/bin/python scripts/baml_run_time.py [--random 300] [--corpus 1000] [--seed 1] [--programs target/debug]
"""

import argparse
import asyncio
import collections
import json
import multiprocessing
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time

# BAML would write down every call.
os.environ["BAML_LOG"] = "off"
from baml_py.baml_py import BamlRuntime  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared/corpus/projects"
TOLERANCE_MS = 30
# A busy machine is late now and then; a plan that differs does so every time.
TRIES = 4
MOST_ATTEMPTS = 40
REQUEST_MS = (80, 100, 120, 140)
DELAYS_MS = (0, 40, 60, 90)
ANSWER = b'{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"yes"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}'
EVENT = b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"y"},"finish_reason":null}]}\n\n'
LAST = b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


class Fate:
    """What the server does with every request of a leaf, and when an attempt is then over by itself."""

    def __init__(self, kind, ms=0, status=500):
        self.kind, self.ms, self.status = kind, ms, status

    @classmethod
    def drawn(cls, rng, streams):
        kinds = ["hang", "refuse", "reset", "late", "late", "unreachable"] + (["silent", "stall", "whole"] if streams else ["drip", "garbage"])
        return cls(rng.choice(kinds), rng.choice((20, 40, 60, 160, 200)), rng.choice((400, 401, 404, 408, 429, 500, 503)))

    def over_ms(self, limits):
        """When an attempt ends, its request limit apart: the limits of streams as BAML was measured to hold them."""
        connect_ms = limits.get("connect_timeout_ms")
        token_ms, idle_ms = limits.get("time_to_first_token_timeout_ms"), limits.get("idle_timeout_ms")
        return {
            "hang": None, "drip": None, "refuse": 0, "reset": 0, "garbage": self.ms, "late": self.ms, "whole": self.ms,
            # No connection is ever made, and no server sees the request.
            "unreachable": connect_ms,
            # The first-token limit runs from the headers on, which come at once here.
            "silent": token_ms,
            # The idle limit runs from the first event on.
            "stall": idle_ms,
        }[self.kind]

    def succeeds(self):
        return self.kind in ("late", "whole")


class ServerProcess:
    """The server in a process of its own: a streaming call of BAML keeps all threads of its process waiting."""

    def __init__(self):
        self.pipe, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=Server, args=(theirs,), daemon=True).start()
        self.port = self.pipe.recv()

    def begin(self, fates):
        """From now on requests get these fates, and none was seen."""
        self.pipe.send(fates)
        self.pipe.recv()

    def seen(self):
        self.pipe.send(None)
        return self.pipe.recv()


class FullPort:
    """A port whose queue is full, so that whoever connects to it waits."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(0)
        self.port, self.waiting = self.socket.getsockname()[1], []
        for _ in range(4):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", self.port))
            self.waiting.append(connection)


class Server:
    """Notes the model and the moment of each request, and does with it what the fate of the model says."""

    def __init__(self, pipe):
        self.seen, self.fates = [], {}
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        loop.add_reader(pipe.fileno(), self.obey, pipe)
        pipe.send(server.sockets[0].getsockname()[1])
        loop.run_forever()

    def obey(self, pipe):
        fates = pipe.recv()
        if fates is not None:
            self.seen, self.fates = [], fates
        pipe.send(self.seen)

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            now = time.monotonic()
            lines = head.decode().lower().split("\r\n")
            length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
            body = json.loads(await reader.readexactly(length))
            self.seen.append((body["model"], now))
            gone = asyncio.ensure_future(reader.read())
            play = asyncio.ensure_future(self.play(self.fates[body["model"]], body.get("stream", False), writer))
            await asyncio.wait({gone, play}, return_when=asyncio.FIRST_COMPLETED)
            if play.done() and play.exception() is None and play.result():
                writer.transport.abort()
            play.cancel()
            gone.cancel()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def play(self, fate, streams, writer):
        """Returns whether the connection is to be reset."""
        async def send(data):
            writer.write(data)
            await writer.drain()

        def whole(body, status="200 OK"):
            return f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body

        if fate.kind == "refuse":
            await send(whole(b'{"error":{"message":"no"}}', f"{fate.status} No"))
        elif fate.kind == "reset":
            return True
        elif fate.kind == "garbage":
            await asyncio.sleep(fate.ms / 1000)
            await send(whole(b"<html>"))
        elif fate.kind == "drip":
            await send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
            while True:
                await send(b" ")
                await asyncio.sleep(0.01)
        elif fate.kind == "late":
            await asyncio.sleep(fate.ms / 1000)
            await send(STREAM_HEAD + EVENT + LAST if streams else whole(ANSWER))
        elif fate.kind in ("silent", "stall"):
            await send(STREAM_HEAD + (EVENT if fate.kind == "stall" else b""))
            await asyncio.sleep(3600)
        elif fate.kind == "whole":
            # Events that come often enough for every limit between them, up to the end.
            await send(STREAM_HEAD + EVENT)
            for _ in range(fate.ms // 20):
                await asyncio.sleep(0.02)
                await send(EVENT)
            await send(LAST)
        else:
            await asyncio.sleep(3600)
        return False


class Plan:
    """The text of a project whose function `X` calls one client, with a fate for each leaf."""

    def __init__(self, name, ports):
        self.name, self.ports = name, ports
        self.blocks, self.limits, self.fates = [], {}, {}
        self.has_turns = self.streams = False

    def policy(self, name, retries, delay_ms, growth=None):
        strategy = f"type constant_delay\n    delay_ms {delay_ms}"
        if growth:
            strategy = f"type exponential_backoff\n    delay_ms {delay_ms}\n    multiplier {growth[0]}\n    max_delay_ms {growth[1]}"
        self.blocks.append(f"retry_policy {name} {{\n  max_retries {retries}\n  strategy {{\n    {strategy}\n  }}\n}}\n")

    def leaf(self, name, policy, limits):
        self.limits[name] = limits
        lines = "".join(f"      {key} {ms}\n" for key, ms in limits.items())
        self.client(name, "openai-generic", policy, f'    model "{name}"\n    base_url "http://127.0.0.1:PORT-{name}/v1"\n    api_key "k"\n    http {{\n{lines}    }}\n')

    def composite(self, name, kind, members, policy, start=0):
        self.has_turns |= kind == "round-robin"
        # Without `start` BAML begins anywhere.
        start = f"    start {start}\n" if kind == "round-robin" else ""
        self.client(name, kind, policy, f"    strategy [{', '.join(members)}]\n{start}")

    def client(self, name, provider, policy, options):
        line = f"  retry_policy {policy}\n" if policy else ""
        self.blocks.append(f"client<llm> {name} {{\n  provider {provider}\n{line}  options {{\n{options}  }}\n}}\n")

    def finish(self, root, rng):
        self.root, self.streams = root, rng.random() < 0.4
        self.fates = {leaf: Fate.drawn(rng, self.streams) for leaf in self.limits}
        # In most plans nothing succeeds, so that a call goes all the way.
        if rng.random() < 0.6:
            for fate in self.fates.values():
                fate.kind = "hang" if fate.succeeds() else fate.kind
        # A limit that is missing leaves the request limit; a fate within some milliseconds of it may go either way.
        for leaf, fate in self.fates.items():
            request_ms, over_ms = self.limits[leaf]["request_timeout_ms"], fate.over_ms(self.limits[leaf])
            if over_ms is not None and abs(over_ms - request_ms) < 30:
                fate.kind = "hang"
        self.blocks.append(f'function X(a: string) -> string {{\n  client {root}\n  prompt #"{{{{a}}}}"#\n}}\n')
        self.text = "\n".join(self.blocks)
        for leaf, fate in self.fates.items():
            self.text = self.text.replace(f":PORT-{leaf}/", f":{self.ports[fate.kind == 'unreachable']}/")
        self.calls = 3 if self.has_turns else 1
        return self


def random_plan(number, seed, ports):
    rng = random.Random(seed * 1_000_003 + number)
    plan, names, costs, retries = Plan(f"random {number}", ports), [], {}, {}
    for name in ("P", "Q"):
        retries[name] = rng.randint(0, 2)
        growth = (rng.choice(["1.5", "2", "0.5", "1.15"]), rng.choice([50, 10000])) if rng.random() < 0.5 else None
        plan.policy(name, retries[name], rng.choice(DELAYS_MS), growth)
    for index in range(rng.randint(2, 4) + rng.randint(1, 4)):
        name, policy = f"C{index}", rng.choice([None, None, "P", "Q"])
        rounds = retries[policy] + 1 if policy else 1
        kind = rng.choice(["fallback", "fallback", "round-robin"])
        members = [rng.choice(names) for _ in range(rng.randint(1, 3))] if len(names) >= 2 else []
        cost = [costs[member] for member in members] or [1]
        costs[name] = rounds * (sum(cost) if kind == "fallback" else max(cost))
        if costs[name] > 16:
            continue
        if members:
            plan.composite(name, kind, members, policy, rng.randint(0, 4))
        else:
            limits = {"request_timeout_ms": rng.choice(REQUEST_MS)}
            if rng.random() < 0.5:
                limits["connect_timeout_ms"] = rng.choice((30, 50))
            if rng.random() < 0.4:
                limits["time_to_first_token_timeout_ms"] = rng.choice((30, 45))
            if rng.random() < 0.4:
                limits["idle_timeout_ms"] = rng.choice((30, 45))
            plan.leaf(name, policy, limits)
        names.append(name)
    return plan.finish(names[-1], rng)


def resolved(programs, folder):
    command = [programs / "clientc", "resolve", folder, "--format", "json-lines", "--runtime", "baml"]
    run = subprocess.run(command, capture_output=True, text=True)
    return [line for line in run.stdout.splitlines() if line], run.stdout + run.stderr


def corpus_plans(programs, seed, ports, left_out):
    """The plans of real projects: every client with a retry policy, every fallback and every round-robin."""
    for folder in sorted(path for path in CORPUS.iterdir() if path.is_dir()):
        lines, said = resolved(programs, folder)
        if not lines:
            left_out["the project has errors, or no client"] += 1
            continue
        for document in map(json.loads, lines):
            clients = document["clients"]
            for root, client in clients.items():
                if client["retry"] is None and client["kind"] == "leaf":
                    continue
                if client["runtimes"]["baml"]["worst_case"]["requests"] > MOST_ATTEMPTS:
                    left_out[f"a call makes more than {MOST_ATTEMPTS} requests"] += 1
                    continue
                yield corpus_plan(f"{folder.name}: {root}", clients, root, random.Random(f"{seed} {folder.name} {root}"), ports)


def corpus_plan(name, clients, root, rng, ports):
    plan, policies, numbers = Plan(name, ports), {}, {}

    def scaled(ms, most):
        """300 s become 120 ms, and a delay of 10 s becomes 100 ms."""
        return 0 if ms == 0 else min(most, max(40, ms // 100))

    def policy_of(client):
        policy = client["retry"]
        if policy is None:
            return None
        if policy["policy"] not in policies:
            policies[policy["policy"]] = f"P{len(policies)}"
            strategy = policy["strategy"]
            growth = None
            if strategy["type"] == "exponential_backoff":
                growth = (strategy["multiplier"], scaled(strategy["max_delay_ms"], 100))
            plan.policy(policies[policy["policy"]], policy["max_retries"], scaled(strategy["delay_ms"], 90), growth)
        return policies[policy["policy"]]

    def add(name):
        if name in numbers:
            return numbers[name]
        client = clients[name]
        members = [add(member) for member in client.get("members", [])]
        numbers[name] = f"C{len(numbers)}"
        if members:
            plan.composite(numbers[name], client["kind"], members, policy_of(client), client.get("start", 0))
        else:
            limits = client["runtimes"]["baml"]["effective"][0]
            request_ms, connect_ms = (limits[f"{field}_timeout_ms"] for field in ("request", "connect"))
            plan.leaf(numbers[name], policy_of(client), {"connect_timeout_ms": scaled(connect_ms, 50), "request_timeout_ms": max(80, scaled(request_ms, 120))})
        return numbers[name]

    return plan.finish(add(root), rng)


class Walks:
    """The example `baml_walk`, which follows calls as the plan says them."""

    def __init__(self, programs):
        self.programs = programs
        self.program = subprocess.Popen([programs / "examples/baml_walk"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def of(self, plan):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "baml_src")
            source.mkdir()
            source.joinpath("main.baml").write_text(plan.text)
            lines, said = resolved(self.programs, source)
        if not lines:
            raise SystemExit(f"{plan.name}: {said}\n{plan.text}")
        fates = {leaf: {"after_ms": fate.over_ms(plan.limits[leaf]), "succeeds": fate.succeeds()} for leaf, fate in plan.fates.items()}
        question = {"document": lines[0], "client": plan.root, "calls": plan.calls, "fates": fates}
        self.program.stdin.write(json.dumps(question) + "\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())


def called(server, plan):
    """What the server saw of each call, with whether it succeeded and how long it took in milliseconds."""
    runtime = BamlRuntime.from_files("baml_src", {"main.baml": plan.text}, {})
    for _ in range(plan.calls):
        server.begin(plan.fates)
        context = runtime.create_context_manager()
        begin = time.monotonic()
        try:
            if plan.streams:
                stream = runtime.stream_function_sync("X", {"a": "hi"}, lambda _: None, context, None, None, [], {}, {})
                result = stream.done(context)
            else:
                result = runtime.call_function_sync("X", {"a": "hi"}, context, None, None, [], {}, {})
            succeeds = result.is_ok()
        except Exception:  # The call has failed.
            succeeds = False
        end = time.monotonic()
        yield server.seen(), succeeds, begin, end


def difference(plan, wanted, seen, succeeds, begin, end):
    """The first step in which a call of BAML is another one than the walk; nothing where there is none."""
    visible = [(leaf, start) for leaf, start in wanted["attempts"] if plan.fates[leaf].kind != "unreachable"]
    leaves = [leaf for leaf, _ in visible]
    if leaves != [leaf for leaf, _ in seen]:
        return f"other requests: {leaves} and {[leaf for leaf, _ in seen]}"
    if succeeds != wanted["succeeds"]:
        return f"it {'succeeds' if succeeds else 'fails'}"
    starts = [start for _, start in visible] + [wanted["end_ms"]]
    moments = [moment for _, moment in seen] + [end]
    if len(starts) < len(wanted["attempts"]) + 1 and wanted["attempts"][0][1] != starts[0]:
        # The first attempts are seen by nobody, so the call itself is the beginning.
        starts, moments = [0, *starts], [begin, *moments]
    for index in range(1, len(starts)):
        step, took = starts[index] - starts[index - 1], (moments[index] - moments[index - 1]) * 1000
        if abs(took - step) > TOLERANCE_MS:
            what = "the end" if index == len(starts) - 1 else f"request {index + 1}"
            return f"{what} comes {took:.0f} ms after request {index}, {step} ms were expected"
    return None


def compare(server, walks, plan):
    """Returns the difference that stays, if any, and how many requests were compared."""
    wanted = walks.of(plan)
    for _ in range(TRIES):
        pairs = zip(wanted, called(server, plan))
        found = next(filter(None, (difference(plan, call, *seen) for call, seen in pairs)), None)
        if found is None:
            break
    return found, sum(len(call["attempts"]) for call in wanted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int, default=300)
    parser.add_argument("--corpus", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "target/debug")
    options = parser.parse_args()
    server, full, walks, left_out = ServerProcess(), FullPort(), Walks(options.programs), collections.Counter()
    ports = server.port, full.port
    plans = {"random": [random_plan(number, options.seed, ports) for number in range(options.random)], "corpus": []}
    if options.corpus and CORPUS.is_dir():
        every = list(corpus_plans(options.programs, options.seed, ports, left_out))
        # A part of them is spread over all projects.
        plans["corpus"] = every[:: max(1, -(-len(every) // options.corpus))]
    elif options.corpus:
        print(f"skipped: {CORPUS} does not exist")
    failed = 0
    for kind, of_kind in plans.items():
        requests, differing, late, fates = 0, 0, [], collections.Counter()
        for plan in of_kind:
            found, count = compare(server, walks, plan)
            requests += count
            fates.update(fate.kind for fate in plan.fates.values())
            if found:
                late.append(plan)
        # What kept the machine busy may be over by now.
        for plan in late:
            found, _ = compare(server, walks, plan)
            if found:
                differing += 1
                told = {leaf: (fate.kind, fate.ms, fate.status) for leaf, fate in plan.fates.items()}
                print(f"{plan.name}: {found}\n{'stream' if plan.streams else 'whole'}, {told}\n{plan.text}", flush=True)
        failed += differing
        print(f"{kind}: {len(of_kind)} plans with {requests} requests: {len(of_kind) - differing} agree ({len(late) - differing} of them when called again at the end), {differing} differ; {dict(sorted(fates.items()))}", flush=True)
    for reason, count in left_out.items():
        print(f"left out: {count} of the corpus: {reason}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
