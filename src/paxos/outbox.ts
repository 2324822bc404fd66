import { assert } from "../base/assert.ts";
import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import type { Broadcast, ChosenEntry, Effects, Envelope, Notice, ReadOutcome, Write } from "./effects.ts";
import type { LogEntry } from "./log-reader.ts";
import type { GoverningMembership } from "./membership.ts";
import type { Message } from "./messages.ts";
import type { Value } from "./value.ts";

const NOTHING: readonly never[] = Object.freeze([]);

/** The effects of an input that changed nothing: shared, so that an idle tick allocates nothing. */
export const NO_EFFECTS: Effects = Object.freeze({
  writes: NOTHING,
  writeSequence: 0,
  urgent: false,
  messages: NOTHING,
  messagesAfterWrites: NOTHING,
  chosen: NOTHING,
  reads: NOTHING,
  proposed: undefined,
  notices: NOTHING,
});

/** Collects the effects of one step, from all roles. */
export class Outbox {
  #lastSequence = 0;
  #isEmpty = true;
  #writes: Write[] = [];
  #learned: Write | undefined;
  #truncate: Write | undefined;
  #isUrgent = false;
  #messages: Broadcast[] = [];
  #messagesAfterWrites: Envelope[] = [];
  #chosen: ChosenEntry[] = [];
  #reads: ReadOutcome[] = [];
  #proposed: Slot | undefined;
  #notices: Notice[] = [];

  /** The number that the writes of this step will have. */
  get sequence(): number {
    return this.#lastSequence + 1;
  }

  writePromised(ballot: Ballot): void {
    this.#writes.push({ kind: "promised", ballot });
    this.#isUrgent = true;
    this.#isEmpty = false;
  }

  writeEntry(entry: LogEntry): void {
    this.#writes.push({ kind: "entry", entry });
    this.#isUrgent = true;
    this.#isEmpty = false;
  }

  /** The last one of a step counts; it is written behind the step's entries. */
  writeLearned(watermark: Slot, digest: number): void {
    this.#learned = { kind: "learned", watermark, digest };
    this.#isEmpty = false;
  }

  writeInstall(install: Omit<Extract<Write, { kind: "install" }>, "kind">): void {
    this.#writes.push({ kind: "install", ...install });
    this.#isUrgent = true;
    this.#isEmpty = false;
  }

  writeTruncate(below: Slot): void {
    this.#truncate = { kind: "truncate", below };
    this.#isEmpty = false;
  }

  /** Goes to disk at once, with the watermark of the same step: others wait to hear that it is there. */
  writeMembership({ since, membership }: GoverningMembership): void {
    this.#writes.push({ kind: "membership", since, membership });
    this.#isUrgent = true;
    this.#isEmpty = false;
  }

  send(to: NodeId, message: Message): void {
    this.broadcast([to], message);
  }

  broadcast(to: readonly NodeId[], message: Message): void {
    if (to.length === 0) return;
    this.#messages.push({ to, message });
    this.#isEmpty = false;
  }

  /** For what speaks of this node's own log: it leaves when all writes so far are on disk. */
  sendAfterWrites(to: NodeId, message: Message): void {
    this.#messagesAfterWrites.push({ to, message });
    this.#isUrgent = true;
    this.#isEmpty = false;
  }

  choose(slot: Slot, value: Value): void {
    this.#chosen.push({ slot, value });
    this.#isEmpty = false;
  }

  answerRead(outcome: ReadOutcome): void {
    this.#reads.push(outcome);
    this.#isEmpty = false;
  }

  reportProposed(slot: Slot): void {
    assert(this.#proposed === undefined, "one proposal a step");
    this.#proposed = slot;
    this.#isEmpty = false;
  }

  notice(notice: Notice): void {
    this.#notices.push(notice);
    this.#isEmpty = false;
  }

  /** The effects collected, and a clean outbox for the next step. */
  take(): Effects {
    if (this.#isEmpty) return NO_EFFECTS;
    if (this.#learned !== undefined) this.#writes.push(this.#learned);
    if (this.#truncate !== undefined) this.#writes.push(this.#truncate);
    const effects: Effects = {
      writes: this.#writes,
      writeSequence: this.#writes.length === 0 ? 0 : ++this.#lastSequence,
      urgent: this.#isUrgent,
      messages: this.#messages,
      messagesAfterWrites: this.#messagesAfterWrites,
      chosen: this.#chosen,
      reads: this.#reads,
      proposed: this.#proposed,
      notices: this.#notices,
    };
    this.#reset();
    return effects;
  }

  /** Arrays that were handed out are replaced; the others are still empty and stay. */
  #reset(): void {
    this.#isEmpty = true;
    this.#isUrgent = false;
    this.#learned = undefined;
    this.#truncate = undefined;
    this.#proposed = undefined;
    this.#writes = [];
    this.#messages = [];
    this.#messagesAfterWrites = [];
    this.#chosen = [];
    if (this.#reads.length > 0) this.#reads = [];
    if (this.#notices.length > 0) this.#notices = [];
  }
}
