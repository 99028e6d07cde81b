// The language server: found, started, started again.

import { type ExtensionContext, type LogOutputChannel, commands, env, Uri, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from "vscode-languageclient/node";

import { besideBaml } from "./peer";
import { type Found, findProgram, needsShell } from "./program";
import { hasBamlExtension, serverSettings } from "./settings";
import { showPlan } from "./texts";

const INSTALLING = "https://clientc.github.io/clientc/guide/install.html";

/** The one server of a window. */
export class Server {
  private client: LanguageClient | undefined;
  /** Starts and stops come one after the other. */
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext,
    readonly output: LogOutputChannel,
  ) {}

  /** The client of the running server. */
  get running(): LanguageClient | undefined {
    return this.client?.isRunning() === true ? this.client : undefined;
  }

  /** Starts the server, or stops it and starts it again. */
  restart(): Promise<void> {
    this.queue = this.queue.then(async () => {
      await this.stopNow();
      await this.startNow();
    });
    return this.queue;
  }

  /** Stops the server. */
  stop(): Promise<void> {
    this.queue = this.queue.then(() => this.stopNow());
    return this.queue;
  }

  /** The program that is or would be run. */
  program(): Found {
    return findProgram({
      setting: workspace.getConfiguration("clientc").get<string>("path", "").trim(),
      folders: (workspace.workspaceFolders ?? []).map((folder) => folder.uri).filter((uri) => uri.scheme === "file").map((uri) => uri.fsPath),
      isTrusted: workspace.isTrusted,
      searchPath: process.env["PATH"] ?? "",
      platform: process.platform,
    });
  }

  private async startNow(): Promise<void> {
    const found = this.program();
    if (found.program === undefined) {
      this.output.error(found.reason);
      // Not awaited: the message may stay for long, and a restart must not wait for it.
      void this.offerInstalling(found.reason);
      return;
    }
    this.output.info(`Starting ${found.program}: ${found.because}`);
    const client = new LanguageClient("clientc", "clientc", serverOptions(found.program), this.clientOptions());
    try {
      await client.start();
      this.client = client;
      await commands.executeCommand("setContext", "clientc.isRunning", true);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.output.error(why);
      void this.offerOutput(`${found.program} did not start as a language server: ${why}`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await commands.executeCommand("setContext", "clientc.isRunning", false);
    try {
      await client?.dispose(2000);
    } catch (error) {
      this.output.warn(`The server did not shut down cleanly: ${String(error)}`);
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: "file", language: "baml" },
        { scheme: "untitled", language: "baml" },
        { scheme: "file", pattern: "**/clientc.toml" },
      ],
      outputChannel: this.output,
      initializationOptions: { ...serverSettings(), showsPlans: true },
      middleware: {
        ...besideBaml(),
        executeCommand: async (command, args, next) => {
          const result: unknown = await next(command, args);
          if (command === "clientc.showPlan" && typeof result === "string") {
            await showPlan(String(args[1]), result);
          }
          return result;
        },
        workspace: {
          // Whether BAML's extension is there is not in the settings, so the answer is made here.
          configuration: async (params, token, next) => {
            const answer = await next(params, token);
            return Array.isArray(answer)
              ? answer.map((value: unknown, index) => (params.items[index]?.section === "clientc" ? serverSettings() : value))
              : answer;
          },
          didChangeConfiguration: async () => {
            await this.client?.sendNotification("workspace/didChangeConfiguration", { settings: { clientc: serverSettings() } });
          },
        },
      },
      synchronize: { configurationSection: "clientc" },
      markdown: { isTrusted: false, supportHtml: false },
    };
  }

  private async offerInstalling(reason: string): Promise<void> {
    const [how, set] = ["How to install", "Set the path"];
    const chosen = await window.showErrorMessage(
      `${reason}. Install it with "npm install --save-dev clientc", "pip install clientc" or "cargo install clientc", or set clientc.path.`,
      how,
      set,
    );
    if (chosen === how) {
      await env.openExternal(Uri.parse(INSTALLING));
    } else if (chosen === set) {
      await commands.executeCommand("workbench.action.openSettings", "clientc.path");
    }
  }

  private async offerOutput(message: string): Promise<void> {
    if ((await window.showErrorMessage(message, "Show output")) !== undefined) {
      this.output.show();
    }
  }

  /** Watches what a running server was started with. */
  watch(): void {
    const subscriptions = this.context.subscriptions;
    subscriptions.push(
      workspace.onDidChangeConfiguration(async (change) => {
        if (change.affectsConfiguration("clientc.path") || change.affectsConfiguration("clientc.arguments")) {
          await this.restart();
        }
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.restart()),
    );
  }
}

function serverOptions(program: string): ServerOptions {
  const extra = workspace.getConfiguration("clientc").get<string[]>("arguments", []);
  const shell = needsShell(program);
  return {
    command: shell ? `"${program}"` : program,
    args: ["lsp", ...extra],
    transport: TransportKind.stdio,
    options: { shell },
  };
}

/** Says in the output whether BAML's extension is there, for whoever wonders why a finding is missing. */
export function describePeer(output: LogOutputChannel): void {
  output.info(hasBamlExtension() ? "BAML's own extension is enabled" : "BAML's own extension is not enabled");
}
