import { NOBODY, type NodeId, type Slot } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MIN } from "../base/limits.ts";
import type { Outbox } from "./outbox.ts";

const ATTEMPTS_MAX = 3;

interface Question {
  readonly id: number;
  readonly leader: NodeId;
  readonly sentMs: number;
  readonly attempt: number;
  readonly readers: readonly number[];
}

/**
 * Linearizable reads at a follower: one question to the leader serves all reads that had arrived when it
 * was sent. A retry is a new question under a new id: an old answer is never used (I29).
 */
export class RemoteRead {
  readonly #outbox: Outbox;
  #nextId: number;
  #waiting: number[] = [];
  #question: Question | undefined;

  /** `firstId`: random, so that an answer to an earlier life of this node finds no question. */
  constructor(outbox: Outbox, firstId: number) {
    this.#outbox = outbox;
    this.#nextId = firstId;
  }

  ask(id: number, leader: NodeId, nowMs: number): void {
    this.#waiting.push(id);
    this.#sendNext(leader, nowMs);
  }

  onReply(
    from: NodeId,
    reply: { readonly id: number; readonly index: Slot | undefined },
    nowMs: number,
  ): void {
    const question = this.#question;
    if (question === undefined || question.id !== reply.id || question.leader !== from) return;
    this.#question = undefined;
    for (const id of question.readers) this.#outbox.answerRead({ id, index: reply.index });
    this.#sendNext(from, nowMs);
  }

  onTick(leader: NodeId, nowMs: number): void {
    const question = this.#question;
    if (question === undefined || nowMs - question.sentMs < ELECTION_TIMEOUT_MS_MIN) return;
    this.#question = undefined;
    if (question.attempt >= ATTEMPTS_MAX || leader === NOBODY) {
      for (const id of question.readers) this.#outbox.answerRead({ id, index: undefined });
      this.#sendNext(leader, nowMs);
    } else {
      this.#send(question.readers, { leader, nowMs, attempt: question.attempt + 1 });
    }
  }

  #sendNext(leader: NodeId, nowMs: number): void {
    if (this.#question !== undefined || this.#waiting.length === 0) return;
    const readers = this.#waiting;
    this.#waiting = [];
    if (leader === NOBODY) {
      for (const id of readers) this.#outbox.answerRead({ id, index: undefined });
    } else {
      this.#send(readers, { leader, nowMs, attempt: 1 });
    }
  }

  #send(readers: readonly number[], to: { leader: NodeId; nowMs: number; attempt: number }): void {
    const id = this.#nextId++;
    this.#question = { id, leader: to.leader, sentMs: to.nowMs, attempt: to.attempt, readers };
    this.#outbox.send(to.leader, { kind: "read-index", id });
  }
}
