import { KvdError } from "../../src/base/errors.ts";
import { type LoadReport, NOTHING_SLOW, type Slowest } from "./load-report.ts";

const FAILURES_MAX = 100;
const WRITES: ReadonlySet<string> = new Set(["put", "incr", "delete", "txn"]);

/** Times requests, and remembers which of them failed. */
export class Recorder {
  readonly violations: string[] = [];
  #latenciesMs: number[] = [];
  #writesMs: number[] = [];
  #slowest: Slowest = NOTHING_SLOW;
  #slowestLockMs = 0;
  #failures: string[] = [];

  /** What `request` answers; a failure is noted, unless it is the right answer, and thrown on. */
  async timed<T>(
    kind: string,
    request: () => Promise<T>,
    isRight: (error: unknown) => boolean = () => false,
  ): Promise<T> {
    const startMs = performance.now();
    try {
      const answer = await request();
      this.#took(kind, performance.now() - startMs);
      return answer;
    } catch (error) {
      const ms = performance.now() - startMs;
      this.#took(kind, ms);
      if (!isRight(error) && this.#failures.length < FAILURES_MAX)
        this.#failures.push(`${kind} after ${Math.round(ms)} ms: ${textOf(error)}`);
      throw error;
    }
  }

  /** What there is to say since this was asked before. */
  take(): LoadReport {
    const report = {
      latenciesMs: this.#latenciesMs,
      writesMs: this.#writesMs,
      slowest: this.#slowest,
      slowestLockMs: this.#slowestLockMs,
      failures: this.#failures,
    };
    this.#latenciesMs = [];
    this.#writesMs = [];
    this.#slowest = NOTHING_SLOW;
    this.#slowestLockMs = 0;
    this.#failures = [];
    return report;
  }

  #took(kind: string, ms: number): void {
    const rounded = Math.round(ms * 100) / 100;
    this.#latenciesMs.push(rounded);
    if (WRITES.has(kind)) this.#writesMs.push(rounded);
    if (kind === "lock") this.#slowestLockMs = Math.max(ms, this.#slowestLockMs);
    else if (ms > this.#slowest.ms) this.#slowest = { kind, ms };
  }
}

function textOf(error: unknown): string {
  if (error instanceof KvdError) return `${error.failure.code}, ${error.failure.outcome}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
