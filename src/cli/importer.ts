import { KvdError } from "../base/errors.ts";
import type { Client } from "../client/client.ts";
import type { FencedOptions, PutOptions } from "../client/options.ts";
import type { Entry } from "./entry-lines.ts";
import { EXIT_CODES, exitCodeOf } from "./exit-codes.ts";
import { jsonBytes, showKey } from "./key-text.ts";
import { ProgramError } from "./program-error.ts";

/** Puts that wait for their answers: enough to fill the leader's batches, little enough to hold. */
const IN_FLIGHT_MAX = 64;
const IN_FLIGHT_BYTES_MAX = 8 * 1024 * 1024;

/** What becomes of a key that is there: left alone, replaced, or left alone if it has the very value. */
export type ImportMode = "if-absent" | "overwrite" | "same";

/** How many keys were put, were left as they are, and were left out because they belong to a lease. */
export interface Tally {
  readonly put: number;
  readonly kept: number;
  readonly leased: number;
}

export interface ImporterOptions {
  readonly mode: ImportMode;
  /** Only look what would be done. */
  readonly isDryRun: boolean;
  /** The lock on which every put depends, if one. */
  readonly change: FencedOptions;
}

type ImportClient = Pick<Client, "get" | "put">;

/**
 * Puts entries, many at a time, each by itself. Keys of leases are left out: a lease belongs to a process of
 * the cluster that it was exported from, and without one such a key would stay for ever.
 */
export class Importer {
  readonly #client: ImportClient;
  readonly #options: ImporterOptions;
  readonly #waiting = new Set<Promise<void>>();
  #bytes = 0;
  #put = 0;
  #kept = 0;
  #leased = 0;
  #failed: { readonly error: unknown } | undefined;

  constructor(client: ImportClient, options: ImporterOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Begins with an entry, of this line, as soon as there is room for it. Throws what an earlier one failed of. */
  async add(entry: Entry, line: number): Promise<void> {
    const [key, value, { leaseId }] = entry;
    if (leaseId !== undefined) {
      this.#leased++;
      return;
    }
    const bytes = key.length + value.length;
    while (
      this.#waiting.size >= IN_FLIGHT_MAX ||
      (this.#bytes > 0 && this.#bytes + bytes > IN_FLIGHT_BYTES_MAX)
    )
      await Promise.race(this.#waiting);
    if (this.#failed !== undefined) throw this.#failed.error;
    this.#bytes += bytes;
    const work = this.#take(entry)
      .catch((error: unknown) => {
        this.#failed ??= { error: atLine(error, key, line) };
      })
      .finally(() => {
        this.#waiting.delete(work);
        this.#bytes -= bytes;
      });
    this.#waiting.add(work);
  }

  /** When all that was begun has ended, well or not. */
  async settle(): Promise<void> {
    await Promise.all(this.#waiting);
  }

  /** When all are done. Throws what one of them failed of. */
  async finish(): Promise<Tally> {
    await this.settle();
    if (this.#failed !== undefined) throw this.#failed.error;
    return { put: this.#put, kept: this.#kept, leased: this.#leased };
  }

  async #take([key, value, lifetime]: Entry): Promise<void> {
    const { mode, isDryRun } = this.#options;
    const isNew = isDryRun
      ? mode === "overwrite" || (await this.#client.get(key)).record === undefined
      : await this.#putEntry(key, value, mode === "overwrite" ? lifetime : { ...lifetime, ifAbsent: true });
    if (isNew) {
      this.#put++;
      return;
    }
    if (mode === "same") await this.#demandSame(key, value);
    this.#kept++;
  }

  /** Whether it was put: false when it is there already. */
  async #putEntry(key: Uint8Array, value: Uint8Array, options: PutOptions): Promise<boolean> {
    try {
      await this.#client.put(key, value, { ...options, ...this.#options.change });
      return true;
    } catch (error) {
      if (error instanceof KvdError && error.failure.code === "condition_failed") return false;
      throw error;
    }
  }

  async #demandSame(key: Uint8Array, value: Uint8Array): Promise<void> {
    const { record } = await this.#client.get(key);
    if (record !== undefined && Buffer.compare(record.value, value) === 0) return;
    throw new ProgramError("is there with another value; --overwrite replaces it, --if-absent leaves it", {
      exitCode: EXIT_CODES.negative,
      code: "conflict",
    });
  }
}

/** The same with the key and the line in front; the import may be run again, whatever the outcome. */
function atLine(error: unknown, key: Uint8Array, line: number): unknown {
  const where = `line ${line}: ${showKey(key)}`;
  const details = { line, ...jsonBytes("key", key) };
  if (error instanceof ProgramError) {
    const { exitCode, code, message } = error;
    return new ProgramError(`${where} ${message}`, { exitCode, code, details, cause: error });
  }
  if (!(error instanceof KvdError)) return error;
  const { failure } = error;
  const { code, outcome, retryable } = failure;
  const advice = retryable ? "; importing again goes on" : "";
  return new ProgramError(`${where}: ${failure.message}${advice}`, {
    exitCode: exitCodeOf(failure),
    code,
    details: { ...details, outcome, retryable },
    cause: error,
  });
}
