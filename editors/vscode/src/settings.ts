// The settings of the extension, and what the server is told of them.

import { extensions, workspace } from "vscode";

/** The extension of BAML itself. */
const BAML_EXTENSION = "Boundary.baml-extension";

/** Whether BAML's own extension is installed and enabled. */
export function hasBamlExtension(): boolean {
  return extensions.getExtension(BAML_EXTENSION) !== undefined;
}

/** The section `clientc` as the server reads it. */
export function serverSettings(): Record<string, unknown> {
  const settings = workspace.getConfiguration("clientc");
  const peer = settings.get<string>("peer", "auto");
  const isBeside = peer === "beside" || (peer === "auto" && hasBamlExtension());
  return {
    peer: isBeside ? "beside" : "auto",
    inlayHints: { enabled: settings.get<boolean>("inlayHints.enabled", true) },
    codeLens: { enabled: settings.get<boolean>("codeLens.enabled", true) },
  };
}
