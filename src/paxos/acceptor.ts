import { assert } from "../base/assert.ts";
import { type Ballot, type NodeId, offsetSlot, type Slot } from "../base/ids.ts";
import { PAGE_BYTES_MAX, PAGE_SLOTS_MAX } from "../base/limits.ts";
import type { BallotCeiling } from "./ballot-ceiling.ts";
import type { Log } from "./log.ts";
import type { LogEntry, RecoveredLog } from "./log-reader.ts";
import type {
  AcceptMessage,
  PrepareMessage,
  Progress,
  PromiseMessage,
  RejectMessage,
  SlotReport,
} from "./messages.ts";
import type { Outbox } from "./outbox.ts";
import { equalValues, type Value } from "./value.ts";

/**
 * An Accept further above the learned watermark is left unanswered (its leader repeats it): this node
 * has to catch up first, and what it would have to keep in memory meanwhile is bounded (I39).
 */
const AHEAD_SLOTS_MAX = 4096;
const AHEAD_BYTES_MAX = 64 * 1024 * 1024;

export interface AcceptorDeps {
  readonly log: Log;
  readonly outbox: Outbox;
  readonly ceiling: BallotCeiling;
  readonly progress: () => Progress;
}

export type PrepareVerdict = "promised" | "repeated" | "rejected";
export type AcceptVerdict = "accepted" | "postponed" | "rejected";

/**
 * The memory of the group: promises and accepted values. Whatever it says of itself leaves only after
 * the write that it speaks of. Source: Lamport 2001, "Paxos Made Simple", 2.2 and 2.5.
 */
export class Acceptor {
  readonly #log: Log;
  readonly #outbox: Outbox;
  readonly #ceiling: BallotCeiling;
  readonly #progress: () => Progress;
  #promised: Ballot;
  #acceptedMax: Ballot;

  constructor(deps: AcceptorDeps, recovered: Pick<RecoveredLog, "promised" | "acceptedMax">) {
    assert(recovered.acceptedMax <= recovered.promised, "I6: nothing was accepted above the promise");
    this.#log = deps.log;
    this.#outbox = deps.outbox;
    this.#ceiling = deps.ceiling;
    this.#progress = deps.progress;
    this.#promised = recovered.promised;
    this.#acceptedMax = recovered.acceptedMax;
  }

  /** In memory: its write may still be on its way. */
  get promised(): Ballot {
    return this.#promised;
  }

  /** The highest ballot that anything was ever accepted at here. */
  get acceptedMax(): Ballot {
    return this.#acceptedMax;
  }

