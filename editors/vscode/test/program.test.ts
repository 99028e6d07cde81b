import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";

import { type Surroundings, findProgram, needsShell } from "../src/program";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "clientc-"));
process.on("exit", () => fs.rmSync(root, { recursive: true, force: true }));

/** Makes a program, or a file that cannot be run. */
function make(file: string, mode = 0o755): string {
  const whole = path.join(root, file);
  fs.mkdirSync(path.dirname(whole), { recursive: true });
  fs.writeFileSync(whole, "", { mode });
  return whole;
}

const inNode = make("node/node_modules/.bin/clientc");
const inVenv = make("python/.venv/bin/clientc");
const inPath = make("path/clientc");
make("broken/node_modules/.bin/clientc", 0o644);

function find(change: Partial<Surroundings>): string | undefined {
  const nothing = { setting: "", folders: [], isTrusted: true, searchPath: "", platform: "linux" };
  return findProgram({ ...nothing, ...change }).program;
}

const folder = (name: string) => path.join(root, name);

test("the workspace comes before PATH, and its folders in their order", () => {
  const searchPath = folder("path");
  assert.equal(find({ folders: [folder("node")], searchPath }), inNode);
  assert.equal(find({ folders: [folder("python"), folder("node")], searchPath }), inVenv);
  assert.equal(find({ folders: [folder("empty")], searchPath }), inPath);
});

test("a workspace that is not trusted is not asked", () => {
  assert.equal(find({ folders: [folder("node")], isTrusted: false }), undefined);
  assert.equal(find({ folders: [folder("node")], isTrusted: false, searchPath: folder("path") }), inPath);
});

test("what cannot be run is not a program, and a relative folder in PATH is not searched", () => {
  assert.equal(find({ folders: [folder("broken")], searchPath: `.:bin:${folder("path")}` }), inPath);
});

test("the setting wins, and a wrong setting is named", () => {
  const folders = [folder("node")];
  assert.equal(find({ setting: inPath, folders }), inPath);
  assert.equal(find({ setting: "${workspaceFolder}/node_modules/.bin/clientc", folders }), inNode);
  assert.equal(find({ setting: "node_modules/.bin/clientc", folders }), inNode);
  const wrong = findProgram({ setting: "/no/such", folders, isTrusted: true, searchPath: "", platform: "linux" });
  assert.ok(wrong.program === undefined && wrong.reason.includes("/no/such"));
});

test("on Windows a script of npm needs the shell", () => {
  make("windows/node_modules/.bin/clientc");
  const script = make("windows/node_modules/.bin/clientc.cmd", 0o644);
  assert.equal(find({ folders: [folder("windows")], platform: "win32" }), script);
  assert.ok(needsShell(script) && !needsShell(inPath));
});
