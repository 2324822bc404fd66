import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GROUP_ZERO, nodeId, slot } from "../src/base/ids.ts";
import type { Fatal, Timers } from "../src/base/seams.ts";
import { SystemTimers } from "../src/io/system-timers.ts";
import type { Row } from "../src/kv/state.ts";
import { FRESH_META } from "../src/kv/state.ts";
import { initDataDirectory, openDataDirectory } from "../src/storage/data-directory.ts";
import type { BuiltState, SnapshotManifest } from "../src/storage/snapshot.ts";
import type { Storage } from "../src/storage/storage.ts";
import { CRYPTO, fixedRandom } from "./micro/seams.ts";

/**
 * What a snapshot of many keys costs: `node build/bench/snapshot.js [KEYS [VALUE_BYTES]]`, by default 1,000,000 keys of
 * 256 bytes. It fills a state, flushes slices of random keys for a while, does the same while a snapshot is written,
 * and installs the snapshot in a second directory.
 */
const [keyCount = 1_000_000, valueBytes = 256] = process.argv.slice(2).map(Number);
const FILL_ROWS = 8192;
const FLUSH_ROWS = 1000;
const FLUSHES_BEFORE = 40;
const MIB = 2 ** 20;

const member = {
  id: nodeId(1),
  name: "n1",
  address: { host: "127.0.0.1", port: 7400 },
  role: "voter",
} as const;
const membership = { epoch: 1, members: [{ ...member, incarnation: new Uint8Array(16) }], nextNodeId: 2 };
const fatal: Fatal = (reason, cause) => {
  throw new Error(reason, { cause });
};

/** Turns of work that was put off, ms each. */
let turns: number[] = [];

/** Tells how long each turn of storage took; what the machine did besides counts, too. */
class TimedTimers extends SystemTimers implements Timers {
  override soon(action: () => void): void {
    super.soon(() => {
      const startMs = performance.now();
      action();
      turns.push(performance.now() - startMs);
    });
  }
}

async function openNew(directory: string): Promise<Storage> {
  const identity = {
    clusterId: new Uint8Array(32).fill(2),
    node: nodeId(1),
    incarnation: new Uint8Array(16),
    genesis: membership,
  };
  await initDataDirectory(directory, identity, CRYPTO);
  return openDataDirectory(directory, { crypto: CRYPTO, timers: new TimedTimers(), fatal });
}

class Writer {
  readonly #storage: Storage;
  readonly #random = fixedRandom(5);
  #keys = 0;
  #watermark = 1;
  /** Of the flushes since `forget`, ms. */
  latencies: number[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async fill(): Promise<void> {
    for (let from = 0; from < keyCount; from += FILL_ROWS) {
      const count = Math.min(FILL_ROWS, keyCount - from);
      await this.#flush(
        Array.from({ length: count }, (_, at) => from + at),
        from + count,
      );
    }
  }

  async flushRandom(): Promise<void> {
    const indexes = new Set<number>();
    while (indexes.size < Math.min(FLUSH_ROWS, keyCount)) indexes.add(this.#random.below(keyCount));
    const startMs = performance.now();
    await this.#flush([...indexes], keyCount);
    this.latencies.push(performance.now() - startMs);
  }

  #flush(indexes: readonly number[], keys: number): Promise<void> {
    this.#keys = keys;
    const revision = this.#watermark;
    const rows = indexes.map((index): Row => {
      const key = new TextEncoder().encode(`bench/key/${String(index).padStart(8, "0")}`);
      const value = new Uint8Array(valueBytes).fill(index);
      return {
        table: "keys",
        key,
        record: { value, createRevision: 1, modRevision: revision, version: 1, leaseId: 0 },
      };
    });
    const from = slot(this.#watermark);
    this.#watermark++;
    const meta = { ...FRESH_META, revision, keyCount: this.#keys };
    const slice = { from, watermark: slot(this.#watermark), rows, meta, digest: 0, stateHash: 0, membership };
    return new Promise((resolve) => this.#storage.state(GROUP_ZERO).flush(slice, resolve));
  }
}

function quantile(values: readonly number[], part: number): string {
  const sorted = values.toSorted((left, right) => left - right);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sayTurns(): void {
  const whole = `p50 ${quantile(turns, 0.5)}, p99 ${quantile(turns, 0.99)}, longest ${quantile(turns, 1)} ms`;
  say(`  ${turns.length} turns of storage: ${whole}`);
  turns = [];
}

function saySpeed(what: string, startMs: number, bytes: number): void {
  const seconds = (performance.now() - startMs) / 1000;
  say(`${what}: ${seconds.toFixed(1)} s, ${(bytes / MIB / seconds).toFixed(1)} MiB/s`);
}

async function install(source: Storage, target: Storage, manifest: SnapshotManifest): Promise<void> {
  const startMs = performance.now();
  const receiver = target.snapshots(GROUP_ZERO).receive(manifest);
  const chunks = source.snapshots(GROUP_ZERO);
  for (let index = receiver.nextMissing(0); index < manifest.chunks; index = receiver.nextMissing(index)) {
    const chunk = chunks.readChunk(index) ?? new Uint8Array(0);
    await new Promise<void>((resolve) => receiver.add(index, chunk, resolve));
  }
  saySpeed("receive, a chunk at a time", startMs, manifest.bytes);
  turns = [];
  const buildMs = performance.now();
  const built = await new Promise<BuiltState>((resolve) => receiver.build(resolve));
  if (built.kind !== "built") throw new Error("the snapshot is damaged");
  saySpeed("build the state", buildMs, manifest.bytes);
  sayTurns();
  const { watermark, digest } = manifest;
  const writes = [{ kind: "install", watermark, digest, state: built.state } as const];
  await new Promise<void>((resolve) =>
    target.writeLog([{ kind: "group", group: GROUP_ZERO, writes }], resolve),
  );
}

const directory = mkdtempSync(join(tmpdir(), "kvd-bench-"));
const source = await openNew(join(directory, "source"));
const target = await openNew(join(directory, "target"));
const writer = new Writer(source);
const fillMs = performance.now();
await writer.fill();
say(
  `${keyCount} keys of ${valueBytes} bytes, filled in ${((performance.now() - fillMs) / 1000).toFixed(1)} s`,
);
for (let count = 0; count < FLUSHES_BEFORE; count++) await writer.flushRandom();
say(
  `flushes of ${FLUSH_ROWS} rows before: p50 ${quantile(writer.latencies, 0.5)}, p99 ${quantile(writer.latencies, 0.99)} ms`,
);
writer.latencies = [];
turns = [];
const startMs = performance.now();
let manifest: SnapshotManifest | undefined;
source.snapshots(GROUP_ZERO).write((made) => {
  saySpeed(`write ${made.chunks} chunks, ${(made.bytes / MIB).toFixed(0)} MiB`, startMs, made.bytes);
  manifest = made;
});
while (manifest === undefined) {
  await writer.flushRandom();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
sayTurns();
const { latencies } = writer;
say(
  `${latencies.length} flushes meanwhile: p50 ${quantile(latencies, 0.5)}, p99 ${quantile(latencies, 0.99)} ms`,
);
await install(source, target, manifest);
const state = target.state(GROUP_ZERO);
say(`installed: watermark ${state.recovered.watermark}, ${state.recovered.meta.keyCount} keys`);
await source.close();
await target.close();
rmSync(directory, { recursive: true });
