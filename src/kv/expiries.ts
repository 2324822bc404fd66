import { assert } from "../base/assert.ts";
import { Heap } from "./heap.ts";
import { keyText, textBytes } from "./key-text.ts";
import { SortedKeys } from "./sorted-keys.ts";
import type { Expiry, ExpiryRows, Lease, Row } from "./state.ts";

/** What ends first. Entries whose time was changed since are stale, and are passed over. */
export type Due =
  | { readonly kind: "key"; readonly atMs: number; readonly text: string }
  | { readonly kind: "lease"; readonly atMs: number; readonly id: number };

interface HeldLease {
  readonly lease: Lease;
  /** Its keys, as text. */
  readonly keys: Set<string>;
  /** Since the lease began to end: its keys, descending. No key joins any more; some may have left. */
  ending: string[] | undefined;
}

/** Stale entries beyond as many as count are not worth sweeping out. */
const STALE_MIN = 64;

/**
 * The leases, and what ends keys by themselves, in memory: as many as the limits allow. The order in which
 * things end depends on the rows alone, so a table that was rebuilt from them goes on in the same order.
 */
export class Expiries {
  readonly #keys = new Map<string, Expiry>();
  readonly #leases = new Map<number, HeldLease>();
  readonly #order = new SortedKeys((text) => this.#leases.has(Number(text)));
  #due = newHeap();
  readonly #changedKeys = new Set<string>();
  readonly #changedLeases = new Set<number>();

  constructor(recovered: ExpiryRows) {
    for (const { id, lease } of recovered.leases()) this.setLease(id, lease);
    for (const { key, expiry } of recovered.expiries()) this.set(keyText(key), expiry);
    this.#changedKeys.clear();
    this.#changedLeases.clear();
  }

  /** Keys that do not stay. */
  get keyCount(): number {
    return this.#keys.size;
  }

  get leaseCount(): number {
    return this.#leases.size;
  }

  /** Leases and keys that do not stay, together. */
  get size(): number {
    return this.#keys.size + this.#leases.size;
  }

  /** What ends the key, by its text; undefined: it stays. */
  of(text: string): Expiry | undefined {
    return this.#keys.get(text);
  }

  set(text: string, expiry: Expiry | undefined): void {
    const before = this.#keys.get(text);
    if (before === undefined && expiry === undefined) return;
    if (before?.kind === "lease") this.#leases.get(before.leaseId)?.keys.delete(text);
    this.#changedKeys.add(text);
    if (expiry === undefined) {
      this.#keys.delete(text);
      return;
    }
    this.#keys.set(text, expiry);
    if (expiry.kind === "ttl") return this.#expect({ kind: "key", atMs: expiry.expiresMs, text });
    const held = this.#leases.get(expiry.leaseId);
    assert(held !== undefined, "I25: a key's lease is there as long as the key is");
    held.keys.add(text);
  }

  /** The lease, which may have to end; undefined when there is none of the id. */
  lease(id: number): Lease | undefined {
    return this.#leases.get(id)?.lease;
  }

  /** The lease, when it has not ended by `timeMs` of cluster time. */
  aliveLease(id: number, timeMs: number): Lease | undefined {
    const lease = this.lease(id);
    return lease !== undefined && timeMs < lease.expiresMs ? lease : undefined;
  }

  setLease(id: number, lease: Lease): void {
    const held = this.#leases.get(id);
    this.#leases.set(id, { lease, keys: held?.keys ?? new Set(), ending: undefined });
    if (held === undefined) this.#order.add(idText(id));
    this.#changedLeases.add(id);
    this.#expect({ kind: "lease", atMs: lease.expiresMs, id });
  }

  /** Removes a lease that holds no key any more. */
  removeLease(id: number): void {
    assert(this.keysHeld(id) === 0, "I25: a lease ends after its keys");
    this.#leases.delete(id);
    this.#order.remove(idText(id));
    this.#changedLeases.add(id);
  }

  /** How many keys a lease holds. */
  keysHeld(id: number): number {
    return this.#leases.get(id)?.keys.size ?? 0;
  }

  /** The first keys that a lease holds, ascending. */
  keysOf(id: number, limit: number): readonly Uint8Array[] {
    const texts = [...(this.#leases.get(id)?.keys ?? [])].sort(ascending);
    return texts.slice(0, limit).map(textBytes);
  }

  /** The next key of a lease that ends: they come ascending as long as they are taken away one by one. */
  nextEnding(id: number): Uint8Array | undefined {
    const held = this.#leases.get(id);
    if (held === undefined) return undefined;
    held.ending ??= [...held.keys].sort(ascending).reverse();
    for (let text = held.ending.at(-1); text !== undefined; text = held.ending.at(-1)) {
      if (held.keys.has(text)) return textBytes(text);
      held.ending.pop();
    }
    return undefined;
  }

  /** Ids from `from` on, ascending, of leases that have not ended by `timeMs`. */
  *leasesFrom(from: number, timeMs: number): Iterable<{ readonly id: number; readonly lease: Lease }> {
    let last = 0;
    for (const text of this.#order.from(idText(from))) {
      const id = Number(text);
      const lease = this.aliveLease(id, timeMs);
      if (lease === undefined || id === last) continue;
      last = id;
      yield { id, lease };
    }
  }

  /** What is to end first, of all that is to end at all. */
  get first(): Due | undefined {
    for (let due = this.#due.first; due !== undefined; due = this.#due.first) {
      if (this.#counts(due)) return due;
      this.#due.pop();
    }
    return undefined;
  }

  /** The rows that were changed since they were taken last. */
  takeRows(): Row[] {
    const rows: Row[] = [];
    for (const id of this.#changedLeases) rows.push({ table: "leases", id, lease: this.lease(id) });
    for (const text of this.#changedKeys)
      rows.push({ table: "expiries", key: textBytes(text), expiry: this.#keys.get(text) });
    this.#changedLeases.clear();
    this.#changedKeys.clear();
    return rows;
  }

  #counts(due: Due): boolean {
    if (due.kind === "lease") return this.lease(due.id)?.expiresMs === due.atMs;
    const expiry = this.#keys.get(due.text);
    return expiry?.kind === "ttl" && expiry.expiresMs === due.atMs;
  }

  #expect(due: Due): void {
    this.#due.push(due);
    if (this.#due.size <= 2 * this.size + STALE_MIN) return;
    // A lease that is kept alive leaves an entry each time.
    const swept = newHeap();
    for (const [id, { lease }] of this.#leases) swept.push({ kind: "lease", atMs: lease.expiresMs, id });
    for (const [text, expiry] of this.#keys)
      if (expiry.kind === "ttl") swept.push({ kind: "key", atMs: expiry.expiresMs, text });
    this.#due = swept;
  }
}

function newHeap(): Heap<Due> {
  return new Heap(endsBefore);
}

/** By time; at one time leases by id, then keys by their bytes. */
function endsBefore(left: Due, right: Due): boolean {
  if (left.atMs !== right.atMs) return left.atMs < right.atMs;
  if (left.kind === "lease") return right.kind === "key" || left.id < right.id;
  return right.kind === "key" && left.text < right.text;
}

/** In the order of the numbers. */
function idText(id: number): string {
  return String(id).padStart(16, "0");
}

function ascending(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
