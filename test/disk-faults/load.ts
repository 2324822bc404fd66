import { setTimeout as sleep } from "node:timers/promises";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/open.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";

const WRITERS = 3;
const PAUSE_MS = 20;
const PATIENCE_MS = 180_000;
const BASE_KEYS = 300;
const BASE_BYTES = 700;

/** What a key may hold: all that was acknowledged, and perhaps what was tried after that. */
interface Written {
  acknowledged: number;
  tried: number;
}

/**
 * Keys that are written once, and never again; and writers that count upwards, each in a key of its own, until
 * they are held. So it can be told of every value whether it may be there.
 */
export class Load {
  readonly #client: Client;
  readonly #base = new Map<string, string>();
  readonly #counters = new Map<string, Written>();
  #isHeld = true;
  #running: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  constructor(client: Client, random: SeededRandom) {
    this.#client = client;
    for (let index = 0; index < BASE_KEYS; index++) {
      const value = Buffer.from(random.bytes(BASE_BYTES)).toString("base64").slice(0, BASE_BYTES);
      this.#base.set(`base/${String(index).padStart(4, "0")}`, value);
    }
    for (let index = 0; index < WRITERS; index++)
      this.#counters.set(`count/${index}`, { acknowledged: 0, tried: 0 });
  }

  /** A key that was written once, and what it holds. */
  pick(random: SeededRandom): readonly [key: string, value: string] {
    return random.pick([...this.#base]);
  }

  async writeBase(): Promise<void> {
    const entries = [...this.#base];
    for (let at = 0; at < entries.length; at += 50)
      await this.#client.putAll(entries.slice(at, at + 50), { timeoutMs: PATIENCE_MS });
  }

  begin(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#running = Promise.all([...this.#counters].map(([key, written]) => this.#count(key, written)));
    this.#running.catch((error: unknown) => {
      this.#failure ??= error;
    });
  }

  /** Returns once nothing is under way any more; rejects when a writer was told something that it should not be. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    await this.#running.catch(() => undefined);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** So many further writes are acknowledged. */
  async further(count: number): Promise<void> {
    const goal = this.#acknowledged + count;
    while (this.#acknowledged < goal && this.#failure === undefined) await sleep(PAUSE_MS);
  }

  /** What is wrong with these contents of a replica; undefined when all of it may be so. */
  faultIn(contents: ReadonlyMap<string, string>): string | undefined {
    for (const [key, value] of this.#base) {
      const found = contents.get(key);
      if (found === undefined) return `${key} is gone`;
      if (found !== value) return `${key} holds what was never written`;
    }
    for (const [key, { acknowledged, tried }] of this.#counters) {
      const found = Number(contents.get(key) ?? 0);
      if (!(found >= acknowledged && found <= tried))
        return `${key} holds ${found}: ${acknowledged} was acknowledged, ${tried} tried`;
    }
    return undefined;
  }

  get #acknowledged(): number {
    let sum = 0;
    for (const { acknowledged } of this.#counters.values()) sum += acknowledged;
    return sum;
  }

  async #count(key: string, written: Written): Promise<void> {
    while (!this.#isHeld) {
      written.tried++;
      const value = String(written.tried);
      try {
        await this.#client.put(key, value, { timeoutMs: PATIENCE_MS });
        written.acknowledged = written.tried;
      } catch (error) {
        // Without an answer it may be there or not; the next one tells.
        if (!(error instanceof KvdError)) throw error;
      }
      await sleep(PAUSE_MS);
    }
  }
}
