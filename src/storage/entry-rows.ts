import { assert } from "../base/assert.ts";
import { type Ballot, type GroupId, isBallot, type Slot } from "../base/ids.ts";
import { LOG_ROW_BYTES_MAX } from "../base/limits.ts";
import type { Crypto } from "../base/seams.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import type { ValueKind } from "../paxos/value.ts";
import { getSafeInteger, putSafeInteger } from "./layout.ts";
import { checksumOf, openRecord, RECORD_HEADER_BYTES, RECORD_TYPE, sealRecord } from "./record.ts";
import { entryKey, readChunk } from "./schema.ts";

/**
 * A log entry lies in rows of at most LOG_ROW_BYTES_MAX bytes, which LMDB keeps inside a leaf page. The
 * body of the first row begins with
 *
 *    0  ballot, 8 bytes      8  kind, u8      9  chosen, u8
 *   10  length of the value, u32
 *   14  checksum over the checksums of the other rows, u32
 *   18  the value's first bytes
 *
 * so that the first row's own checksum covers the whole entry, with each byte summed once.
 */
const BALLOT_OFFSET = RECORD_HEADER_BYTES;
const KIND_OFFSET = RECORD_HEADER_BYTES + 8;
const CHOSEN_OFFSET = RECORD_HEADER_BYTES + 9;
const VALUE_LENGTH_OFFSET = RECORD_HEADER_BYTES + 10;
const REST_CHECKSUM_OFFSET = RECORD_HEADER_BYTES + 14;
const HEAD_VALUE_OFFSET = RECORD_HEADER_BYTES + 18;
const HEAD_VALUE_BYTES_MAX = LOG_ROW_BYTES_MAX - HEAD_VALUE_OFFSET;
const REST_VALUE_BYTES_MAX = LOG_ROW_BYTES_MAX - RECORD_HEADER_BYTES;
const CHUNKS_MAX = 0xffff;

/** The order is part of the data format. */
const VALUE_KINDS: readonly ValueKind[] = ["noop", "batch", "membership", "genesis"];

export interface EntryRow {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** How many rows an entry with a value of this many bytes takes. */
export function entryRowCount(valueBytes: number): number {
  return 1 + Math.ceil(Math.max(0, valueBytes - HEAD_VALUE_BYTES_MAX) / REST_VALUE_BYTES_MAX);
}

/** Appends the entry's rows to `rows`, in fresh memory; answers the checksum of the whole entry. */
export function cutEntry(crypto: Crypto, group: GroupId, entry: LogEntry, rows: EntryRow[]): number {
  const { bytes } = entry.value;
  const count = entryRowCount(bytes.length);
  assert(count <= CHUNKS_MAX + 1, `an entry of ${bytes.length} bytes is too long for the log`);
  const memory = new Uint8Array(bytes.length + HEAD_VALUE_OFFSET + (count - 1) * RECORD_HEADER_BYTES);
  const headBytes = Math.min(bytes.length, HEAD_VALUE_BYTES_MAX);
  const head = memory.subarray(0, HEAD_VALUE_OFFSET + headBytes);
  head.set(bytes.subarray(0, headBytes), HEAD_VALUE_OFFSET);
  const headKey = entryKey(group, entry.slot, 0);
  rows.push({ key: headKey, value: head });

  const checksums = new DataView(new ArrayBuffer((count - 1) * 4));
  let taken = headBytes;
  let offset = head.length;
  for (let chunk = 1; chunk < count; chunk++) {
    const part = bytes.subarray(taken, taken + REST_VALUE_BYTES_MAX);
    const row = memory.subarray(offset, offset + RECORD_HEADER_BYTES + part.length);
    row.set(part, RECORD_HEADER_BYTES);
    const key = entryKey(group, entry.slot, chunk);
    checksums.setUint32((chunk - 1) * 4, sealRecord(crypto, RECORD_TYPE.entryRest, key, row));
    rows.push({ key, value: row });
    taken += part.length;
    offset += row.length;
  }
  writeHead(head, entry, crypto.crc32(new Uint8Array(checksums.buffer)));
  return sealRecord(crypto, RECORD_TYPE.entryHead, headKey, head);
}

function writeHead(head: Uint8Array, entry: LogEntry, restChecksum: number): void {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  putSafeInteger(view, BALLOT_OFFSET, entry.ballot);
  view.setUint8(KIND_OFFSET, VALUE_KINDS.indexOf(entry.value.kind));
  view.setUint8(CHOSEN_OFFSET, entry.chosen ? 1 : 0);
  view.setUint32(VALUE_LENGTH_OFFSET, entry.value.bytes.length);
  view.setUint32(REST_CHECKSUM_OFFSET, restChecksum);
}

/** An entry as read from disk, with the checksum that its summary counts. */
export interface ReadEntry {
  readonly entry: LogEntry;
  readonly checksum: number;
  readonly rowCount: number;
}

/** Puts the rows of one slot, ascending by chunk, together again; undefined when anything is not as written. */
export function joinEntry(crypto: Crypto, slot: Slot, rows: readonly EntryRow[]): ReadEntry | undefined {
  const [head, ...rest] = rows;
  if (head === undefined || readChunk(head.key) !== 0) return undefined;
  if (openRecord(crypto, RECORD_TYPE.entryHead, head.key, head.value) === undefined) return undefined;
  if (head.value.length < HEAD_VALUE_OFFSET) return undefined;
  const view = new DataView(head.value.buffer, head.value.byteOffset, head.value.length);
  const ballot = getSafeInteger(view, BALLOT_OFFSET);
  const kind = VALUE_KINDS[view.getUint8(KIND_OFFSET)];
  const valueBytes = view.getUint32(VALUE_LENGTH_OFFSET);
  if (kind === undefined || !isBallot(ballot) || entryRowCount(valueBytes) !== rows.length) return undefined;

  const bytes = new Uint8Array(valueBytes);
  const headPart = head.value.subarray(HEAD_VALUE_OFFSET);
  if (headPart.length !== Math.min(valueBytes, HEAD_VALUE_BYTES_MAX)) return undefined;
  bytes.set(headPart);
  if (!joinRest(crypto, rest, bytes.subarray(headPart.length), view.getUint32(REST_CHECKSUM_OFFSET))) {
    return undefined;
  }
  const chosen = view.getUint8(CHOSEN_OFFSET) === 1;
  const entry = { slot, ballot: ballot as Ballot, value: { kind, bytes }, chosen };
  return { entry, checksum: checksumOf(head.value), rowCount: rows.length };
}

/** Fills `target` from the rows after the first; false when one is missing, too many or not as written. */
function joinRest(crypto: Crypto, rest: readonly EntryRow[], target: Uint8Array, checksum: number): boolean {
  const checksums = new DataView(new ArrayBuffer(rest.length * 4));
  let offset = 0;
  for (const [index, row] of rest.entries()) {
    if (readChunk(row.key) !== index + 1) return false;
    const part = openRecord(crypto, RECORD_TYPE.entryRest, row.key, row.value);
    if (part === undefined || offset + part.length > target.length) return false;
    target.set(part, offset);
    offset += part.length;
    checksums.setUint32(index * 4, checksumOf(row.value));
  }
  return offset === target.length && crypto.crc32(new Uint8Array(checksums.buffer)) === checksum;
}
