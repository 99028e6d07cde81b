// A stand-in for BAML's own extension, which is not on npm. It has the name of BAML's, and starts BAML's server for the same
// documents and with the same version of the client library. Of the rest of BAML's extension it has nothing.

const { commands, workspace } = require("vscode");
const { LanguageClient, RevealOutputChannelOn } = require("vscode-languageclient/node");

let client;

/** Starts BAML's server. */
async function start() {
  const program = workspace.getConfiguration("baml").get("cliPath");
  client = new LanguageClient("baml", "Baml Language Server", { command: program, args: ["lsp"] }, {
    documentSelector: [
      { scheme: "file", language: "baml" },
      { language: "json", pattern: "**/baml_src/**" },
    ],
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/baml_src/**/*.baml") },
  });
  client.start();
  await client.onReady();
}

exports.activate = async (context) => {
  const restart = async () => {
    await client.stop();
    await start();
  };
  context.subscriptions.push(commands.registerCommand("baml.restartLanguageServer", restart));
  await start();
};

exports.deactivate = () => client?.stop();
