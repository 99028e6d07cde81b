// The commands of the palette.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type ExtensionContext, type Position, type TextEditor, Uri, commands, languages, window } from "vscode";
import {
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type DocumentSymbol,
  type LanguageClient,
  type Position as WirePosition,
} from "vscode-languageclient/node";

import { needsShell } from "./program";
import type { Server } from "./server";
import { showRule } from "./texts";

const run = promisify(execFile);

/** Registers every command. */
export function registerCommands(context: ExtensionContext, server: Server): void {
  context.subscriptions.push(
    commands.registerCommand("clientc.restart", () => server.restart()),
    commands.registerCommand("clientc.showOutput", () => server.output.show()),
    commands.registerCommand("clientc.explainRule", () => explainRule(server)),
    commands.registerCommand("clientc.showPlanHere", () => showPlanHere(server)),
    // The server's lens "3 uses" runs this one, with the address of a document and a position.
    commands.registerCommand("clientc.showUses", async (uri: string, position: WirePosition) => {
      const client = server.running;
      if (client !== undefined) {
        const place = client.protocol2CodeConverter.asPosition(position);
        await commands.executeCommand("editor.action.findReferences", Uri.parse(uri), place);
      }
    }),
  );
}

async function explainRule(server: Server): Promise<void> {
  const found = server.program();
  if (found.program === undefined) {
    void window.showErrorMessage(found.reason);
    return;
  }
  const rule = await chooseRule(found.program);
  if (rule === undefined) {
    return;
  }
  try {
    await showRule(rule, await explain(found.program, [rule]));
  } catch (error) {
    void window.showErrorMessage(`The rule ${rule} could not be explained: ${String(error)}`);
  }
}

/** The rule of the finding under the cursor; where there is none or there are several, the user chooses. */
async function chooseRule(program: string): Promise<string | undefined> {
  const rules = rulesUnderCursor(window.activeTextEditor);
  if (rules.length === 1) {
    return rules[0];
  }
  const all = rules.length > 1 ? rules.map((label) => ({ label })) : await allRules(program);
  const placeHolder = rules.length > 1 ? "Several rules found something here" : "No finding under the cursor: choose a rule";
  return (await window.showQuickPick(all, { placeHolder, matchOnDescription: true }))?.label;
}

function rulesUnderCursor(editor: TextEditor | undefined): string[] {
  if (editor === undefined) {
    return [];
  }
  const cursor = editor.selection.active;
  const ours = languages.getDiagnostics(editor.document.uri).filter((one) => one.source === "clientc" && one.range.contains(cursor));
  const codes = ours.map(({ code }) => String(typeof code === "object" ? code.value : code));
  return [...new Set(codes)];
}

/** Every rule with its summary, out of the list that `clientc explain` prints. */
async function allRules(program: string): Promise<{ label: string; description: string }[]> {
  const lines = (await explain(program, [])).split("\n");
  return lines.flatMap((line) => {
    const parts = /^\s*([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\s+(\S.*)$/.exec(line);
    return parts?.[1] !== undefined && parts[2] !== undefined ? [{ label: parts[1], description: parts[2] }] : [];
  });
}

async function explain(program: string, rule: string[]): Promise<string> {
  const shell = needsShell(program);
  const { stdout } = await run(shell ? `"${program}"` : program, ["--color", "never", "explain", ...rule], { shell });
  return stdout;
}

async function showPlanHere(server: Server): Promise<void> {
  const [client, editor] = [server.running, window.activeTextEditor];
  if (client === undefined || editor === undefined) {
    void window.showInformationMessage(client === undefined ? "clientc is not running" : "Open a .baml file first");
    return;
  }
  const name = await clientAt(client, editor, editor.selection.active);
  if (name === undefined) {
    void window.showInformationMessage("There is no client under the cursor");
    return;
  }
  try {
    const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
    // The same way that the line above a client takes; the server's answer is shown by the middleware.
    await commands.executeCommand("clientc.showPlan", uri, name);
  } catch (error) {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/** The client that the cursor names, that its block defines, or that its function calls. */
async function clientAt(client: LanguageClient, editor: TextEditor, position: Position): Promise<string | undefined> {
  const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document);
  const at = client.code2ProtocolConverter.asPosition(position);
  const named = await client.sendRequest<CallHierarchyItem[] | null>("textDocument/prepareCallHierarchy", { textDocument, position: at });
  const item = named?.[0];
  if (item !== undefined) {
    return isFunction(item) ? calledBy(client, item) : item.name;
  }
  const symbols = await client.sendRequest<DocumentSymbol[] | null>("textDocument/documentSymbol", { textDocument });
  const around = symbols?.find(({ range }) => client.protocol2CodeConverter.asRange(range).contains(position));
  if (around === undefined) {
    return undefined;
  }
  const head = await client.sendRequest<CallHierarchyItem[] | null>("textDocument/prepareCallHierarchy", {
    textDocument,
    position: around.selectionRange.start,
  });
  const owner = head?.[0];
  return owner === undefined ? undefined : isFunction(owner) ? calledBy(client, owner) : owner.name;
}

function isFunction(item: CallHierarchyItem): boolean {
  return (item.data as { isFunction?: boolean } | undefined)?.isFunction === true;
}

async function calledBy(client: LanguageClient, item: CallHierarchyItem): Promise<string | undefined> {
  const calls = await client.sendRequest<CallHierarchyOutgoingCall[] | null>("callHierarchy/outgoingCalls", { item });
  return calls?.[0]?.to.name;
}
