import { EMPTY_BYTES } from "../base/bytes.ts";
import type { Withdrawable } from "./service.ts";

/** Bookkeeping that each message costs, beside its payload, when memory is counted. */
export const MESSAGE_OVERHEAD_BYTES = 128;

/** Which pieces of a fragmented message still have to go. */
export interface Pieces {
  readonly count: number;
  /** The first piece that never left. */
  next: number;
  /** Pieces found lost, each once. */
  readonly lost: number[];
  readonly acked: Uint8Array;
  ackedCount: number;
}

/**
 * - open: queued or in flight
 * - abandoned: withdrawn after some pieces had left; the peer is being told
 * - done: acknowledged or withdrawn; nothing more is sent
 */
export type OutgoingState = "open" | "abandoned" | "done";

/** A reliable message on its way out. */
export class Outgoing {
  /** Ascending in the order of `sendMessage`. */
  readonly order: number;
  readonly about: Withdrawable | undefined;
  /** Of the payload, which may be gone already. */
  readonly length: number;
  payload: Uint8Array;
  state: OutgoingState = "open";
  /** Given when it first leaves; -1 before. */
  id = -1;
  /** Undefined while it travels whole, or has not started. */
  pieces: Pieces | undefined = undefined;

  constructor(payload: Uint8Array, order: number, about: Withdrawable | undefined) {
    this.payload = payload;
    this.order = order;
    this.about = about;
    this.length = payload.length;
  }

  /** What it counts against the link's memory. */
  get heldBytes(): number {
    return this.length + MESSAGE_OVERHEAD_BYTES;
  }

  startPieces(count: number): void {
    this.pieces = { count, next: 0, lost: [], acked: new Uint8Array(count), ackedCount: 0 };
  }

  /** Sends nothing more of the payload, and lets go of it: the record may live on in a queue. */
  end(state: "abandoned" | "done"): void {
    this.state = state;
    this.payload = EMPTY_BYTES;
  }
}
