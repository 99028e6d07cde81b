"""Calls the gateway with real clients over a scripted upstream. `scripts/gateway_clients.sh` installs them.

    run.py GATEWAY_PROGRAM NODE_FOLDER
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import httpx
import openai
from upstream import Upstream

HERE = pathlib.Path(__file__).resolve().parent
LISTEN = "localhost:44497"
GATEWAY = f"http://{LISTEN}/v1"
MESSAGES = [{"role": "user", "content": "Hello!"}]


def main():
    program, node = sys.argv[1:]
    upstream = Upstream()
    paths = {"OK": "ok", "HANG": "hang", "DRIP": "drip", "STALL": "stall", "429": "status-429", "400": "status-400", "LATE": "late-2500"}
    environment = {**os.environ, "GATEWAY": GATEWAY}
    environment |= {f"UPSTREAM_{name}": f"{upstream.url}/{path}/v1" for name, path in paths.items()}
    gateway = subprocess.Popen([program, str(HERE / "gateway"), "--log", "failures"], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until_ready(gateway)
        subprocess.run([sys.executable, str(HERE / "seed.py")], check=True, env=environment)
        timeouts(upstream)
        exceptions(upstream)
        leaving(upstream)
        node_client(node, environment)
        baml(upstream, environment)
    finally:
        gateway.send_signal(signal.SIGINT)
        gateway.wait(10)


def wait_until_ready(gateway):
    for _ in range(100):
        assert gateway.poll() is None, "the gateway has ended"
        try:
            return urllib.request.urlopen(f"http://{LISTEN}/ready").read()
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the gateway does not answer")


def timeouts(upstream):
    """The `timeout` of a request ends a call that would go on, whole, streamed, and drop by drop."""
    for model, body in [("Hung", {}), ("Hung", {"stream": True}), ("Drip", {})]:
        start = time.monotonic()
        answer = httpx.post(f"{GATEWAY}/chat/completions", json={"model": model, "messages": MESSAGES, "timeout": 0.5, **body}, timeout=10)
        assert answer.status_code == 504, answer.text
        error = answer.json()["error"]
        assert (error["timeout_type"], error["configured_value_ms"]) == ("total_timeout_ms", 500), error
        assert time.monotonic() - start < 5
    stream = httpx.post(f"{GATEWAY}/chat/completions", json={"model": "Drip", "messages": MESSAGES, "timeout": 1, "stream": True}, timeout=10)
    assert stream.status_code == 200 and "total_timeout_ms" in stream.text and stream.text.endswith("data: [DONE]\n\n")
    for wrong in (0, -1, "5", True, [1], {"total": 1}):
        calls = len(upstream.seen)
        answer = httpx.post(f"{GATEWAY}/chat/completions", json={"model": "Chat", "messages": MESSAGES, "timeout": wrong})
        assert answer.status_code == 400 and answer.json()["error"]["param"] == "timeout", answer.text
        assert len(upstream.seen) == calls
    assert all("timeout" not in call["body"] for call in upstream.seen)
    print("`timeout` bounds the whole call")


def exceptions(upstream):
    """The OpenAI client raises what fits, and never carries the plan out again by itself."""
    client = openai.OpenAI(base_url=GATEWAY, api_key="dummy")
    for model, expected, mode in [
        ("Strict", openai.InternalServerError, "hang"),
        ("Limited", openai.RateLimitError, "status-429"),
        ("Refused", openai.BadRequestError, "status-400"),
    ]:
        for stream in (False, True):
            calls = upstream.count(mode)
            try:
                client.chat.completions.create(model=model, messages=MESSAGES, stream=stream)
            except expected as error:
                assert error.body["attempts"][0]["client"] == model, error.body
                assert error.response.headers["x-should-retry"] == "false"
            else:
                raise AssertionError(f"{model} raised nothing")
            assert upstream.count(mode) == calls + 1, f"{model} was called again"
    try:
        client.chat.completions.create(model="Chatt", messages=MESSAGES)
    except openai.NotFoundError as error:
        assert 'did you mean "Chat"' in str(error)
    answer = client.chat.completions.with_raw_response.create(model="Fallback", messages=MESSAGES)
    assert answer.headers["x-clientc-client"] == "Chat" and answer.headers["x-clientc-attempts"] == "3"
    assert answer.parse().usage.total_tokens == 3
    print("the OpenAI client for Python raises what fits, after one plan")


def leaving(upstream):
    """A caller who leaves ends the request upstream, whole and streamed."""
    for body in ({"model": "Hung"}, {"model": "Hung", "stream": True}, {"model": "Drip", "stream": True}):
        try:
            with httpx.Client(timeout=0.5) as client, client.stream("POST", f"{GATEWAY}/chat/completions", json={"messages": MESSAGES, **body}) as answer:
                next(answer.iter_lines())
        except httpx.TimeoutException:
            pass
        left = time.monotonic()
        call = upstream.seen[-1]
        while call["left"] is None and time.monotonic() < left + 5:
            time.sleep(0.005)
        assert call["left"] is not None and call["left"] < left + 1, body
        print(f"a caller of {body} left, and the request upstream ended {max(0, call['left'] - left) * 1000:.0f} ms later")


def node_client(node, environment):
    program = pathlib.Path(node) / "openai.mjs"
    shutil.copy(HERE / "openai.mjs", program)
    subprocess.run(["node", str(program)], check=True, env=environment)


def baml(upstream, environment):
    """A BAML project before and after it calls the gateway."""
    with tempfile.TemporaryDirectory() as work:
        for name in ("before", "after"):
            shutil.copytree(HERE / name, pathlib.Path(work) / name)
            command = [str(pathlib.Path(sys.executable).parent / "baml-cli"), "generate", "--from", f"{work}/{name}/baml_src"]
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        before = call_baml(f"{work}/before", "Greet", environment, wait=8)
        assert before is None, f"BAML by itself ended: {before}"
        print("BAML by itself: a hung first member is still waited for after 8 s")
        calls = upstream.count("hang")
        said, seconds = call_baml(f"{work}/after", "Greet", environment, wait=30)
        assert said == "Hello there!", said
        assert upstream.count("hang") == calls + 1
        print(f"BAML with the gateway: the fallback answered after {seconds:.1f} s")
        said, seconds = call_baml(f"{work}/after", "GreetPatiently", environment, wait=30)
        assert said == "Hello there!" and seconds > 5, (said, seconds)
        print(f"a plan longer than a limit of 3 s works where BAML's limit is above it: {seconds:.1f} s")
        said, seconds = call_baml(f"{work}/after", "GreetImpatiently", environment, wait=30)
        assert "Timeout" in said and seconds < 5, (said, seconds)
        print(f"the same plan is cut where BAML's limit is below it: {seconds:.1f} s")


def call_baml(folder, function, environment, wait):
    """Calls a function of a generated client. Returns what it said and the seconds; nothing where it goes on."""
    code = f"""
import time
from baml_client import b
start = time.monotonic()
try:
    said = b.{function}("Ada")
except Exception as error:
    said = type(error).__name__
print(said)
print(time.monotonic() - start)
"""
    environment = {**environment, "BAML_LOG": "off", "PYTHONPATH": folder}
    try:
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=wait)
    except subprocess.TimeoutExpired:
        return None
    assert run.returncode == 0, run.stderr
    said, seconds = run.stdout.strip().rsplit("\n", 1)
    return said, float(seconds)


main()
