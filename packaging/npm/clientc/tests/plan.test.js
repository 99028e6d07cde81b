// The module against the real libraries, and against a server that never answers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import { generateText, streamText } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import OpenAI from "openai";

import { PlanError, aiSettings, loadPlan, openaiOptions, parsePlan } from "../dist/index.js";

const EXAMPLE = new URL("../../../../examples/fallback/resolved.json", import.meta.url);
const BACKOFF = {
  policy: "Backoff",
  max_retries: 3,
  strategy: { type: "exponential_backoff", delay_ms: 100, multiplier: 1.15, max_delay_ms: 10000, jitter: false },
};

function routeWith(effective, retry = null) {
  const client = {
    kind: "leaf",
    provider: "openai",
    retry,
    routes: [{ path: ["Leaf"], effective }],
    worst_case: { requests: 1, duration_ms: null },
  };
  const document = { schema: "clientc.resolved", version: 1, project: "p", clients: { Leaf: client } };
  return parsePlan(JSON.stringify(document)).route("Leaf");
}

test("the worked example of the repository", () => {
  const plan = loadPlan(EXAMPLE);
  const fast = plan.route("MyFallback", "FastClient");
  assert.deepEqual(fast.effective, { connect_timeout_ms: 3000, idle_timeout_ms: 15000, request_timeout_ms: 20000 });
  assert.equal(plan.client("MyFallback").worstCase.durationMs, 80000);
  const { value, lost } = openaiOptions(fast);
  assert.deepEqual(value, { timeout: 20000, maxRetries: 0 });
  assert.match(lost.join("\n"), /`connect_timeout_ms` \(3,000 ms\): openai has no such limit/);
});

test("the client of OpenAI takes its options, and the limit ends a call", async () => {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  let calls = 0;
  server.on("request", () => (calls += 1));
  try {
    const { value } = openaiOptions(routeWith({ request_timeout_ms: 300 }));
    const client = new OpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}`, ...value });
    await assert.rejects(client.chat.completions.create({ model: "m", messages: [] }), OpenAI.APIConnectionTimeoutError);
    assert.equal(calls, 1, "a route without a policy is not repeated");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("exact delays are named where they are lost", () => {
  const { value, lost } = openaiOptions(routeWith({}, BACKOFF));
  assert.equal(value.maxRetries, 3);
  assert.match(lost[0], /the delays of `Backoff` \(100, 115, 132 ms\)/);
});

test("a step of ai ends at the request limit", async () => {
  const { value } = aiSettings(routeWith({ request_timeout_ms: 200 }));
  const model = new MockLanguageModelV3({
    doGenerate: ({ abortSignal }) =>
      new Promise((_, reject) => abortSignal.addEventListener("abort", () => reject(abortSignal.reason))),
  });
  await assert.rejects(generateText({ model, prompt: "hi", ...value }), /[Tt]imeout|abort/);
});

test("a stream of ai ends at the idle limit", async () => {
  const { value } = aiSettings(routeWith({ time_to_first_token_timeout_ms: 150, idle_timeout_ms: 200 }));
  assert.deepEqual(value.timeout, { chunkMs: 200 });
  const chunks = [{ type: "stream-start", warnings: [] }, { type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "a" }];
  const model = new MockLanguageModelV3({
    doStream: async ({ abortSignal }) => ({
      stream: new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          abortSignal.addEventListener("abort", () => controller.error(abortSignal.reason));
        },
      }),
    }),
  });
  const parts = [];
  for await (const part of streamText({ model, prompt: "hi", onError: () => {}, ...value }).fullStream) parts.push(part.type);
  assert.ok(parts.includes("abort") || parts.includes("error"), parts.join());
});

test("an idle limit alone sets nothing for ai, and says so", () => {
  const { value, lost } = aiSettings(routeWith({ idle_timeout_ms: 5000 }));
  assert.deepEqual(value, { maxRetries: 0 });
  assert.match(lost[0], /`idle_timeout_ms` \(5,000 ms\)/);
});

test("other documents and names are refused with what there is", () => {
  assert.throws(() => parsePlan("{"), /not JSON/);
  assert.throws(() => parsePlan("[]"), /not a resolved plan/);
  assert.throws(() => parsePlan('{"schema": "clientc.resolved", "version": 2}'), /version 2/);
  assert.throws(() => parsePlan('{"schema": "clientc.resolved", "version": 1, "clients": {"A": {}}}'), /incomplete/);
  const plan = loadPlan(EXAMPLE);
  assert.throws(() => plan.client("Fast"), PlanError);
  assert.throws(() => plan.route("MyFallback"), /MyFallback > FastClient; MyFallback > SlowClient/);
});
