import type { Lock } from "./lock.ts";
import type { Bytes, ChangeOptions, Fence, PutOptions } from "./options.ts";

/** Stores the leader's value under its key. */
export type Proclaim = (value: Bytes, options: PutOptions) => Promise<unknown>;

/** An election that was won: a lock whose value says who leads. */
export class Leadership {
  readonly name: Bytes;
  readonly key: Uint8Array;
  /** Greater than that of every leader before. */
  readonly token: number;
  readonly leaseId: number;
  readonly #lock: Lock;
  readonly #put: Proclaim;

  constructor(lock: Lock, put: Proclaim) {
    this.name = lock.name;
    this.key = lock.key;
    this.token = lock.token;
    this.leaseId = lock.leaseId;
    this.#lock = lock;
    this.#put = put;
  }

  /** Aborted with a KvdError once the leadership is lost; never after `resign`. */
  get lost(): AbortSignal {
    return this.#lock.lost;
  }

  /** Whether it surely lasts at this very moment, by the clock of this process. */
  get isHeld(): boolean {
    return this.#lock.isHeld;
  }

  /** For changes of keys: done only while this one leads. */
  get fence(): Fence {
    return this.#lock.fence;
  }

  /** Tells those who observe another value. Rejects with `fenced` when somebody else leads by now. */
  async proclaim(value: Bytes, options: ChangeOptions = {}): Promise<void> {
    await this.#put(value, { ...options, leaseId: this.leaseId, fence: this.fence });
  }

  /** Lets the next one lead. As `Lock.release`. */
  resign(): Promise<void> {
    return this.#lock.release();
  }
}
