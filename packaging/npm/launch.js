// Runs the program of this platform's package in place of itself, as far as Node.js can.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { constants } from "node:os";

const require = createRequire(import.meta.url);

/** The folder of the package that contains `program` for this platform, or null where none is installed. */
function folder(program) {
  const libc = process.platform === "linux" ? (process.report?.getReport().header.glibcVersionRuntime ? "-gnu" : "-musl") : "";
  const name = `@clientc/${program}-${process.platform}-${process.arch}${libc}`;
  try {
    return { name, path: dirname(require.resolve(`${name}/package.json`)) };
  } catch {
    return { name, path: null };
  }
}

/** Starts `program` with the arguments of this process and ends as it ends. */
export function launch(program) {
  const { name, path } = folder(program);
  if (path === null) {
    console.error(
      `${program}: the package ${name} is not installed. It is an optional dependency: install without --no-optional, ` +
        "on the platform that runs the program. If there is no such package, use `pip install` or `cargo install`.",
    );
    process.exit(2);
  }
  const file = join(path, process.platform === "win32" ? `${program}.exe` : program);
  const child = spawn(file, process.argv.slice(2), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    console.error(`${program}: cannot start ${file}: ${error.message}`);
    process.exit(2);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
