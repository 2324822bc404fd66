import type { Address } from "../base/seams.ts";
import { HANDSHAKE_TIMEOUT_MS, HELLO_REPEAT_MS } from "./handshake.ts";
import type { LinkId } from "./service.ts";

/** A handshake that this side started: when to repeat the hello, and when to give up. */
export class Attempt {
  readonly id: LinkId;
  readonly connection: number;
  readonly to: Address;
  readonly #hello: Uint8Array;
  readonly #startedMs: number;
  #dueMs: number;
  #repeatMs = HELLO_REPEAT_MS;
  #sentMs = 0;
  #sentCount = 0;

  /** `hello` is sealed and not changed any more. */
  constructor(ids: { id: LinkId; connection: number }, to: Address, hello: Uint8Array, nowMs: number) {
    this.id = ids.id;
    this.connection = ids.connection;
    this.to = to;
    this.#hello = hello;
    this.#startedMs = nowMs;
    this.#dueMs = nowMs;
  }

  /** The hello, if it is to be sent now. */
  due(nowMs: number): Uint8Array | undefined {
    if (nowMs < this.#dueMs) return undefined;
    this.#dueMs = nowMs + this.#repeatMs;
    this.#repeatMs *= 2;
    this.#sentMs = nowMs;
    this.#sentCount++;
    return this.#hello;
  }

  isExpired(nowMs: number): boolean {
    return nowMs - this.#startedMs >= HANDSHAKE_TIMEOUT_MS;
  }

  /** Undefined when nobody can tell which of several hellos was answered (Karn's rule). */
  roundTripMs(nowMs: number): number | undefined {
    return this.#sentCount === 1 ? nowMs - this.#sentMs : undefined;
  }
}
