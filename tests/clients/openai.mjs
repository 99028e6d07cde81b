// The OpenAI client for JavaScript, with its default settings.

import assert from "node:assert/strict";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.GATEWAY, apiKey: "dummy" });
const messages = [{ role: "user", content: "Hello!" }];

const whole = await client.chat.completions.create({ model: "Chat", messages, timeout: 120 }, { timeout: 130_000 });
assert.equal(whole.choices[0].message.content, "Hello there!");

let text = "";
const stream = await client.chat.completions.create({ model: "Chat", messages, stream: true, timeout: 120 });
for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
assert.equal(text, "Hello there!");

await assert.rejects(client.chat.completions.create({ model: "Hung", messages, timeout: 0.3 }), (error) => {
  assert.ok(error instanceof OpenAI.InternalServerError, String(error));
  assert.equal(error.status, 504);
  assert.equal(error.error.timeout_type, "total_timeout_ms");
  return true;
});

const stalled = await client.chat.completions.create({ model: "Stall", messages, stream: true });
await assert.rejects(async () => {
  for await (const _ of stalled);
}, (error) => {
  assert.ok(error instanceof OpenAI.APIError, String(error));
  assert.match(String(error.message), /idle_timeout_ms/);
  return true;
});

await assert.rejects(client.chat.completions.create({ model: "Chatt", messages }), OpenAI.NotFoundError);
console.log("the OpenAI client for JavaScript works");
