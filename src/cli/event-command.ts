import { spawn } from "node:child_process";
import type { PutChange, WatchEvent } from "../client/replies.ts";
import type { Terminal } from "./terminal.ts";
import { textOf } from "./word-bytes.ts";

export type ToldChange = Exclude<WatchEvent, { kind: "progress" }>;

/** How a command ended: with a status, or by a signal. */
export type CommandEnd =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** It could not be started. */
  | { readonly kind: "failed"; readonly message: string };

/**
 * Runs a shell command for a change, and waits for its end. It is told the change by its environment, and
 * reads the value on stdin: nothing for a delete.
 */
export function runForChange(command: string, change: ToldChange, terminal: Terminal): Promise<CommandEnd> {
  const env = { ...terminal.environment, ...changeVariables(change) };
  const child = spawn("/bin/sh", ["-c", command], { env, stdio: ["pipe", "pipe", "pipe"] });
  child.stdout.on("data", (data: Uint8Array) => terminal.out(data));
  child.stderr.on("data", (data: Uint8Array) => terminal.err(Buffer.from(data).toString()));
  // A command need not read what it is given.
  child.stdin.on("error", () => undefined);
  child.stdin.end(change.kind === "put" ? change.record.value : undefined);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ kind: "failed", message: error.message }));
    child.on("close", (status, signal) => {
      if (status !== null) resolve({ kind: "status", status });
      else resolve({ kind: "signal", signal: signal ?? "unknown" });
    });
  });
}

/** `KVD_KEY` is left out when the key is no text that a variable can hold. */
function changeVariables(change: ToldChange): Readonly<Record<string, string | undefined>> {
  const key = textOf(change.key);
  return {
    KVD_EVENT: change.kind,
    KVD_REVISION: `${change.revision}`,
    KVD_KEY: key === undefined || key.includes("\0") ? undefined : key,
    KVD_KEY_B64: Buffer.from(change.key).toString("base64"),
    ...(change.kind === "put" ? putVariables(change) : { KVD_VERSION: undefined, KVD_LEASE: undefined }),
  };
}

function putVariables({ record }: PutChange): Readonly<Record<string, string | undefined>> {
  return {
    KVD_VERSION: `${record.version}`,
    KVD_LEASE: record.leaseId === 0 ? undefined : `${record.leaseId}`,
  };
}
