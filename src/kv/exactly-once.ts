import { assert } from "../base/assert.ts";
import { copyBytes, equalBytes } from "../base/bytes.ts";
import { failure, type Outcome } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import { RESULT_GRACE_MS } from "../base/limits.ts";
import type { RequestIdentity } from "./command.ts";
import { Heap } from "./heap.ts";
import { keyText } from "./key-text.ts";
import { type CommandOutcome, repeatedOutcome, storedOutcome } from "./outcome.ts";
import type { ExecutedRecord } from "./state.ts";

/** More rows than a slot adds, so that a backlog shrinks; few enough that no slot is slow. */
const ROWS_DROPPED_PER_SLOT_MAX = 16;

/** Rows whose time is over wait so long for a slot that comes anyway, before one is made for them. */
const ROWS_OVERDUE_MS = 60_000;

/** The records of one slot, as long as any of them may count. */
interface ExecutedRow {
  readonly slot: Slot;
  readonly records: ExecutedRecord[];
  /** Records that no later one of the same client has acknowledged. */
  pending: number;
  /** After this time none of the records counts. */
  expiresMs: number;
  dropped: boolean;
}

interface HeldRecord {
  readonly record: ExecutedRecord;
  readonly row: ExecutedRow;
}

/** All that is known of one client: what its last record says, and the results not acknowledged. */
interface ClientHistory {
  readonly text: string;
  readonly client: Uint8Array;
  readonly results: Map<number, HeldRecord>;
  latest: ExecutedRecord | undefined;
}

/** Either the answer, or leave to execute, to be followed by `record`. */
export type Verdict =
  | { readonly kind: "answered"; readonly outcome: CommandOutcome }
  | { readonly kind: "execute"; readonly history: ClientHistory };

/**
 * Recognises what was executed before. Whether a record counts depends on cluster time alone, never on
 * whether it is still stored, so dropping it late changes no answer. Each record carries its client's
 * running acknowledgement and keep-time: the rows still stored rebuild this table exactly, because a row
 * is dropped only when later rows supersede all of it, or when it is the oldest and its time is over.
 */
export class ExactlyOnce {
  readonly #clients = new Map<string, ClientHistory>();
  readonly #superseded = new Heap<ExecutedRow>((left, right) => left.slot < right.slot);
  /** Ascending by slot; dropped ones are left in place until they are the half. */
  #rows: ExecutedRow[] = [];
  /** Everything before it in `#rows` is dropped. */
  #oldest = 0;
  #droppedCount = 0;
  #open: ExecutedRow | undefined;
  /** The known client that was looked up last: most commands come in runs of one client's. */
  #recent: ClientHistory | undefined;
  #size = 0;

  /** `recovered`: all rows still stored, ascending by slot. */
  constructor(recovered: Iterable<{ readonly slot: Slot; readonly records: readonly ExecutedRecord[] }>) {
    for (const { slot, records } of recovered) {
      for (const record of records) this.#hold(this.#historyOf(record.client), record, this.#openRow(slot));
      this.closeSlot();
    }
  }

  /** Results held for a repeat. */
  get size(): number {
    return this.#size;
  }

  /**
   * Cluster time from which on the oldest row ought to go, even if nothing else moves time; infinite when
   * there is no row. That has no hurry, and many go at once.
   */
  get dueMs(): number {
    const row = this.#oldestRow();
    return row === undefined ? Number.POSITIVE_INFINITY : row.expiresMs + ROWS_OVERDUE_MS;
  }

  /** Tells, in this order: a repeat, an acknowledged sequence, a deadline that has passed, or leave to execute (I20). */
  examine(identity: RequestIdentity, payloadHash: number, timeMs: number): Verdict {
    const history = this.#historyOf(identity.client);
    const { latest } = history;
    const isPresent = latest !== undefined && timeMs <= latest.clientKeepUntilMs;
    const held = isPresent ? history.results.get(identity.sequence)?.record : undefined;
    if (held !== undefined && timeMs <= held.keepUntilMs) return answered(repeat(held, payloadHash));
    if (isPresent && identity.sequence <= latest.acknowledged) {
      const message = `the client said before that it needs no answer to request ${identity.sequence}`;
      return answered({ kind: "failure", failure: failure("acknowledged", "unknown", message) });
    }
    if (timeMs > identity.deadlineMs) return answered(expired(identity, timeMs));
    return { kind: "execute", history };
  }

  /** Remembers an executed command in the open slot's row. */
  record(slot: Slot, history: ClientHistory, executed: Executed): void {
    const { identity, timeMs } = executed;
    const { latest } = history;
    const present = latest !== undefined && timeMs <= latest.clientKeepUntilMs ? latest : undefined;
    const keepUntilMs = identity.deadlineMs + RESULT_GRACE_MS;
    const record: ExecutedRecord = {
      client: history.client,
      sequence: identity.sequence,
      acknowledged: Math.max(present?.acknowledged ?? 0, identity.acknowledged),
      payloadHash: executed.payloadHash,
      keepUntilMs,
      clientKeepUntilMs: Math.max(present?.clientKeepUntilMs ?? 0, keepUntilMs),
      outcome: storedOutcome(executed.outcome),
    };
    this.#hold(history, record, this.#openRow(slot));
  }

