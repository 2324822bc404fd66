import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { DataDirectoryError } from "../../src/storage/data-directory-error.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { deps, FatalError, plain } from "../contract/storage-fixture.ts";

/**
 * Opens damaged copies of a directory, and prints what became of each: `offline-child.js WHOLE COPY...`. In a
 * process of its own, because LMDB may end it by a signal.
 *
 *   harmless                     all that is told is what the whole directory tells
 *   found                        what differs is not told, or the process would have ended
 *   damaged amnesia newer_format it is not opened
 *   wrong                        something is told that was never written
 */
interface Content {
  readonly log: string;
  /** By slot. */
  readonly entries: readonly string[];
  /** Undefined: another state stands there now, or none. */
  readonly state: string | undefined;
  readonly chunks: readonly string[];
}

const [whole = "", ...copies] = process.argv.slice(2);
const right = await contentOf(whole);
for (const copy of copies) process.stdout.write(`${copy} ${await verdict(copy)}\n`);
process.exit(0);

async function verdict(copy: string): Promise<string> {
  try {
    const found = await contentOf(copy);
    if (found.log !== right.log) return "wrong marks of the log";
    const entry = found.entries.findIndex((text, at) => text !== right.entries[at] && text !== "damaged");
    if (entry >= 0) return `wrong entry ${entry}: ${found.entries[entry]}`;
    if (found.state !== undefined && found.state !== right.state) return "wrong state";
    const isChunkWrong = found.chunks.some((text, at) => text !== right.chunks[at] && text !== "none");
    if (isChunkWrong) return "wrong chunk";
    return JSON.stringify(found) === JSON.stringify(right) ? "harmless" : "found";
  } catch (error) {
    if (error instanceof FatalError) return "found";
    return error instanceof DataDirectoryError ? error.code : `error ${String(error)}`;
  }
}

async function contentOf(directory: string): Promise<Content> {
  let isReplaced = false;
  const onStateLost = (): void => {
    isReplaced = true;
  };
  const storage = await openDataDirectory(directory, { ...deps, onStateLost });
  try {
    return { ...logOf(storage), state: isReplaced ? undefined : stateOf(storage), chunks: chunksOf(storage) };
  } finally {
    await storage.close();
  }
}

function logOf(storage: Storage): Pick<Content, "log" | "entries"> {
  const { promised, acceptedMax, firstKept, learned, digest, end, damaged } = storage.recoverLog(GROUP_ZERO);
  const reader = storage.logReader(GROUP_ZERO);
  const lost = new Set<number>(damaged);
  const entries: string[] = [];
  for (let at = firstKept as number; at < end; at++) {
    const read = lost.has(at) ? "damaged" : reader.read(slot(at));
    entries.push(read === "damaged" ? read : JSON.stringify(plain(read) ?? "empty"));
  }
  return { log: JSON.stringify([promised, acceptedMax, firstKept, learned, digest, end]), entries };
}

function stateOf(storage: Storage): string {
  const state = storage.state(GROUP_ZERO);
  const { watermark, meta, digest } = state.recovered;
  const rows = [...state.range(new Uint8Array(0), undefined)].map((row) => plain(row));
  const changes = [...state.eventRows(0)].map((row) => plain(row));
  const executed = [...state.recovered.executed()].map((row) => plain(row));
  return JSON.stringify([watermark, plain(meta), digest, rows, changes, executed]);
}

function chunksOf(storage: Storage): readonly string[] {
  const snapshots = storage.snapshots(GROUP_ZERO);
  const count = snapshots.latest?.chunks ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const chunk = snapshots.readChunk(index);
    return chunk === undefined ? "none" : Buffer.from(chunk).toString("base64");
  });
}
