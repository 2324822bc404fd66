import type { Conflict, ErrorCode } from "../../base/errors.ts";
import type { KeyRecord, Result } from "../../kv/command.ts";

/** What is to be answered, without the words that are for people. */
export type PlainOutcome =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly code: ErrorCode; readonly conflict: Conflict | undefined };

/** Thrown out of an operation that is not to be done; no Error, since where it was thrown nobody asks. */
export class Refused {
  readonly outcome: Extract<PlainOutcome, { kind: "failure" }>;

  constructor(code: ErrorCode, conflict?: Conflict) {
    this.outcome = { kind: "failure", code, conflict };
  }
}

/** A condition on a key does not hold. */
export function conflictWith(present: KeyRecord | undefined): Refused {
  return new Refused("condition_failed", { kind: "revision", revision: present?.modRevision ?? 0 });
}
