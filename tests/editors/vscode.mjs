// A session in VS Code over a real project, driven in Chromium. scripts/vscode_test.sh starts both:
//
//     node vscode.mjs URL PROJECT PROGRAM PICTURES
//
// PROJECT is a copy of the project `fabula`, PROGRAM the built `clientc`, PICTURES a folder for screenshots.

import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

// The script is not beside the modules that it needs.
const { chromium } = createRequire(path.join(process.env.VSCODE_SERVER, "package.json"))("playwright-core");
const [url, project, program, pictures] = process.argv.slice(2);
const [CLIENTS, USER] = ["baml_src/clients.baml", "baml_src/myth06.baml"];
const WAIT = { timeout: 60000 };

const read = (file) => fs.readFileSync(path.join(project, file), "utf8");
const ok = (what) => console.log(`ok: ${what}`);

function expect(holds, what) {
  if (!holds) throw new Error(what);
  ok(what);
}

/** The exit code of the program. */
function clientc(...args) {
  try {
    execFileSync(program, args, { cwd: project, stdio: "pipe" });
    return 0;
  } catch (error) {
    return error.status;
  }
}

/** How often a name is in all files. */
function places(name) {
  const files = fs.readdirSync(path.join(project, "baml_src"));
  const words = files.map((file) => read(`baml_src/${file}`).match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0);
  return words.reduce((sum, one) => sum + one, 0);
}

/** The processes of the language server of this project. One whose session is recorded lies in a folder beside `bin`. */
function servers() {
  const all = spawnSync("pgrep", ["-f", `^${project}/.venv/[a-z]+/clientc lsp`], { encoding: "utf8" });
  return all.stdout.split("\n").filter((line) => line !== "");
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ viewport: { width: 1200, height: 760 } });
// Nothing leaves this machine.
const isLocal = (address) => ["127.0.0.1", "localhost"].includes(address.hostname) || ["data:", "blob:"].includes(address.protocol);
await context.route((address) => !isLocal(address), (route) => route.abort());
const page = await context.newPage();

const picture = (name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
const press = (keys) => page.keyboard.press(keys);

/** Waits for something on the disk or in the page. */
async function eventually(what, holds) {
  const until = Date.now() + WAIT.timeout;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(what);
    await page.waitForTimeout(100);
  }
  ok(what);
}

/** Runs a command of the palette by its whole title. */
async function command(title) {
  await press("F1");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor(WAIT);
  await input.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row:visible", { hasText: title }).first().waitFor(WAIT);
  await press("Enter");
}

/** Puts the cursor into the text of the open file: on the first place of a text, some characters into it. */
async function go(file, text, into = 0) {
  const before = read(file).split(text)[0];
  const lines = before.split("\n");
  await press("Control+g");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor(WAIT);
  await input.fill(`:${lines.length}:${lines.at(-1).length + 1 + into}`);
  await press("Enter");
  await input.waitFor({ ...WAIT, state: "hidden" });
}

const tab = (name) => page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, WAIT);
const hover = () => page.locator(".monaco-hover-content:visible");
const rows = page.locator(".markers-panel .monaco-tl-row");

/** Opens the Problems panel, whose rows are `rows`. */
async function openProblems() {
  await press("Control+Shift+m");
  await eventually("the Problems panel has findings", async () => (await rows.allInnerTexts()).join("\n").includes("clientc"));
  await command("View: Focus Active Editor Group");
}

