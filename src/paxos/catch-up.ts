import { NOBODY, type NodeId, offsetSlot, type Slot } from "../base/ids.ts";
import { PAGE_BYTES_MAX, PAGE_SLOTS_MAX } from "../base/limits.ts";
import type { Learner } from "./learner.ts";
import type { Log } from "./log.ts";
import type { ChosenMessage, FetchMessage } from "./messages.ts";
import type { Outbox } from "./outbox.ts";
import type { Peers } from "./peers.ts";
import type { Value } from "./value.ts";

/** A page that has not come after this long is asked of somebody else. */
const ANSWER_MS = 200;
/** After so many in a row who has it is taken for gone. */
const SILENCES_MAX = 5;

type CatchUpState =
  | { readonly kind: "idle" }
  | { readonly kind: "asking"; readonly peer: NodeId; readonly wanted: Slot; readonly sentMs: number };

const IDLE: CatchUpState = { kind: "idle" };

export interface CatchUpDeps {
  readonly log: Log;
  readonly learner: Learner;
  readonly peers: Peers;
  readonly outbox: Outbox;
}

/**
 * Fetches chosen values that did not come by themselves, one page at a time, and serves them to others.
 * Chosen values are facts: any member may serve them, and a late or repeated page does no harm.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  #state: CatchUpState = IDLE;
  /** Where the watermark stood at the last tick: one that moves needs no help. */
  #stalledAt: Slot | undefined;
  /** Who could not help last time, and with what. */
  #avoid: NodeId = NOBODY;
  #unserved: Slot | undefined;
  /** Questions in a row that nobody has answered. */
  #silences = 0;
  /** What nobody's log has any more, as far as can be known. */
  #stranded: readonly Slot[] = [];

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  /** Whether `slot` was asked for in vain, and some member says that it has dropped it: a snapshot has what it did. */
  isStrandedAt(slot: Slot): boolean {
    return this.#stranded.includes(slot);
  }

  onTick(leader: NodeId, nowMs: number): void {
    const { log, peers } = this.#deps;
    if (log.damagedCount === 0 && !peers.isAnyAbove(log.learned)) {
      this.#state = IDLE;
      this.#stalledAt = undefined;
      return;
    }
    const isStalled = this.#stalledAt === log.learned;
    this.#stalledAt = log.learned;
    if (this.#state.kind === "asking") {
      if (nowMs - this.#state.sentMs < ANSWER_MS) return;
      this.#avoid = this.#state.peer;
      this.#unserved = this.#state.wanted;
      this.#silences++;
      if (this.#silences >= SILENCES_MAX) this.#strand(this.#state.wanted);
      this.#state = IDLE;
    }
    // What is missing is probably on its way: one tick of patience.
    if (isStalled || log.damagedBelowLearned() !== undefined) this.#ask(leader, nowMs);
  }

  onFetch(from: NodeId, message: FetchMessage): void {
    const { log, outbox } = this.#deps;
    const values = this.#page(message.from);
    const { learned, firstKept } = log;
    outbox.send(from, { kind: "chosen", from: message.from, values, learned, firstKept });
  }

  onChosen(from: NodeId, message: ChosenMessage, leader: NodeId, nowMs: number): void {
    this.#deps.peers.note(from, message.learned, message.firstKept);
    const isHelpful = this.#take(message);
    if (this.#state.kind !== "asking" || this.#state.peer !== from) return;
    this.#avoid = isHelpful ? NOBODY : from;
    this.#unserved = isHelpful ? undefined : this.#state.wanted;
    if (isHelpful) this.#silences = 0;
    this.#state = IDLE;
    if (isHelpful && !this.#deps.log.isCrowded) this.#ask(leader, nowMs);
  }

  #ask(leader: NodeId, nowMs: number): void {
    const { log, peers, outbox } = this.#deps;
    const damaged = log.damagedBelowLearned();
    // Healing comes first, but a slot that nobody can serve must not keep the rest waiting.
    const isFutile = damaged === undefined || damaged === this.#unserved;
    for (const wanted of isFutile ? [log.learned, damaged] : [damaged, log.learned]) {
      if (wanted === undefined) continue;
      const peer = peers.holderOf(wanted, leader === this.#avoid ? NOBODY : leader, this.#avoid);
      if (peer === undefined) {
        this.#strand(wanted);
        continue;
      }
      this.#state = { kind: "asking", peer, wanted, sentMs: nowMs };
      outbox.send(peer, { kind: "fetch", from: wanted });
      return;
    }
  }

  /** Nobody has it, or who has it does not answer. While nobody has dropped it, that will pass. */
  #strand(wanted: Slot): void {
    const { log, peers } = this.#deps;
    if (!peers.isAnyTruncatedAbove(wanted)) return;
    const isMissing = (slot: Slot): boolean => slot === log.learned || log.isDamaged(slot);
    this.#stranded = [...this.#stranded.filter((slot) => slot !== wanted && isMissing(slot)), wanted];
  }

  /** True when the page brought anything new. */
  #take(message: ChosenMessage): boolean {
    const { log, learner } = this.#deps;
    let slot = message.from;
    let isHelpful = false;
    for (const value of message.values) {
      if (slot > log.learned) break;
      if (slot === log.learned) {
        learner.learn(slot, value);
        isHelpful = true;
      } else if (slot >= log.firstKept && log.isDamaged(slot)) {
        learner.heal(slot, value);
        isHelpful = true;
      }
      slot = offsetSlot(slot, 1);
    }
    learner.advance();
    return isHelpful;
  }

  #page(from: Slot): readonly Value[] {
    const { log } = this.#deps;
    const values: Value[] = [];
    let bytes = 0;
    for (let slot = from; slot < log.learned && values.length < PAGE_SLOTS_MAX; slot = offsetSlot(slot, 1)) {
      const entry = log.read(slot);
      if (entry === undefined || entry === "damaged") break;
      bytes += entry.value.bytes.length;
      if (bytes > PAGE_BYTES_MAX && values.length > 0) break;
      values.push(entry.value);
    }
    return values;
  }
}
