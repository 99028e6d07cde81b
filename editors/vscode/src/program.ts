// Where the program `clientc` is: a setting, the tools that the workspace installed for itself, or PATH.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What decides where the program is looked for. */
export interface Surroundings {
  /** The value of `clientc.path`; empty when it is not set. */
  setting: string;
  /** The folders of the workspace, in their order. */
  folders: string[];
  /** Whether programs of the workspace may be run. */
  isTrusted: boolean;
  /** The variable `PATH`. */
  searchPath: string;
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: string;
}

/** A program that was found, or why there is none. */
export type Found =
  | { program: string; because: string }
  | { program: undefined; reason: string };

/** Finds the program. The first of setting, workspace and PATH that has it wins. */
export function findProgram(surroundings: Surroundings): Found {
  const { setting, folders, isTrusted, searchPath, platform } = surroundings;
  if (setting !== "") {
    return ofSetting(setting, folders, platform);
  }
  if (isTrusted) {
    for (const folder of folders) {
      const inside = [path.join(folder, "node_modules", ".bin"), path.join(folder, ".venv", binaries(platform))];
      const program = firstIn(inside, platform);
      if (program !== undefined) {
        return { program, because: "it is installed in the workspace" };
      }
    }
  }
  const separator = platform === "win32" ? ";" : ":";
  const program = firstIn(searchPath.split(separator).filter(path.isAbsolute), platform);
  if (program !== undefined) {
    return { program, because: "it is in PATH" };
  }
  return {
    program: undefined,
    reason: "clientc is not installed: it is neither in node_modules/.bin or .venv of the workspace nor in PATH",
  };
}

function ofSetting(setting: string, folders: string[], platform: string): Found {
  let program = setting.replace(/^~(?=[/\\]|$)/, () => os.homedir());
  program = program.replaceAll("${workspaceFolder}", () => folders[0] ?? "");
  if (!path.isAbsolute(program)) {
    program = path.resolve(folders[0] ?? os.homedir(), program);
  }
  if (isProgram(program, platform)) {
    return { program, because: "the setting clientc.path names it" };
  }
  return { program: undefined, reason: `the setting clientc.path names ${program}, which is not a program` };
}

function binaries(platform: string): string {
  return platform === "win32" ? "Scripts" : "bin";
}

function firstIn(directories: string[], platform: string): string | undefined {
  const names = platform === "win32" ? ["clientc.exe", "clientc.cmd"] : ["clientc"];
  for (const directory of directories) {
    for (const name of names) {
      const program = path.join(directory, name);
      if (isProgram(program, platform)) {
        return program;
      }
    }
  }
  return undefined;
}

function isProgram(file: string, platform: string): boolean {
  try {
    // Windows has no bit that says so; a file that exists counts.
    fs.accessSync(file, platform === "win32" ? fs.constants.F_OK : fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Windows runs a `.cmd` file only through its shell. */
export function needsShell(program: string): boolean {
  return /\.(cmd|bat)$/i.test(program);
}