async function session() {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await tab("myth06.baml");
  const mode = page.locator("#status\\.editor\\.mode");
  await eventually("the file has the language BAML", async () => (await mode.innerText().catch(() => "")).trim() === "BAML");

  await page.locator(".view-line", { hasText: "File:" }).first().click();
  // The definition is known as soon as the server runs.
  await eventually("a definition in another file is found", async () => {
    await go(USER, "client GemkuA", 8);
    await press("F12");
    await page.waitForTimeout(1000);
    return (await page.locator('.tab.active[data-resource-name="clients.baml"]').count()) === 1;
  });
  await page.locator(".codelens-decoration:visible", { hasText: "worst case" }).first().waitFor(WAIT);
  ok("lines above clients are shown");
  await go(CLIENTS, "mutliplier");
  await page.locator(".squiggly-warning").first().waitFor({ ...WAIT, state: "attached" });
  ok("findings are underlined");

  await openProblems();
  await eventually("it has the one that is underlined", async () => (await rows.allInnerTexts()).join("\n").includes("mutliplier"));

  await go(CLIENTS, "client<llm> GemkuA", 13);
  // A hover of the mouse stays where one of the keyboard goes away by itself.
  const line = page.locator(".view-line", { hasText: "client<llm> GemkuA" });
  const word = line.locator("span", { hasText: /^GemkuA$/ }).first();
  await eventually("a hover shows the worst case", async () => {
    // A layout that comes late takes a hover away, so the mouse comes again.
    await page.mouse.move(600, 20);
    await word.hover();
    await page.waitForTimeout(1500);
    return (await hover().allInnerTexts()).join().includes("Worst case");
  });
  await page.waitForTimeout(500);
  await picture("editor-hover");
  await page.mouse.move(600, 20);
  await press("Escape");
  await go(CLIENTS, "client<llm> GemkuA", 13);

  const uses = places("GemkuA");
  await press("F2");
  const box = page.locator(".rename-box input");
  await box.waitFor(WAIT);
  await box.fill("Storyteller");
  await press("Enter");
  await eventually("a client is renamed", async () => (await page.locator(".view-line", { hasText: "Storyteller" }).count()) > 0);
  await command("File: Save All");
  await eventually(`it is renamed in all ${uses} places`, () => uses > 8 && places("GemkuA") === 0 && places("Storyteller") === uses);

  await go(CLIENTS, "mutliplier", 2);
  await press("Control+.");
  const actions = page.locator(".action-widget").first();
  await actions.waitFor(WAIT);
  await eventually("the light bulb offers the fix", async () => (await actions.innerText()).includes("multiplier"));
  await page.waitForTimeout(500);
  await picture("editor-fix");
  await press("Enter");
  await actions.waitFor({ ...WAIT, state: "hidden" });
  await press("Control+s");
  await eventually("the fix is applied", () => read(CLIENTS).includes(" multiplier") && !read(CLIENTS).includes("mutliplier"));
  await eventually("its finding is gone", async () => !(await rows.allInnerTexts()).join("\n").includes("mutliplier"));

  await go(CLIENTS, "provider openai");
  await page.keyboard.type("      ");
  await press("Control+s");
  await eventually("the file is not laid out as `clientc fmt` does it", () => /^ {8}provider openai$/m.test(read(CLIENTS)) && clientc("fmt", "--check", CLIENTS) === 1);
  await command("Format Document");
  await page.waitForTimeout(500);
  await press("Control+s");
  await eventually("formatted, it is", () => clientc("fmt", "--check", CLIENTS) === 0);

  await go(CLIENTS, "strategy [CustomGeminiFlash, CustomGPT4oMini]");
  await command("clientc: Show Plan of the Client Under the Cursor");
  await page.locator(".tab", { hasText: "Plan of Storyteller" }).waitFor(WAIT);
  await eventually("the plan of a client is shown", async () => (await page.locator(".view-lines").allInnerTexts()).join().includes("CustomGeminiFlash"));
  await page.waitForTimeout(500);
  await picture("editor-plan");

  const before = servers();
  expect(before.length === 1, "one server runs");
  await command("clientc: Restart Server");
  await eventually("another server runs in its place", () => servers().length === 1 && servers()[0] !== before[0]);
  await eventually("it reports the findings", async () => (await rows.allInnerTexts()).join("\n").includes("clientc"));

  await go(CLIENTS, "retry_policy Constant", 14);
  await command("clientc: Explain Rule Under the Cursor");
  await page.locator(".tab", { hasText: "unused-retry-policy.md" }).waitFor(WAIT);
  ok("the rule of a finding is explained");
}

try {
  await session();
} catch (error) {
  console.log(`FAILED: ${error.message}`);
  await picture("failed");
  process.exitCode = 1;
} finally {
  await browser.close();
}
