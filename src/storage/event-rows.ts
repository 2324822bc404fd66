import type { KeyEvent } from "../kv/event.ts";
import { FieldReader, FieldWriter } from "./layout.ts";

/** Bodies of the records of changes and of deleted keys. Decoders throw LayoutError; arrays are views of the body. */

/** Of the head; of a change besides its key; of its record besides the value. */
const HEAD_BYTES = 8;
const CHANGE_BYTES = 21;
const RECORD_BYTES = 28;

/** The body behind `headerBytes` of zeros, in one piece of memory: there are many of these. */
export function encodeEvents(events: readonly KeyEvent[], headerBytes = 0): Uint8Array {
  let bytes = headerBytes + HEAD_BYTES;
  let deletes = 0;
  for (const { key, record } of events) {
    bytes += CHANGE_BYTES + key.length;
    if (record === undefined) deletes++;
    else bytes += RECORD_BYTES + record.value.length;
  }
  const writer = new FieldWriter(bytes, headerBytes).u32(events.length).u32(deletes);
  for (const { key, revision, previousRevision, record } of events) {
    writer
      .u8(record === undefined ? 0 : 1)
      .bytes(key)
      .safeInteger(revision)
      .safeInteger(previousRevision);
    if (record === undefined) continue;
    writer.safeInteger(record.createRevision).safeInteger(record.version);
    writer.safeInteger(record.leaseId).bytes(record.value);
  }
  return writer.finish();
}

export function decodeEvents(body: Uint8Array): KeyEvent[] {
  const reader = new FieldReader(body);
  const count = reader.u32();
  reader.u32();
  const events: KeyEvent[] = [];
  for (let index = 0; index < count; index++) events.push(readEvent(reader));
  reader.finish();
  return events;
}

/** How many of the changes are deletes, without a look at the changes. */
export function countDeletes(body: Uint8Array): number {
  const reader = new FieldReader(body);
  reader.u32();
  return reader.u32();
}

function readEvent(reader: FieldReader): KeyEvent {
  const isPresent = reader.u8() === 1;
  const key = reader.bytes();
  const revision = reader.safeInteger();
  const previousRevision = reader.safeInteger();
  if (!isPresent) return { key, revision, record: undefined, previousRevision };
  const record = {
    createRevision: reader.safeInteger(),
    modRevision: revision,
    version: reader.safeInteger(),
    leaseId: reader.safeInteger(),
    value: reader.bytes(),
  };
  return { key, revision, record, previousRevision };
}

export function encodeTombstone(revision: number): Uint8Array {
  return new FieldWriter(8).safeInteger(revision).finish();
}

export function decodeTombstone(body: Uint8Array): number {
  const reader = new FieldReader(body);
  const revision = reader.safeInteger();
  reader.finish();
  return revision;
}
