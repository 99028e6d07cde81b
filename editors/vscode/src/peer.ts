// What gives way to BAML's own extension, where VS Code would otherwise ask the user twice or not at all.

import { type Definition, type DefinitionLink, type Position, type TextDocument, commands } from "vscode";
import type { Middleware } from "vscode-languageclient/node";

import { hasBamlExtension } from "./settings";

type Found = Definition | DefinitionLink[] | null | undefined;

/** The answers that depend on whether BAML's extension is there. */
export function besideBaml(): Pick<Middleware, "provideDefinition" | "prepareRename"> {
  const others = new Others();
  return {
    // BAML's server answers with the whole block of a client and ours with its name, and VS Code would let the user choose.
    provideDefinition: async (document, position, token, next) => {
      if (!hasBamlExtension()) {
        return next(document, position, token);
      }
      if (others.isAsked(document, position)) {
        return undefined;
      }
      const ours: Found = await next(document, position, token);
      return isEmpty(ours) || !(await others.define(document, position)) ? ours : undefined;
    },
    // BAML's extension prepares no rename, so VS Code would take our refusal for that of both, and no class could be renamed.
    prepareRename: async (document, position, token, next) => {
      try {
        return await next(document, position, token);
      } catch (error) {
        if (hasBamlExtension()) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** The other extensions that know definitions. VS Code asks ours together with them, and that question is answered with nothing. */
class Others {
  private readonly asked = new Set<string>();

  /** Whether a question is the one that `define` brought about. Each is so once. */
  isAsked(document: TextDocument, position: Position): boolean {
    return this.asked.delete(key(document, position));
  }

  /** Whether one of the others knows a definition. */
  async define(document: TextDocument, position: Position): Promise<boolean> {
    this.asked.add(key(document, position));
    try {
      return !isEmpty(await commands.executeCommand<Found>("vscode.executeDefinitionProvider", document.uri, position));
    } finally {
      this.asked.delete(key(document, position));
    }
  }
}

function key(document: TextDocument, position: Position): string {
  return `${document.uri.toString()}#${position.line}:${position.character}`;
}

function isEmpty(found: Found): boolean {
  return found === undefined || found === null || (Array.isArray(found) && found.length === 0);
}
