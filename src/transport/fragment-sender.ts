import { assert } from "../base/assert.ts";
import { Fifo } from "./fifo.ts";
import {
  BULK_ACTIVE_MAX,
  FRAGMENTED_IDS_AHEAD_MAX,
  fragmentAt,
  fragmentCount,
  MEDIUM_ACTIVE_MAX,
  MEDIUM_BYTES_MAX,
} from "./fragment.ts";
import { ABANDON_BYTES, FRAGMENT_OVERHEAD_BYTES, type Room, writeAbandon, writeFragment } from "./frame.ts";
import type { Outgoing, Pieces } from "./outgoing.ts";
import { PART_ABANDON, type SentPacket } from "./retransmit.ts";
import type { WithdrawMarks } from "./withdraw-marks.ts";

/**
 * The messages of one link that do not fit a packet. A bounded number is under way at once, in turns of one
 * piece, so that a short one does not wait for a long one and the receiver can bound what it holds.
 */
export class FragmentSender {
  readonly #pieceBytes: number;
  readonly #marks: WithdrawMarks;
  readonly #release: (message: Outgoing) => void;
  readonly #mediumWaiting = new Fifo<Outgoing>();
  readonly #bulkWaiting = new Fifo<Outgoing>();
  /** Ascending by id; abandoned ones stay until the peer knows. */
  readonly #active: Outgoing[] = [];
  /** Abandoned, and the peer not told since, or not for certain. */
  readonly #abandons = new Fifo<Outgoing>();
  #bulkActive = 0;
  #turn = 0;
  #idNext = 0;

  /** `release` is called once for each message when its payload is let go. */
  constructor(pieceBytes: number, marks: WithdrawMarks, release: (message: Outgoing) => void) {
    assert(pieceBytes > 0 && pieceBytes <= MEDIUM_BYTES_MAX, `pieces of ${pieceBytes} bytes`);
    this.#pieceBytes = pieceBytes;
    this.#marks = marks;
    this.#release = release;
  }

  get hasAbandons(): boolean {
    return this.#abandons.length > 0;
  }

  submit(message: Outgoing): void {
    (isBulk(message) ? this.#bulkWaiting : this.#mediumWaiting).push(message);
  }

  hasWork(): boolean {
    if (this.#abandons.length > 0) return true;
    this.#activate();
    return this.#active.some(hasPieceToSend);
  }

  /** Stops what was withdrawn while under way. */
  onWithdrawn(): void {
    for (const message of this.#active) {
      if (message.state !== "open" || !this.#marks.isWithdrawn(message)) continue;
      this.#release(message);
      message.end("abandoned");
      this.#abandons.push(message);
    }
  }

  packAbandons(room: Room, packet: SentPacket): void {
    while (this.#abandons.length > 0 && room.offset + ABANDON_BYTES <= room.end) {
      const message = this.#abandons.shift() as Outgoing;
      room.offset = writeAbandon(room.bytes, room.offset, message.id);
      packet.carry(message, PART_ABANDON);
    }
  }

  /** Writes the next piece, if one is due and fits. */
  packOne(room: Room, packet: SentPacket): boolean {
    this.#activate();
    const active = this.#active;
    for (let step = 0; step < active.length; step++) {
      const at = (this.#turn + step) % active.length;
      const message = active[at] as Outgoing;
      const index = nextPiece(message);
      if (index < 0) continue;
      const pieces = message.pieces as Pieces;
      const body = fragmentAt(message.payload, index, this.#pieceBytes);
      if (room.offset + FRAGMENT_OVERHEAD_BYTES + body.length > room.end) continue;
      if (pieces.lost.length > 0) pieces.lost.pop();
      else pieces.next++;
      const place = { id: message.id, index, count: pieces.count };
      room.offset = writeFragment(room.bytes, room.offset, place, body);
      packet.carry(message, index);
      this.#turn = at + 1;
      return true;
    }
    return false;
  }

  onAcked(message: Outgoing, part: number): void {
    if (part === PART_ABANDON) {
      this.#finish(message);
      return;
    }
    const pieces = message.pieces;
    assert(pieces !== undefined, "a piece in flight belongs to a fragmented message");
    if (message.state !== "open") return;
    assert(pieces.acked[part] === 0, "a piece is acknowledged once");
    pieces.acked[part] = 1;
    pieces.ackedCount++;
    if (pieces.ackedCount < pieces.count) return;
    this.#release(message);
    this.#finish(message);
  }

  onLost(message: Outgoing, part: number): void {
    if (part === PART_ABANDON) this.#abandons.push(message);
    else if (message.state === "open") message.pieces?.lost.push(part);
  }

  /** Forgets withdrawn messages that have not started. */
  purge(): void {
    for (const queue of [this.#mediumWaiting, this.#bulkWaiting]) {
      queue.filter((message) => !this.#forgetWithdrawn(message));
    }
  }

  #activate(): void {
    while (this.#mediumWaiting.length > 0 && this.#active.length - this.#bulkActive < MEDIUM_ACTIVE_MAX) {
      if (!this.#start(this.#mediumWaiting)) return;
    }
    while (this.#bulkWaiting.length > 0 && this.#bulkActive < BULK_ACTIVE_MAX) {
      if (!this.#start(this.#bulkWaiting)) return;
    }
  }

  /** Starts the first message of the queue, or forgets it; false when it has to wait for older ids. */
  #start(queue: Fifo<Outgoing>): boolean {
    const oldest = this.#active[0];
    if (oldest !== undefined && this.#idNext - oldest.id >= FRAGMENTED_IDS_AHEAD_MAX) return false;
    const message = queue.shift() as Outgoing;
    if (this.#forgetWithdrawn(message)) return true;
    message.id = this.#idNext++;
    message.startPieces(fragmentCount(message.payload.length, this.#pieceBytes));
    if (isBulk(message)) this.#bulkActive++;
    this.#active.push(message);
    return true;
  }

  #forgetWithdrawn(message: Outgoing): boolean {
    if (!this.#marks.isWithdrawn(message)) return false;
    this.#release(message);
    message.end("done");
    return true;
  }

  /** Only now does its place go to another: until told, the peer holds the pieces it has. */
  #finish(message: Outgoing): void {
    message.end("done");
    if (isBulk(message)) this.#bulkActive--;
    const at = this.#active.indexOf(message);
    assert(at >= 0, "a fragmented message ends once");
    this.#active.splice(at, 1);
  }
}

function isBulk(message: Outgoing): boolean {
  return message.length > MEDIUM_BYTES_MAX;
}

function hasPieceToSend(message: Outgoing): boolean {
  return nextPiece(message) >= 0;
}

/** The piece to send next, lost ones first; -1 when all are in flight or arrived, or it is abandoned. */
function nextPiece(message: Outgoing): number {
  const pieces = message.pieces;
  if (pieces === undefined || message.state !== "open") return -1;
  const lost = pieces.lost.at(-1);
  if (lost !== undefined) return lost;
  return pieces.next < pieces.count ? pieces.next : -1;
}
