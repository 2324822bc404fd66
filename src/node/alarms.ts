import type { Log } from "./log.ts";

/** Different alarms remembered at once; when they are more, the memory starts afresh. */
const ALARMS_MAX = 32;

/** What an operator should look at: logged when first seen, shown by `status` from then on. */
export class Alarms {
  readonly #log: Log;
  readonly #texts = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  raise(text: string): void {
    if (this.#texts.has(text)) return;
    if (this.#texts.size >= ALARMS_MAX) this.#texts.clear();
    this.#texts.add(text);
    this.#log("warning", "alarm", { text });
  }
}
