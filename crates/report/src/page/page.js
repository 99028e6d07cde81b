// Draws the data of this page. Nothing is loaded from elsewhere, and no text of the data is ever read as HTML.
const data = JSON.parse(document.getElementById("data").textContent);
const clients = new Map(Object.entries(data.plan.clients));
const MOST_NODES = 40;

const lineId = (file, line) => `${file}:${line}`;
const clientId = (name) => `client ${name}`;

/** A link to a line of a source that is on this page; plain text where the source is not. */
function place(source) {
  const text = `${source.file}:${source.line}`;
  if (!(source.file in data.sources)) return element("code", {}, text);
  const open = (event) => { event.preventDefault(); goTo(source); };
  return element("a", { href: `#${encodeURIComponent(lineId(source.file, source.line))}`, onclick: open }, element("code", {}, text));
}

function clientLink(name) {
  const open = (event) => { event.preventDefault(); show(name); };
  return element("a", { href: `#${encodeURIComponent(clientId(name))}`, onclick: open }, name);
}

// ---- the graph ----

/** The clients that are drawn: all of them, or those around one. */
function around(chosen) {
  if (clients.size <= MOST_NODES) return [...clients.keys()];
  const parents = new Map();
  for (const [name, client] of clients) {
    for (const member of client.members ?? []) parents.set(member, [...(parents.get(member) ?? []), name]);
  }
  const reach = (next) => {
    const seen = new Set([chosen]);
    for (const name of seen) for (const other of next(name)) seen.add(other);
    return seen;
  };
  const below = reach((name) => clients.get(name).members ?? []);
  const above = reach((name) => parents.get(name) ?? []);
  return [...clients.keys()].filter((name) => below.has(name) || above.has(name));
}

/** Columns of boxes and of lanes. An edge that skips columns gets a lane in each, so that it crosses no box. */
function layers(names) {
  const shown = new Set(names);
  const members = (name) => [...new Set(clients.get(name).members ?? [])].filter((member) => shown.has(member));
  const depth = new Map(names.map((name) => [name, 0]));
  const waiting = new Map(names.map((name) => [name, 0]));
  for (const name of names) for (const member of members(name)) waiting.set(member, waiting.get(member) + 1);
  const ready = names.filter((name) => waiting.get(name) === 0);
  for (const name of ready) {
    for (const member of members(name)) {
      depth.set(member, Math.max(depth.get(member), depth.get(name) + 1));
      waiting.set(member, waiting.get(member) - 1);
      if (waiting.get(member) === 0) ready.push(member);
    }
  }
  const columns = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  for (const name of names) columns[depth.get(name)].push({ name, above: [] });
  const slot = new Map(columns.flat().map((box) => [box.name, box]));
  const edges = [];
  for (const name of names) {
    for (const member of members(name)) {
      const path = [slot.get(name)];
      for (let column = depth.get(name) + 1; column < depth.get(member); column += 1) {
        const lane = { name: null, above: [path.at(-1)] };
        columns[column].push(lane);
        path.push(lane);
      }
      slot.get(member).above.push(path.at(-1));
      edges.push({ from: name, to: member, path: [...path, slot.get(member)] });
    }
  }
  return { columns, edges };
}

/** Gives each box and lane its place: near the middle of what leads to it, in the order of the source where that is equal. */
function arrange(columns) {
  const WIDTH = 190, HEIGHT = 44, GAP = 90, LANE = 14, SPACE = 16;
  let tallest = 0;
  columns.forEach((column, index) => {
    const wish = (slot) => slot.above.length === 0 ? 0 : slot.above.reduce((sum, one) => sum + one.y, 0) / slot.above.length;
    const ordered = column.map((slot, order) => ({ slot, order, wish: wish(slot) }));
    ordered.sort((a, b) => a.wish - b.wish || a.order - b.order);
    let y = 0;
    for (const { slot } of ordered) {
      const height = slot.name === null ? LANE : HEIGHT;
      Object.assign(slot, { x: index * (WIDTH + GAP), y: y + height / 2, width: WIDTH, height });
      y += height + SPACE;
    }
    tallest = Math.max(tallest, y);
  });
  return { width: columns.length * (WIDTH + GAP) - GAP, height: tallest };
}

