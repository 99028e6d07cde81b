// A session in VS Code over the project `pdf-ocr`, with our extension beside a stand-in for BAML's own, which starts BAML's
// server. It is started as vscode_window.mjs says.

import {
  bamlServers, clientc, command, cursor, eventually, expect, formatted, go, hover, leave, open, openProblems, page, places,
  press, read, rename, rows, run, servers, tab, write,
} from "./vscode_window.mjs";

const [CLIENTS, CLASSES] = ["baml_src/clients.baml", "baml_src/compress.baml"];
const SETTINGS = ".vscode/settings.json";

/** The rows of the Problems panel with a text. */
const problems = async (text) => (await rows.allInnerTexts()).filter((row) => row.includes(text));
const peeks = () => page.locator(".peekview-widget:visible").count();

/** Opens another file of the project by a click on its name. */
async function openFile(file) {
  const name = file.split("/").at(-1);
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).click();
  await tab(name);
  await command("View: Focus Active Editor Group");
}

/** Waits until the hover over a client has what both servers say. */
async function bothAnswer(what) {
  await go(CLIENTS, "client<llm> OpenaiFallback", 13);
  await hover(what, "client<llm> OpenaiFallback", "OpenaiFallback", "Worst case", "provider fallback");
  await leave();
}

/** The line of a text in a file, counted from 1. */
const lineOf = (file, text) => read(file).split(text)[0].split("\n").length;

/** An unknown client is an error for both; a misspelt key is a finding of ours only, and shows that we have seen the text. */
async function findings() {
  await eventually("an unknown client is in the Problems panel once, and BAML reports it", async () => {
    const said = await problems("NobodyAtAll");
    return (await problems("dellay_ms")).length === 1 && said.length === 1 && !said[0].includes("clientc");
  });
  expect((await problems("dellay_ms"))[0].includes("clientc"), "a misspelt key, which only clientc finds, is there from clientc");
  write(SETTINGS, '{ "clientc.peer": "alone" }');
  await eventually("with the setting `alone` it is there twice", async () => (await problems("NobodyAtAll")).length === 2);
  write(SETTINGS, "{}");
  await eventually("with the setting `auto` it is there once", async () => (await problems("NobodyAtAll")).length === 1);
  await go(CLIENTS, "NobodyAtAll");
  for (const _ of "NobodyAtAll") await press("Delete");
  await page.keyboard.insertText("CustomGPT5Mini");
  await go(CLIENTS, "dellay_ms", 2);
  await press("Delete");
  await press("Control+s");
  await eventually("corrected, both are gone", async () => (await problems("NobodyAtAll")).length + (await problems("dellay_ms")).length === 0);
}

/** Both servers know where a client is defined, and each names another part of it. */
async function definitions() {
  await go(CLIENTS, "strategy [CustomGPT5Mini, CustomGPT5]", 12);
  await press("F12");
  const line = lineOf(CLIENTS, "client<llm> CustomGPT5Mini");
  await eventually("the definition of a client is found", async () => (await cursor())[0] === line);
  expect((await peeks()) === 0, "it is one place, and is opened");
  await openFile("clientc.toml");
  await go("clientc.toml", "OpenaiFallback", 2);
  await press("F12");
  await tab("clients.baml");
  const entry = lineOf(CLIENTS, "client<llm> OpenaiFallback");
  await eventually("what BAML's server is not asked, ours answers: where a client of `clientc.toml` is", async () => (await cursor())[0] === entry);
}

/** Renames a client and a class, and compares every file. */
async function renames(client, type, to) {
  const [uses, types] = [places(client), places(type)];
  await go(CLIENTS, `strategy [${client}`, 12);
  await rename(`Client${to}`);
  await eventually(`a client is renamed once, in all ${uses} places`, () => uses > 3 && places(client) === 0 && places(`Client${to}`) === uses);
  await openFile(CLASSES);
  await go(CLASSES, `class ${type}`, 7);
  await rename(`Class${to}`);
  await eventually(`a class is renamed once, in all ${types} places`, () => types > 1 && places(type) === 0 && places(`Class${to}`) === types);
  await openFile(CLIENTS);
}

/** VS Code asks first the server that came last, so each comes last once. */
async function bothOrders() {
  const [baml, ours] = [bamlServers(), servers()];
  expect(baml.length === 1 && ours.length === 1, "one server of each runs");
  await command("Baml: Restart Language Server");
  await eventually("another server of BAML runs", () => bamlServers().length === 1 && bamlServers()[0] !== baml[0]);
  await bothAnswer("both servers answer, BAML's first");
  await renames("CustomGPT5Mini", "DetectedTable", "One");
  await command("clientc: Restart Server");
  await eventually("another server of clientc runs", () => servers().length === 1 && servers()[0] !== ours[0]);
  await bothAnswer("both servers answer, ours first");
  await renames("ClientOne", "ClassOne", "Two");
}

/** Puts a line out of place, and lets VS Code format the file. */
async function format(what) {
  await go(CLIENTS, "provider fallback");
  await page.keyboard.insertText("      ");
  await press("Control+s");
  await eventually("the file is not laid out as `clientc fmt` does it", () => clientc("fmt", "--check", CLIENTS) === 1);
  await command("Format Document");
  await formatted(what, CLIENTS);
}

async function formatters() {
  await format("formatted, it is: BAML's server is no formatter, so VS Code does not ask for one");
  const dialog = page.locator(".monaco-dialog-box");
  write(SETTINGS, '{ "[baml]": { "editor.defaultFormatter": "Boundary.baml-extension" } }');
  await eventually("with BAML's extension as the formatter, VS Code says something instead", async () => {
    await command("Format Document");
    return dialog.waitFor({ timeout: 2000 }).then(() => true, () => false);
  });
  expect((await dialog.innerText()).includes("it cannot format"), "it says that BAML's cannot format");
  await press("Escape");
  write(SETTINGS, '{ "[baml]": { "editor.defaultFormatter": "clientc.clientc" } }');
  await eventually("with clientc as the formatter, it does not", async () => {
    await command("Format Document");
    const asks = await dialog.waitFor({ timeout: 2000 }).then(() => true, () => false);
    if (asks) await press("Escape");
    return !asks;
  });
  await format("formatted, it is");
}

async function session() {
  const mistaken = read(CLIENTS).replace("strategy [CustomGPT5Mini, CustomGPT5]", "strategy [NobodyAtAll, CustomGPT5]").replace("delay_ms 300", "dellay_ms 300");
  write(CLIENTS, mistaken);
  write("clientc.toml", '[entries]\nclients = ["OpenaiFallback"]\n');
  // Every row of the Problems panel that is looked at must be in sight.
  await page.setViewportSize({ width: 1200, height: 1000 });
  await open("clients.baml");
  await page.locator(".view-line", { hasText: "client<llm>" }).first().click();
  await openProblems();
  await findings();
  await bothAnswer("a hover shows what both say");
  await definitions();
  await bothOrders();
  await formatters();
}

await run(session);
