// What the pages of a plan and of a difference share: words, elements and the drawing of a schedule.
const FIELDS = [
  ["connect_timeout_ms", "connect"],
  ["time_to_first_token_timeout_ms", "first token"],
  ["idle_timeout_ms", "idle"],
  ["request_timeout_ms", "request"],
  ["total_timeout_ms", "total"],
];
const LABELS = new Map(FIELDS);
const MOST_ROWS = 200;
const byId = (id) => document.getElementById(id);

// ---- words ----

/** A number of milliseconds in words: `1m 30s`. */
function duration(ms) {
  if (ms === null || ms === undefined) return "no limit";
  if (ms < 1000) return `${ms}ms`;
  const parts = [[3600000, "h"], [60000, "m"]].map(([unit, name]) => {
    const count = Math.floor(ms / unit);
    ms -= count * unit;
    return count === 0 ? "" : `${count}${name}`;
  });
  if (ms > 0) parts.push(`${ms / 1000}s`);
  return parts.filter(Boolean).join(" ");
}

function plural(count, word) {
  return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}

/** What BAML makes of a client, where BAML makes the calls. */
function throughBaml(client) {
  return client.runtimes?.baml ?? null;
}

/** A client as the run time that makes the calls carries it out. BAML knows no totals. */
function leading(client) {
  const baml = throughBaml(client);
  return baml?.schedule ? { ...client, schedule: baml.schedule, timeouts: {}, others: "BAML" } : client;
}

function cost({ requests, duration_ms }) {
  return `${plural(requests, "request")}, ${duration(duration_ms)}`;
}

/** The worst case, led by the run time that makes the calls. */
function worstCase(client) {
  const baml = throughBaml(client);
  const ours = cost(client.worst_case);
  return baml ? `${cost(baml.worst_case)} through BAML (${ours} through clientc)` : ours;
}

function kind(client) {
  return client.kind === "leaf" ? client.provider : `${client.kind} of ${client.members.length}`;
}

function model(client) {
  const value = client.options?.model ?? client.options?.model_id ?? client.options?.deployment_id;
  return typeof value === "string" ? value : "";
}

function retry(policy) {
  const { strategy } = policy;
  const delay = strategy.type === "constant_delay"
    ? `${duration(strategy.delay_ms)} apart`
    : `after ${duration(strategy.delay_ms)} × ${strategy.multiplier} up to ${duration(strategy.max_delay_ms)}`;
  return `retry ${policy.policy}: ${policy.max_retries === 0 ? "none" : `${policy.max_retries} more, ${delay}`}`;
}

// ---- elements ----

/** An element with attributes and children; a text becomes a text node. */
function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function table(caption, head, rows) {
  const cell = (name) => ([value, css]) => element(name, { class: css || null, scope: name === "th" ? "col" : null }, value);
  return element("table", {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head.map(cell("th")))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map(cell("td"))))));
}

