import type { Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Value, ValueKind } from "./value.ts";

const KIND_CODES: Record<ValueKind, number> = { noop: 0, batch: 1, membership: 2, genesis: 3 };
const HEADER_BYTES = 17;

/**
 * The chain digest over chosen slots: d(s) = crc32(d(s-1), slot, kind, length, bytes), all integers
 * little-endian. Two replicas with equal digests at a watermark hold, but for accidents of a 32-bit sum,
 * the same values in the same order below it: it finds bugs and bad memory, not forgers.
 */
export class ChainDigest {
  readonly #crypto: Pick<Crypto, "crc32">;
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES));
  readonly #headerBytes = new Uint8Array(this.#header.buffer);

  constructor(crypto: Pick<Crypto, "crc32">) {
    this.#crypto = crypto;
  }

  /** The digest at watermark `slot + 1`, given the one at `slot`. */
  extend(previous: number, slot: Slot, value: Value): number {
    this.#header.setUint32(0, previous, true);
    this.#header.setUint32(4, slot % 2 ** 32, true);
    this.#header.setUint32(8, Math.floor(slot / 2 ** 32), true);
    this.#header.setUint8(12, KIND_CODES[value.kind]);
    this.#header.setUint32(13, value.bytes.length, true);
    return this.#crypto.crc32(value.bytes, this.#crypto.crc32(this.#headerBytes));
  }
}

const RING_SIZE = 4096;

/** The digests at the last 4,096 watermarks, for comparing with members that are behind. */
export class DigestRing {
  readonly #watermarks = new Float64Array(RING_SIZE).fill(-1);
  readonly #digests = new Uint32Array(RING_SIZE);

  set(watermark: Slot, digest: number): void {
    const index = watermark % RING_SIZE;
    this.#watermarks[index] = watermark;
    this.#digests[index] = digest;
  }

  /** Undefined when this watermark is too old, or not reached. */
  get(watermark: Slot): number | undefined {
    const index = watermark % RING_SIZE;
    return this.#watermarks[index] === watermark ? this.#digests[index] : undefined;
  }
}
