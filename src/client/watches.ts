import { type Failure, failure, KvdError } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import type { Timers } from "../base/seams.ts";
import type { KeyInterval } from "../kv/command.ts";
import { invalidKeyReason, invalidRangeReason } from "../kv/invalid-key-reason.ts";
import { consistencyOf } from "./freshness.ts";
import { bytesOf, intervalOf, keyAfter } from "./key-bytes.ts";
import { misuse, positiveRevision } from "./misuse.ts";
import { READ_NAMES } from "./option-names.ts";
import type { WatchOptions } from "./options.ts";
import { type Poll, Watch, type WatchPage } from "./watch.ts";

export interface WatchesDeps {
  /** One page, from whichever node can give it; rejects with a KvdError. */
  readonly ask: (poll: Poll) => Promise<WatchPage>;
  readonly timers: Timers;
  /** What this client has seen: an applied slot. */
  readonly token: () => Slot;
  /** A watch's patience until its first answer when it names none. */
  readonly timeoutMs: number;
}

/** The watches of one client. */
export class Watches {
  readonly #deps: WatchesDeps;
  readonly #open = new Set<Watch>();

  constructor(deps: WatchesDeps) {
    this.#deps = deps;
  }

  /** Throws a KvdError for options that cannot be meant. */
  begin(options: WatchOptions): Watch {
    const consistency = consistencyOf(options, READ_NAMES.watch);
    const { signal, from } = options;
    const interval = watchedInterval(options);
    const plan = {
      ...interval,
      from: from === undefined ? 0 : positiveRevision(from),
      previous: options.previous ?? false,
      progress: options.progress ?? false,
      timeoutMs: options.timeoutMs ?? this.#deps.timeoutMs,
    };
    const { ask, timers } = this.#deps;
    const deps = { ask, timers, consistency: () => consistency(this.#deps.token()) };
    const close = (): void => watch.close();
    const watch = new Watch(plan, deps, () => {
      this.#open.delete(watch);
      signal?.removeEventListener("abort", close);
    });
    this.#open.add(watch);
    signal?.addEventListener("abort", close);
    if (signal?.aborted === true) close();
    return watch;
  }

  /** Makes every iteration throw: it did not end because there was nothing more. */
  failAll(): void {
    const reason = failure("unavailable", "not_applied", "the client was closed");
    for (const watch of this.#open) watch.fail(reason);
  }
}

function watchedInterval(options: WatchOptions): KeyInterval {
  if (options.key === undefined) {
    const interval = intervalOf(options);
    refuse(invalidRangeReason(interval));
    return interval;
  }
  if (options.prefix !== undefined || options.start !== undefined || options.end !== undefined)
    throw misuse("key excludes prefix, start and end; name one");
  const key = bytesOf(options.key);
  refuse(invalidKeyReason(key));
  return { start: key, end: keyAfter(key) };
}

function refuse(reason: Failure | undefined): void {
  if (reason !== undefined) throw new KvdError(reason);
}
