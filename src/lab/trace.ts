import type { Crypto } from "../base/seams.ts";

/** Bytes are gathered up to here before they go into the digest: one call of a checksum costs more than a copy. */
const GATHERED_BYTES_MAX = 65_536;
/** Lines of the transcript that a failure prints. */
const LINES_KEPT = 60;

/** Something worth a line, besides the steps of the protocol. */
export interface TraceEvent {
  readonly atMs: number;
  /** A member, a client, or `lab`, `net`, `ops`. */
  readonly who: string;
  readonly kind: string;
  readonly detail: string;
}

/**
 * What happened, as a digest over everything, by which two runs of one seed are compared, and as the last
 * lines of what is worth reading.
 */
export class Trace {
  readonly #crypto: Pick<Crypto, "crc32">;
  readonly #nowMs: () => number;
  readonly #encoder = new TextEncoder();
  readonly #lines: string[] = [];
  readonly #counts = new Map<string, { count: number }>();
  readonly #onEvent: ((event: TraceEvent) => void) | undefined;
  readonly #gathered = new Uint8Array(GATHERED_BYTES_MAX);
  #gatheredBytes = 0;
  #digest = 0;

  constructor(crypto: Pick<Crypto, "crc32">, nowMs: () => number, onEvent?: (event: TraceEvent) => void) {
    this.#crypto = crypto;
    this.#nowMs = nowMs;
    this.#onEvent = onEvent;
  }

  /** Over every event and every byte sent so far. */
  get digest(): number {
    this.#foldGathered();
    return this.#digest;
  }

  /** The last lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-LINES_KEPT);
  }

  /** How often each kind of event happened. */
  get counts(): ReadonlyMap<string, number> {
    return new Map([...this.#counts].map(([kind, { count }]) => [kind, count]));
  }

  /** An event for people to read. */
  add(who: string, kind: string, detail = ""): void {
    const atMs = this.#nowMs();
    this.#onEvent?.({ atMs, who, kind, detail });
    const line = `${atMs.toFixed(3).padStart(11)}  ${who.padEnd(4)} ${kind} ${detail}`;
    this.#fold(this.#encoder.encode(line));
    this.count(kind);
    this.#lines.push(line);
    if (this.#lines.length > 4 * LINES_KEPT) this.#lines.splice(0, 3 * LINES_KEPT);
  }

  /** Something that happens too often for a line. */
  count(kind: string): void {
    const counted = this.#counts.get(kind);
    if (counted === undefined) this.#counts.set(kind, { count: 1 });
    else counted.count++;
  }

  /** Bytes on their way: they count, but nobody wants to read them. */
  addBytes(bytes: Uint8Array): void {
    this.#fold(bytes);
  }

  #fold(bytes: Uint8Array): void {
    if (this.#gatheredBytes + bytes.length > GATHERED_BYTES_MAX) this.#foldGathered();
    if (bytes.length > GATHERED_BYTES_MAX) {
      this.#digest = this.#crypto.crc32(bytes, this.#digest);
      return;
    }
    this.#gathered.set(bytes, this.#gatheredBytes);
    this.#gatheredBytes += bytes.length;
  }

  #foldGathered(): void {
    this.#digest = this.#crypto.crc32(this.#gathered.subarray(0, this.#gatheredBytes), this.#digest);
    this.#gatheredBytes = 0;
  }
}
