/**
 * Settings for LLM clients of TypeScript, from a plan that `clientc resolve --format json` wrote.
 *
 * No client library has all five limits of a plan. `lost` names what one cannot express.
 */

import { readFileSync } from "node:fs";

/** The limits of a route in milliseconds. A limit that is missing does not exist. */
export interface Limits {
  connect_timeout_ms?: number;
  time_to_first_token_timeout_ms?: number;
  idle_timeout_ms?: number;
  request_timeout_ms?: number;
  total_timeout_ms?: number;
}

/** A retry policy, with its delays in milliseconds. */
export interface Retry {
  policy: string;
  max_retries: number;
  strategy: { type: string; delay_ms: number; multiplier?: number; max_delay_ms?: number; jitter: boolean };
}

/** One way from a client down to the leaf that makes the request. */
export interface Route {
  path: string[];
  effective: Limits;
  provider: string;
  /** The policy of the leaf. */
  retry: Retry | null;
  /** The composites on the route that have a retry policy. */
  retriesAbove: string[];
}

/** A leaf, a fallback or a round-robin. */
export interface Client {
  name: string;
  kind: "leaf" | "fallback" | "round-robin";
  routes: Route[];
  /** `durationMs` is null where nothing bounds a call. It applies where clientc's runtime or gateway makes the call. */
  worstCase: { requests: number; durationMs: number | null };
}

/** Settings of another library, and one sentence for each part of the route that they do not express. */
export interface Held<Value> {
  value: Value;
  lost: string[];
}

/** A document that is not a resolved plan, or a name that it does not have. */
export class PlanError extends Error {
  override name = "PlanError";
}

/** All clients of a project. */
export class Plan {
  constructor(
    readonly project: string,
    readonly clients: ReadonlyMap<string, Client>,
  ) {}

  /** The client of a name; a `PlanError` names the others where there is none. */
  client(name: string): Client {
    const client = this.clients.get(name);
    if (client === undefined) {
      throw new PlanError(`the plan has no client "${name}"; it has ${[...this.clients.keys()].join(", ") || "none"}`);
    }
    return client;
  }

  /** The route from a client to a leaf. A client with one route needs no leaf. */
  route(name: string, leaf?: string): Route {
    const { routes } = this.client(name);
    const found = routes.filter((route) => leaf === undefined || route.path.at(-1) === leaf);
    const [first, ...others] = found;
    if (first === undefined) {
      const leaves = [...new Set(routes.map((route) => route.path.at(-1)))].join(", ");
      throw new PlanError(`no route of "${name}" ends at "${leaf}"; they end at ${leaves}`);
    }
    // Equal routes are one: a member that is named twice gives its routes twice.
    if (others.some((route) => JSON.stringify(route) !== JSON.stringify(first))) {
      const ways = found.map((route) => route.path.join(" > ")).join("; ");
      throw new PlanError(`"${name}" has several routes, name a leaf or take one of client().routes: ${ways}`);
    }
    return first;
  }
}

/** Reads a file that `clientc resolve --format json` wrote. */
export function loadPlan(path: string | URL): Plan {
  return parsePlan(readFileSync(path, "utf8"));
}