  /** The records of the slot that ends here, or undefined when it executed nothing. */
  closeSlot(): readonly ExecutedRecord[] | undefined {
    const records = this.#open?.records;
    this.#open = undefined;
    return records;
  }

  /** Forgets some rows that can no longer count, and names them so that they are deleted from disk too. */
  dropRows(timeMs: number): readonly Slot[] {
    const slots: Slot[] = [];
    while (slots.length < ROWS_DROPPED_PER_SLOT_MAX && this.#superseded.size > 0) {
      const row = this.#superseded.pop();
      if (row !== undefined && !row.dropped) slots.push(this.#drop(row));
    }
    // Only the oldest goes by age: a younger one may be what says that records of an older row are
    // acknowledged, and a table rebuilt without it would forget that.
    while (slots.length < ROWS_DROPPED_PER_SLOT_MAX) {
      const row = this.#oldestRow();
      if (row === undefined || timeMs <= row.expiresMs) break;
      this.#forget(row);
      slots.push(this.#drop(row));
    }
    if (this.#droppedCount * 2 > this.#rows.length) this.#compact();
    return slots;
  }

  #oldestRow(): ExecutedRow | undefined {
    while (this.#rows[this.#oldest]?.dropped === true) this.#oldest++;
    return this.#rows[this.#oldest];
  }

  #historyOf(client: Uint8Array): ClientHistory {
    if (this.#recent !== undefined && equalBytes(this.#recent.client, client)) return this.#recent;
    const text = keyText(client);
    const known = this.#clients.get(text);
    if (known === undefined)
      return { text, client: copyBytes(client), results: new Map(), latest: undefined };
    this.#recent = known;
    return known;
  }

  #openRow(slot: Slot): ExecutedRow {
    if (this.#open === undefined) {
      this.#open = { slot, records: [], pending: 0, expiresMs: 0, dropped: false };
      this.#rows.push(this.#open);
    }
    assert(this.#open.slot === slot, "I14: one slot is applied at a time");
    return this.#open;
  }

  #hold(history: ClientHistory, record: ExecutedRecord, row: ExecutedRow): void {
    const previous = history.latest;
    if (previous === undefined) this.#clients.set(history.text, history);
    history.latest = record;
    // A sequence used again after its client was forgotten: the later record supersedes the earlier one, as it does
    // for a table that is rebuilt when the later one's row is gone already.
    this.#releaseOne(history.results, record.sequence);
    history.results.set(record.sequence, { record, row });
    this.#size++;
    row.records.push(record);
    row.pending++;
    row.expiresMs = Math.max(row.expiresMs, record.clientKeepUntilMs);
    this.#release(history, previous?.acknowledged ?? 0, record.acknowledged);
  }

  /** Lets go of the results in (after, through]. */
  #release(history: ClientHistory, after: number, through: number): void {
    const { results } = history;
    if (through - after > results.size) {
      for (const sequence of results.keys()) if (sequence <= through) this.#releaseOne(results, sequence);
      return;
    }
    for (let sequence = after + 1; sequence <= through; sequence++) this.#releaseOne(results, sequence);
  }

  #releaseOne(results: Map<number, HeldRecord>, sequence: number): void {
    const held = results.get(sequence);
    if (held === undefined) return;
    results.delete(sequence);
    this.#size--;
    held.row.pending--;
    if (held.row.pending === 0) this.#superseded.push(held.row);
  }

  #forget(row: ExecutedRow): void {
    for (const record of row.records) {
      const history = this.#clients.get(keyText(record.client));
      if (history === undefined) continue;
      if (history.results.get(record.sequence)?.record === record) {
        history.results.delete(record.sequence);
        this.#size--;
      }
      if (history.latest !== record) continue;
      this.#clients.delete(history.text);
      if (this.#recent === history) this.#recent = undefined;
    }
  }

  #drop(row: ExecutedRow): Slot {
    row.dropped = true;
    this.#droppedCount++;
    return row.slot;
  }

  #compact(): void {
    this.#rows = this.#rows.filter((row) => !row.dropped);
    this.#oldest = 0;
    this.#droppedCount = 0;
  }
}

/** An executed command, as it is to be remembered. */
export interface Executed {
  readonly identity: RequestIdentity;
  readonly payloadHash: number;
  readonly timeMs: number;
  readonly outcome: CommandOutcome;
}

function answered(outcome: CommandOutcome): Verdict {
  return { kind: "answered", outcome };
}

function repeat(record: ExecutedRecord, payloadHash: number): CommandOutcome {
  if (record.payloadHash === payloadHash) return repeatedOutcome(record.outcome);
  const message = `request ${record.sequence} of this client was executed before with another content`;
  return { kind: "failure", failure: failure("sequence_reused", "not_applied", message) };
}

function expired(identity: RequestIdentity, timeMs: number): CommandOutcome {
  // Within the grace a record of it would still be here, so it was surely never executed.
  const outcome: Outcome = timeMs <= identity.deadlineMs + RESULT_GRACE_MS ? "not_applied" : "unknown";
  const lateMs = timeMs - identity.deadlineMs;
  const message = `the request's deadline passed ${lateMs} ms of cluster time before its turn came`;
  return { kind: "failure", failure: failure("expired", outcome, message) };
}
