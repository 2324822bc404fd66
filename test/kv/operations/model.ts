import type {
  Compare,
  Condition,
  KeyInterval,
  KeyRecord,
  Lifetime,
  Operation,
  TxnStep,
} from "../../../src/kv/command.ts";

type Modelled =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "failure"; readonly code: string; readonly conflict?: unknown };

class Refused extends Error {
  readonly code: string;
  readonly conflict: unknown;

  constructor(code: string, conflict?: unknown) {
    super(code);
    this.code = code;
    this.conflict = conflict;
  }
}

const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const bytesOf = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));

/** The operations over a plain map: slow, without limits, and written without a look at the machine's. */
export class Model {
  keys = new Map<string, KeyRecord>();
  /** When each key ends that does not stay: a time, or with a lease. */
  ends = new Map<string, number | { readonly lease: number }>();
  leases = new Map<number, { readonly ttlMs: number; readonly endMs: number }>();
  revision = 0;
  timeMs = 0;
  #lastLease = 0;
  #taken = 0;

  readonly principals = new Set<string>();

  /** All keys in order, with their records. */
  content(): [string, KeyRecord][] {
    return [...this.keys].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** A slot begins. */
  begin(stampMs: number, operations: readonly Operation[]): void {
    this.timeMs = Math.max(this.timeMs, stampMs);
    // A slot whose requests may change all the keys that one slot may has no room for this.
    if (operations.some(takesAll)) return;
    this.#taken = this.revision;
    for (const [key] of this.content()) {
      const end = this.ends.get(key);
      const endMs = typeof end === "object" ? this.leases.get(end.lease)?.endMs : end;
      if (end !== undefined && (endMs === undefined || endMs <= this.timeMs))
        this.#delete(bytesOf(key), false);
    }
    for (const [id, { endMs }] of this.leases) if (endMs <= this.timeMs) this.leases.delete(id);
    this.revision = this.#taken;
  }

  apply(operation: Operation): Modelled {
    const before = new Map(this.keys);
    const endsBefore = new Map(this.ends);
    this.#taken = this.revision;
    try {
      const result = this.#do(operation);
      this.revision = this.#taken;
      return { kind: "result", result: { kind: operation.kind, revision: this.revision, ...result } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.keys = before;
      this.ends = endsBefore;
      const { code, conflict } = error;
      return { kind: "failure", code, ...(conflict === undefined ? {} : { conflict }) };
    }
  }

  #do(operation: Operation): object {
    switch (operation.kind) {
      case "put": {
        this.#check(operation.key, operation.condition);
        return this.#put(operation.key, operation.value, operation.previous, operation.lifetime);
      }
      case "delete":
        this.#check(operation.key, operation.condition);
        return this.#delete(operation.key, operation.previous);
      case "delete-range": {
        const { extent } = operation;
        const all = this.#within(operation);
        if (extent.kind === "exactly" && all.length !== extent.keys)
          throw new Refused("condition_failed", { kind: "count", count: all.length });
        const gone = all.slice(0, extent.keys);
        for (const key of gone) this.#delete(key, false);
        return { count: gone.length, more: gone.length < all.length };
      }
      case "put-all": {
        const { entries } = operation;
        const distinct = new Set(entries.map(({ key }) => shown(key)));
        if (entries.length === 0 || distinct.size < entries.length) throw new Refused("bad_request");
        for (const { key, value, lifetime } of entries) this.#put(key, value, false, lifetime);
        return { count: entries.length };
      }
      case "modify":
        return this.#modify(operation);
      case "txn":
        return this.#txn(operation);
      case "touch": {
        const key = shown(operation.key);
        if (typeof this.ends.get(key) === "object") throw new Refused("bad_value");
        const touched = this.keys.has(key) && !this.#isOver(key);
        if (touched) this.ends.set(key, this.timeMs + operation.ttlMs);
        return { touched };
      }
      case "lease-grant": {
        let id = operation.leaseId;
        if (id === 0) {
          id = this.#lastLease + 1;
          while (this.leases.has(id)) id++;
          this.#lastLease = id;
        }
        if (this.leases.has(id)) throw new Refused("lease_exists");
        return this.#renew(id, operation.ttlMs);
      }
      case "lease-keep-alive":
        return this.#renew(operation.leaseId, this.#lease(operation.leaseId).ttlMs);
      case "lease-revoke": {
        const id = operation.leaseId;
        this.#lease(id);
        const gone = [...this.ends].filter(([, end]) => typeof end === "object" && end.lease === id);
        for (const [key] of gone) this.#delete(bytesOf(key), false);
        this.leases.delete(id);
        return { count: gone.length, more: false };
      }
      case "principal-create":
        if (this.principals.has(operation.id)) throw new Refused("principal_exists");
        this.principals.add(operation.id);
        return {};
      case "principal-rotate":
      case "principal-revoke":
        if (!this.principals.has(operation.id)) throw new Refused("principal_not_found");
        if (operation.kind === "principal-revoke") this.principals.delete(operation.id);
        return {};
    }
  }

  #isOver(key: string): boolean {
    const end = this.ends.get(key);
    return typeof end === "number" && end <= this.timeMs;
  }

