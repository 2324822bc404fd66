import { execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "./process-identity.ts";
import { identify } from "./process-identity.ts";

/** The programs of the very build that this file belongs to. */
const BIN = join(import.meta.dirname, "..", "..", "..", "bin");

/** Runs `kvd` or `kvadm` to its end. Rejects with its own line of explanation when it fails. */
export function runToEnd(program: "kvd" | "kvadm", args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { env: cleanEnvironment() };
    execFile(process.execPath, [join(BIN, program), ...args], options, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(explanation(program, stderr) ?? error.message, { cause: error }));
    });
  });
}

/** What the program said on stderr, without its name in front: the caller's own stands there. */
function explanation(program: string, stderr: string): string | undefined {
  const text = stderr.trim();
  if (text === "") return undefined;
  const prefix = `${program}: `;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** Starts a `kvd` that outlives this process; its stderr is appended to the file `log`. */
export function startDaemon(args: readonly string[], log: string): ProcessIdentity {
  const descriptor = openSync(log, "a");
  try {
    const child = spawn(process.execPath, [join(BIN, "kvd"), ...args], {
      detached: true,
      stdio: ["ignore", "ignore", descriptor],
      env: cleanEnvironment(),
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Error(`kvd could not be started; see ${log}`);
    return identity;
  } finally {
    closeSync(descriptor);
  }
}

/** Settings of the caller's own node must not get into these. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KVD_")));
}
