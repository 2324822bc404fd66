import { unreachable } from "../base/assert.ts";
import type { Crypto } from "../base/seams.ts";
import type { KeyEvent } from "./event.ts";
import type { Principal } from "./principal.ts";
import { ROLES } from "./principal.ts";
import type { ExecutedRecord, Expiry, Lease, MachineMeta, Row, SlotEffects, StoredOutcome } from "./state.ts";

/** Bytes that are mixed here; a call of the checksum costs as much as some dozen of them. */
const SHORT_BYTES_MAX = 64;
const HIGH_BITS = 21;
const OUTCOME_KINDS: readonly StoredOutcome["kind"][] = ["result", "failure", "too-large"];

/**
 * The hash of a state: h(s+1) is made of h(s) and of all that slot s does to the state. Members with equal hashes at a
 * watermark have, but for accidents of 53 bits, made the same of every slot below, whatever a bug, another build or
 * bad memory may do to one of them; the digest of the log tells only that they were given the same slots. A hash that
 * once differs goes on differing. It proves nothing against somebody who wants it to match.
 */
export class StateHash {
  readonly #crypto: Pick<Crypto, "crc32">;
  readonly #number = new DataView(new ArrayBuffer(8));
  #low = 0;
  #high = 0;

  constructor(crypto: Pick<Crypto, "crc32">) {
    this.#crypto = crypto;
  }

  /** The hash at the watermark `effects.slot + 1`, given the one at `effects.slot`: a safe integer. */
  extend(previous: number, { slot, rows, meta }: SlotEffects): number {
    this.#low = previous | 0;
    this.#high = Math.floor(previous / 2 ** 32);
    this.#double(slot);
    for (const row of rows) this.#row(row);
    this.#meta(meta);
    const low = finish(this.#low);
    const high = finish(this.#high ^ low) >>> (32 - HIGH_BITS);
    return high * 2 ** 32 + (low >>> 0);
  }

  #row(row: Row): void {
    switch (row.table) {
      case "keys":
      case "tombstones":
        // Each is what the last change of its key in the slot left.
        return;
      case "events":
        for (const event of row.events) this.#event(event);
        return;
      case "executed":
        // Which rows that count no more a node drops first is its own affair.
        for (const record of row.records ?? []) this.#executed(record);
        return;
      case "leases":
        this.#double(row.id);
        return this.#lease(row.lease);
      case "expiries":
        this.#bytes(row.key);
        return this.#expiry(row.expiry);
      case "principals":
        this.#text(row.id);
        return this.#principal(row.principal);
      default:
        unreachable(row);
    }
  }

  #event({ key, revision, previousRevision, record }: KeyEvent): void {
    this.#bytes(key);
    this.#double(revision);
    this.#double(previousRevision);
    if (record === undefined) return this.#word(0);
    this.#bytes(record.value);
    this.#double(record.createRevision);
    this.#double(record.version);
    this.#double(record.leaseId);
  }

  #executed(record: ExecutedRecord): void {
    this.#bytes(record.client);
    this.#double(record.sequence);
    this.#double(record.acknowledged);
    this.#double(record.payloadHash);
    this.#double(record.keepUntilMs);
    this.#double(record.clientKeepUntilMs);
    const { outcome } = record;
    this.#word(OUTCOME_KINDS.indexOf(outcome.kind));
    if (outcome.kind === "failure") this.#text(outcome.failure.code);
    else this.#double(outcome.kind === "result" ? outcome.result.revision : outcome.revision);
  }

  #lease(lease: Lease | undefined): void {
    if (lease === undefined) return this.#word(0);
    this.#double(lease.ttlMs);
    this.#double(lease.expiresMs);
    this.#text(lease.owner ?? "");
  }

  #expiry(expiry: Expiry | undefined): void {
    if (expiry === undefined) return this.#word(0);
    this.#word(expiry.kind === "ttl" ? 1 : 2);
    this.#double(expiry.kind === "ttl" ? expiry.expiresMs : expiry.leaseId);
  }

  #principal(principal: Principal | undefined): void {
    if (principal === undefined) return this.#word(0);
    const { role, prefix, verifier, former } = principal;
    this.#word(1 + ROLES.indexOf(role));
    this.#bytes(prefix);
    this.#bytes(verifier);
    if (former === undefined) return this.#word(0);
    this.#bytes(former.verifier);
    this.#double(former.untilMs);
  }

  #meta(meta: MachineMeta): void {
    this.#double(meta.revision);
    this.#double(meta.timeMs);
    this.#double(meta.reign);
    this.#double(meta.keyCount);
    this.#double(meta.expiryCount);
    this.#double(meta.leaseCount);
    this.#double(meta.lastLeaseId);
    this.#double(meta.principalCount);
    this.#double(meta.compacted);
    this.#double(meta.leaderLeaseMs);
  }

  #bytes(bytes: Uint8Array): void {
    this.#word(bytes.length);
    if (bytes.length > SHORT_BYTES_MAX) return this.#word(this.#crypto.crc32(bytes));
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4) this.#word(wordAt(bytes, at));
    if (at < bytes.length) this.#word(wordAt(bytes, at));
  }

  #text(text: string): void {
    this.#word(text.length);
    for (let at = 0; at < text.length; at++) this.#word(text.charCodeAt(at));
  }

  #double(value: number): void {
    this.#number.setFloat64(0, value);
    this.#word(this.#number.getInt32(0));
    this.#word(this.#number.getInt32(4));
  }

  /** Two lanes of MurmurHash3 (public domain, A. Appleby), with constants of their own. */
  #word(word: number): void {
    const low = Math.imul(word, 0xcc9e2d51);
    const mixedLow = this.#low ^ Math.imul((low << 15) | (low >>> 17), 0x1b873593);
    this.#low = (Math.imul((mixedLow << 13) | (mixedLow >>> 19), 5) + 0xe6546b64) | 0;
    const high = Math.imul(word, 0x239b961b);
    const mixedHigh = this.#high ^ Math.imul((high << 17) | (high >>> 15), 0xab0e9789);
    this.#high = (Math.imul((mixedHigh << 19) | (mixedHigh >>> 13), 5) + 0x561ccd1b) | 0;
  }
}

/** As many of four bytes as there are, little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function finish(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** As people compare them: 14 digits. */
export function formatStateHash(hash: number): string {
  return hash.toString(16).padStart(14, "0");
}
