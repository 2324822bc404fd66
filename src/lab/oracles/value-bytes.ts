import type { KeyRecord, Result, StepAnswer } from "../../kv/command.ts";

/** What a record in the answer of a transaction counts besides its value. */
const RECORD_BYTES = 48;

/** What the values in an answer take, in bytes; 0 for an answer that has none. */
export function valueBytesOf(result: Result): number {
  switch (result.kind) {
    case "put":
    case "delete":
      return bytesOf(result.previous);
    case "modify":
      return (result.value?.length ?? 0) + bytesOf(result.previous);
    case "txn":
      return result.answers.reduce((sum, answer) => sum + RECORD_BYTES + bytesOf(recordIn(answer)), 0);
    default:
      return 0;
  }
}

function recordIn(answer: StepAnswer): KeyRecord | undefined {
  if (answer.kind === "get") return answer.record;
  return answer.kind === "delete-range" ? undefined : answer.previous;
}

function bytesOf(record: KeyRecord | undefined): number {
  return record?.value.length ?? 0;
}
