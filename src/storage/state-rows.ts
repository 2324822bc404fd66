import { unreachable } from "../base/assert.ts";
import type { Conflict, ErrorCode, Failure, Outcome } from "../base/errors.ts";
import { type Ballot, isBallot, isSlot } from "../base/ids.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { ExecutedRecord, StoredOutcome } from "../kv/state.ts";
import { FieldReader, FieldWriter, LayoutError } from "./layout.ts";
import { readMembership, writeMembership } from "./membership-record.ts";
import { readKeyRecord, readResult, writeKeyRecord, writeResult } from "./result-rows.ts";
import type { RowTable } from "./schema.ts";
import type { StateMark } from "./snapshot.ts";

/** Bodies of the records in a state environment. Every decoder throws LayoutError; arrays are views of the body. */

/** Indexes are part of the data format: append only. */
const OUTCOME_KINDS: readonly StoredOutcome["kind"][] = ["result", "failure", "too-large"];
const CONFLICT_KINDS: readonly (Conflict["kind"] | "none")[] = ["none", "revision", "count"];
const OUTCOMES: readonly Outcome[] = ["not_applied", "unknown"];

/** How many rows the tables of a state have, of those that its mark counts. */
export function rowCounts({ machine, counts }: StateMark): Readonly<Partial<Record<RowTable, number>>> {
  return {
    keys: machine.keyCount,
    leases: machine.leaseCount,
    expiries: machine.expiryCount,
    principals: machine.principalCount,
    events: counts.eventRows,
    tombstones: counts.tombstones,
  };
}

export function encodeStateMark(mark: StateMark): Uint8Array {
  const writer = new FieldWriter(512);
  writeStateMark(writer, mark);
  return writer.finish();
}

export function writeStateMark(writer: FieldWriter, mark: StateMark): void {
  const { revision, timeMs, keyCount, expiryCount, leaseCount, lastLeaseId } = mark.machine;
  writer
    .safeInteger(mark.watermark)
    .double(mark.digest)
    .safeInteger(mark.stateHash)
    .safeInteger(revision)
    .double(timeMs)
    .safeInteger(mark.machine.reign)
    .safeInteger(keyCount)
    .safeInteger(expiryCount)
    .safeInteger(leaseCount)
    .safeInteger(lastLeaseId)
    .safeInteger(mark.machine.principalCount)
    .safeInteger(mark.machine.compacted)
    .safeInteger(mark.machine.leaderLeaseMs)
    .safeInteger(mark.counts.eventRows)
    .safeInteger(mark.counts.tombstones);
  writeMembership(writer, mark.membership);
}

export function decodeStateMark(body: Uint8Array): StateMark {
  const reader = new FieldReader(body);
  const mark = readStateMark(reader);
  reader.finish();
  return mark;
}

/** The arrays in it are copies. */
export function readStateMark(reader: FieldReader): StateMark {
  const watermark = reader.safeInteger();
  const digest = reader.double();
  const stateHash = reader.safeInteger();
  const machine = {
    revision: reader.safeInteger(),
    timeMs: reader.double(),
    reign: readBallot(reader),
    keyCount: reader.safeInteger(),
    expiryCount: reader.safeInteger(),
    leaseCount: reader.safeInteger(),
    lastLeaseId: reader.safeInteger(),
    principalCount: reader.safeInteger(),
    compacted: reader.safeInteger(),
    leaderLeaseMs: reader.safeInteger(),
  };
  const counts = { eventRows: reader.safeInteger(), tombstones: reader.safeInteger() };
  if (!isSlot(watermark)) throw new LayoutError("the watermark is no slot");
  return { watermark, digest, stateHash, membership: readMembership(reader), machine, counts };
}

function readBallot(reader: FieldReader): Ballot {
  const value = reader.safeInteger();
  if (!isBallot(value)) throw new LayoutError("a stored reign is no ballot");
  return value;
}

const KEY_RECORD_FIELDS_BYTES = 36;

/** The body behind `headerBytes` of zeros, in one piece of memory: there are many of these. */
export function encodeKeyRecord(record: KeyRecord, headerBytes = 0): Uint8Array {
  const writer = new FieldWriter(headerBytes + KEY_RECORD_FIELDS_BYTES + record.value.length, headerBytes);
  writeKeyRecord(writer, record);
  return writer.finish();
}

export function decodeKeyRecord(body: Uint8Array): KeyRecord {
  const reader = new FieldReader(body);
  const record = readKeyRecord(reader);
  reader.finish();
  return record;
}

export function encodeExecuted(records: readonly ExecutedRecord[]): Uint8Array {
  const writer = new FieldWriter(records.length * 128 + 8).u32(records.length);
  for (const record of records) {
    writer.bytes(record.client).safeInteger(record.sequence).safeInteger(record.acknowledged);
    writer.double(record.payloadHash).double(record.keepUntilMs).double(record.clientKeepUntilMs);
    writeOutcome(writer, record.outcome);
  }
  return writer.finish();
}

export function decodeExecuted(body: Uint8Array): ExecutedRecord[] {
  const reader = new FieldReader(body);
  const count = reader.u32();
  const records: ExecutedRecord[] = [];
  for (let index = 0; index < count; index++) {
    records.push({
      client: reader.bytes(),
      sequence: reader.safeInteger(),
      acknowledged: reader.safeInteger(),
      payloadHash: reader.double(),
      keepUntilMs: reader.double(),
      clientKeepUntilMs: reader.double(),
      outcome: readOutcome(reader),
    });
  }
  reader.finish();
  return records;
}

function writeOutcome(writer: FieldWriter, outcome: StoredOutcome): void {
  writer.u8(OUTCOME_KINDS.indexOf(outcome.kind));
  switch (outcome.kind) {
    case "result":
      writeResult(writer, outcome.result);
      return;
    case "failure":
      writeFailure(writer, outcome.failure);
      return;
    case "too-large":
      writer.safeInteger(outcome.revision);
      return;
    default:
      unreachable(outcome);
  }
}

function readOutcome(reader: FieldReader): StoredOutcome {
  const kind = reader.choice(OUTCOME_KINDS);
  switch (kind) {
    case "result":
      return { kind, result: readResult(reader) };
    case "failure":
      return { kind, failure: readFailure(reader) };
    case "too-large":
      return { kind, revision: reader.safeInteger() };
    default:
      return unreachable(kind);
  }
}

function writeFailure(writer: FieldWriter, failure: Failure): void {
  const { conflict } = failure;
  writer.text(failure.code).u8(OUTCOMES.indexOf(failure.outcome));
  writer.u8(failure.retryable ? 1 : 0).text(failure.message);
  writer.u8(CONFLICT_KINDS.indexOf(conflict?.kind ?? "none"));
  if (conflict !== undefined)
    writer.safeInteger(conflict.kind === "revision" ? conflict.revision : conflict.count);
}

function readFailure(reader: FieldReader): Failure {
  const failure = {
    // Codes are only ever added, and the record's checksum holds: this is one that was written.
    code: reader.text() as ErrorCode,
    outcome: reader.choice(OUTCOMES),
    retryable: reader.u8() === 1,
    message: reader.text(),
  };
  const kind = reader.choice(CONFLICT_KINDS);
  switch (kind) {
    case "none":
      return failure;
    case "revision":
      return { ...failure, conflict: { kind, revision: reader.safeInteger() } };
    case "count":
      return { ...failure, conflict: { kind, count: reader.safeInteger() } };
    default:
      return unreachable(kind);
  }
}
