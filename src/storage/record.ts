import type { Crypto } from "../base/seams.ts";

/**
 * LMDB has no checksums, so every record carries its own:
 *
 *   0  crc32 of the key, then of everything from offset 4 on
 *   4  length of the whole record, u32
 *   8  type, u8
 *   9  body
 *
 * The key (group included) enters the checksum, so a record found under another key fails its check (I44).
 */
export const RECORD_HEADER_BYTES = 9;
const CRC_OFFSET = 0;
const LENGTH_OFFSET = 4;
const TYPE_OFFSET = 8;

/** What a record is; part of the data format: never renumbered. */
export const RECORD_TYPE = {
  format: 1,
  identity: 2,
  startCount: 3,
  statePointer: 4,
  peer: 5,
  logSummary: 6,
  entryHead: 7,
  entryRest: 8,
  stateMeta: 9,
  key: 10,
  executed: 11,
  lease: 12,
  expiry: 13,
  principal: 14,
  events: 15,
  tombstone: 16,
  snapshotChunk: 17,
  snapshotManifest: 18,
  membership: 19,
} as const;

export type RecordType = (typeof RECORD_TYPE)[keyof typeof RECORD_TYPE];

/** Fills in the header of a record whose body already stands at RECORD_HEADER_BYTES; answers its checksum. */
export function sealRecord(crypto: Crypto, type: RecordType, key: Uint8Array, record: Uint8Array): number {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  view.setUint32(LENGTH_OFFSET, record.length);
  view.setUint8(TYPE_OFFSET, type);
  const checksum = crypto.crc32(record.subarray(LENGTH_OFFSET), crypto.crc32(key));
  view.setUint32(CRC_OFFSET, checksum);
  return checksum;
}

/** A sealed record with a copy of `body`, in memory of its own. */
export function makeRecord(crypto: Crypto, type: RecordType, key: Uint8Array, body: Uint8Array): Uint8Array {
  const record = new Uint8Array(RECORD_HEADER_BYTES + body.length);
  record.set(body, RECORD_HEADER_BYTES);
  sealRecord(crypto, type, key, record);
  return record;
}

/** The body (a view), or undefined when the record is not what was written under this key. */
export function openRecord(
  crypto: Crypto,
  type: RecordType,
  key: Uint8Array,
  record: Uint8Array,
): Uint8Array | undefined {
  if (record.length < RECORD_HEADER_BYTES) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  if (view.getUint32(LENGTH_OFFSET) !== record.length || view.getUint8(TYPE_OFFSET) !== type)
    return undefined;
  const checksum = crypto.crc32(record.subarray(LENGTH_OFFSET), crypto.crc32(key));
  return checksum === view.getUint32(CRC_OFFSET) ? record.subarray(RECORD_HEADER_BYTES) : undefined;
}

/** The checksum that stands in a record's header. */
export function checksumOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, record.length).getUint32(CRC_OFFSET);
}
