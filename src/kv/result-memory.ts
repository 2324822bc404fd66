import { unreachable } from "../base/assert.ts";
import { ITEM_BYTES } from "../base/limits.ts";
import type { KeyRecord, Result, StepAnswer } from "./command.ts";
import { ownedBytes } from "./owned-bytes.ts";

/** What a record takes in an answer besides its value, generously. */
const RECORD_BYTES = 3 * ITEM_BYTES;

/** The values and records in a result, in bytes; 0 for one that has none. */
export function resultBytes(result: Result): number {
  switch (result.kind) {
    case "put":
    case "delete":
      return result.previous?.value.length ?? 0;
    case "delete-range":
    case "put-all":
    case "touch":
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return 0;
    case "modify":
      return (result.value?.length ?? 0) + (result.previous?.value.length ?? 0);
    case "txn": {
      let bytes = 0;
      for (const answer of result.answers) bytes += RECORD_BYTES + (recordOf(answer)?.value.length ?? 0);
      return bytes;
    }
    default:
      return unreachable(result);
  }
}

/** The same result, whose values pin no memory but their own. */
export function ownedResult(result: Result): Result {
  switch (result.kind) {
    case "put":
    case "delete":
      return result.previous === undefined ? result : { ...result, previous: owned(result.previous) };
    case "delete-range":
    case "put-all":
    case "touch":
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return result;
    case "modify": {
      const value = result.value && ownedBytes(result.value);
      return { ...result, value, previous: result.previous && owned(result.previous) };
    }
    case "txn":
      return { ...result, answers: result.answers.map(ownedAnswer) };
    default:
      return unreachable(result);
  }
}

function recordOf(answer: StepAnswer): KeyRecord | undefined {
  switch (answer.kind) {
    case "put":
    case "delete":
      return answer.previous;
    case "get":
      return answer.record;
    case "delete-range":
      return undefined;
    default:
      return unreachable(answer);
  }
}

function ownedAnswer(answer: StepAnswer): StepAnswer {
  const record = recordOf(answer);
  if (record === undefined) return answer;
  return answer.kind === "get"
    ? { ...answer, record: owned(record) }
    : ({ ...answer, previous: owned(record) } as StepAnswer);
}

function owned(record: KeyRecord): KeyRecord {
  const value = ownedBytes(record.value);
  return value === record.value ? record : { ...record, value };
}
