import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { REPOSITORY } from "../tidy/source-files.ts";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the programs in bin/ to its end; kills it after `timeoutMs`, and then `status` is null. */
export function runProgram(
  name: "kvd" | "kvcli" | "kvadm" | "kvlab",
  args: readonly string[],
  options: { readonly timeoutMs?: number; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([variable]) => !variable.startsWith("KVD_"));
  const env = { ...Object.fromEntries(inherited), ...options.environment };
  const child = spawn(process.execPath, [join(REPOSITORY, "bin", name), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 20_000);
  return endOf(child).finally(() => clearTimeout(timer));
}

/** How a program that was just started ends, and what it has said by then. */
export function endOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
