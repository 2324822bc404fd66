import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ballot, GROUP_ZERO, nodeId, offsetSlot, type Slot, slot } from "../../src/base/ids.ts";
import type { Fatal } from "../../src/base/seams.ts";
import { SystemTimers } from "../../src/io/system-timers.ts";
import type { Row } from "../../src/kv/state.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import type { Write } from "../../src/paxos/effects.ts";
import type { Value } from "../../src/paxos/value.ts";
import { initDataDirectory, openDataDirectory } from "../../src/storage/data-directory.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { AsyncCase, MicroSuite } from "./micro-case.ts";
import { CRYPTO, fixedRandom } from "./seams.ts";

const NODE = nodeId(1);
const BALLOT = ballot(1, NODE);
const INCARNATION = new Uint8Array(16).fill(1);
const SLOTS_KEPT = 2048;
const KEYS = 100_000;

const fatal: Fatal = (reason, cause) => {
  throw new Error(reason, { cause });
};

/** A data directory of a cluster of one, gone when the benchmark is over. */
class Disk {
  readonly #storage: Storage;
  readonly #directory: string;
  readonly #random = fixedRandom(5);
  #next: Slot = slot(1);
  #firstKept: Slot = slot(1);
  #flushed: Slot = slot(1);
  #isFirst = true;

  private constructor(directory: string, storage: Storage) {
    this.#directory = directory;
    this.#storage = storage;
  }

  static async open(): Promise<Disk> {
    const directory = mkdtempSync(join(tmpdir(), "kvd-bench-"));
    const member = {
      id: NODE,
      name: "n1",
      address: { host: "127.0.0.1", port: 7400 },
      role: "voter",
      incarnation: INCARNATION,
    } as const;
    const identity = {
      clusterId: new Uint8Array(32).fill(2),
      node: NODE,
      incarnation: INCARNATION,
      genesis: { epoch: 1, members: [member], nextNodeId: 2 },
    };
    await initDataDirectory(directory, identity, CRYPTO);
    const deps = { crypto: CRYPTO, timers: new SystemTimers(), fatal };
    return new Disk(directory, await openDataDirectory(directory, deps));
  }

  /** One commit of `count` slots, each with the value, and the truncation that keeps the log short. */
  commit(value: Value, count: number, done: () => void): void {
    const writes: Write[] = this.#isFirst ? [{ kind: "promised", ballot: BALLOT }] : [];
    this.#isFirst = false;
    for (let index = 0; index < count; index++) {
      const entry = { slot: this.#next, ballot: BALLOT, value, chosen: false };
      writes.push({ kind: "entry", entry });
      this.#next = offsetSlot(this.#next, 1);
    }
    writes.push({ kind: "learned", watermark: this.#next, digest: 0 });
    if (this.#next - this.#firstKept > SLOTS_KEPT) {
      this.#firstKept = offsetSlot(this.#next, -SLOTS_KEPT / 2);
      writes.push({ kind: "truncate", below: this.#firstKept });
    }
    this.#storage.writeLog([{ kind: "group", group: GROUP_ZERO, writes }], done);
  }

  /** One slice of `count` random keys into the state. */
  flush(count: number, value: Uint8Array, done: () => void): void {
    const rows: Row[] = [];
    for (const index of this.#indexes(count)) {
      const key = new TextEncoder().encode(`bench/key/${String(index).padStart(8, "0")}`);
      const record = { value, createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
      rows.push({ table: "keys", key, record });
    }
    const from = this.#flushed;
    this.#flushed = offsetSlot(from, 1);
    const meta = { ...FRESH_META, revision: from, timeMs: from, keyCount: KEYS };
    const { genesis: membership } = this.#storage.identity;
    const slice = { from, watermark: this.#flushed, rows, meta, digest: 0, stateHash: 0, membership };
    this.#storage.state(GROUP_ZERO).flush(slice, done);
  }

  async close(): Promise<void> {
    await this.#storage.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** Distinct, ascending: a slice holds each row once. */
  #indexes(count: number): readonly number[] {
    const indexes = new Set<number>();
    while (indexes.size < count) indexes.add(this.#random.below(KEYS));
    return [...indexes].sort((left, right) => left - right);
  }
}

function commitCase(disk: Disk, name: string, valueBytes: number, count: number): AsyncCase {
  const value: Value = { kind: "batch", bytes: new Uint8Array(valueBytes).fill(7) };
  return { kind: "async", name, operations: count, run: (done) => disk.commit(value, count, done) };
}

function flushCase(disk: Disk, name: string, count: number): AsyncCase {
  const value = new Uint8Array(256).fill(7);
  return { kind: "async", name, operations: count, run: (done) => disk.flush(count, value, done) };
}

/**
 * Durable commits of the log, per slot, and flushes of the state, per row, in a temporary directory: set
 * TMPDIR to the disk to be measured. On a memory file system a sync costs nothing.
 */
export async function openStorageSuite(): Promise<MicroSuite> {
  const disk = await Disk.open();
  return {
    name: "storage",
    cases: [
      commitCase(disk, "commit a slot of 350 B", 350, 1),
      commitCase(disk, "commit a slot of 22 KiB (64 puts)", 22 * 1024, 1),
      commitCase(disk, "commit 64 slots of 350 B at once", 350, 64),
      commitCase(disk, "commit a slot of 1 MiB", 1024 * 1024, 1),
      flushCase(disk, "flush a slice of 1,000 rows of 256 B", 1000),
    ],
    close: () => disk.close(),
  };
}
