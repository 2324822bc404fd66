import { VERIFIER_BYTES } from "../../base/limits.ts";
import type { Client } from "../../client/client.ts";
import { bytesOf, intervalOf } from "../../client/key-bytes.ts";
import {
  deleteOperation,
  type Modification,
  modifyOperation,
  putAllOperation,
  putOperation,
} from "../../client/operations.ts";
import type { ChangeOptions, LifetimeOptions, WriteOptions } from "../../client/options.ts";
import { type TxnCompare, type TxnDo, type TxnRequest, txnOperation } from "../../client/txn.ts";
import type { Operation } from "../../kv/command.ts";
import { ROLES } from "../../kv/principal.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { HotKeys } from "./hot-keys.ts";

/** A change, and how a client is asked for it. */
export interface DrawnChange {
  readonly operation: Operation;
  readonly ask: (client: Client, options: ChangeOptions) => Promise<{ readonly revision: number }>;
}

/** What is drawn, and how often in relation to the others. */
export const CHANGE_KINDS = [
  "put",
  "delete",
  "delete-range",
  "put-all",
  "modify",
  "txn",
  "touch",
  "lease-grant",
  "lease-keep-alive",
  "lease-revoke",
  "principal",
  "compact",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const RELATIONS = ["=", "!=", "<", ">"] as const;
const DOCUMENTS = ['{"a":1}', '{"a":null,"b":[2]}', '{"c":{"d":3}}', '{"c":{"d":null,"e":1e400}}', "[1]"];
export const TTL_MS = [100, 1000, 3000] as const;
/** A lease is to be there for the requests that name it, more often than not. */
export const LEASE_TTL_MS = [300, 1500, 4000] as const;
const PRINCIPALS = ["p1", "p2", "p3"];
const CHANCE = { condition: 0.4, lifetime: 0.35, previous: 0.3, told: 0.8, shared: 0.7 } as const;

/** Draws changes of the hot keys. Values are distinct but for numbers and documents, which are made from each other. */
export class ChangeDraw {
  readonly #random: SeededRandom;
  readonly #hot: HotKeys;
  readonly #nextTag: () => string;
  /** What most changes are about that are drawn now. */
  #shared: string | undefined;

  constructor(random: SeededRandom, hot: HotKeys, nextTag: () => string) {
    this.#random = random;
    this.#hot = hot;
    this.#nextTag = nextTag;
  }

  key(): string {
    if (this.#shared !== undefined && this.#random.isLucky(CHANCE.shared)) return this.#shared;
    return this.#random.pick(this.#hot.keys);
  }

  /** Changes that are mostly about one key. */
  drawTogether(kinds: readonly ChangeKind[]): readonly DrawnChange[] {
    this.#shared = this.key();
    const drawn = kinds.map((kind) => this.draw(kind));
    this.#shared = undefined;
    return drawn;
  }

  /** Nothing can be asked of a lease before there is one: then one is granted. */
  draw(kind: ChangeKind): DrawnChange {
    switch (kind) {
      case "put":
        return this.#put();
      case "delete":
        return this.#delete();
      case "delete-range":
        return this.#deleteRange();
      case "put-all":
        return this.#putAll();
      case "modify":
        return this.#modify();
      case "txn":
        return this.#txn();
      case "touch": {
        const key = this.key();
        const ttlMs = this.#random.pick(TTL_MS);
        return {
          operation: { kind, key: bytesOf(key), ttlMs },
          ask: (client, options) => client.touch(key, ttlMs, options),
        };
      }
      case "lease-grant":
        return this.#grant();
      case "lease-keep-alive": {
        const leaseId = this.#lease();
        if (leaseId === undefined) return this.#grant();
        const operation = { kind, leaseId } as const;
        return { operation, ask: (client, options) => client.keepLeaseAlive(leaseId, options) };
      }
      case "lease-revoke": {
        const leaseId = this.#lease();
        if (leaseId === undefined) return this.#grant();
        const operation = { kind, leaseId } as const;
        return { operation, ask: (client, options) => client.revokeLease(leaseId, options) };
      }
      case "principal":
        return this.#principal();
      case "compact": {
        // Most of the last changes stay to be looked at; now and then none does.
        const told = this.#hot.told(this.key())?.modRevision ?? 0;
        const revision = Math.max(0, told - this.#random.pick([0, 30, 300]));
        return {
          operation: { kind, revision },
          ask: (client, options) => client.compact(revision, options),
        };
      }
    }
  }

  #principal(): DrawnChange {
    const random = this.#random;
    const id = random.pick(PRINCIPALS);
    const verifier = random.bytes(VERIFIER_BYTES);
    switch (random.below(3)) {
      case 0: {
        const how = { role: random.pick(ROLES), prefix: bytesOf(this.#hot.prefix), verifier };
        return {
          operation: { kind: "principal-create", id, ...how },
          ask: (client, options) => client.createPrincipal(id, { ...how, ...options }),
        };
      }
      case 1: {
        const how = { verifier, graceMs: random.pick([0, 1000]) };
        return {
          operation: { kind: "principal-rotate", id, ...how },
          ask: (client, options) => client.rotatePrincipal(id, { ...how, ...options }),
        };
      }
      default:
        return {
          operation: { kind: "principal-revoke", id },
          ask: (client, options) => client.revokePrincipal(id, options),
        };
    }
  }

  #put(): DrawnChange {
    const key = this.key();
    const value = this.#value();
    const how = { ...this.#how(key), ...this.#lifetime() };
    const operation = putOperation(key, value, how);
    return { operation, ask: (client, options) => client.put(key, value, { ...how, ...options }) };
  }

  #delete(): DrawnChange {
    const key = this.key();
    const how = this.#how(key);
    const operation = deleteOperation(key, how);
    return { operation, ask: (client, options) => client.delete(key, { ...how, ...options }) };
  }

  #deleteRange(): DrawnChange {
    const random = this.#random;
    const interval = random.isLucky(0.5) ? { prefix: this.#hot.prefix } : this.#interval();
    const keys = random.between(1, this.#hot.keys.length);
    const isExact = random.isLucky(0.3);
    const how = { ...interval, ...(isExact ? { expectedCount: keys } : { limit: keys }) };
    const extent = { kind: isExact ? "exactly" : "up-to", keys } as const;
    const operation = { kind: "delete-range", ...intervalOf(interval), extent } as const;
    return { operation, ask: (client, options) => client.deleteRange({ ...how, ...options }) };
  }

  #putAll(): DrawnChange {
    const keys = this.#some(this.#random.between(2, 4));
    const entries = keys.map((key) => [key, this.#value(), this.#lifetime()] as const);
    const operation = putAllOperation(entries);
    return { operation, ask: (client, options) => client.putAll(entries, options) };
  }

  #modify(): DrawnChange {
    const random = this.#random;
    const key = this.key();
    const change = this.#modification(key);
    const how = { value: random.isLucky(0.7), previous: random.isLucky(CHANCE.previous) };
    const operation = modifyOperation(key, change, how);
    return { operation, ask: (client, options) => client.modify(key, change, { ...how, ...options }) };
  }

  #txn(): DrawnChange {
    const request: TxnRequest = {
      if: Array.from({ length: this.#random.between(0, 2) }, () => this.#compare()),
      do: this.#steps(),
      else: this.#random.isLucky(0.5) ? this.#steps() : [],
    };
    const operation = txnOperation(request);
    return { operation, ask: (client, options) => client.txn(request, options) };
  }

  #grant(): DrawnChange {
    const ttlMs = this.#random.pick(LEASE_TTL_MS);
    const leaseId = this.#random.isLucky(0.8) ? 0 : this.#random.between(1, 20);
    const operation = { kind: "lease-grant", leaseId, ttlMs } as const;
    const how = leaseId === 0 ? { ttlMs } : { ttlMs, leaseId };
    return { operation, ask: (client, options) => client.grantLease({ ...how, ...options }) };
  }

  #lease(): number | undefined {
    const { leases } = this.#hot;
    return leases.length === 0 ? undefined : this.#random.pick(leases);
  }

  #how(key: string): Pick<WriteOptions, "previous" | "ifAbsent" | "ifRevision" | "ifValue"> {
    const random = this.#random;
    const previous = random.isLucky(CHANCE.previous);
    if (!random.isLucky(CHANCE.condition)) return { previous };
    const told = this.#hot.told(key);
    if (told === undefined || !random.isLucky(CHANCE.told)) return { previous, ifAbsent: true };
    return random.isLucky(0.5)
      ? { previous, ifRevision: told.modRevision }
      : { previous, ifValue: told.value };
  }

  #lifetime(): LifetimeOptions {
    const random = this.#random;
    if (!random.isLucky(CHANCE.lifetime)) return {};
    const leaseId = this.#lease();
    if (leaseId === undefined || random.isLucky(0.5)) return { ttlMs: random.pick(TTL_MS) };
    return { leaseId };
  }

  #value(): string {
    const random = this.#random;
    switch (random.below(3)) {
      case 0:
        return String(random.between(-9, 9));
      case 1:
        return random.pick(DOCUMENTS);
      default:
        return this.#nextTag();
    }
  }

  #modification(key: string): Modification {
    const random = this.#random;
    const op = random.pick([
      "incr",
      "incr",
      "max",
      "min",
      "append",
      "prepend",
      "cas",
      "set-if-absent",
      "json-merge",
    ] as const);
    switch (op) {
      case "incr":
      case "max":
      case "min":
        return { op, argument: random.between(-20, 20) };
      case "append":
      case "prepend":
        return { op, argument: String(random.below(10)) };
      case "set-if-absent":
        return { op, argument: this.#value() };
      case "json-merge":
        return { op, argument: random.pick(DOCUMENTS) };
      case "cas":
        return { op, expected: this.#hot.told(key)?.value ?? "1", argument: this.#value() };
    }
  }

  #compare(): TxnCompare {
    const random = this.#random;
    const key = this.key();
    const told = this.#hot.told(key);
    const is = random.pick(RELATIONS);
    if (told === undefined) return { key, exists: random.isLucky(0.5) };
    switch (random.below(5)) {
      case 0:
        return { key, exists: random.isLucky(0.5) };
      case 1:
        return { key, value: told.value, is };
      case 2:
        return { key, version: told.version, is };
      case 3:
        return { key, revision: told.modRevision, is };
      default:
        return { key, createRevision: told.createRevision, is };
    }
  }

  /** No key is changed twice: either single keys, or what lies before one of them as a range. */
  #steps(): readonly TxnDo[] {
    const random = this.#random;
    const keys = this.#some(random.between(1, 3));
    const steps = keys.map((key): TxnDo => {
      switch (random.below(4)) {
        case 0:
          return { delete: key, previous: random.isLucky(0.5) };
        case 1:
          return { get: this.key() };
        default:
          return { put: key, value: this.#value(), previous: random.isLucky(0.5), ...this.#lifetime() };
      }
    });
    if (!random.isLucky(0.15)) return steps;
    return [{ deleteRange: this.#interval() }, { get: this.key() }];
  }

  #interval(): { readonly start: string; readonly end: string } {
    const { keys } = this.#hot;
    const at = this.#random.below(keys.length - 1);
    const start = keys[at] ?? "";
    return { start, end: keys[this.#random.between(at + 1, keys.length - 1)] ?? start };
  }

  #some(count: number): readonly string[] {
    const rest = [...this.#hot.keys];
    return Array.from({ length: count }, () => rest.splice(this.#random.below(rest.length), 1)).flat();
  }
}
