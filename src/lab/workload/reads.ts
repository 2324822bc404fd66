import type { KeyRecord } from "../../kv/command.ts";
import type { SeenRecord } from "../oracles/history.ts";
import { PATIENCE_MS } from "./insistence.ts";
import { readAtNode } from "./node-read.ts";
import { PastReads } from "./past-reads.ts";
import type { Program } from "./program.ts";
import { decodeTagged } from "./stored-value.ts";

const NODE_PATIENCE_MS = 1000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Get = (
  key: Uint8Array,
) => Promise<{ readonly record: KeyRecord | undefined; readonly revision: number }>;

/** The reads of one program, at every level, and what they showed. */
export class Reads {
  readonly #program: Program;
  readonly #past: PastReads;

  constructor(program: Program) {
    this.#program = program;
    this.#past = new PastReads(program);
  }

  /** A read of any kind. */
  read(worker: string, key: string): Promise<void> {
    const { random, members, hot } = this.#program.deps;
    switch (random.below(6)) {
      case 0:
        return this.linearizable(worker, key, PATIENCE_MS);
      case 1: {
        const address = random.pick(members);
        return this.#linearizable(worker, key, (bytes) =>
          readAtNode(address, { key: bytes, patienceMs: NODE_PATIENCE_MS }, this.#program.seams()),
        );
      }
      case 2:
      case 3:
        return this.#sequential(key);
      case 4:
        return this.#range(worker, key);
      default:
        return this.#past.read(random.isLucky(0.5) ? key : random.pick(hot.keys));
    }
  }

  linearizable(worker: string, key: string, timeoutMs: number): Promise<void> {
    return this.#linearizable(worker, key, (bytes) => this.#program.client.get(bytes, { timeoutMs }));
  }

  async #linearizable(worker: string, key: string, get: Get): Promise<void> {
    const program = this.#program;
    const open = program.invoke(worker, key, { kind: "get" });
    try {
      const { record, revision } = await program.call(get(encoder.encode(key)));
      const seen = record === undefined ? undefined : seenRecord(record);
      program.finish(open, { kind: "read", record: seen, revision });
      program.deps.snapshots.onRead({ client: worker, key, record: seen, revision }, 0);
    } catch (thrown) {
      program.finish(open, { kind: "unknown" });
      throw thrown;
    }
  }

  async #sequential(key: string): Promise<void> {
    const { name: client, deps } = this.#program;
    const { snapshots } = deps;
    const floor = snapshots.floorOf(client);
    const options = { consistency: "sequential", timeoutMs: PATIENCE_MS } as const;
    const { record, revision } = await this.#program.call(this.#program.client.get(key, options));
    snapshots.onRead({ client, key, record: record && seenRecord(record), revision }, floor);
  }

  /** All keys of one owner, which are of one moment. */
  async #range(worker: string, key: string): Promise<void> {
    const { name: client, deps } = this.#program;
    const { snapshots, history, random, keys } = deps;
    const consistency = random.isLucky(0.5) ? "sequential" : "linearizable";
    const prefix = keys.prefixOf(key);
    const floor = consistency === "sequential" ? snapshots.floorOf(client) : history.revisionMax;
    const open = consistency === "linearizable" ? history.invokeRange(worker, prefix) : undefined;
    const page = this.#program.client.range({ prefix, consistency, timeoutMs: PATIENCE_MS });
    const { items, revision, more } = await this.#program.call(page);
    const found = new Map(items.map((item) => [decoder.decode(item.key), item.record]));
    const last = items.at(-1);
    const end = more && last !== undefined ? decoder.decode(last.key) : undefined;
    if (open !== undefined) {
      const records = new Map([...found].map(([one, record]) => [one, seenRecord(record)]));
      history.finishRange(open, { records, through: end, revision });
    }
    // What lies behind the end of a page was not looked at.
    const known = [...history.keys()].filter(
      (one) => one.startsWith(prefix) && (end === undefined || one <= end),
    );
    for (const one of new Set([...known, ...found.keys()])) {
      const record = found.get(one);
      snapshots.onRead({ client, key: one, record: record && seenRecord(record), revision }, floor);
    }
  }
}

function seenRecord({ value, version, createRevision, modRevision }: KeyRecord): SeenRecord {
  return { tag: decodeTagged(value), version, createRevision, modRevision };
}
