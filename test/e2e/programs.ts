import { spawn } from "node:child_process";
import { join } from "node:path";
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
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 20_000);
  return new Promise((resolve) => {
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, stdout, stderr });
    });
  });
}
