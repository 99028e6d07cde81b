// Opens pages of plans and of their differences (diff….html) in Chromium as a person would, and lets Mermaid draw graphs:
// page_test.cjs MODULES PAGE|GRAPH…
// Fails on console errors, on what axe-core finds, and where a click or a key does not do what it should.
const [modules, ...pages] = process.argv.slice(2);
const { chromium } = require(`${modules}/playwright-core`);
const path = require("node:path");
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];

/** Opens a page and says how long that takes. What goes wrong on it is in the second part of the result. */
async function open(browser, file, colorScheme, width) {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  const start = performance.now();
  await page.goto(`file://${path.resolve(file)}`);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  console.log(`${path.basename(file)}: ${colorScheme}, ${width} wide, drawn after ${Math.round(performance.now() - start)} ms`);
  return [page, errors];
}

/** Fails on what axe-core finds and on errors. */
async function judge(page, errors) {
  await page.addScriptTag({ path: `${modules}/axe-core/axe.min.js` });
  const { violations } = await page.evaluate(() => axe.run());
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  assert.deepEqual(told, []);
  assert.deepEqual(errors, []);
  await page.close();
}

/** Goes through the page with the Tab key alone: the search, a box of the graph and a client are reached, and open. */
async function walk(page) {
  const reached = [];
  for (let step = 0; step < 120; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const { id, tagName, classList } = document.activeElement;
      return classList.contains("node") ? "node" : id || tagName;
    });
    reached.push(at);
    if (at !== "SUMMARY") continue;
    const opened = page.locator("#clients > details[open]");
    await page.keyboard.press("Enter");
    assert.equal(await opened.count(), 1, "Enter opens a client");
    await page.keyboard.press("Enter");
    assert.equal(await opened.count(), 0, "and closes it");
    break;
  }
  for (const wanted of ["search", "open-all", "node", "SUMMARY"]) {
    assert.ok(reached.includes(wanted), `${wanted} is reached by the keyboard: ${reached.join(" ")}`);
  }
}

async function look(browser, file, colorScheme, width) {
  const [page, errors] = await open(browser, file, colorScheme, width);
  await walk(page);
  const clients = page.locator("#clients > details");
  const count = await clients.count();
  assert.ok(count > 0, "there are clients");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `nothing is wider than the page: ${overflow}`);

  // A click on a box of the graph opens its client.
  await page.locator("#graph-box a.node").first().click();
  const opened = page.locator("#clients > details[open]");
  assert.equal(await opened.count(), 1);
  assert.ok(await opened.getByText("Effective limits").first().isVisible());
  // Enter closes it, since the summary has the focus.
  await page.keyboard.press("Enter");
  assert.equal(await opened.count(), 0);
  await page.keyboard.press("Enter");

  // A place leads to its line.
  await opened.locator("a code").first().click();
  assert.equal(await page.locator("pre.source .here").count(), 1);

  // The search leaves what it finds.
  const name = await clients.first().locator(".name").textContent();
  await page.fill("#search", name);
  assert.ok((await page.locator("#clients > details:not([hidden])").count()) >= 1);
  await page.fill("#search", "no such client anywhere");
  assert.equal(await page.locator("#clients > details:not([hidden])").count(), 0);
  await page.fill("#search", "");

  await judge(page, errors);
}

/** Looks at differences: the schedules before and after stand on the same axis. */
async function compare(browser, file, colorScheme, width) {
  const [page, errors] = await open(browser, file, colorScheme, width);
  const clients = page.locator("#projects > section > details");
  assert.ok((await clients.count()) > 0, "there are schedules");
  for (const client of await clients.all()) {
    await client.locator("> summary").click();
    const axes = await client.locator("svg").evaluateAll((drawings) =>
      drawings.map((drawing) => [...drawing.querySelectorAll("line.tick")].map((tick) => tick.getAttribute("x1")).join(" ")));
    assert.equal(axes.length, 2, "both schedules are drawn");
    assert.equal(axes[0], axes[1], "on one axis");
  }
  await judge(page, errors);
}

/** Lets Mermaid read and draw a graph. */
async function draw(browser, file) {
  const page = await browser.newPage();
  await page.addScriptTag({ path: `${modules}/mermaid/dist/mermaid.min.js` });
  const drawn = await page.evaluate(async (text) => {
    await mermaid.parse(text);
    return (await mermaid.render("graph", text)).svg;
  }, readFileSync(file, "utf8"));
  assert.match(drawn, /^<svg/);
  await page.close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  try {
    for (const file of pages) {
      if (file.endsWith(".mmd")) await draw(browser, file);
      else if (path.basename(file).startsWith("diff")) {
        await compare(browser, file, "light", 1200);
        await compare(browser, file, "dark", 390);
      } else {
        await look(browser, file, "light", 1200);
        await look(browser, file, "dark", 390);
      }
      console.log(`${path.basename(file)}: good`);
    }
  } finally {
    await browser.close();
  }
})();
