import { EMPTY_BYTES } from "../base/bytes.ts";
import type { Conflict, ErrorCode, Failure, Outcome } from "../base/errors.ts";
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
import { type FreshnessBody, freshnessField } from "./freshness-fields.ts";
import { leaderHintField, NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { presentRecord } from "./record-fields.ts";
import type { kvd } from "./schema.generated.js";

type RecordAnswer = Extract<ReplyBody, { kind: "record" }>;

const CONFLICTS: readonly Conflict["kind"][] = ["revision", "count"];
const OUTCOMES: readonly Outcome[] = ["not_applied", "unknown"];
const MESSAGE_CHARACTERS_MAX = 4096;
/** Spelled as a record so that a code added to the union and forgotten here does not compile. */
const ERROR_CODES = Object.keys({
  bad_request: true,
  too_large: true,
  bad_value: true,
  condition_failed: true,
  fenced: true,
  lease_not_found: true,
  lease_exists: true,
  principal_not_found: true,
  principal_exists: true,
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
  compacted: true,
  result_too_large: true,
  forbidden: true,
  unavailable: true,
  unsafe: true,
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

/** The same of the answer to a read. */
export function withFreshness(head: HeadRead & FreshnessBody, body: ReplyBody): Reply {
  return { ...withHead(head, body), ...freshnessField(head) };
}

/** As hot as a put's result: field by field, because spread objects were measured to encode ten times slower. */
export function recordBody(
  head: ReplyHead,
  { record, timeLeftMs }: RecordAnswer,
  freshness: FreshnessBody,
): kvd.RecordReply.$Properties {
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
    ends: timeLeftMs !== undefined,
    timeLeftMs: timeLeftMs ?? 0,
    level: freshness.level,
    aged: freshness.aged,
    ageMs: freshness.ageMs,
  };
}

export function recordAnswerField(body: kvd.RecordReply): RecordAnswer {
  if (!body.found) return { kind: "record", record: undefined };
  const record = presentRecord(body);
  if (!body.ends) return { kind: "record", record };
  return { kind: "record", record, timeLeftMs: countField(body.timeLeftMs, "time left") };
}

export function itemField(body: kvd.RangeItem.$Properties): RangeItem {
  if (body.key === null || body.key === undefined) return malformed("an item without a key");
  if (body.record === null || body.record === undefined) return malformed("an item without a record");
  const item = { key: body.key, record: presentRecord(body.record) };
  return body.ends === true ? { ...item, timeLeftMs: countField(body.timeLeftMs ?? 0, "time left") } : item;
}

export function itemBody(item: RangeItem): kvd.RangeItem.$Properties {
  const { key, record, timeLeftMs } = item;
  return timeLeftMs === undefined ? { key, record } : { key, record, ends: true, timeLeftMs };
}

export function failureField(body: kvd.FailureReply): Failure {
  const { code, retryable } = body;
  if (!isWord(ERROR_CODES, code)) return malformed("the error code is not known");
  const outcome = wordField(OUTCOMES, body.outcome, "outcome");
  const message = textField(body.message, MESSAGE_CHARACTERS_MAX, "message");
  const oldest = body.oldest === 0 ? {} : { oldest: positiveField(body.oldest, "oldest revision") };
  const known = { code, outcome, retryable, message, ...conflictField(body), ...oldest };
  return body.repeated ? { ...known, repeated: true } : known;
}

export function failureBody(head: ReplyHead, failure: Failure): kvd.FailureReply.$Properties {
  const { code, retryable, message, conflict, oldest = 0, repeated = false } = failure;
  const outcome = wordNumber(OUTCOMES, failure.outcome);
  if (conflict === undefined) return { ...head, code, outcome, retryable, message, oldest, repeated };
  const present = conflict.kind === "revision" ? conflict.revision : conflict.count;
  const kind = wordNumber(CONFLICTS, conflict.kind);
  return { ...head, code, outcome, retryable, message, repeated, conflict: kind, present };
}

function conflictField(body: kvd.FailureReply): { readonly conflict?: Conflict } {
  if (body.conflict === 0) return {};
  const kind = wordField(CONFLICTS, body.conflict, "conflict");
  const present = countField(body.present, "present");
  return { conflict: kind === "revision" ? { kind, revision: present } : { kind, count: present } };
}
