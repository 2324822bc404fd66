import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "./process-identity.ts";

const FORMAT = 2;

/** What is remembered of one node between two commands. */
export interface NodeEntry {
  readonly id: string;
  /** `HOST:PORT`. */
  readonly endpoint: string;
  /** `HOST:PORT` of its HTTP interface. */
  readonly http: string;
  readonly dir: string;
  readonly log: string;
  /** Undefined before the first start. */
  readonly process: ProcessIdentity | undefined;
}

/** The nodes of the cluster in `dir`, or undefined when there is none. Throws on a file of another format. */
export function readState(dir: string): readonly NodeEntry[] | undefined {
  let text: string;
  try {
    text = readFileSync(pathOf(dir), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const state = JSON.parse(text) as { readonly format?: number; readonly nodes?: readonly NodeEntry[] };
  if (state.format !== FORMAT || state.nodes === undefined) {
    throw new Error(`${pathOf(dir)} is not a cluster of this version: remove the directory`);
  }
  return state.nodes;
}

/** Replaces the file as a whole: a reader never sees half of it. */
export function writeState(dir: string, nodes: readonly NodeEntry[]): void {
  const next = `${pathOf(dir)}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify({ format: FORMAT, nodes }, null, 2)}\n`);
  renameSync(next, pathOf(dir));
}

function pathOf(dir: string): string {
  return join(dir, "dev.json");
}
