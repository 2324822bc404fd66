import { assert } from "../base/assert.ts";
import { type GroupId, offsetSlot, type Slot } from "../base/ids.ts";
import type { Crypto, Fatal } from "../base/seams.ts";
import type { Write } from "../paxos/effects.ts";
import type { LogEntry, LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import { cutEntry, type EntryRow, joinEntry } from "./entry-rows.ts";
import { Fingerprint } from "./fingerprint.ts";
import type { LmdbEnvironment, RowOperation } from "./lmdb-environment.ts";
import type { HeldEntry, RecoveredGroup } from "./log-recovery.ts";
import type { LogSummary } from "./log-summary.ts";
import { membershipOperation } from "./membership-record.ts";
import { makeRecord, RECORD_TYPE } from "./record.ts";
import { entryKey, groupKey, readSlot } from "./schema.ts";
import { encodeSummary } from "./summary-record.ts";

/** Truncated rows are removed in bulk, which LMDB does several times faster than one by one. */
const GARBAGE_SLOTS_MIN = 50;
/** At most this much per commit: what an Accept waits for is bounded. */
const GARBAGE_SLOTS_MAX = 500;
const GARBAGE_ROWS_MAX = 1000;

export interface LogGroupDeps {
  readonly environment: LmdbEnvironment;
  readonly crypto: Crypto;
  readonly fatal: Fatal;
}

/** One group's log: turns writes into rows, and keeps of it in memory what overwriting and checking need. */
export class LogGroup implements LogReader {
  readonly recovered: RecoveredLog;
  readonly #deps: LogGroupDeps;
  readonly #group: GroupId;
  readonly #key: Uint8Array;
  readonly #summary: LogSummary;
  readonly #held: Map<Slot, HeldEntry>;
  /** Of what was ever written at or above `learned`, lost entries included. */
  #fingerprint: Fingerprint;
  /** What the disk does not hold soundly once the planned writes are durable. */
  readonly #damaged: Set<Slot>;
  /** The same as of the last durable commit: what readers are told. */
  #unreadable: Set<Slot>;
  #durableFirstKept: Slot;
  #durableLearned: Slot;
  #garbageFrom: Slot;
  #isNew: boolean;

  constructor(deps: LogGroupDeps, group: GroupId, found: RecoveredGroup) {
    this.#deps = deps;
    this.#group = group;
    this.#key = groupKey(group);
    this.#summary = found.summary;
    this.#held = found.held;
    this.#fingerprint = found.fingerprint;
    this.#damaged = found.damaged;
    this.#unreadable = new Set(found.damaged);
    this.#durableFirstKept = found.summary.firstKept;
    this.#durableLearned = found.summary.learned;
    this.#garbageFrom = found.garbageFrom;
    this.#isNew = found.isNew;
    this.recovered = recoveredLog(found);
  }

  /** Appends the rows of `writes` to `operations`. They count as written from here on, as durable after `onDurable`. */
  plan(writes: readonly Write[], operations: RowOperation[]): void {
    if (this.#isNew) this.#planBirth(operations);
    for (const write of writes) this.#planWrite(write, operations);
    for (const write of writes) {
      if (write.kind === "entry") this.#summary.assertAccepted(write.entry);
    }
    this.#summary.assertMembership();
    this.#settleFingerprint();
    this.#planRemoval(operations);
    const body = encodeSummary({ summary: this.#summary, fingerprint: this.#fingerprint });
    const value = makeRecord(this.#deps.crypto, RECORD_TYPE.logSummary, this.#key, body);
    operations.push({ table: "groups", key: this.#key, value });
  }

  onDurable(): void {
    this.#durableFirstKept = this.#summary.firstKept;
    this.#durableLearned = this.#summary.learned;
    if (this.#unreadable.size > 0) this.#unreadable = new Set(this.#damaged);
  }

  read(slot: Slot): LogEntry | "damaged" | undefined {
    if (slot < this.#summary.firstKept) return undefined;
    if (this.#unreadable.has(slot)) return "damaged";
    const { environment, crypto, fatal } = this.#deps;
    let rows: EntryRow[];
    try {
      rows = [...environment.range("entries", this.#rowsOf(slot))];
    } catch (error) {
      return fatal(`log: slot ${slot} cannot be read`, error);
    }
    // Contiguity holds below the learned watermark: a slot without rows has lost them.
    if (rows.length === 0) return slot < this.#durableLearned ? "damaged" : undefined;
    return joinEntry(crypto, slot, rows)?.entry ?? "damaged";
  }

  #planWrite(write: Write, operations: RowOperation[]): void {
    switch (write.kind) {
      case "promised":
        this.#summary.onPromised(write.ballot);
        return;
      case "entry":
        this.#summary.onEntry(write.entry);
        this.#planEntry(write.entry, operations);
        return;
      case "learned":
        this.#planLearned(write.watermark, write.digest);
        return;
      case "membership": {
        this.#summary.onMembership(write);
        operations.push(membershipOperation(this.#deps.crypto, this.#group, write));
        return;
      }
      case "truncate":
        this.#summary.onTruncate(write.below);
        for (const slot of this.#damaged) if (slot < write.below) this.#damaged.delete(slot);
        return;
      case "install":
        this.#planInstall(write.watermark, write.digest);
        return;
    }
  }

  #planBirth(operations: RowOperation[]): void {
    this.#isNew = false;
    operations.push(membershipOperation(this.#deps.crypto, this.#group, this.recovered.membership));
  }

  #planEntry(entry: LogEntry, operations: RowOperation[]): void {
    const { slot, ballot } = entry;
    const old = this.#held.get(slot);
    if (old !== undefined && !entry.chosen) {
      assert(ballot >= old.ballot, `I6: slot ${slot} would go from ballot ${old.ballot} back to ${ballot}`);
    }
    const rows: EntryRow[] = [];
    const checksum = cutEntry(this.#deps.crypto, this.#group, entry, rows);
    for (const { key, value } of rows) operations.push({ table: "entries", key, value });
    this.#planLeftovers(slot, rows.length, operations);
    this.#damaged.delete(slot);
    if (slot < this.#summary.learned) return;
    if (old !== undefined) this.#fingerprint.remove(old);
    const mark = { slot, ballot, checksum, rowCount: rows.length };
    this.#fingerprint.add(mark);
    this.#held.set(slot, mark);
  }

  /** Removes the rows of a longer value that stood in the slot before. */
  #planLeftovers(slot: Slot, rowCount: number, operations: RowOperation[]): void {
    const old = this.#held.get(slot);
    const known = old !== undefined && !this.#damaged.has(slot);
    if (known) {
      for (let chunk = rowCount; chunk < old.rowCount; chunk++) {
        operations.push({ table: "entries", key: entryKey(this.#group, slot, chunk), value: undefined });
      }
    } else if (slot < this.#summary.learned || this.#damaged.has(slot)) {
      const bounds = { ...this.#rowsOf(slot), start: entryKey(this.#group, slot, rowCount) };
      for (const key of this.#deps.environment.keys("entries", bounds)) {
        operations.push({ table: "entries", key, value: undefined });
      }
    }
  }

  #planLearned(watermark: Slot, digest: number): void {
    const from = this.#summary.learned;
    this.#summary.onLearned(watermark, digest, (slot) => this.#held.has(slot) && !this.#damaged.has(slot));
    for (let at = from; at < watermark; at = offsetSlot(at, 1)) {
      const mark = this.#held.get(at);
      if (mark !== undefined) this.#fingerprint.remove(mark);
      this.#held.delete(at);
    }
  }

  /** What stood below the watermark is garbage; what was accepted above it stays. */
  #planInstall(watermark: Slot, digest: number): void {
    this.#summary.onInstall(watermark, digest);
    for (const slot of this.#damaged) if (slot < watermark) this.#damaged.delete(slot);
    for (const [slot, mark] of this.#held) {
      if (slot >= watermark) continue;
      this.#fingerprint.remove(mark);
      this.#held.delete(slot);
    }
  }

  /**
   * While a slot above the learned watermark is damaged, the fingerprint goes on counting what was lost,
   * so that the next start finds the mismatch again. Once all are healed it is that of the entries held.
   */
  #settleFingerprint(): void {
    if (this.#unreadable.size === 0) return;
    for (const slot of this.#damaged) if (slot >= this.#summary.learned) return;
    this.#fingerprint = new Fingerprint();
    for (const mark of this.#held.values()) this.#fingerprint.add(mark);
  }

  #planRemoval(operations: RowOperation[]): void {
    // Only what is durably truncated: rows of the commit under way cannot be seen yet.
    const below = this.#durableFirstKept;
    if (below - this.#garbageFrom < GARBAGE_SLOTS_MIN) return;
    const bounds = {
      start: entryKey(this.#group, this.#garbageFrom, 0),
      end: entryKey(this.#group, below, 0),
    };
    let next = below;
    let slots = 0;
    let rows = 0;
    let current: Slot | undefined;
    for (const key of this.#deps.environment.keys("entries", bounds)) {
      const slot = readSlot(key);
      if (slot !== current) slots++;
      if (rows === GARBAGE_ROWS_MAX || slots > GARBAGE_SLOTS_MAX) {
        next = slot;
        break;
      }
      current = slot;
      rows++;
      operations.push({ table: "entries", key, value: undefined });
    }
    this.#garbageFrom = next;
  }

  #rowsOf(slot: Slot): { start: Uint8Array; end: Uint8Array } {
    return {
      start: entryKey(this.#group, slot, 0),
      end: entryKey(this.#group, offsetSlot(slot, 1), 0),
    };
  }
}

/** What the replica is told of a group's log at start. */
export function recoveredLog(found: RecoveredGroup): RecoveredLog {
  const { promised, acceptedMax, firstKept, learned, digest, end } = found.summary;
  const damaged = [...found.damaged].sort((left, right) => left - right);
  const { accepted, membership } = found;
  return { promised, acceptedMax, firstKept, learned, digest, end, membership, accepted, damaged };
}
