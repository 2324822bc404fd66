import type { KeyInterval, KeyRecord } from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import type { Principal } from "../../kv/principal.ts";
import type { Expiry, Lease } from "../../kv/state.ts";

/** A map that is one with its copies, until either is changed. */
class Shared<Key, Value> {
  map: ReadonlyMap<Key, Value>;
  #own: Map<Key, Value> | undefined;

  constructor(map: ReadonlyMap<Key, Value> = new Map()) {
    this.map = map;
  }

  copy(): Shared<Key, Value> {
    this.#own = undefined;
    return new Shared(this.map);
  }

  /** To be changed. */
  own(): Map<Key, Value> {
    if (this.#own === undefined) {
      this.#own = new Map(this.map);
      this.map = this.#own;
    }
    return this.#own;
  }
}

/**
 * The store as plain maps, keys as text. It is a value: whatever is to be changed is changed in a copy, which
 * takes one revision at most and knows what it has touched.
 */
export class PlainStore {
  readonly #records: Shared<string, KeyRecord>;
  readonly #ends: Shared<string, Expiry>;
  readonly #leases: Shared<number, Lease>;
  readonly #principals: Shared<string, Principal>;
  /** In this copy: what was set or removed; of keys the record or the end. */
  readonly touchedKeys = new Set<string>();
  readonly touchedLeases = new Set<number>();
  readonly touchedPrincipals = new Set<string>();
  readonly #revisionBefore: number;
  #revision: number;
  /** Cluster time, ms. */
  timeMs: number;
  /** The highest ballot at which any batch so far was stamped. */
  reign: number;
  /** The greatest id that was chosen for a lease. */
  lastLeaseId: number;
  /** The greatest revision whose changes are forgotten. */
  compacted: number;
  leaderLeaseMs: number;

  /** A copy, as if its last change had been at `revision`. */
  constructor(from?: PlainStore, revision = from?.revision ?? 0) {
    this.#records = from === undefined ? new Shared() : from.#records.copy();
    this.#ends = from === undefined ? new Shared() : from.#ends.copy();
    this.#leases = from === undefined ? new Shared() : from.#leases.copy();
    this.#principals = from === undefined ? new Shared() : from.#principals.copy();
    this.#revision = revision;
    this.#revisionBefore = revision;
    this.timeMs = from?.timeMs ?? 0;
    this.reign = from?.reign ?? 0;
    this.lastLeaseId = from?.lastLeaseId ?? 0;
    this.compacted = from?.compacted ?? 0;
    this.leaderLeaseMs = from?.leaderLeaseMs ?? 0;
  }

  get revision(): number {
    return this.#revision;
  }

  get records(): ReadonlyMap<string, KeyRecord> {
    return this.#records.map;
  }

  /** What ends a key by itself. */
  get ends(): ReadonlyMap<string, Expiry> {
    return this.#ends.map;
  }

  get leases(): ReadonlyMap<number, Lease> {
    return this.#leases.map;
  }

  get principals(): ReadonlyMap<string, Principal> {
    return this.#principals.map;
  }

  get(key: Uint8Array): KeyRecord | undefined {
    return this.records.get(keyText(key));
  }

  /** Gives the record as it is afterwards, and as it was. */
  put(
    key: Uint8Array,
    value: Uint8Array,
    end: Expiry | undefined,
  ): { readonly record: KeyRecord; readonly previous: KeyRecord | undefined } {
    const text = keyText(key);
    const previous = this.records.get(text);
    this.#revision = this.#revisionBefore + 1;
    const record: KeyRecord = {
      value,
      createRevision: previous === undefined ? this.#revision : previous.createRevision,
      modRevision: this.#revision,
      version: previous === undefined ? 1 : previous.version + 1,
      leaseId: end?.kind === "lease" ? end.leaseId : 0,
    };
    this.#records.own().set(text, record);
    this.setEnd(text, end);
    return { record, previous };
  }

  /** In the place of one that is there, as if it had always been so. */
  correct(text: string, record: KeyRecord): void {
    this.#records.own().set(text, record);
  }

  /** What was there; to remove nothing is no change. */
  remove(text: string): KeyRecord | undefined {
    const previous = this.records.get(text);
    if (previous === undefined) return undefined;
    this.#revision = this.#revisionBefore + 1;
    this.#records.own().delete(text);
    this.setEnd(text, undefined);
    return previous;
  }

  setEnd(text: string, end: Expiry | undefined): void {
    this.touchedKeys.add(text);
    if (end !== undefined) this.#ends.own().set(text, end);
    else if (this.ends.has(text)) this.#ends.own().delete(text);
  }

  setLease(id: number, lease: Lease | undefined): void {
    this.touchedLeases.add(id);
    if (lease === undefined) this.#leases.own().delete(id);
    else this.#leases.own().set(id, lease);
  }

  setPrincipal(id: string, principal: Principal | undefined): void {
    this.touchedPrincipals.add(id);
    if (principal === undefined) this.#principals.own().delete(id);
    else this.#principals.own().set(id, principal);
  }

  /** The keys of a lease, ascending. */
  keysOf(leaseId: number): readonly string[] {
    const own = [...this.ends].filter(([, end]) => end.kind === "lease" && end.leaseId === leaseId);
    return own.map(([text]) => text).sort();
  }

  /** The keys that are there in an interval, ascending. */
  within({ start, end }: KeyInterval): readonly string[] {
    const first = keyText(start);
    const last = end === undefined ? undefined : keyText(end);
    const isIn = (text: string): boolean => text >= first && (last === undefined || text < last);
    return [...this.records.keys()].filter(isIn).sort();
  }
}
