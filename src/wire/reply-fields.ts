import { EMPTY_BYTES } from "../base/bytes.ts";
import type { ErrorCode, Failure, Outcome } from "../base/errors.ts";
import type { KeyRecord, Result } from "../kv/command.ts";
import type { LeaderHint, RangeItem, Reply, ReplyBody } from "./client-messages.ts";
import {
  countField,
  isWord,
  malformed,
  positiveField,
  slotField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { leaderHintField, NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { presentRecord, recordField } from "./record-fields.ts";
import type { kvd } from "./schema.generated.js";

const RESULT_KINDS: readonly Result["kind"][] = ["put", "delete"];
const OUTCOMES: readonly Outcome[] = ["not_applied", "unknown"];
const MESSAGE_CHARACTERS_MAX = 4096;
/** Spelled as a record so that a code added to the union and forgotten here does not compile. */
const ERROR_CODES = Object.keys({
  bad_request: true,
  too_large: true,
  bad_value: true,
  no_leader: true,
  not_leader: true,
  overloaded: true,
  no_space: true,
  timeout: true,
  lost_leadership: true,
  sequence_reused: true,
  acknowledged: true,
  expired: true,
  deadline_too_far: true,
  behind: true,
  foreign_cluster: true,
  result_too_large: true,
  unavailable: true,
} satisfies Record<ErrorCode, true>) as readonly ErrorCode[];

/** What every reply has, as its first five fields; `null` is not written. */
export interface ReplyHead {
  readonly id: number;
  readonly applied: number;
  readonly revision: number;
  readonly servedBy: string;
  readonly leader: LeaderHint | null;
}

/** The same, as it was read. */
type HeadRead = Omit<ReplyHead, "leader"> & {
  readonly leader?: kvd.LeaderHint.$Properties | null | undefined;
};

export function withHead(head: HeadRead, body: ReplyBody): Reply {
  return {
    id: countField(head.id, "id"),
    body,
    applied: slotField(head.applied, "applied"),
    revision: countField(head.revision, "revision"),
    leader: leaderHintField(head.leader),
    servedBy: textField(head.servedBy, NAME_CHARACTERS_MAX, "served by"),
  };
}

// The two hottest replies are spelled out field by field: spread objects were measured to encode ten times slower.

export function resultBody(head: ReplyHead, result: Result): kvd.ResultReply.$Properties {
  const isPut = result.kind === "put";
  return {
    id: head.id,
    applied: head.applied,
    revision: head.revision,
    servedBy: head.servedBy,
    leader: head.leader,
    kind: wordNumber(RESULT_KINDS, result.kind),
    resultRevision: result.revision,
    createRevision: isPut ? result.createRevision : 0,
    version: isPut ? result.version : 0,
    deleted: isPut ? false : result.deleted,
    previous: result.previous ?? null,
  };
}

export function recordBody(head: ReplyHead, record: KeyRecord | undefined): kvd.RecordReply.$Properties {
  return {
    id: head.id,
    applied: head.applied,
    revision: head.revision,
    servedBy: head.servedBy,
    leader: head.leader,
    found: record !== undefined,
    createRevision: record?.createRevision ?? 0,
    modRevision: record?.modRevision ?? 0,
    version: record?.version ?? 0,
    leaseId: record?.leaseId ?? 0,
    value: record?.value ?? EMPTY_BYTES,
  };
}

export function resultField(body: kvd.ResultReply): Result {
  const kind = wordField(RESULT_KINDS, body.kind, "result");
  const revision = countField(body.resultRevision, "revision");
  const previous = recordField(body.previous);
  if (kind === "delete") return { kind, revision, deleted: body.deleted, previous };
  const createRevision = positiveField(body.createRevision, "create revision");
  return { kind, revision, createRevision, version: positiveField(body.version, "version"), previous };
}

export function itemField(body: kvd.RangeItem.$Properties): RangeItem {
  if (body.key === null || body.key === undefined) return malformed("an item without a key");
  if (body.record === null || body.record === undefined) return malformed("an item without a record");
  return { key: body.key, record: presentRecord(body.record) };
}

export function failureField(body: kvd.FailureReply): Failure {
  const { code, retryable } = body;
  if (!isWord(ERROR_CODES, code)) return malformed("the error code is not known");
  const outcome = wordField(OUTCOMES, body.outcome, "outcome");
  return { code, outcome, retryable, message: textField(body.message, MESSAGE_CHARACTERS_MAX, "message") };
}

export function failureBody(head: ReplyHead, failure: Failure): kvd.FailureReply.$Properties {
  const { code, retryable, message } = failure;
  return { ...head, code, outcome: wordNumber(OUTCOMES, failure.outcome), retryable, message };
}
