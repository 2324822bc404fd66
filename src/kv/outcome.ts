import { unreachable } from "../base/assert.ts";
import { type Failure, failure } from "../base/errors.ts";
import { RESULT_BYTES_MAX } from "../base/limits.ts";
import type { Result } from "./command.ts";
import { ownedResult, resultBytes } from "./result-memory.ts";
import type { StoredOutcome } from "./state.ts";

/** What the one who asked is told. */
export type CommandOutcome =
  | {
      readonly kind: "result";
      readonly result: Result;
      /** Whether it is the stored answer to a request that was executed before. */
      readonly repeated?: true;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** What a result takes besides the values in it, generously. */
const RESULT_FIXED_BYTES = 64;

/** What is kept of an outcome for a repeat: it owns its memory, and large answers are left out. */
export function storedOutcome(outcome: CommandOutcome): StoredOutcome {
  if (outcome.kind === "failure") return outcome;
  const { result } = outcome;
  const bytes = resultBytes(result);
  if (bytes === 0) return outcome;
  if (bytes + RESULT_FIXED_BYTES > RESULT_BYTES_MAX) return { kind: "too-large", revision: result.revision };
  return { kind: "result", result: ownedResult(result) };
}

/** The answer to a repeat. */
export function repeatedOutcome(stored: StoredOutcome): CommandOutcome {
  switch (stored.kind) {
    case "result":
      return { ...stored, repeated: true };
    case "failure":
      return { kind: "failure", failure: { ...stored.failure, repeated: true } };
    case "too-large": {
      const message =
        `executed before, at revision ${stored.revision}; ` +
        `its answer was above ${RESULT_BYTES_MAX} bytes and is not kept for a repeat`;
      return {
        kind: "failure",
        failure: { ...failure("result_too_large", "unknown", message), repeated: true },
      };
    }
    default:
      return unreachable(stored);
  }
}
