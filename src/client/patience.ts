import { failure, KvdError } from "../base/errors.ts";
import type { Clock, Timer, Timers } from "../base/seams.ts";
import type { RequestOptions } from "./options.ts";

/** How long a caller waits for something that takes several requests. */
export class Patience {
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #endMs: number;
  readonly #timeoutMs: number | undefined;
  readonly #timer: Timer | undefined;
  readonly #onAbort = (): void => this.#over.abort();

  /** Without `timeoutMs` it lasts until `signal` ends it. */
  constructor(options: RequestOptions, deps: { readonly clock: Clock; readonly timers: Timers }) {
    const { timeoutMs, signal } = options;
    this.#clock = deps.clock;
    this.#timeoutMs = timeoutMs;
    this.#endMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : deps.clock.nowMs() + timeoutMs;
    this.#timer = timeoutMs === undefined ? undefined : deps.timers.after(timeoutMs, this.#onAbort);
    this.#outer = signal;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#over.abort();
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What is left of it for one request. */
  get request(): RequestOptions {
    const { signal } = this.#over;
    if (this.#timeoutMs === undefined) return { signal };
    return { signal, timeoutMs: Math.max(1, this.#endMs - this.#clock.nowMs()) };
  }

  /** Throws when it is over; `what` is what was waited for. */
  check(what: string): void {
    if (!this.#over.signal.aborted) return;
    const why = this.#outer?.aborted === true ? "given up by the caller" : `not within ${this.#timeoutMs} ms`;
    throw new KvdError(failure("timeout", "not_applied", `${what}: ${why}`));
  }

  /** Nobody waits any more. */
  end(): void {
    this.#timer?.cancel();
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }
}
