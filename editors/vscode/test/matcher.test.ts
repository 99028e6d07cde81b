import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";

import { contributes } from "../package.json";

const program = process.env["CLIENTC"];

test("the problem matcher reads every line that the program prints", { skip: program === undefined && "CLIENTC names no program" }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "clientc-"));
  try {
    fs.writeFileSync(path.join(folder, "a.baml"), "client<llm> A {\n  provider openai\n  retry_policy Nobody\n}\n");
    const lines = check(folder).split("\n").filter((line) => line !== "");
    const pattern = contributes.problemMatchers[0]!.pattern;
    const read = lines.map((line) => new RegExp(pattern.regexp).exec(line));
    assert.ok(read.length > 0);
    const unknown = read.find((parts) => parts?.[pattern.code] === "unknown-retry-policy");
    assert.deepEqual([unknown?.[pattern.file], unknown?.[pattern.line], unknown?.[pattern.severity]], ["a.baml", "3", "error"]);
    assert.ok(read.every((parts) => parts !== null), lines.join("\n"));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

/** Findings make the program end with 1. */
function check(folder: string): string {
  try {
    return execFileSync(program!, ["check", "--output-format", "concise", "."], { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
