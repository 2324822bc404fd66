import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../src/client/client.ts";

const WRITERS = 4;
/** Between two increments of one writer: processes that start at the same time need the machine, too. */
const PAUSE_MS = 5;
const KEY = "increments";

interface Made {
  readonly invokedMs: number;
  readonly answeredMs: number;
  readonly value: number;
}

/**
 * Writers that increment one number until they are told to stop. Each answer is the number after its own
 * increment, so all of them together tell whether every one was made once, and in an order that time allows.
 */
export class Increments {
  readonly #made: Made[] = [];
  readonly #running: Promise<unknown>;
  #isStopping = false;

  constructor(client: Client) {
    const loop = async (): Promise<void> => {
      while (!this.#isStopping) {
        const invokedMs = performance.now();
        const { version } = await client.modify(KEY, { op: "incr" }, { timeoutMs: 120_000 });
        this.#made.push({ invokedMs, answeredMs: performance.now(), value: version });
        await sleep(PAUSE_MS);
      }
    };
    this.#running = Promise.all(Array.from({ length: WRITERS }, loop));
  }

  /** Answered so far. */
  get count(): number {
    return this.#made.length;
  }

  /** Waits for what is under way; what is wrong with the answers, if anything. */
  async stop(): Promise<string | undefined> {
    this.#isStopping = true;
    await this.#running;
    return contradiction(this.#made);
  }
}

/** Why no one number was incremented so, once for each answer and in the order of time; undefined: it was. */
export function contradiction(made: readonly Made[]): string | undefined {
  const ordered = made.toSorted((left, right) => left.value - right.value);
  let latestInvokedMs = Number.NEGATIVE_INFINITY;
  for (const [index, { value, invokedMs, answeredMs }] of ordered.entries()) {
    if (value !== index + 1) return `increment ${index + 1} was answered with ${value}`;
    // Whoever asked after this answer has a later number; it must not be among those before.
    if (answeredMs < latestInvokedMs) return `${value} was answered before a smaller number was asked for`;
    latestInvokedMs = Math.max(latestInvokedMs, invokedMs);
  }
  return undefined;
}