/** Reads the text of a resolved plan. */
export function parsePlan(text: string): Plan {
  let document;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new PlanError(`this is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (document?.schema !== "clientc.resolved") {
    throw new PlanError('this is not a resolved plan: "schema" is not "clientc.resolved"; write one with `clientc resolve --format json`');
  }
  if (document.version !== 1) {
    throw new PlanError(`the plan has version ${document.version}, and this module reads version 1`);
  }
  try {
    const clients = Object.entries<any>(document.clients);
    return new Plan(document.project, new Map(clients.map(([name, data]) => [name, client(name, data, document.clients)])));
  } catch (error) {
    throw new PlanError(`the plan is incomplete: ${error instanceof Error ? error.message : error}`);
  }
}

function client(name: string, data: any, clients: any): Client {
  const worstCase = { requests: data.worst_case.requests, durationMs: data.worst_case.duration_ms };
  return { name, kind: data.kind, routes: data.routes.map((each: any) => route(each, clients)), worstCase };
}

function route(data: any, clients: any): Route {
  const path: string[] = data.path;
  const leaf = clients[path[path.length - 1]!];
  const retriesAbove = path.slice(0, -1).filter((name) => clients[name].retry !== null);
  return { path, effective: data.effective, provider: leaf.provider, retry: leaf.retry, retriesAbove };
}

/** The delay before each retry in milliseconds, without jitter: d(n+1) = min(trunc(d(n) · multiplier), max). */
export function delaysMs({ max_retries, strategy }: Retry): number[] {
  const { delay_ms, multiplier = 1, max_delay_ms = delay_ms } = strategy;
  // The product is exact: a multiplier has at most six decimals.
  const millionths = BigInt(Math.round(multiplier * 1_000_000));
  const delays = [];
  let delay = Math.min(delay_ms, max_delay_ms);
  for (let retry = 0; retry < max_retries; retry += 1) {
    delays.push(delay);
    delay = Math.min(Number((BigInt(delay) * millionths) / 1_000_000n), max_delay_ms);
  }
  return delays;
}

/** `timeout` and `maxRetries` for the constructor of the client in the package `openai`. */
export function openaiOptions(route: Route): Held<{ timeout?: number; maxRetries: number }> {
  const { request_timeout_ms: request } = route.effective;
  const lost = retriesLost(route, "openai", "0.5 s, doubled each time up to 8 s, less up to a quarter at random");
  if (request !== undefined) {
    const way = `wrap the call: { signal: AbortSignal.timeout(${request}) } bounds all of it, retries included`;
    lost.push(limit("request_timeout_ms", request, `openai stops counting when the head of an answer has arrived; ${way}`));
  } else {
    lost.push("no request limit: openai's own default of 600,000 ms applies to the head of an answer");
  }
  lost.push(...missing(route.effective, ["connect_timeout_ms", "time_to_first_token_timeout_ms", "idle_timeout_ms"], "openai"));
  lost.push(...total(route.effective));
  return { value: { ...(request === undefined ? {} : { timeout: request }), maxRetries: route.retry?.max_retries ?? 0 }, lost };
}

/** `maxRetries` and `timeout` for `generateText`, `streamText` and the like in the package `ai`. */
export function aiSettings(
  route: Route,
): Held<{ maxRetries: number; timeout?: { totalMs?: number; stepMs?: number; chunkMs?: number } }> {
  const { idle_timeout_ms, request_timeout_ms, time_to_first_token_timeout_ms, total_timeout_ms } = route.effective;
  const lost = retriesLost(route, "ai", "2 s, doubled each time");
  const timeout: { totalMs?: number; stepMs?: number; chunkMs?: number } = {};
  if (total_timeout_ms !== undefined) {
    timeout.totalMs = total_timeout_ms;
    lost.push(limit("total_timeout_ms", total_timeout_ms, "`ai` knows one member of a plan; its total bounds only the calls of this leaf"));
  }
  if (request_timeout_ms !== undefined) {
    const retries = route.retry?.max_retries ?? 0;
    if (retries === 0) {
      timeout.stepMs = request_timeout_ms;
    } else {
      lost.push(limit("request_timeout_ms", request_timeout_ms, "a step of `ai` includes all retries of a request, so it would cut them off"));
    }
  }
  if (idle_timeout_ms !== undefined) {
    // The head of an answer is a chunk already, so the wait for the first token counts as one between chunks.
    if (time_to_first_token_timeout_ms !== undefined) {
      timeout.chunkMs = Math.max(idle_timeout_ms, time_to_first_token_timeout_ms);
    }
    if (timeout.chunkMs !== idle_timeout_ms) {
      lost.push(limit("idle_timeout_ms", idle_timeout_ms, "`ai` counts the wait for the first token like one between tokens, which may be longer"));
    }
  }
  if (time_to_first_token_timeout_ms !== undefined && timeout.chunkMs !== time_to_first_token_timeout_ms) {
    lost.push(limit("time_to_first_token_timeout_ms", time_to_first_token_timeout_ms, "`ai` has no limit for the first chunk alone"));
  }
  lost.push(...missing(route.effective, ["connect_timeout_ms"], "ai"));
  const maxRetries = route.retry?.max_retries ?? 0;
  return { value: { maxRetries, ...(Object.keys(timeout).length === 0 ? {} : { timeout }) }, lost };
}

function retriesLost({ retry, retriesAbove }: Route, library: string, delays: string): string[] {
  const lost = retriesAbove.map(
    (name) => `the retry policy of \`${name}\` repeats the whole composite, which ${library} does not have`,
  );
  if (retry !== null && retry.max_retries > 0) {
    const ours = delaysMs(retry).map(number).join(", ");
    lost.unshift(`the delays of \`${retry.policy}\` (${ours} ms): those of ${library} are ${delays}`);
  }
  return lost;
}

function total({ total_timeout_ms: value }: Limits): string[] {
  return value === undefined
    ? []
    : [limit("total_timeout_ms", value, `it bounds a whole plan; give each call what is left of AbortSignal.timeout(${value})`)];
}

function missing(limits: Limits, names: (keyof Limits)[], library: string): string[] {
  return names.flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [limit(name, value, `${library} has no such limit`)];
  });
}

function limit(name: keyof Limits, value: number, reason: string): string {
  return `\`${name}\` (${number(value)} ms): ${reason}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