  /** Promises `ballot`; the write is in this step's batch. */
  promise(ballot: Ballot): void {
    assert(ballot > this.#promised, "I4: promised never decreases");
    this.#promised = ballot;
    this.#ceiling.raise(ballot);
    this.#outbox.writePromised(ballot);
  }

  /** Answers phase 1a, or the request for a further page of an answer. Source: Lamport 2001, 2.2, phase 1(b). */
  onPrepare(from: NodeId, message: PrepareMessage): PrepareVerdict {
    if (message.ballot < this.#promised || this.#refusesJump(message.ballot)) {
      this.reject(from, message.ballot, "prepare");
      return "rejected";
    }
    const isNew = message.ballot > this.#promised;
    if (isNew) this.promise(message.ballot);
    this.#outbox.sendAfterWrites(from, this.#page(message.ballot, message.from));
    return isNew ? "promised" : "repeated";
  }

  /** Answers phase 2a. Source: Lamport 2001, 2.2, phase 2(b). */
  onAccept(from: NodeId, message: AcceptMessage): AcceptVerdict {
    const { ballot, slot, value } = message;
    if (ballot < this.#promised) {
      this.reject(from, ballot, "accept");
      return "rejected";
    }
    if (this.#isTooFarAhead(slot)) return "postponed";
    if (this.#isOutlived(message)) return "rejected";
    if (ballot > this.#promised) this.promise(ballot);
    if (slot >= this.#log.learned) this.#accept(ballot, slot, value);
    this.#outbox.sendAfterWrites(from, {
      kind: "accepted",
      ballot,
      slots: [slot],
      progress: this.#progress(),
    });
    return "accepted";
  }

  /** The own proposer's phase 2a: counted only once batch `outbox.sequence` is durable. */
  acceptOwn(ballot: Ballot, slot: Slot, value: Value): void {
    assert(ballot === this.#promised, "I6: a proposer accepts only at its promised ballot");
    this.#accept(ballot, slot, value);
  }

  /** Says no at once: a promise that is still being written already binds. */
  reject(to: NodeId, ballot: Ballot, of: RejectMessage["of"]): void {
    this.#outbox.send(to, { kind: "reject", ballot, promised: this.#promised, of });
  }

  #refusesJump(ballot: Ballot): boolean {
    if (!this.#ceiling.isJump(ballot)) return false;
    if (this.#ceiling.shouldAlarm(ballot)) {
      this.#outbox.notice({ kind: "alarm", text: `refused a Prepare whose round jumps too far: ${ballot}` });
    }
    return true;
  }

  #isTooFarAhead(slot: Slot): boolean {
    const ahead = slot - this.#log.learned;
    return ahead >= AHEAD_SLOTS_MAX || (ahead > 0 && this.#log.aheadBytes > AHEAD_BYTES_MAX);
  }

  /**
   * Whether a proposal for a slot that is known to be chosen cannot be called accepted. Only the value that
   * was chosen may be, and then without a write: the log holds it, durably marked as learned. With another
   * one the proposer, held up on its way or before, was outlived by a leader that this acceptor has promised
   * nothing yet and only fetched from; it would take a polite yes for half of a quorum (I7). A record that
   * is damaged or gone proves nothing. Silence is enough: the others, of whom a quorum has promised more,
   * will tell an outlived leader.
   */
  #isOutlived({ ballot, slot, value }: AcceptMessage): boolean {
    if (slot >= this.#log.learned) return false;
    const held = this.#log.read(slot);
    if (held === undefined || held === "damaged") return true;
    if (equalValues(held.value, value)) return false;
    assert(held.chosen || held.ballot !== ballot, `I5: two proposals at one ballot for slot ${slot}`);
    return true;
  }

  #accept(ballot: Ballot, slot: Slot, value: Value): void {
    assert(ballot === this.#promised, "I6: accepted only at the promised ballot");
    const held = this.#log.entry(slot);
    if (held !== undefined) {
      assert(held.ballot <= ballot, "I6: no accepted ballot is above the promise");
      assert(!held.chosen || equalValues(held.value, value), `I1: two values for slot ${slot}`);
      if (held.ballot === ballot) {
        assert(equalValues(held.value, value), `I5: two proposals at one ballot for slot ${slot}`);
        return;
      }
    }
    // Who proposed a value recognises it by identity, also when another leader brings it back.
    const kept = held !== undefined && equalValues(held.value, value) ? held.value : value;
    const entry: LogEntry = { slot, ballot, value: kept, chosen: false };
    this.#acceptedMax = ballot;
    this.#log.store(entry, this.#outbox.sequence);
    this.#outbox.writeEntry(entry);
  }

  #page(ballot: Ballot, from: Slot): PromiseMessage {
    assert(ballot === this.#promised, "a page is built only while promised is exactly its ballot");
    const { end, learned, firstKept } = this.#log;
    const reports: SlotReport[] = [];
    let next = from;
    let bytes = 0;
    const limit = Math.min(end, offsetSlot(from, PAGE_SLOTS_MAX));
    // Below the first kept slot nothing can be said: an empty page would read as empty slots.
    while (from >= firstKept && next < limit) {
      const report = this.#report(next);
      if (report !== undefined) {
        if (report.kind !== "damaged") bytes += report.value.bytes.length;
        if (bytes > PAGE_BYTES_MAX && reports.length > 0) break;
        reports.push(report);
      }
      next = offsetSlot(next, 1);
    }
    return { kind: "promise", ballot, from, next, end, learned, firstKept, reports };
  }

  #report(slot: Slot): SlotReport | undefined {
    const found = this.#log.read(slot);
    if (found === undefined) return undefined;
    if (found === "damaged") return { kind: "damaged", slot };
    if (slot < this.#log.learned || found.chosen) return { kind: "chosen", slot, value: found.value };
    return { kind: "accepted", slot, ballot: found.ballot, value: found.value };
  }
}
