// Texts that are shown in a tab of their own: the plan of a client, the page of a rule.

import { type ExtensionContext, type TextDocumentContentProvider, EventEmitter, Uri, commands, window, workspace } from "vscode";

const SCHEME = "clientc";
const shown = new Map<string, string>();
const changed = new EventEmitter<Uri>();

const provider: TextDocumentContentProvider = {
  onDidChange: changed.event,
  provideTextDocumentContent: (uri) => shown.get(uri.toString()) ?? "",
};

/** Lets VS Code read the texts. */
export function registerTexts(context: ExtensionContext): void {
  context.subscriptions.push(changed, workspace.registerTextDocumentContentProvider(SCHEME, provider));
}

/** Shows the plan of a client beside its text. */
export async function showPlan(client: string, text: string): Promise<void> {
  const document = await workspace.openTextDocument(hold(`/Plan of ${client}.txt`, text));
  await window.showTextDocument(document, { viewColumn: -2, preview: true, preserveFocus: true });
}

/** Shows the page of a rule, rendered. */
export async function showRule(rule: string, markdown: string): Promise<void> {
  await commands.executeCommand("markdown.showPreviewToSide", hold(`/${rule}.md`, markdown));
}

function hold(path: string, text: string): Uri {
  const uri = Uri.from({ scheme: SCHEME, path });
  shown.set(uri.toString(), text);
  changed.fire(uri);
  return uri;
}
