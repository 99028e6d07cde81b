// A session in VS Code over the project `fabula`, with our extension alone. It is started as vscode_window.mjs says.

import {
  WAIT, clientc, command, eventually, expect, formatted, go, hover, leave, ok, open, openProblems, page, picture, places, press, read, rename, rows, run,
  servers, tab,
} from "./vscode_window.mjs";

const [CLIENTS, USER] = ["baml_src/clients.baml", "baml_src/myth06.baml"];

async function session() {
  await open("myth06.baml");

  await page.locator(".view-line", { hasText: "File:" }).first().click();
  // The definition is known as soon as the server runs. Until then VS Code says that there is none.
  const clients = page.locator('.tab.active[data-resource-name="clients.baml"]');
  await eventually("a definition in another file is found", async () => {
    await go(USER, "client GemkuA", 8);
    await press("F12");
    return clients.waitFor({ timeout: 5000 }).then(() => true, () => false);
  });
  await page.locator(".codelens-decoration:visible", { hasText: "worst case" }).first().waitFor(WAIT);
  ok("lines above clients are shown");
  await go(CLIENTS, "mutliplier");
  await page.locator(".squiggly-warning").first().waitFor({ ...WAIT, state: "attached" });
  ok("findings are underlined");

  await openProblems();
  await eventually("it has the one that is underlined", async () => (await rows.allInnerTexts()).join("\n").includes("mutliplier"));

  await go(CLIENTS, "client<llm> GemkuA", 13);
  await hover("a hover shows the worst case", "client<llm> GemkuA", "GemkuA", "Worst case");
  await page.waitForTimeout(500);
  await picture("editor-hover");
  await leave();
  await go(CLIENTS, "client<llm> GemkuA", 13);

  const uses = places("GemkuA");
  await rename("Storyteller");
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
  await formatted("formatted, it is", CLIENTS);

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

await run(session);