function cut(text, most) {
  return text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(text.length - Math.floor(most / 2))}`;
}

// ---- the schedule ----

/** The time axis on which the schedules of all these clients can be drawn: how long it is, and whether one never ends. */
function axisOf(clients) {
  const rows = clients.flatMap((client) => (client.schedule?.attempts ?? []).slice(0, MOST_ROWS));
  const bounds = clients.flatMap((client) => (client.schedule ? totals(client) : []));
  return {
    last: Math.max(1, ...rows.map((row) => row.end_ms ?? row.start_ms), ...bounds.map(([, ms]) => ms)),
    endless: rows.some((row) => row.end_ms === null),
  };
}

/** The attempts of a client as bars and as a table; on an axis up to `axis` milliseconds, where one is given. */
function scheduleOf(name, client, axis = axisOf([client]), maker = "") {
  const { schedule } = client;
  if (!schedule) return null;
  const rows = schedule.attempts.slice(0, MOST_ROWS);
  const bounds = totals(client);
  const { last, endless } = axis;
  const LEFT = 150, WIDTH = 560, ROW = 24, TOP = 26;
  const scale = (ms) => LEFT + (ms / last) * WIDTH * (endless ? 0.8 : 1);
  const height = TOP + rows.length * ROW + 8;
  const said = `What happens when every attempt of ${name} times out: ${plural(schedule.attempts.length, "attempt")}, ${schedule.end_ms === null ? "no end" : `the end after ${duration(schedule.end_ms)}`}. The table below has the same numbers.`;
  const svg = drawn("svg", { viewBox: `0 0 ${LEFT + WIDTH + 70} ${height}`, width: LEFT + WIDTH + 70, height, role: "img", "aria-label": said });
  svg.append(drawn("defs", {}, drawn("linearGradient", { id: "fade" }, drawn("stop", { offset: 0, "stop-color": "var(--bar)" }), drawn("stop", { offset: 1, "stop-color": "var(--bar)", "stop-opacity": 0 }))));
  for (const ms of ticks(last)) {
    svg.append(drawn("line", { x1: scale(ms), x2: scale(ms), y1: TOP - 6, y2: height, class: "tick" }), drawn("text", { x: scale(ms) + 3, y: 14, class: "limit" }, duration(ms)));
  }
  rows.forEach((row, index) => {
    const y = TOP + index * ROW;
    const leaf = row.path.at(-1);
    const end = row.end_ms === null ? LEFT + WIDTH : scale(row.end_ms);
    const isCut = row.limited_by?.field === "total_timeout_ms";
    svg.append(drawn("text", { x: 0, y: y + 13 }, cut(`${index + 1} ${leaf}`, 21)));
    svg.append(drawn("rect", { x: scale(row.start_ms), y, width: Math.max(2, end - scale(row.start_ms)), height: 16, rx: 2, class: `bar${isCut ? " cut" : ""}${row.end_ms === null ? " endless" : ""}` }));
    if (row.delay_ms > 0) svg.append(drawn("path", { d: `M${end} ${y + 8}H${scale(row.end_ms + row.delay_ms)}`, class: "wait" }));
    const label = row.end_ms === null ? "never ends" : duration(row.end_ms - row.start_ms);
    svg.append(drawn("text", { x: end + 4, y: y + 13, class: "limit" }, label));
  });
  for (const [, ms] of bounds) svg.append(drawn("line", { x1: scale(ms), x2: scale(ms), y1: TOP - 6, y2: height, class: "total" }));
  const limited = (row) => row.limited_by ? `${LABELS.get(row.limited_by.field)} of ${row.limited_by.client ?? client.others ?? "clientc.toml"}` : "nothing";
  const rowsOfTable = rows.map((row, index) => [
    [String(index + 1), "number"], [row.path.join(" › ")], [duration(row.start_ms), "number"],
    [row.limit_ms === null || row.limit_ms === undefined ? "none" : duration(row.limit_ms), "number"], [limited(row)],
    [row.delay_ms > 0 ? duration(row.delay_ms) : "–", "number"], [row.end_ms === null ? "never" : duration(row.end_ms), "number"],
  ]);
  const tried = new Set(schedule.attempts.map((row) => row.path.join("\n")));
  const missed = [...new Set(client.routes.map((route) => route.path.join("\n")))].filter((path) => !tried.has(path)).map((path) => path.split("\n").join(" › "));
  const notes = [];
  if (schedule.attempts.length > rows.length) notes.push(`The first ${rows.length} of ${schedule.attempts.length.toLocaleString("en-US")} attempts are shown.`);
  if (bounds.length > 0) notes.push(`Dashed lines: ${bounds.map(([owner, ms]) => `the total of ${owner}, ${duration(ms)}`).join("; ")}. A bar that a total cuts has the colour of that line.`);
  if (missed.length > 0) notes.push(`Not reached when every attempt times out: ${missed.join("; ")}.`);
  return element("div", {},
    element("h3", {}, `When every attempt times out${maker}`),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Schedule of ${name}` }, svg),
    ...notes.map((note) => element("p", { class: "soft" }, note)),
    element("details", {}, element("summary", {}, "The same as a table"),
      element("div", { class: "inside scroll", tabindex: "0", role: "group", "aria-label": `Attempts of ${name}` },
        table(`${name}: every attempt`, [["attempt", "number"], ["route"], ["start", "number"], ["limit", "number"], ["set by"], ["delay", "number"], ["end", "number"]], rowsOfTable))));
}

/** The totals that bound the call of a client from its start, with their clients. */
function totals(client) {
  const own = client.timeouts.total_timeout_ms;
  return own === undefined ? [] : [["this client", own]];
}

function ticks(last) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000, 7200000, 21600000, 86400000];
  const step = steps.find((one) => last / one <= 6) ?? 10 ** Math.ceil(Math.log10(last / 6));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
