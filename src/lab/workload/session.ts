import { KvdError } from "../../base/errors.ts";
import type { Address, Crypto } from "../../base/seams.ts";
import { Client } from "../../client/client.ts";
import type { LinksDeps } from "../../client/links.ts";
import { parseRequestId } from "../../client/request-id.ts";
import type { KeyRecord } from "../../kv/command.ts";
import type { TransportFactory } from "../../transport/service.ts";
import type { History, OpenOperation, Outcome, SeenRecord } from "../oracles/history.ts";
import type { SnapshotOracle } from "../oracles/snapshot-oracle.ts";
import type { Host } from "../world/host.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { SimulatedNetwork } from "../world/simulated-network.ts";
import type { KeyRing } from "./key-ring.ts";
import { NodeReader } from "./node-reader.ts";
import { decodeTagged, encodeTagged } from "./stored-value.ts";

const PATIENCE_MS = 4000;
/** Shorter than an election: such a request often ends with an unknown outcome. */
const SHORT_PATIENCE_MS = 200;
/** After the faults: whoever has to wait longer than this for an answer has been forgotten. */
const FINAL_PATIENCE_MS = 10_000;
const CONFIRM_ATTEMPTS = 2;
const REPEATS_MAX = 4;
const CHANCE = { read: 0.5, ownKey: 0.4, delete: 0.2, short: 0.2, repeat: 0.6, elsewhere: 0.3 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Get = (
  key: Uint8Array,
) => Promise<{ readonly record: KeyRecord | undefined; readonly revision: number }>;

export interface SessionDeps {
  readonly host: Host;
  readonly network: SimulatedNetwork;
  readonly openTransport: TransportFactory;
  /** The client's address; its port and the next ones are the session's. */
  readonly local: Address;
  readonly members: readonly Address[];
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  readonly history: History;
  readonly snapshots: SnapshotOracle;
  readonly keys: KeyRing;
  readonly thinkMsMax: number;
}

/** One client program: several workers that share a real client, and everything they were answered. */
export class Session {
  readonly #deps: SessionDeps;
  readonly #client: Client;
  /** A client object of its own, to repeat what the first got no answer to. */
  readonly #second: Client;
  readonly #readers: readonly NodeReader[];
  #puts = 0;
  #isStopping = false;

  /** Within a turn of the host's process. */
  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#client = this.#open(0);
    this.#second = this.#open(1);
    this.#readers = deps.members.map((address, index) => new NodeReader(address, this.#seams(2 + index)));
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Ends with the request under way after `stop`. */
  async work(name: string): Promise<void> {
    const { random, keys, thinkMsMax, host } = this.#deps;
    while (!this.#isStopping) {
      if (random.isLucky(CHANCE.read)) {
        const key = random.isLucky(CHANCE.ownKey) ? keys.own(name, random) : keys.anybodys(random);
        await this.#read(name, key).catch(asRefusal);
      } else await this.#write(name, keys.own(name, random));
      await new Promise<void>((resolve) => host.after(random.below(thinkMsMax + 1), resolve));
    }
  }

  /** A put that must succeed, and a read that must see it. */
  async confirmService(name: string): Promise<void> {
    const { keys, random, history, host } = this.#deps;
    const key = keys.own(name, random);
    for (let left = CONFIRM_ATTEMPTS; left > 0; left--) {
      const open = this.#invokePut(name, key);
      const outcome = await this.#change(this.#client, open, { timeoutMs: FINAL_PATIENCE_MS }).catch(
        asRefusal,
      );
      if (!(outcome instanceof KvdError)) {
        history.finish(open, outcome);
        break;
      }
      // A client that took one node's wrong clock for cluster time learns the right one meanwhile.
      if (outcome.failure.code !== "expired" || left === 1) throw outcome;
      history.finish(open, { kind: "not-applied", code: "expired" });
      await new Promise<void>((resolve) => host.after(1000, resolve));
    }
    await this.readAll(name, [key]);
  }

  /** Each key once more; every read must succeed. */
  async readAll(name: string, keys: Iterable<string>): Promise<void> {
    for (const key of keys) {
      await this.#readLinearizable(name, key, (bytes) =>
        this.#client.get(bytes, { timeoutMs: FINAL_PATIENCE_MS }),
      );
    }
  }

  async handOver(to: string): Promise<void> {
    await this.#client.handOver(to, { timeoutMs: 1000 }).catch(asRefusal);
  }

  #open(port: number): Client {
    return new Client({ endpoints: this.#deps.members }, this.#seams(port));
  }

  #seams(port: number): LinksDeps {
    const { host, network, local, random, crypto, openTransport } = this.#deps;
    return {
      network: network.open({ host, local: { host: local.host, port: local.port + port } }),
      openTransport,
      clock: host,
      timers: host,
      random: random.fork(),
      crypto,
    };
  }

  #read(name: string, key: string): Promise<void> {
    const { random } = this.#deps;
    switch (random.below(5)) {
      case 0:
        return this.#readLinearizable(name, key, (bytes) =>
          this.#client.get(bytes, { timeoutMs: PATIENCE_MS }),
        );
      case 1: {
        const reader = random.pick(this.#readers);
        return this.#readLinearizable(name, key, (bytes) => reader.get(bytes, 1000));
      }
      case 2:
      case 3:
        return this.#readSequential(key);
      default:
        return this.#readRange(key);
    }
  }

  async #readLinearizable(name: string, key: string, get: Get): Promise<void> {
    const { history, snapshots } = this.#deps;
    const open = history.invoke(name, key, { kind: "get" });
    const { record, revision } = await get(encoder.encode(key));
    const seen = record === undefined ? undefined : seenRecord(record);
    history.finish(open, { kind: "read", record: seen, revision });
    snapshots.onRead({ client: name, key, record: seen, revision }, 0);
  }

  async #readSequential(key: string): Promise<void> {
    const { snapshots, host } = this.#deps;
    const client = host.name;
    const floor = snapshots.floorOf(client);
    const options = { consistency: "sequential", timeoutMs: PATIENCE_MS } as const;
    const { record, revision } = await this.#client.get(key, options);
    snapshots.onRead({ client, key, record: record && seenRecord(record), revision }, floor);
  }

  /** All keys of one writer, which are of one moment. */
  async #readRange(key: string): Promise<void> {
    const { snapshots, host, history, random } = this.#deps;
    const client = host.name;
    const consistency = random.isLucky(0.5) ? "sequential" : "linearizable";
    const prefix = key.slice(0, key.indexOf("/") + 1);
    const floor = consistency === "sequential" ? snapshots.floorOf(client) : history.revisionMax;
    const { items, revision } = await this.#client.range({ prefix, consistency, timeoutMs: PATIENCE_MS });
    const found = new Map(items.map((item) => [decoder.decode(item.key), item.record]));
    const known = [...history.keys()].filter((one) => one.startsWith(prefix));
    for (const one of new Set([...known, ...found.keys()])) {
      const record = found.get(one);
      snapshots.onRead({ client, key: one, record: record && seenRecord(record), revision }, floor);
    }
  }

  #invokePut(name: string, key: string): OpenOperation {
    this.#puts += 1;
    return this.#deps.history.invoke(name, key, { kind: "put", tag: `${name}.${this.#puts}` });
  }

  async #write(name: string, key: string): Promise<void> {
    const { history, keys, random } = this.#deps;
    const isDelete = random.isLucky(CHANCE.delete);
    const open = isDelete ? history.invoke(name, key, { kind: "delete" }) : this.#invokePut(name, key);
    const outcome = await this.#outcomeOf(open);
    history.finish(open, outcome);
    keys.used(name, key, outcome.kind === "unknown");
  }

  async #outcomeOf(open: OpenOperation): Promise<Outcome> {
    const { random } = this.#deps;
    const timeoutMs = random.isLucky(CHANCE.short) ? SHORT_PATIENCE_MS : PATIENCE_MS;
    const repeats = random.isLucky(CHANCE.repeat) ? REPEATS_MAX : 0;
    let refusal: KvdError;
    try {
      return await this.#change(this.#client, open, { timeoutMs });
    } catch (thrown) {
      refusal = asRefusal(thrown);
    }
    for (let repeat = 0; repeat < repeats && refusal.failure.outcome === "unknown"; repeat++) {
      const requestId = parseRequestId(refusal.requestId ?? "");
      if (requestId === undefined) break;
      const client = random.isLucky(CHANCE.elsewhere) ? this.#second : this.#client;
      try {
        return await this.#change(client, open, { timeoutMs: PATIENCE_MS, requestId });
      } catch (thrown) {
        const again = asRefusal(thrown);
        // A repeat that was refused tells of the repeat alone, unless the log itself has answered.
        const isFinal = again.failure.code === "expired" && again.failure.outcome === "not_applied";
        if (isFinal) return { kind: "not-applied", code: again.failure.code };
      }
    }
    const { outcome, code } = refusal.failure;
    return outcome === "unknown" ? { kind: "unknown" } : { kind: "not-applied", code };
  }

  async #change(
    client: Client,
    open: OpenOperation,
    options: Parameters<Client["put"]>[2],
  ): Promise<Outcome> {
    const { snapshots, host } = this.#deps;
    const { key, action } = open;
    let outcome: Extract<Outcome, { readonly revision: number }>;
    if (action.kind === "put") {
      const { version, createRevision, revision } = await client.put(key, encodeTagged(action.tag), options);
      outcome = { kind: "put", version, createRevision, revision };
    } else {
      const { deleted, revision } = await client.delete(key, options);
      outcome = { kind: "deleted", deleted, revision };
    }
    // What the second client was told, the first one's session knows nothing of.
    if (client === this.#client) snapshots.onAnswer(host.name, outcome.revision);
    return outcome;
  }
}

/** The refusal that was thrown; anything else is a bug and goes on its way. */
function asRefusal(thrown: unknown): KvdError {
  if (thrown instanceof KvdError) return thrown;
  throw thrown;
}

function seenRecord({ value, version, createRevision, modRevision }: KeyRecord): SeenRecord {
  return { tag: decodeTagged(value), version, createRevision, modRevision };
}
