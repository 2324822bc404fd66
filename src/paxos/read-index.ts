import { assert } from "../base/assert.ts";
import type { NodeId, Slot } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX } from "../base/limits.ts";
import type { Outbox } from "./outbox.ts";

/** Who wants an index: a client of this node, or another member for its own clients. */
interface Reader {
  readonly from: NodeId;
  readonly id: number;
  readonly arrivedMs: number;
}

interface ReadRound {
  readonly round: number;
  readonly index: Slot;
  readonly readers: readonly Reader[];
}

/** What the leader of one ballot can say at this moment. */
export interface LeaderPosition {
  readonly isServing: boolean;
  readonly chosen: Slot;
  /** Whether, at the time of this step, nobody else can have been elected. */
  readonly isLeased: boolean;
  /** Sends a heartbeat round to all and returns its number. */
  readonly startRound: () => number;
  readonly isConfirmed: (round: number) => boolean;
}

/**
 * Linearizable reads at the leader: the index is the chosen watermark after the read arrived, and it is
 * good once a quorum has answered a heartbeat round that was sent after that. One round is under way at
 * a time and is shared by all reads that waited for it. Source: Ongaro 2014, 6.4.
 */
export class ReadIndex {
  readonly #self: NodeId;
  readonly #outbox: Outbox;
  #waiting: Reader[] = [];
  #current: ReadRound | undefined;

  constructor(self: NodeId, outbox: Outbox) {
    this.#self = self;
    this.#outbox = outbox;
  }

  /** Asks for an index on behalf of `from`; it is answered in a later `settle`, of this step at the earliest. */
  ask(from: NodeId, id: number, nowMs: number): void {
    this.#waiting.push({ from, id, arrivedMs: nowMs });
  }

  settle(position: LeaderPosition): void {
    for (;;) {
      if (this.#current !== undefined) {
        if (!position.isConfirmed(this.#current.round)) return;
        const { readers, index } = this.#current;
        this.#current = undefined;
        for (const reader of readers) this.#answer(reader, index);
      }
      if (this.#waiting.length === 0 || !position.isServing) return;
      const readers = this.#waiting;
      this.#waiting = [];
      if (position.isLeased) {
        for (const reader of readers) this.#answer(reader, position.chosen);
        return;
      }
      this.#current = { round: position.startRound(), index: position.chosen, readers };
      assert(this.#current.round > 0, "I29: a read waits for a round sent after it arrived");
    }
  }

  /** Refuses what has waited longer than an election takes. */
  expire(nowMs: number): void {
    const isLate = (reader: Reader) => nowMs - reader.arrivedMs > ELECTION_TIMEOUT_MS_MAX;
    if (this.#current?.readers.some(isLate)) {
      const { round, index, readers } = this.#current;
      for (const reader of readers.filter(isLate)) this.#answer(reader, undefined);
      this.#current = { round, index, readers: readers.filter((reader) => !isLate(reader)) };
    }
    if (this.#waiting[0] === undefined || !isLate(this.#waiting[0])) return;
    for (const reader of this.#waiting.filter(isLate)) this.#answer(reader, undefined);
    this.#waiting = this.#waiting.filter((reader) => !isLate(reader));
  }

  /** This node does not lead any more: nothing that was asked under its ballot gets an index. */
  refuseAll(): void {
    for (const reader of this.#current?.readers ?? []) this.#answer(reader, undefined);
    for (const reader of this.#waiting) this.#answer(reader, undefined);
    this.#current = undefined;
    this.#waiting = [];
  }

  #answer(reader: Reader, index: Slot | undefined): void {
    if (reader.from === this.#self) this.#outbox.answerRead({ id: reader.id, index });
    else this.#outbox.send(reader.from, { kind: "read-index-reply", id: reader.id, index });
  }
}
