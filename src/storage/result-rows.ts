import { unreachable } from "../base/assert.ts";
import type { KeyRecord, Result, StepAnswer } from "../kv/command.ts";
import type { FieldReader, FieldWriter } from "./layout.ts";

/** Results of executed commands as they lie in the exactly-once rows. Readers throw LayoutError; arrays are views. */

/** Indexes are part of the data format: append only. */
const RESULT_KINDS: readonly Result["kind"][] = [
  "put",
  "delete",
  "delete-range",
  "put-all",
  "modify",
  "txn",
  "touch",
  "lease-grant",
  "lease-keep-alive",
  "lease-revoke",
  "principal-create",
  "principal-rotate",
  "principal-revoke",
  "compact",
  "configure",
];
const ANSWER_KINDS: readonly StepAnswer["kind"][] = ["put", "delete", "delete-range", "get"];

export function writeKeyRecord(writer: FieldWriter, record: KeyRecord): void {
  writer.safeInteger(record.createRevision).safeInteger(record.modRevision);
  writer.safeInteger(record.version).safeInteger(record.leaseId).bytes(record.value);
}

export function readKeyRecord(reader: FieldReader): KeyRecord {
  return {
    createRevision: reader.safeInteger(),
    modRevision: reader.safeInteger(),
    version: reader.safeInteger(),
    leaseId: reader.safeInteger(),
    value: reader.bytes(),
  };
}

/** Appends a result: its kind, its revision, and what belongs to the kind. */
export function writeResult(writer: FieldWriter, result: Result): void {
  writer.u8(RESULT_KINDS.indexOf(result.kind)).safeInteger(result.revision);
  switch (result.kind) {
    case "put":
      writer.safeInteger(result.createRevision).safeInteger(result.version);
      writeOptional(writer, result.previous);
      return;
    case "delete":
      writeFlag(writer, result.deleted);
      writeOptional(writer, result.previous);
      return;
    case "delete-range":
      writer.safeInteger(result.count);
      writeFlag(writer, result.more);
      return;
    case "put-all":
      writer.safeInteger(result.count);
      return;
    case "modify":
      writeFlag(writer, result.changed);
      writer.safeInteger(result.createRevision).safeInteger(result.modRevision).safeInteger(result.version);
      writeFlag(writer, result.value !== undefined);
      if (result.value !== undefined) writer.bytes(result.value);
      writeOptional(writer, result.previous);
      return;
    case "txn":
      writeFlag(writer, result.succeeded);
      writer.u32(result.answers.length);
      for (const answer of result.answers) writeAnswer(writer, answer);
      return;
    case "touch":
      writeFlag(writer, result.touched);
      return;
    case "lease-grant":
    case "lease-keep-alive":
      writer.safeInteger(result.leaseId).safeInteger(result.ttlMs);
      return;
    case "lease-revoke":
      writer.safeInteger(result.count);
      writeFlag(writer, result.more);
      return;
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return;
    case "compact":
      writer.safeInteger(result.compacted);
      return;
    case "configure":
      writer.safeInteger(result.leaderLeaseMs);
      return;
    default:
      unreachable(result);
  }
}

/** Reads what `writeResult` appended. */
export function readResult(reader: FieldReader): Result {
  const kind = reader.choice(RESULT_KINDS);
  const revision = reader.safeInteger();
  switch (kind) {
    case "put": {
      const [createRevision, version] = [reader.safeInteger(), reader.safeInteger()];
      return { kind, revision, createRevision, version, previous: readOptional(reader) };
    }
    case "delete": {
      const deleted = readFlag(reader);
      return { kind, revision, deleted, previous: readOptional(reader) };
    }
    case "delete-range": {
      const count = reader.safeInteger();
      return { kind, revision, count, more: readFlag(reader) };
    }
    case "put-all":
      return { kind, revision, count: reader.safeInteger() };
    case "modify":
      // Properties are evaluated in this order, which is that of the fields.
      return {
        kind,
        revision,
        changed: readFlag(reader),
        createRevision: reader.safeInteger(),
        modRevision: reader.safeInteger(),
        version: reader.safeInteger(),
        value: readFlag(reader) ? reader.bytes() : undefined,
        previous: readOptional(reader),
      };
    case "txn": {
      const succeeded = readFlag(reader);
      const answers = Array.from({ length: reader.u32() }, () => readAnswer(reader));
      return { kind, revision, succeeded, answers };
    }
    case "touch":
      return { kind, revision, touched: readFlag(reader) };
    case "lease-grant":
    case "lease-keep-alive":
      return { kind, revision, leaseId: reader.safeInteger(), ttlMs: reader.safeInteger() };
    case "lease-revoke":
      return { kind, revision, count: reader.safeInteger(), more: readFlag(reader) };
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return { kind, revision };
    case "compact":
      return { kind, revision, compacted: reader.safeInteger() };
    case "configure":
      return { kind, revision, leaderLeaseMs: reader.safeInteger() };
    default:
      return unreachable(kind);
  }
}

function writeAnswer(writer: FieldWriter, answer: StepAnswer): void {
  writer.u8(ANSWER_KINDS.indexOf(answer.kind));
  switch (answer.kind) {
    case "put":
      writer.safeInteger(answer.createRevision).safeInteger(answer.version);
      writeOptional(writer, answer.previous);
      return;
    case "delete":
      writeFlag(writer, answer.deleted);
      writeOptional(writer, answer.previous);
      return;
    case "delete-range":
      writer.safeInteger(answer.count);
      return;
    case "get":
      writeOptional(writer, answer.record);
      return;
    default:
      unreachable(answer);
  }
}

function readAnswer(reader: FieldReader): StepAnswer {
  const kind = reader.choice(ANSWER_KINDS);
  switch (kind) {
    case "put": {
      const [createRevision, version] = [reader.safeInteger(), reader.safeInteger()];
      return { kind, createRevision, version, previous: readOptional(reader) };
    }
    case "delete": {
      const deleted = readFlag(reader);
      return { kind, deleted, previous: readOptional(reader) };
    }
    case "delete-range":
      return { kind, count: reader.safeInteger() };
    case "get":
      return { kind, record: readOptional(reader) };
    default:
      return unreachable(kind);
  }
}

function writeFlag(writer: FieldWriter, flag: boolean): void {
  writer.u8(flag ? 1 : 0);
}

function readFlag(reader: FieldReader): boolean {
  return reader.u8() === 1;
}

function writeOptional(writer: FieldWriter, record: KeyRecord | undefined): void {
  writeFlag(writer, record !== undefined);
  if (record !== undefined) writeKeyRecord(writer, record);
}

function readOptional(reader: FieldReader): KeyRecord | undefined {
  return readFlag(reader) ? readKeyRecord(reader) : undefined;
}
