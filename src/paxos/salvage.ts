import { type Ballot, offsetSlot, type Slot, slot } from "../base/ids.ts";
import type { LogEntry, LogReader, RecoveredLog } from "./log-reader.ts";
import { equalValues, type Value } from "./value.ts";

/** The log of an acceptor that answers nobody any more, as its disk has it. */
export interface LeftLog {
  readonly recovered: RecoveredLog;
  readonly reader: LogReader;
}

/** What the logs hold of a slot; `holders` are indexes of logs. */
export type SalvagedSlot =
  /** Known to be what was chosen. */
  | { readonly kind: "chosen"; readonly holders: readonly number[] }
  /** Accepted at the highest ballot of all; doubtful when a log has lost what it held there. */
  | {
      readonly kind: "accepted";
      readonly ballot: Ballot;
      readonly holders: readonly number[];
      readonly isDoubtful: boolean;
    }
  /** Something was written once and cannot be read: not the same as nothing. */
  | { readonly kind: "damaged" }
  | { readonly kind: "absent" };

/** How far the logs reach, together, from some slot on. */
export interface Reach {
  /** Exclusive: every slot up to here has a value to be taken. */
  readonly end: Slot;
  /** Exclusive, and at most `end`: every slot up to here is known to be chosen. */
  readonly chosen: Slot;
  /** Why it ends there: nothing was accepted from there on; only beyond there; a record there cannot be read. */
  readonly stop: "end" | "gap" | "damaged";
  /** Slots from `end` on that the logs do hold, and that are not taken. */
  readonly beyond: number;
  /** Slots from `end` on that are known to be chosen. */
  readonly chosenBeyond: number;
  /** Slots whose value is taken from one log while another has lost what it held. */
  readonly doubtful: readonly Slot[];
}

/** Two logs hold different values where there can be but one. */
export class UnequalValuesError extends Error {
  override readonly name = "UnequalValuesError";
  readonly slot: Slot;
  /** Indexes of the logs. */
  readonly holders: readonly [number, number];

  constructor(at: Slot, holders: readonly [number, number]) {
    super(`I1: two values for slot ${at}`);
    this.slot = at;
    this.holders = holders;
  }
}

/**
 * What can be had of a group whose quorums are gone for good: phase 1 among the logs that are left. Chosen beats any
 * ballot, else the value of the highest ballot is taken. It is not phase 1 that no quorum reports, so nothing says
 * that a slot is free: the first one without a value is the end, and what lies beyond, made on top of something
 * unknown, is given up. Source: Lamport 2001, "Paxos Made Simple", 2.2 (P2c).
 */
export class Salvage {
  readonly #logs: readonly LeftLog[];
  readonly #accepted: readonly ReadonlyMap<Slot, LogEntry>[];
  readonly #damaged: readonly ReadonlySet<Slot>[];

  constructor(logs: readonly LeftLog[]) {
    this.#logs = logs;
    this.#accepted = logs.map(({ recovered }) => new Map(recovered.accepted.map((one) => [one.slot, one])));
    this.#damaged = logs.map(({ recovered }) => new Set(recovered.damaged));
  }

  at(at: Slot): SalvagedSlot {
    let isDamaged = false;
    const choosers: number[] = [];
    let best: { readonly ballot: Ballot; readonly holders: number[] } | undefined;
    for (const [index, { recovered }] of this.#logs.entries()) {
      if (at < recovered.firstKept) continue;
      const entry = this.#accepted[index]?.get(at);
      if (this.#damaged[index]?.has(at) === true) isDamaged = true;
      else if (at < recovered.learned || entry?.chosen === true) choosers.push(index);
      else if (entry === undefined) continue;
      else if (best === undefined || entry.ballot > best.ballot)
        best = { ballot: entry.ballot, holders: [index] };
      else if (entry.ballot === best.ballot) best.holders.push(index);
    }
    if (choosers.length > 0) return { kind: "chosen", holders: choosers };
    if (best !== undefined) return { kind: "accepted", ...best, isDoubtful: isDamaged };
    return { kind: isDamaged ? "damaged" : "absent" };
  }

  /** From the watermark of a state on, which all slots below are in. */
  reach(from: Slot): Reach {
    const last = Math.max(from, ...this.#logs.map(({ recovered }) => recovered.end));
    const learned = Math.max(from, ...this.#logs.map(({ recovered }) => recovered.learned));
    const doubtful: Slot[] = [];
    let end = from;
    let chosen = Math.min(learned, last);
    for (; end < last; end = offsetSlot(end, 1)) {
      const held = this.at(end);
      if (held.kind === "damaged" || held.kind === "absent") break;
      if (held.kind === "chosen") chosen = Math.max(chosen, end + 1);
      else if (held.isDoubtful) doubtful.push(end);
    }
    const beyond = this.#heldFrom(end, last);
    return {
      end,
      chosen: slot(Math.min(chosen, end)),
      stop: this.#stopAt(end, last, beyond),
      beyond,
      chosenBeyond: Math.max(0, learned - end),
      doubtful,
    };
  }

  /**
   * The value to take; throws UnequalValuesError when the logs contradict each other, and an Error when none of them
   * holds one.
   */
  read(at: Slot): Value {
    const held = this.at(at);
    let found: { readonly value: Value; readonly holder: number } | undefined;
    for (const holder of held.kind === "chosen" || held.kind === "accepted" ? held.holders : []) {
      const entry = this.#logs[holder]?.reader.read(at);
      if (entry === undefined || entry === "damaged") throw new Error(`slot ${at} can no longer be read`);
      if (found === undefined) found = { value: entry.value, holder };
      else if (!equalValues(found.value, entry.value)) {
        throw new UnequalValuesError(at, [found.holder, holder]);
      }
    }
    if (found === undefined) throw new Error(`slot ${at} is held by no log`);
    return found.value;
  }

  #stopAt(end: Slot, last: number, beyond: number): Reach["stop"] {
    if (end < last && this.at(end).kind === "damaged") return "damaged";
    return beyond > 0 ? "gap" : "end";
  }

  /** Slots in [from, last) that some log holds; below all logs there are none. */
  #heldFrom(from: Slot, last: number): number {
    const firstKept = Math.min(...this.#logs.map(({ recovered }) => recovered.firstKept));
    let count = 0;
    for (let at = slot(Math.max(from, firstKept)); at < last; at = offsetSlot(at, 1)) {
      const { kind } = this.at(at);
      if (kind === "chosen" || kind === "accepted") count++;
    }
    return count;
  }
}
