// A window of VS Code over a project, driven in Chromium. Each session beside this file is started by scripts/vscode_test.sh:
//
//     node SESSION URL PROJECT PROGRAM PICTURES [BAML]
//
// PROJECT is a copy of a project, PROGRAM the built `clientc`, PICTURES a folder for screenshots, BAML the path of `baml-cli`.

import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

// The script is not beside the modules that it needs.
const { chromium } = createRequire(path.join(process.env.VSCODE_SERVER, "package.json"))("playwright-core");
const [url, project, program, pictures, baml] = process.argv.slice(2);

export const WAIT = { timeout: 60000 };

export const read = (file) => fs.readFileSync(path.join(project, file), "utf8");
export const ok = (what) => console.log(`ok: ${what}`);

/** Writes a file of the project. */
export function write(file, text) {
  fs.mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  fs.writeFileSync(path.join(project, file), text);
}

export function expect(holds, what) {
  if (!holds) throw new Error(what);
  ok(what);
}

/** The exit code of the program. */
export function clientc(...args) {
  try {
    execFileSync(program, args, { cwd: project, stdio: "pipe" });
    return 0;
  } catch (error) {
    return error.status;
  }
}

/** How often a name is in all files. */
export function places(name) {
  const files = fs.readdirSync(path.join(project, "baml_src"));
  const words = files.map((file) => read(`baml_src/${file}`).match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0);
  return words.reduce((sum, one) => sum + one, 0);
}

function processes(pattern) {
  const all = spawnSync("pgrep", ["-f", pattern], { encoding: "utf8" });
  return all.stdout.split("\n").filter((line) => line !== "");
}

/** The processes of the language server of this project. One whose session is recorded lies in a folder beside `bin`. */
export const servers = () => processes(`^${project}/.venv/[a-z]+/clientc lsp`);

/** The processes of BAML's language server. */
export const bamlServers = () => processes(`${baml} lsp`);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ viewport: { width: 1200, height: 760 } });
// Nothing leaves this machine.
const isLocal = (address) => ["127.0.0.1", "localhost"].includes(address.hostname) || ["data:", "blob:"].includes(address.protocol);
await context.route((address) => !isLocal(address), (route) => route.abort());

export const page = await context.newPage();
export const picture = (name) => page.screenshot({ path: path.join(pictures, `${name}.png`) });
export const press = (keys) => page.keyboard.press(keys);
export const tab = (name) => page.waitForSelector(`.tab.active[data-resource-name="${name}"]`, WAIT);

/** The rows of the Problems panel. */
export const rows = page.locator(".markers-panel .monaco-tl-row");

const status = async (name) => (await page.locator(`#status\\.editor\\.${name}`).innerText().catch(() => "")).trim();

async function until(what, holds) {
  const end = Date.now() + WAIT.timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(what);
    await page.waitForTimeout(100);
  }
}

/** Waits for something on the disk or in the page, and says that it came. */
export async function eventually(what, holds) {
  await until(what, holds);
  ok(what);
}

/** Opens the window, whose first file is in the URL. */
export async function open(name) {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await tab(name);
  await eventually("the file has the language BAML", async () => (await status("mode")) === "BAML");
}

/** Runs a command of the palette by its whole title. */
export async function command(title) {
  await press("F1");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor(WAIT);
  await input.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row:visible", { hasText: title }).first().waitFor(WAIT);
  await press("Enter");
}

/** The line and the column of the cursor, counted from 1. */
export async function cursor() {
  const [, line, column] = /Ln (\d+), Col (\d+)/.exec(await status("selection")) ?? [];
  return [Number(line), Number(column)];
}

/** Puts the cursor into the text of the open file: on the first place of a text, some characters into it. */
export async function go(file, text, into = 0) {
  const lines = read(file).split(text)[0].split("\n");
  const place = [lines.length, lines.at(-1).length + 1 + into].join(":");
  const isThere = async () => (await cursor()).join(":") === place;
  const input = page.locator(".quick-input-widget input").first();
  // An input that is just being shown may miss what is typed, so it is typed again.
  await until(`the cursor is at ${place} of ${file}`, async () => {
    await press("Control+g");
    await input.waitFor(WAIT);
    await input.fill(`:${place}`);
    await press("Enter");
    await input.waitFor({ ...WAIT, state: "hidden" });
    for (let tries = 0; tries < 20 && !(await isThere()); tries += 1) await page.waitForTimeout(100);
    return isThere();
  });
}

/** Opens the Problems panel, whose rows are `rows`. */
export async function openProblems() {
  await press("Control+Shift+m");
  await eventually("the Problems panel has findings", async () => (await rows.allInnerTexts()).join("\n").includes("clientc"));
  await command("View: Focus Active Editor Group");
}

/** Waits until the mouse over a name shows a hover with some texts. A hover of the mouse stays where one of the keyboard goes away. */
export async function hover(what, lineText, name, ...texts) {
  const word = page.locator(".view-line", { hasText: lineText }).locator("span", { hasText: new RegExp(`^${name}$`) }).first();
  await eventually(what, async () => {
    // A layout that comes late takes a hover away, so the mouse comes again.
    await page.mouse.move(600, 20);
    await word.hover();
    await page.waitForTimeout(1500);
    // Code has spaces that do not break.
    const said = (await page.locator(".monaco-hover-content:visible").allInnerTexts()).join().replaceAll("\u00a0", " ");
    return texts.every((text) => said.includes(text));
  });
}

/** Takes the mouse away, and the hover with it. */
export async function leave() {
  await page.mouse.move(600, 20);
  await press("Escape");
}

/** Renames what the cursor is on, and saves every file. */
export async function rename(to) {
  await press("F2");
  const box = page.locator(".rename-box input");
  await box.waitFor(WAIT);
  await box.fill(to);
  await press("Enter");
  await eventually(`${to} is in the text`, async () => (await page.locator(".view-line", { hasText: to }).count()) > 0);
  await command("File: Save All");
}

/** Saves the open file until it is laid out as `clientc fmt` does it: what formats it may answer late. */
export async function formatted(what, file) {
  await eventually(what, async () => {
    await press("Control+s");
    return clientc("fmt", "--check", file) === 0;
  });
}

/** Runs a session. What fails is in a picture. */
export async function run(session) {
  try {
    await session();
  } catch (error) {
    console.log(`FAILED: ${error.message}`);
    await picture("failed");
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
