import type { Log } from "./log.ts";

/** Different alarms remembered at once; when they are more, the memory starts afresh. */
const ALARMS_MAX = 32;

/** What an operator should look at: logged when first seen, shown by `status` from then on. */
export class Alarms {
  readonly #log: Log;
  /** By what they are about: a later alarm about the same replaces the earlier one. */
  readonly #bySubject = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  get texts(): readonly string[] {
    return [...this.#bySubject.values()];
  }

  raise(subject: string, text: string): void {
    if (this.#bySubject.get(subject) === text) return;
    if (this.#bySubject.size >= ALARMS_MAX) this.#bySubject.clear();
    this.#bySubject.set(subject, text);
    this.#log("warning", "alarm", { text });
  }

  /** What was wrong with this subject is over. */
  clear(subject: string): void {
    this.#bySubject.delete(subject);
  }
}
