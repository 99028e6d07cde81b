#!/usr/bin/env python3
"""Clocks the same hung fallback in BAML, in BAML with the gateway in front, and in the library.

The servers take every request and never answer. BAML gives each attempt 300 seconds, so the whole of it takes 20 minutes.
`--scale 1000` divides all limits by 1000; BAML's default is then written into the clients of its project.

    python3 -m venv target/baml && target/baml/bin/pip install baml-py==0.226.3 pydantic
    cargo build -p clientc -p clientc-gateway && cargo build -p clientc-runtime --example once
    target/baml/bin/python scripts/three_columns.py [--scale 1000] [--programs target/debug]
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

# BAML would write down every call.
os.environ["BAML_LOG"] = "off"
from baml_py.baml_py import BamlRuntime  # noqa: E402

BAML_REQUEST_MS = 300_000
DEFAULT_REQUEST_MS = 120_000
GATEWAY_REQUEST_MS = 600_000

CLIENTS = """
retry_policy R {{
  max_retries 2
  strategy {{
    type exponential_backoff
  }}
}}

client<llm> A {{
  provider openai
  retry_policy R
  options {{
    model "gpt-4o"
    base_url "{url}"
    api_key "none"{limit}
  }}
}}

client<llm> B {{
  provider anthropic
  options {{
    model "claude-3-5-haiku-latest"
    base_url "{url}"
    api_key "none"{limit}
  }}
}}

client<llm> Chat {{
  provider fallback
  options {{
    strategy [A, B]
  }}
}}
"""

THROUGH_GATEWAY = """
client<llm> Chat {{
  provider openai-generic
  options {{
    model "Chat"
    base_url "{url}"
    http {{
      request_timeout_ms {limit}
    }}
  }}
}}
"""

FUNCTION = """
function Ask(text: string) -> string {
  client Chat
  prompt #"{{ text }}"#
}
"""


class HungServer:
    """Takes connections, counts the requests on them, and never answers."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        self.requests = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.hang, args=(connection,), daemon=True).start()

    def hang(self, connection):
        if connection.recv(1):
            self.requests += 1
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass


def call_through_baml(text):
    """Returns when the call began and when it was over."""
    runtime = BamlRuntime.from_files("baml_src", {"main.baml": text + FUNCTION}, {})
    context = runtime.create_context_manager()
    start = time.monotonic()
    result = runtime.call_function_sync("Ask", {"text": "hi"}, context, None, None, [], {}, {})
    assert not result.is_ok(), "a call of a server that never answers has succeeded"
    return start, time.monotonic()


def project(folder, url, settings):
    folder.joinpath("baml_src").mkdir(parents=True)
    folder.joinpath("baml_src/main.baml").write_text(CLIENTS.format(url=url, limit=""))
    folder.joinpath("clientc.toml").write_text(settings)
    return folder


def baml(server, _, options):
    ms = BAML_REQUEST_MS // options.scale
    limit = "" if options.scale == 1 else f"\n    http {{\n      request_timeout_ms {ms}\n    }}"
    return call_through_baml(CLIENTS.format(url=server.url, limit=limit))


def gateway(server, folder, options):
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    project(folder, server.url, settings("gateway", options))
    program = subprocess.Popen([options.programs / "clientc-gateway", folder, "--listen", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(program, address)
        return call_through_baml(THROUGH_GATEWAY.format(url=f"http://{address}/v1", limit=GATEWAY_REQUEST_MS // options.scale + 1000))
    finally:
        program.terminate()
        program.wait()


def library(server, folder, options):
    project(folder, server.url, settings("clientc", options))
    command = [options.programs / "clientc", "resolve", folder, "--format", "json"]
    plan = folder / "plan.json"
    plan.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    start = time.monotonic()
    subprocess.run([options.programs / "examples/once", plan, "Chat"], check=True, stdout=subprocess.DEVNULL)
    return start, time.monotonic()


def settings(calls, options):
    ms = DEFAULT_REQUEST_MS // options.scale
    return f'[runtime]\ncalls = "{calls}"\n\n[defaults.http]\nrequest_timeout_ms = {ms}\n'


def wait_until_ready(program, address):
    for _ in range(200):
        if program.poll() is not None:
            raise SystemExit("the gateway has ended")
        try:
            return urllib.request.urlopen(f"http://{address}/ready").read()
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the gateway does not answer")


def expected(options):
    """The requests and the milliseconds of BAML and of clientc, as their worst cases say."""
    return (4, 4 * BAML_REQUEST_MS // options.scale + 300 + 450), (4, 4 * DEFAULT_REQUEST_MS // options.scale + 200 + 300)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--programs", type=pathlib.Path, default=pathlib.Path("target/debug"))
    options = parser.parse_args()
    in_baml, in_clientc = expected(options)
    columns = {"BAML": (baml, in_baml), "gateway": (gateway, in_clientc), "library": (library, in_clientc)}
    results, threads = {}, []
    with tempfile.TemporaryDirectory() as folder:
        def clock(name, column):
            server = HungServer()
            start, end = column(server, pathlib.Path(folder, name), options)
            results[name] = server.requests, (end - start) * 1000

        for name, (column, _) in columns.items():
            threads.append(threading.Thread(target=clock, args=(name, column)))
            threads[-1].start()
        for thread in threads:
            thread.join()
    fails = len(results) < len(columns)
    print("| | requests | measured ms | computed ms |\n|---|--:|--:|--:|")
    for name, (_, (requests, ms)) in columns.items():
        made, took = results.get(name, (0, 0.0))
        print(f"| {name} | {made} | {took:,.0f} | {ms:,} |")
        # Each attempt may begin a little late; a busy machine is slow.
        fails |= made != requests or not ms - 30 <= took <= ms + 500 + ms // 50
    sys.exit(1 if fails else 0)


if __name__ == "__main__":
    main()