  #lease(id: number): { readonly ttlMs: number } {
    const lease = this.leases.get(id);
    if (lease === undefined || lease.endMs <= this.timeMs) throw new Refused("lease_not_found");
    return lease;
  }

  #renew(leaseId: number, ttlMs: number): object {
    this.leases.set(leaseId, { ttlMs, endMs: this.timeMs + ttlMs });
    return { leaseId, ttlMs };
  }

  #modify(operation: Extract<Operation, { kind: "modify" }>): object {
    const { key, change } = operation;
    const present = this.keys.get(shown(key));
    const next = this.#next(change, present);
    const end = this.ends.get(shown(key));
    const leaseId = typeof end === "object" ? end.lease : 0;
    if (next !== undefined) {
      this.#put(key, next, false);
      this.keys.set(shown(key), { ...(this.keys.get(shown(key)) as KeyRecord), leaseId });
      if (end !== undefined) this.ends.set(shown(key), end);
    }
    const record = this.keys.get(shown(key));
    return {
      changed: next !== undefined,
      createRevision: record?.createRevision,
      modRevision: record?.modRevision,
      version: record?.version,
      value: operation.returnsValue ? record?.value : undefined,
      previous: operation.previous ? present : undefined,
    };
  }

  #next(change: Extract<Operation, { kind: "modify" }>["change"], present: KeyRecord | undefined) {
    const old = present === undefined ? undefined : shown(present.value);
    const argument = shown(change.argument);
    switch (change.kind) {
      case "incr":
      case "max":
      case "min": {
        if (old !== undefined && !isNumber(old)) throw new Refused("bad_value");
        let number = BigInt(old ?? (change.kind === "incr" ? 0 : argument));
        if (change.kind === "incr") number += BigInt(argument);
        else if (change.kind === "max" ? number < BigInt(argument) : number > BigInt(argument))
          number = BigInt(argument);
        else if (old !== undefined) return undefined;
        if (BigInt.asIntN(64, number) !== number) throw new Refused("bad_value");
        return bytesOf(`${number}`);
      }
      case "append":
        return bytesOf((old ?? "") + argument);
      case "prepend":
        return bytesOf(argument + (old ?? ""));
      case "set-if-absent":
        return old === undefined ? change.argument : undefined;
      case "cas":
        if (old !== shown(change.expected)) throw this.#conflict(present);
        return change.argument;
      case "json-merge":
        throw new Error("not modelled");
    }
  }

  #txn({ compares, steps, otherwise }: Extract<Operation, { kind: "txn" }>): object {
    if (compares.length + steps.length + otherwise.length === 0) throw new Refused("bad_request");
    for (const list of [steps, otherwise]) if (changesTwice(list)) throw new Refused("bad_request");
    const succeeded = compares.every((compare) => this.#holds(compare));
    const answers = (succeeded ? steps : otherwise).map((step) => this.#step(step));
    return { succeeded, answers };
  }

  #step(step: TxnStep): object {
    switch (step.kind) {
      case "put":
        return { kind: "put", ...this.#put(step.key, step.value, step.previous, step.lifetime) };
      case "delete":
        return { kind: "delete", ...this.#delete(step.key, step.previous) };
      case "delete-range": {
        const gone = this.#within(step);
        for (const key of gone) this.#delete(key, false);
        return { kind: "delete-range", count: gone.length };
      }
      case "get":
        return { kind: "get", record: this.keys.get(shown(step.key)) };
    }
  }

  #holds(compare: Compare): boolean {
    const present = this.keys.get(shown(compare.key));
    if (compare.target === "exists") return (present !== undefined) === compare.exists;
    if (compare.target === "value") {
      if (present === undefined) return compare.relation === "!=";
      return holdsOf(Buffer.compare(present.value, compare.value), compare.relation);
    }
    const names = {
      version: "version",
      "create-revision": "createRevision",
      "mod-revision": "modRevision",
    } as const;
    return holdsOf((present?.[names[compare.target]] ?? 0) - compare.number, compare.relation);
  }

  #check(key: Uint8Array, condition: Condition | undefined): void {
    const present = this.keys.get(shown(key));
    if (condition === undefined) return;
    const isSo =
      condition.kind === "revision"
        ? condition.revision === (present?.modRevision ?? 0)
        : present !== undefined && shown(present.value) === shown(condition.value);
    if (!isSo) throw this.#conflict(present);
  }

  #conflict(present: KeyRecord | undefined): Refused {
    return new Refused("condition_failed", { kind: "revision", revision: present?.modRevision ?? 0 });
  }

  #put(key: Uint8Array, value: Uint8Array, wantsPrevious: boolean, lifetime?: Lifetime): object {
    const leaseId = lifetime?.kind === "lease" ? lifetime.leaseId : 0;
    if (leaseId !== 0) this.#lease(leaseId);
    this.ends.delete(shown(key));
    if (lifetime?.kind === "ttl") this.ends.set(shown(key), this.timeMs + lifetime.ttlMs);
    if (leaseId !== 0) this.ends.set(shown(key), { lease: leaseId });
    const previous = this.keys.get(shown(key));
    this.#taken = this.revision + 1;
    const createRevision = previous?.createRevision ?? this.#taken;
    const version = (previous?.version ?? 0) + 1;
    this.keys.set(shown(key), { value, createRevision, modRevision: this.#taken, version, leaseId });
    return { createRevision, version, previous: wantsPrevious ? previous : undefined };
  }

  #delete(key: Uint8Array, wantsPrevious: boolean): object {
    const previous = this.keys.get(shown(key));
    this.ends.delete(shown(key));
    if (this.keys.delete(shown(key))) this.#taken = this.revision + 1;
    return { deleted: previous !== undefined, previous: wantsPrevious ? previous : undefined };
  }

  #within(interval: KeyInterval): Uint8Array[] {
    return this.content()
      .map(([key]) => bytesOf(key))
      .filter((key) => isWithin(key, interval));
  }
}

function takesAll(operation: Operation): boolean {
  if (operation.kind === "lease-revoke") return true;
  if (operation.kind !== "txn") return false;
  return [...operation.steps, ...operation.otherwise].some(({ kind }) => kind === "delete-range");
}

function isWithin(key: Uint8Array, { start, end }: KeyInterval): boolean {
  return Buffer.compare(key, start) >= 0 && (end === undefined || Buffer.compare(key, end) < 0);
}

function isNumber(words: string): boolean {
  return /^-?[0-9]+$/.test(words) && `${BigInt.asIntN(64, BigInt(words))}` === words;
}

function holdsOf(difference: number, relation: string): boolean {
  if (relation === "=") return difference === 0;
  if (relation === "!=") return difference !== 0;
  return relation === "<" ? difference < 0 : difference > 0;
}

function changesTwice(steps: readonly TxnStep[]): boolean {
  const changed = steps.flatMap((step) => (step.kind === "put" || step.kind === "delete" ? [step.key] : []));
  if (new Set(changed.map(shown)).size < changed.length) return true;
  return steps.some((step) => step.kind === "delete-range" && changed.some((key) => isWithin(key, step)));
}
