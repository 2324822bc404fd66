import { setTimeout as sleep } from "node:timers/promises";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import type { GetReply } from "../../src/client/replies.ts";
import { parseRequestId } from "../../src/client/request-id.ts";
import type { History, OpenOperation, Outcome } from "../../src/lab/oracles/history.ts";
import type { KeyRing } from "../../src/lab/workload/key-ring.ts";
import { decodeTagged, encodeTagged } from "../../src/lab/workload/stored-value.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { NodeCaller } from "./node-caller.ts";

/** Longer than any outage that a round may cause: such a request is answered unless all hope is lost. */
const PATIENCE_MS = 12_000;
/** Shorter than an election: such a request often ends with an unknown outcome. */
const SHORT_PATIENCE_MS = 250;
/** How often an unknown write is repeated under its own request id before it stays unknown. */
const REPEATS_MAX = 5;

/** A read of one node alone, which may be down: nobody else answers in its place. */
const NODE_PATIENCE_MS = 600;

const CHANCE = { get: 0.4, delete: 0.2, short: 0.15, repeat: 0.7, ownKey: 0.4, oneNode: 0.5 } as const;

export interface WorkerDeps {
  readonly name: string;
  readonly client: Client;
  /** One per node: reads of followers take another way through the cluster than the leader's. */
  readonly callers: readonly NodeCaller[];
  readonly history: History;
  readonly keys: KeyRing;
  readonly random: SeededRandom;
  readonly thinkMsMax: number;
}

/** One client: one request after another on keys that nobody else writes, and reads of everybody's keys. */
export class Worker {
  readonly #deps: WorkerDeps;
  #puts = 0;
  #isStopping = false;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
  }

  /** Ends with the request under way after `stop`. */
  async run(): Promise<void> {
    const { random, keys, name, thinkMsMax } = this.#deps;
    while (!this.#isStopping) {
      if (random.isLucky(CHANCE.get)) {
        const isOwn = random.isLucky(CHANCE.ownKey);
        const key = isOwn ? keys.writable(name, random) : keys.anybodys(random);
        const caller = random.pick(this.#deps.callers);
        if (random.isLucky(CHANCE.oneNode)) await this.#read(key, () => caller.get(key, NODE_PATIENCE_MS));
        else await this.read(key);
      } else {
        await this.#write(keys.writable(name, random));
      }
      await sleep(random.below(thinkMsMax + 1));
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** One read, by whoever answers. */
  read(key: string): Promise<void> {
    return this.#read(key, () => this.#deps.client.get(key, { timeoutMs: PATIENCE_MS }));
  }

  async #read(key: string, get: () => Promise<Pick<GetReply, "record" | "revision">>): Promise<void> {
    const { history, name } = this.#deps;
    const open = history.invoke(name, key, { kind: "get" });
    try {
      const { record, revision } = await get();
      const seen = record === undefined ? undefined : { ...record, tag: decodeTagged(record.value) };
      history.finish(open, { kind: "read", record: seen && seenRecord(seen), revision });
    } catch (thrown) {
      history.finish(open, { kind: "not-applied", code: refusalOf(thrown).failure.code });
    }
  }

  async #write(key: string): Promise<void> {
    const { history, keys, name, random } = this.#deps;
    const isDelete = random.isLucky(CHANCE.delete);
    this.#puts += 1;
    const tag = `${name}.${this.#puts}`;
    const open = history.invoke(name, key, isDelete ? { kind: "delete" } : { kind: "put", tag });
    const outcome = await this.#writeOutcome(open);
    history.finish(open, outcome);
    keys.used(key, outcome.kind === "unknown");
  }

  async #writeOutcome(open: OpenOperation): Promise<Outcome> {
    const { random } = this.#deps;
    const isShort = random.isLucky(CHANCE.short);
    const mayRepeat = random.isLucky(CHANCE.repeat);
    let refusal = await this.#attempt(open, isShort ? SHORT_PATIENCE_MS : PATIENCE_MS, undefined);
    for (let repeat = 0; repeat < REPEATS_MAX && mayRepeat; repeat++) {
      if (!(refusal instanceof KvdError) || refusal.failure.outcome !== "unknown") break;
      if (refusal.requestId === undefined) break;
      const { requestId } = refusal;
      refusal = await this.#attempt(open, PATIENCE_MS, requestId);
      // A repeat that was refused tells of the repeat alone: the first try may still be under way.
      if (refusal instanceof KvdError && !isFinal(refusal)) {
        refusal = new KvdError({ ...refusal.failure, outcome: "unknown" }, requestId);
      }
    }
    if (!(refusal instanceof KvdError)) return refusal;
    const { outcome, code } = refusal.failure;
    return outcome === "unknown" ? { kind: "unknown" } : { kind: "not-applied", code };
  }

  async #attempt(
    open: OpenOperation,
    timeoutMs: number,
    requestIdText: string | undefined,
  ): Promise<Outcome | KvdError> {
    const { client } = this.#deps;
    const requestId = requestIdText === undefined ? undefined : parseRequestId(requestIdText);
    const options = requestId === undefined ? { timeoutMs } : { timeoutMs, requestId };
    try {
      if (open.action.kind === "put") {
        const { version, createRevision, revision } = await client.put(
          open.key,
          encodeTagged(open.action.tag),
          options,
        );
        return { kind: "put", version, createRevision, revision };
      }
      const { deleted, revision } = await client.delete(open.key, options);
      return { kind: "deleted", deleted, revision };
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }
}

/** Whether the log itself has said that the request was not executed and never will be. */
function isFinal({ failure }: KvdError): boolean {
  return failure.code === "expired" && failure.outcome === "not_applied";
}

function refusalOf(thrown: unknown): KvdError {
  if (thrown instanceof KvdError) return thrown;
  throw thrown;
}

function seenRecord(record: {
  readonly tag: string;
  readonly version: number;
  readonly createRevision: number;
  readonly modRevision: number;
}): {
  readonly tag: string;
  readonly version: number;
  readonly createRevision: number;
  readonly modRevision: number;
} {
  const { tag, version, createRevision, modRevision } = record;
  return { tag, version, createRevision, modRevision };
}
