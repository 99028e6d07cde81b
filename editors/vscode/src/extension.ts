// The extension: one server for the window, its commands, and what BAML's own extension brings when it is there.

import { type Disposable, type ExtensionContext, extensions, languages, window } from "vscode";

import { registerCommands } from "./commands";
import { Server, describePeer } from "./server";
import { hasBamlExtension } from "./settings";
import { registerTexts } from "./texts";

let server: Server | undefined;

/** VS Code calls this when a `.baml` file or a `clientc.toml` is there. */
export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("clientc", { log: true });
  server = new Server(context, output);
  context.subscriptions.push(output);
  registerTexts(context);
  registerCommands(context, server);
  server.watch();
  followBamlExtension(context, server);
  describePeer(output);
  await server.restart();
}

/** VS Code calls this before it ends. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Comments and brackets come from BAML's extension; without it they are set here, so that nothing is set twice. */
function followBamlExtension(context: ExtensionContext, server: Server): void {
  let isThere = hasBamlExtension();
  let own: Disposable | undefined;
  const settle = () => {
    own?.dispose();
    own = isThere ? undefined : languages.setLanguageConfiguration("baml", {
      comments: { lineComment: "//" },
      brackets: [["{", "}"], ["[", "]"], ["(", ")"]],
      autoClosingPairs: [
        { open: "{", close: "}" },
        { open: "[", close: "]" },
        { open: "(", close: ")" },
        { open: '"', close: '"' },
      ],
    });
  };
  settle();
  context.subscriptions.push(
    { dispose: () => own?.dispose() },
    extensions.onDidChange(async () => {
      if (hasBamlExtension() !== isThere) {
        isThere = hasBamlExtension();
        settle();
        describePeer(server.output);
        await server.restart();
      }
    }),
  );
}
