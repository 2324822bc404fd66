import { assert } from "../base/assert.ts";
import { concatBytes, copyBytes } from "../base/bytes.ts";
import type { FragmentPlace } from "./frame.ts";

/**
 * Messages under way in pieces at once, per link: the sender starts no more, the receiver holds no more.
 * The two bounds are one number seen from both sides, so that an honest sender is never refused.
 */
export const BULK_ACTIVE_MAX = 2;
export const MEDIUM_ACTIVE_MAX = 64;
/** Up to this a fragmented message is medium, above it bulk. */
export const MEDIUM_BYTES_MAX = 65_536;
/** Fragmented messages started after the oldest unfinished one; the receiver's filter is as wide. */
export const FRAGMENTED_IDS_AHEAD_MAX = 1024;

/** Pieces of one message: all as long as `pieceBytes`, the last one up to that, none empty. */
export function fragmentCount(messageBytes: number, pieceBytes: number): number {
  return Math.ceil(messageBytes / pieceBytes);
}

export function fragmentAt(message: Uint8Array, index: number, pieceBytes: number): Uint8Array {
  return message.subarray(index * pieceBytes, (index + 1) * pieceBytes);
}

/** The most that the unfinished messages of one link may hold. */
export function reassemblyBytesMax(messageBytesMax: number): number {
  return BULK_ACTIVE_MAX * messageBytesMax + MEDIUM_ACTIVE_MAX * MEDIUM_BYTES_MAX;
}

/** No honest sender cuts smaller pieces, the last aside; a million tiny ones would cost more than their bytes. */
export const PIECE_BYTES_MIN = 512;

interface Partial {
  readonly count: number;
  /** Length of every piece but the last; 0 while only the last is known. */
  pieceBytes: number;
  readonly pieces: Map<number, Uint8Array>;
  bytes: number;
}

/** What became of a piece: the whole message, nothing yet, or why it was refused. */
export type Reassembled =
  | { readonly kind: "complete"; readonly message: Uint8Array }
  | { readonly kind: "partial" }
  | { readonly kind: "refused"; readonly reason: "reassembly_full" | "fragment_conflict" };

const PARTIAL: Reassembled = { kind: "partial" };
const FULL: Reassembled = { kind: "refused", reason: "reassembly_full" };
const CONFLICT: Reassembled = { kind: "refused", reason: "fragment_conflict" };

/** Puts messages together from pieces in any order, within bounds. Keeps the pieces it is given. */
export class Reassembler {
  readonly #messageBytesMax: number;
  readonly #partials = new Map<number, Partial>();
  #bytes = 0;

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  get openCount(): number {
    return this.#partials.size;
  }

  add(place: FragmentPlace, body: Uint8Array): Reassembled {
    const open = this.#partials.get(place.id);
    if (open === undefined && this.#partials.size >= BULK_ACTIVE_MAX + MEDIUM_ACTIVE_MAX) return FULL;
    const partial = open ?? { count: place.count, pieceBytes: 0, pieces: new Map(), bytes: 0 };
    if (partial.pieces.has(place.index)) return PARTIAL;
    if (!fits(partial, place, body.length)) return CONFLICT;
    if (partial.bytes + body.length > this.#messageBytesMax) return FULL;
    if (this.#bytes + body.length > reassemblyBytesMax(this.#messageBytesMax)) return FULL;
    if (open === undefined) this.#partials.set(place.id, partial);
    if (place.index < place.count - 1) partial.pieceBytes = body.length;
    partial.pieces.set(place.index, unpinned(body));
    partial.bytes += body.length;
    this.#bytes += body.length;
    if (partial.pieces.size < partial.count) return PARTIAL;
    this.drop(place.id);
    return { kind: "complete", message: join(partial) };
  }

  /** Forgets the pieces of a message; does nothing when there are none. */
  drop(id: number): void {
    const partial = this.#partials.get(id);
    if (partial === undefined) return;
    this.#partials.delete(id);
    this.#bytes -= partial.bytes;
    assert(this.#bytes >= 0, "reassembly bytes never go below zero");
  }
}

function fits(partial: Partial, place: FragmentPlace, length: number): boolean {
  if (place.count !== partial.count) return false;
  if (place.index < place.count - 1 && length < PIECE_BYTES_MIN) return false;
  if (partial.pieceBytes === 0) return true;
  return place.index === place.count - 1 ? length <= partial.pieceBytes : length === partial.pieceBytes;
}

/** A piece that is nearly its whole datagram stays where it is; a small one must not hold on to the rest. */
function unpinned(piece: Uint8Array): Uint8Array {
  return piece.length * 2 < piece.buffer.byteLength ? copyBytes(piece) : piece;
}

function join(partial: Partial): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < partial.count; index++) {
    const piece = partial.pieces.get(index);
    assert(piece !== undefined, "a complete message has every piece");
    pieces.push(piece);
  }
  return concatBytes(pieces);
}
