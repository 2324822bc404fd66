import type { Address } from "../base/seams.ts";
import { HANDSHAKE_TIMEOUT_MS } from "./handshake.ts";
import type { LinkPeer } from "./link.ts";
import type { LinkId } from "./service.ts";

/** More than this many unproven hellos at once: the oldest makes room. */
export const HALF_OPEN_MAX = 256;

/** A hello that was answered, whose sender has not yet shown that it got the answer. */
export interface HalfOpen {
  /** The connection id that this side chose. */
  readonly connection: number;
  readonly peer: LinkPeer;
  readonly hello: Uint8Array;
  /** The sealed reply, for a repeated hello. */
  readonly reply: Uint8Array;
  readonly replaces: readonly LinkId[];
  readonly untilMs: number;
}

/**
 * Answered hellos, until proven by a packet that bears the connection id from the reply, or out of time. Only
 * a sender that receives at its address can prove it: a replayed or forged hello never replaces a live link.
 */
export class HalfOpenTable {
  readonly #byConnection = new Map<number, HalfOpen>();
  readonly #byHello = new Map<string, HalfOpen>();

  get size(): number {
    return this.#byConnection.size;
  }

  /** Returns whether an older one had to make room. */
  add(entry: Omit<HalfOpen, "untilMs">, nowMs: number): boolean {
    const oldest = this.#byConnection.values().next().value;
    const isFull = this.#byConnection.size >= HALF_OPEN_MAX;
    if (isFull && oldest !== undefined) this.remove(oldest);
    const halfOpen = { ...entry, untilMs: nowMs + HANDSHAKE_TIMEOUT_MS };
    this.#byConnection.set(halfOpen.connection, halfOpen);
    this.#byHello.set(helloKey(halfOpen.peer.address, halfOpen.peer.connection), halfOpen);
    return isFull;
  }

  byConnection(connection: number): HalfOpen | undefined {
    return this.#byConnection.get(connection);
  }

  byHello(key: string): HalfOpen | undefined {
    return this.#byHello.get(key);
  }

  remove(halfOpen: HalfOpen): void {
    this.#byConnection.delete(halfOpen.connection);
    this.#byHello.delete(helloKey(halfOpen.peer.address, halfOpen.peer.connection));
  }

  /** They were added in the order of their time. */
  expire(nowMs: number): void {
    for (const halfOpen of this.#byConnection.values()) {
      if (halfOpen.untilMs > nowMs) return;
      this.remove(halfOpen);
    }
  }
}

/** A hello is known by where it came from and the connection id that its sender chose. */
export function helloKey(from: Address, connection: number): string {
  return `${from.host} ${from.port} ${connection}`;
}
