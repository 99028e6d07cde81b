"""The module against the real libraries, and against a server that never answers."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import anthropic
import httpx
import openai

import clientc

ROOT = Path(__file__).resolve().parents[3]


def plan_of(limits, retry=None, above=None, total=None):
    """A plan with `Leaf` and `Both`, a fallback over it."""
    effective = dict(limits)
    leaf = {
        "kind": "leaf", "provider": "openai", "retry": retry,
        "routes": [{"path": ["Leaf"], "effective": effective}],
        "worst_case": {"requests": 1, "duration_ms": None},
    }
    over = dict(effective, **({"total_timeout_ms": total} if total else {}))
    both = {
        "kind": "fallback", "members": ["Leaf"], "retry": above,
        "routes": [{"path": ["Both", "Leaf"], "effective": over}],
        "worst_case": {"requests": 1, "duration_ms": total},
    }
    clients = {"Leaf": leaf, "Both": both}
    return clientc.loads(json.dumps({"schema": "clientc.resolved", "version": 1, "project": "p", "clients": clients}))


BACKOFF = {
    "policy": "Backoff", "max_retries": 3,
    "strategy": {"type": "exponential_backoff", "delay_ms": 100, "multiplier": 1.15, "max_delay_ms": 10000, "jitter": False},
}
LIMITS = {"connect_timeout_ms": 3000, "time_to_first_token_timeout_ms": 8000, "idle_timeout_ms": 15000, "request_timeout_ms": 20000}


class Values(unittest.TestCase):
    def test_the_worked_example_of_the_repository(self):
        plan = clientc.load(ROOT / "examples/fallback/resolved.json")
        fast = plan.route("MyFallback", leaf="FastClient")
        self.assertEqual(fast.effective, {"connect_timeout_ms": 3000, "idle_timeout_ms": 15000, "request_timeout_ms": 20000})
        self.assertEqual(plan.client("MyFallback").worst_case_ms, 80000)
        held = fast.httpx_timeout()
        self.assertEqual(held.value, httpx.Timeout(connect=3, read=20, write=20, pool=20))
        self.assertIn("`request_timeout_ms` (20,000 ms)", held.lost[0])

    def test_a_stream_may_be_silent_as_long_as_its_larger_limit(self):
        held = plan_of(LIMITS).route("Leaf").httpx_timeout(stream=True)
        self.assertEqual(held.value.read, 15.0)
        self.assertTrue(any(loss.startswith("`time_to_first_token_timeout_ms` (8,000 ms)") for loss in held.lost), held.lost)

    def test_an_idle_limit_alone_bounds_nothing_before_the_first_token(self):
        held = plan_of({"idle_timeout_ms": 5000}).route("Leaf").httpx_timeout(stream=True)
        self.assertIsNone(held.value.read)
        self.assertIn("unlimited", held.lost[0])

    def test_no_limit_is_no_limit(self):
        held = plan_of({}).route("Leaf").httpx_timeout()
        self.assertEqual(held.value, httpx.Timeout(None))
        self.assertEqual(held.lost, ())

    def test_the_sdks_take_what_they_are_given(self):
        route = plan_of(LIMITS, retry=BACKOFF).route("Leaf")
        for held, make in [
            (route.openai_arguments(), openai.OpenAI),
            (route.openai_arguments(), openai.AsyncOpenAI),
            (route.anthropic_arguments(), anthropic.Anthropic),
            (route.anthropic_arguments(), anthropic.AsyncAnthropic),
        ]:
            client = make(api_key="none", **held.value)
            self.assertEqual(client.max_retries, 3)
            self.assertEqual((client.timeout.connect, client.timeout.read), (3.0, 20.0))
            self.assertIn("the delays of `Backoff` (100, 115, 132 ms)", held.lost[-1])

    def test_without_a_policy_nothing_is_repeated(self):
        self.assertEqual(plan_of(LIMITS).route("Leaf").openai_arguments().value["max_retries"], 0)

    def test_what_a_composite_adds_is_named(self):
        lost = plan_of(LIMITS, above=BACKOFF, total=30000).route("Both").openai_arguments().lost
        self.assertTrue(any("`total_timeout_ms` (30,000 ms)" in loss for loss in lost), lost)
        self.assertTrue(any("policy of `Both`" in loss for loss in lost), lost)

    def test_parameters_of_litellm(self):
        from litellm.types.router import LiteLLM_Params

        held = plan_of(LIMITS, retry=BACKOFF).route("Leaf").litellm_parameters()
        parameters = LiteLLM_Params(model="openai/gpt-4o", **held.value)
        self.assertEqual((parameters.timeout, parameters.stream_timeout, parameters.max_retries), (20.0, 15.0, 3))


class Faults(unittest.TestCase):
    def test_other_documents_are_refused(self):
        for text, word in [
            ("{", "not JSON"),
            ("[]", "not a resolved plan"),
            ('{"schema": "clientc.resolved", "version": 2}', "version 2"),
            ('{"schema": "clientc.resolved", "version": 1, "clients": {"A": {}}}', "incomplete"),
        ]:
            with self.assertRaisesRegex(clientc.PlanError, word):
                clientc.loads(text)

    def test_a_name_that_does_not_exist_is_answered_with_those_that_do(self):
        plan = plan_of({})
        with self.assertRaisesRegex(clientc.PlanError, "it has Leaf, Both"):
            plan.client("Lefa")
        with self.assertRaisesRegex(clientc.PlanError, "they end at Leaf"):
            plan.route("Both", leaf="Other")

    def test_several_routes_want_a_leaf(self):
        plan = clientc.load(ROOT / "examples/fallback/resolved.json")
        with self.assertRaisesRegex(clientc.PlanError, "MyFallback > FastClient; MyFallback > SlowClient"):
            plan.route("MyFallback")


class Silent(unittest.TestCase):
    """A server that accepts and never answers."""

    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.taken = []
        self.addCleanup(self.server.close)
        threading.Thread(target=self.accept, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def accept(self):
        while True:
            try:
                self.taken.append(self.server.accept())
            except OSError:
                return

    def test_the_limit_ends_a_call_of_each_library(self):
        route = plan_of({"request_timeout_ms": 300}).route("Leaf")
        with self.assertRaises(httpx.ReadTimeout):
            httpx.get(self.url, timeout=route.httpx_timeout().value)
        with self.assertRaises(openai.APITimeoutError):
            client = openai.OpenAI(api_key="none", base_url=self.url, **route.openai_arguments().value)
            client.chat.completions.create(model="m", messages=[])
        with self.assertRaises(anthropic.APITimeoutError):
            client = anthropic.Anthropic(api_key="none", base_url=self.url, **route.anthropic_arguments().value)
            client.messages.create(model="m", max_tokens=1, messages=[])
        self.assertEqual(len(self.taken), 3, "a policy of none is no repetition")

    def test_the_limit_ends_a_call_of_litellm(self):
        import litellm

        held = plan_of({"request_timeout_ms": 300}).route("Leaf").litellm_parameters()
        with self.assertRaises(litellm.Timeout):
            litellm.completion("openai/m", messages=[], api_key="none", base_url=self.url, **held.value)


class Command(unittest.TestCase):
    def test_the_module_runs_the_command(self):
        run = subprocess.run([sys.executable, "-m", "clientc", "--version"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(run.stdout.startswith("clientc "), run.stdout)


if __name__ == "__main__":
    unittest.main()
