import { setTimeout as sleep } from "node:timers/promises";
import { KvdError } from "../../src/base/errors.ts";
import type { Address } from "../../src/base/seams.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { Consistency, Request } from "../../src/wire/client-messages.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import type { Load } from "./load.ts";

const PAUSE_MS = 30;
const TIMEOUT_MS = 1_000;
/** Without a bound either: what every state has held since before the first fault must be in each answer. */
const LEVELS: readonly Consistency[] = [{ level: "linearizable" }, { level: "stale" }];

/** Asks one node for keys that never change, all the time: it may refuse, and must not answer anything else. */
export class Witness {
  readonly #caller: NodeCaller;
  readonly #load: Load;
  readonly #random: SeededRandom;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();
  wrong: string | undefined;

  private constructor(caller: NodeCaller, load: Load, random: SeededRandom) {
    this.#caller = caller;
    this.#load = load;
    this.#random = random;
  }

  static async open(address: Address, load: Load, random: SeededRandom): Promise<Witness> {
    const witness = new Witness(await NodeCaller.open(address), load, random.fork());
    witness.#running = witness.#watch();
    return witness;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#running;
    this.#caller.close();
  }

  async #watch(): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      const [key, value] = this.#load.pick(this.#random);
      const consistency = LEVELS[count % LEVELS.length] ?? { level: "linearizable" };
      await this.#look(key, value, consistency);
      await sleep(PAUSE_MS);
    }
  }

  async #look(key: string, value: string, consistency: Consistency): Promise<void> {
    const bytes = new TextEncoder().encode(key);
    const request = (id: number, timeoutMs: number): Request => ({
      kind: "get",
      id,
      timeoutMs,
      key: bytes,
      consistency,
    });
    try {
      const { body } = await this.#caller.ask(request, TIMEOUT_MS);
      const found =
        body.kind === "record" && body.record !== undefined
          ? Buffer.from(body.record.value).toString()
          : "nothing";
      if (found !== value)
        this.wrong ??= `a ${consistency.level} read of ${key} was answered with ${found.slice(0, 40)}`;
    } catch (error) {
      if (!(error instanceof KvdError)) throw error;
    }
  }
}