function edgePath({ path }) {
  let text = `M${path[0].x + path[0].width} ${path[0].y}`;
  for (const [index, slot] of path.slice(1).entries()) {
    const before = path[index];
    const middle = (before.x + before.width + slot.x) / 2;
    text += `C${middle} ${before.y} ${middle} ${slot.y} ${slot.x} ${slot.y}`;
    if (slot.name === null) text += `H${slot.x + slot.width}`;
  }
  return text;
}

/** The limits that a client sets, as many of the longest ones as so many characters hold; dots stand for the others. */
function limitsInShort(timeouts, most) {
  const limits = FIELDS.filter(([field]) => field in timeouts).map(([field, label]) => `${label} ${duration(timeouts[field])}`);
  for (let count = limits.length; count > 0; count -= 1) {
    const text = [...(count < limits.length ? ["…"] : []), ...limits.slice(-count)].join(" · ");
    if (text.length <= most || count === 1) return text;
  }
  return "";
}

function drawGraph(chosen) {
  const names = around(chosen);
  const { columns, edges } = layers(names);
  const { width, height } = arrange(columns);
  const svg = drawn("svg", { viewBox: `-4 -4 ${width + 8} ${height + 8}`, width: width + 8, height: height + 8, role: "group", "aria-label": `${plural(names.length, "client")} and their members` });
  svg.append(drawn("defs", {}, drawn("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, drawn("path", { d: "M0 0L8 4L0 8", class: "edge" }))));
  for (const edge of edges) {
    const parent = clients.get(edge.from);
    const places = parent.members.flatMap((member, index) => member === edge.to ? [index + 1] : []);
    svg.append(drawn("path", { d: edgePath(edge), class: "edge", "marker-end": "url(#arrow)" }));
    const end = edge.path.at(-1), before = edge.path.at(-2);
    const y = before.y === end.y ? end.y - 5 : end.y + (before.y < end.y ? -8 : 16);
    svg.append(drawn("text", { x: end.x - 26, y, class: "limit", "aria-hidden": "true" }, parent.kind === "fallback" ? places.join(",") : "⟳"));
  }
  for (const slot of columns.flat().filter((slot) => slot.name !== null)) {
    const client = clients.get(slot.name);
    const open = (event) => { event.preventDefault(); show(slot.name); };
    const css = `node${data.entries.includes(slot.name) ? " entry" : ""}${slot.name === chosen && clients.size > MOST_NODES ? " chosen" : ""}`;
    svg.append(drawn("a", { class: css, href: `#${encodeURIComponent(clientId(slot.name))}`, onclick: open },
      drawn("rect", { x: slot.x, y: slot.y - slot.height / 2, width: slot.width, height: slot.height, rx: 6 }),
      drawn("text", { x: slot.x + 10, y: slot.y - 4, "font-size": slot.name.length > 24 ? 10 : 13 }, cut(slot.name, 31)),
      drawn("text", { x: slot.x + 10, y: slot.y + 13, class: "limit" }, cut(limitsInShort(client.timeouts, 29) || kind(client), 29))));
  }
  byId("graph-box").replaceChildren(svg);
}

// ---- clients ----

/** The limits that BAML holds the attempts of each route to: what the leaf sets, else its own. */
function limitsInBaml(name, client) {
  const baml = throughBaml(client);
  if (!baml) return [];
  const rows = client.routes.flatMap((route, index) => {
    const leaf = route.path.at(-1);
    const own = clients.get(leaf);
    const set = FIELDS.filter(([field]) => field in (baml.effective[index] ?? {}));
    return set.map(([field, label], number) => {
      const isOwn = field in (own?.timeouts ?? {});
      const origin = isOwn ? own.routes[0]?.origin[field] : undefined;
      return [[number === 0 ? route.path.join(" › ") : ""], [label], [duration(baml.effective[index][field]), "number"], [isOwn ? leaf : "BAML"], [origin ? place(origin) : ""]];
    });
  });
  return [element("div", {}, element("h3", {}, "Effective limits through BAML"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Limits of ${name} through BAML` },
      table(`${name}: what BAML holds each attempt to`, [["route"], ["limit"], ["value", "number"], ["set by"], ["line"]], rows)))];
}

function limitsOf(name, client) {
  const rows = client.routes.flatMap((route) => {
    const path = route.path.join(" › ");
    const set = FIELDS.filter(([field]) => field in route.effective);
    if (set.length === 0) return [[[path], ["–"], ["no limit", "number"], ["nothing sets one"], [""]]];
    return set.map(([field, label], index) => {
      const origin = route.origin[field];
      return [[index === 0 ? path : ""], [label], [duration(route.effective[field]), "number"], [origin.client ?? "clientc.toml"], [place(origin)]];
    });
  });
  return element("div", {}, element("h3", {}, throughBaml(client) ? "Effective limits through clientc" : "Effective limits"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Limits of ${name}` },
      table(`${name}: the smallest limit on each route`, [["route"], ["limit"], ["value", "number"], ["set by"], ["line"]], rows)));
}

function insideOf(name, client) {
  const facts = [];
  const verdict = data.verdicts[name];
  if (verdict) {
    const [, text, file, line] = verdict.match(/^(.*): (\S.*):(\d+)$/) ?? [null, verdict];
    const decided = element("p", {}, `Worst case ${worstCase(client)}. ${throughBaml(client) ? "Through BAML: " : ""}${text} `);
    if (file) decided.append("(", place({ file, line: Number(line) }), ")");
    facts.push(decided);
  }
  if (client.retry) facts.push(element("p", {}, retry(client.retry)));
  if (client.members) {
    const members = element("p", {}, client.kind === "fallback" ? "Members in order: " : "Members in turn: ");
    client.members.forEach((member, index) => members.append(index === 0 ? "" : ", ", clientLink(member)));
    facts.push(members);
  }
  const found = data.findings.filter((finding) => finding.client === name);
  return element("div", { class: "inside" },
    element("p", { class: "soft" }, "Declared at ", place(client.source), model(client) ? `, model ${model(client)}` : ""),
    ...facts, ...schedulesOf(name, client), ...limitsInBaml(name, client), limitsOf(name, client),
    ...(found.length > 0 ? [element("h3", {}, "Findings here"), ...found.map(drawFinding)] : []));
}

/** The schedule of a client; where BAML makes the calls its own, which knows no totals, comes first. */
function schedulesOf(name, client) {
  if (!throughBaml(client)) return [scheduleOf(name, client)];
  const axis = axisOf([leading(client), client]);
  return [scheduleOf(`${name} through BAML`, leading(client), axis, ", through BAML"), scheduleOf(`${name} through clientc`, client, axis, ", through clientc")];
}

function drawClient([name, client]) {
  const worst = element("span", { class: (throughBaml(client) ?? client).worst_case.duration_ms === null ? "bad" : "" }, `worst case ${worstCase(client)}`);
  const details = element("details", { id: clientId(name) },
    element("summary", {}, element("span", { class: "name" }, name), ` ${kind(client)} · `, worst));
  // What is inside is made when it is first seen: a page of a thousand clients opens at once.
  details.addEventListener("toggle", () => { if (details.open) fillIn(details, () => insideOf(name, client)); });
  return details;
}

function fillIn(details, make) {
  if (details.children.length === 1) details.append(make());
}

function openDetails(details) {
  details.open = true;
  if (details.id.startsWith("client ")) {
    const name = details.id.slice("client ".length);
    fillIn(details, () => insideOf(name, clients.get(name)));
  } else {
    fillIn(details, () => insideOfSource(details.dataset.file));
  }
}

function show(name) {
  const details = byId(clientId(name));
  details.hidden = false;
  openDetails(details);
  details.scrollIntoView({ block: "start" });
  details.querySelector("summary").focus();
}

// ---- findings and sources ----

function drawFinding(finding) {
  return element("div", { class: `finding ${finding.level}` },
    element("p", {}, element("span", { class: `level ${finding.level}` }, `${finding.level} `), element("code", {}, finding.rule), ": ", finding.message),
    element("p", { class: "soft" }, place(finding), ...finding.related.flatMap((one) => [` · ${one.message} `, place(one)])),
    finding.help ? element("p", {}, `help: ${finding.help}`) : null);
}

function insideOfSource(file) {
  const lines = data.sources[file].replace(/\n$/, "").split("\n");
  return element("pre", { class: "source", tabindex: "0", "aria-label": file },
    ...lines.map((line, index) => element("span", { id: lineId(file, index + 1) }, element("b", { "aria-hidden": "true" }, String(index + 1)), line)));
}

function drawSource(file) {
  const details = element("details", { "data-file": file }, element("summary", {}, element("code", {}, file)));
  details.addEventListener("toggle", () => { if (details.open) fillIn(details, () => insideOfSource(file)); });
  return details;
}

function goTo(source) {
  openDetails([...byId("sources-box").children].find((details) => details.dataset.file === source.file));
  for (const before of document.querySelectorAll(".here")) before.classList.remove("here");
  const line = byId(lineId(source.file, source.line));
  if (!line) return;
  line.classList.add("here");
  line.tabIndex = -1;
  line.scrollIntoView({ block: "center" });
  line.focus();
}

// ---- the page ----

function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const users = new Map();
  for (const [name, { client }] of Object.entries(data.plan.functions)) users.set(client, `${users.get(client) ?? ""} ${name}`);
  let found = 0;
  for (const [name, client] of clients) {
    const text = `${name} ${kind(client)} ${model(client)} ${client.members?.join(" ") ?? ""} ${users.get(name) ?? ""}`.toLowerCase();
    const isFound = words.every((word) => text.includes(word));
    byId(clientId(name)).hidden = !isFound;
    found += isFound;
  }
  byId("found").textContent = words.length === 0 ? "" : `${found} of ${plural(clients.size, "client")}`;
}

function start() {
  const counts = ["error", "warning", "info"].map((level) => [level, data.findings.filter((finding) => finding.level === level).length]);
  byId("title").textContent = data.plan.project;
  byId("facts").textContent = [plural(clients.size, "client"), plural(Object.keys(data.plan.functions).length, "function"),
    ...counts.filter(([, count]) => count > 0).map(([level, count]) => plural(count, level)), ...(data.measured ? [data.measured] : [])].join(" · ");
  byId("clients").append(...[...clients].map(drawClient));
  byId("findings-box").append(...(data.findings.length === 0 ? [element("p", {}, "No problems found.")] : data.findings.map(drawFinding)));
  byId("sources-box").append(...Object.keys(data.sources).map(drawSource));
  const functions = Object.entries(data.plan.functions);
  if (functions.length > 0) {
    byId("functions").hidden = false;
    byId("functions-box").append(table("Functions and what a call costs at worst", [["function"], ["client"], ["worst case"], ["line"]],
      functions.map(([name, to]) => [[name], [clientLink(to.client)], [worstCase(clients.get(to.client))], [place(to.source)]])));
  }
  const isLarge = clients.size > MOST_NODES;
  byId("graph-note").textContent = isLarge
    ? `There are ${clients.size.toLocaleString("en-US")} clients. The drawing shows one, what it reaches and what reaches it.`
    : "From left to right: who calls whom, members of a fallback with their order. A box links to its client.";
  const first = data.entries.find((name) => clients.get(name)?.members) ?? data.entries[0] ?? clients.keys().next().value;
  if (isLarge) {
    byId("graph-choice").hidden = false;
    byId("chosen").append(...[...clients.keys()].map((name) => element("option", { value: name }, name)));
    byId("chosen").value = first;
    byId("chosen").addEventListener("change", (event) => drawGraph(event.target.value));
  }
  if (clients.size > 0) drawGraph(first);
  byId("search").addEventListener("input", search);
  byId("open-all").addEventListener("click", () => byId("clients").querySelectorAll(":scope > details:not([hidden])").forEach(openDetails));
  byId("close-all").addEventListener("click", () => document.querySelectorAll("details").forEach((details) => { details.open = false; }));
  addEventListener("beforeprint", () => byId("clients").querySelectorAll(":scope > details:not([hidden])").forEach(openDetails));
  const target = decodeURIComponent(location.hash.slice(1));
  if (target.startsWith("client ") && clients.has(target.slice(7))) show(target.slice(7));
}

start();
