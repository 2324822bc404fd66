import { assert } from "../base/assert.ts";
import { Fifo } from "./fifo.ts";
import { FragmentSender } from "./fragment-sender.ts";
import { type Room, WHOLE_OVERHEAD_BYTES, writeWhole } from "./frame.ts";
import { MESSAGE_OVERHEAD_BYTES, Outgoing } from "./outgoing.ts";
import { PART_WHOLE, type SentPacket } from "./retransmit.ts";
import type { Withdrawable } from "./service.ts";
import { WithdrawMarks } from "./withdraw-marks.ts";

/**
 * Whole messages that may start after the oldest unacknowledged one: the receiver tells ids apart only
 * within this window, so a message that outlived it would be taken for a repeat.
 */
export const WHOLE_IDS_AHEAD_MAX = 65_536;

export interface OutboxLimits {
  /** A message up to this travels whole. */
  readonly wholeBytesMax: number;
  readonly pieceBytes: number;
  readonly messageBytesMax: number;
  /** Everything not yet acknowledged, with overhead. */
  readonly heldBytesMax: number;
}

/**
 * The reliable messages of one link, from `submit` until acknowledged or withdrawn. Messages that fit a packet
 * go in the order they came; every other packet starts with a piece of a fragmented message when there is
 * one, and those take turns: so nothing waits behind something large for longer than a packet.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  readonly #marks = new WithdrawMarks();
  /** Found lost: these go first, they are the oldest. */
  readonly #again = new Fifo<Outgoing>();
  readonly #whole = new Fifo<Outgoing>();
  /** By id; done ones leave at the front, so that the front is the oldest unacknowledged one. */
  readonly #wholeByAge = new Fifo<Outgoing>();
  readonly #fragmented: FragmentSender;
  #wholeIdNext = 0;
  #orderNext = 0;
  #heldBytes = 0;
  #isFragmentTurn = false;
  #purgedAtMark = 0;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
    this.#fragmented = new FragmentSender(limits.pieceBytes, this.#marks, (message) =>
      this.#release(message),
    );
  }

  /** Bytes not yet acknowledged, with what their bookkeeping costs. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether the peer has yet to be told that a message will never be complete. */
  get hasAbandons(): boolean {
    return this.#fragmented.hasAbandons;
  }

  /** False, and nothing queued, when the message is too long or the memory of the link is used up. */
  submit(payload: Uint8Array, about: Withdrawable | undefined): boolean {
    if (payload.length > this.#limits.messageBytesMax) return false;
    const heldBytes = payload.length + MESSAGE_OVERHEAD_BYTES;
    if (this.#heldBytes + heldBytes > this.#limits.heldBytesMax) {
      this.#purge();
      if (this.#heldBytes + heldBytes > this.#limits.heldBytesMax) return false;
    }
    const message = new Outgoing(payload, this.#orderNext++, about);
    this.#heldBytes += heldBytes;
    if (payload.length <= this.#limits.wholeBytesMax) this.#whole.push(message);
    else this.#fragmented.submit(message);
    return true;
  }

  withdraw(below: Withdrawable): void {
    this.#marks.raise(below, this.#orderNext);
    this.#fragmented.onWithdrawn();
  }

  /** Whether a packet with room for it would be given something. */
  hasWork(): boolean {
    return this.#nextWhole() !== undefined || this.#fragmented.hasWork();
  }

  /** Fills `room` with frames and notes them in `packet`. */
  pack(room: Room, packet: SentPacket): void {
    this.#fragmented.packAbandons(room, packet);
    if (this.#isFragmentTurn) this.#fragmented.packOne(room, packet);
    this.#isFragmentTurn = !this.#isFragmentTurn;
    for (let message = this.#nextWhole(); message !== undefined; message = this.#nextWhole()) {
      if (room.offset + WHOLE_OVERHEAD_BYTES + message.payload.length > room.end) break;
      this.#takeWhole(message);
      room.offset = writeWhole(room.bytes, room.offset, message.id, message.payload);
      packet.carry(message, PART_WHOLE);
    }
    while (this.#fragmented.packOne(room, packet));
  }

  onAcked(packet: SentPacket): void {
    for (let index = 0; index < packet.messages.length; index++) {
      const message = packet.messages[index] as Outgoing;
      const part = packet.parts[index] as number;
      if (part === PART_WHOLE) this.#finishWhole(message);
      else this.#fragmented.onAcked(message, part);
    }
  }

  /** Queues again only what is still wanted of the packet's content. */
  onLost(packet: SentPacket): void {
    for (let index = 0; index < packet.messages.length; index++) {
      const message = packet.messages[index] as Outgoing;
      const part = packet.parts[index] as number;
      if (part !== PART_WHOLE) this.#fragmented.onLost(message, part);
      else if (message.state === "open" && this.#marks.isWithdrawn(message)) this.#finishWhole(message);
      else if (message.state === "open") this.#again.push(message);
    }
  }

  /** The whole message to send next; withdrawn ones in front of it are forgotten. */
  #nextWhole(): Outgoing | undefined {
    const again = this.#firstWanted(this.#again);
    if (again !== undefined) return again;
    const oldest = this.#wholeByAge.peek();
    if (oldest !== undefined && this.#wholeIdNext - oldest.id >= WHOLE_IDS_AHEAD_MAX) return undefined;
    return this.#firstWanted(this.#whole);
  }

  #firstWanted(queue: Fifo<Outgoing>): Outgoing | undefined {
    for (let message = queue.peek(); message !== undefined; message = queue.peek()) {
      if (message.state === "open" && !this.#marks.isWithdrawn(message)) return message;
      this.#finishWhole(message);
      queue.shift();
    }
    return undefined;
  }

  #takeWhole(message: Outgoing): void {
    if (message.id >= 0) {
      this.#again.shift();
      return;
    }
    this.#whole.shift();
    message.id = this.#wholeIdNext++;
    this.#wholeByAge.push(message);
  }

  #finishWhole(message: Outgoing): void {
    if (message.state === "done") return;
    this.#release(message);
    message.end("done");
    while (this.#wholeByAge.peek()?.state === "done") this.#wholeByAge.shift();
  }

  #release(message: Outgoing): void {
    this.#heldBytes -= message.heldBytes;
    assert(this.#heldBytes >= 0, "held bytes never go below zero");
  }

  /** Forgets withdrawn messages in the middle of the queues too; once per withdrawal, since it walks them. */
  #purge(): void {
    if (this.#purgedAtMark === this.#marks.version) return;
    this.#purgedAtMark = this.#marks.version;
    this.#whole.filter((message) => {
      if (!this.#marks.isWithdrawn(message)) return true;
      this.#finishWhole(message);
      return false;
    });
    this.#fragmented.purge();
  }
}
