import { unreachable } from "../base/assert.ts";
import type { Failure } from "../base/errors.ts";
import { KEY_BYTES_MAX, ROTATION_GRACE_MS_MAX, VERIFIER_BYTES } from "../base/limits.ts";
import type { PrincipalOperation } from "./command.ts";
import { badRequest, tooLarge } from "./invalid-key-reason.ts";

/** Nothing that a token, a header or a shell reads as more than a name; no dot, which ends it in a token. */
const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** Why the table of principals cannot be changed so, whatever it holds. */
export function invalidPrincipalReason(operation: PrincipalOperation): Failure | undefined {
  const { id } = operation;
  if (!ID_PATTERN.test(id))
    return badRequest("a principal's id is 1 to 64 letters, digits, '_' and '-': this one is not");
  switch (operation.kind) {
    case "principal-create":
      return invalidPrefixReason(operation.prefix) ?? invalidVerifierReason(operation.verifier);
    case "principal-rotate":
      return invalidVerifierReason(operation.verifier) ?? invalidGraceReason(operation.graceMs);
    case "principal-revoke":
      return undefined;
    default:
      return unreachable(operation);
  }
}

function invalidPrefixReason(prefix: Uint8Array): Failure | undefined {
  if (prefix.length <= KEY_BYTES_MAX) return undefined;
  return tooLarge("prefix", prefix.length, KEY_BYTES_MAX, "key_bytes_max");
}

function invalidVerifierReason(verifier: Uint8Array): Failure | undefined {
  if (verifier.length === VERIFIER_BYTES) return undefined;
  return badRequest(`a verifier has ${VERIFIER_BYTES} bytes, not ${verifier.length}`);
}

function invalidGraceReason(graceMs: number): Failure | undefined {
  if (Number.isSafeInteger(graceMs) && graceMs >= 0 && graceMs <= ROTATION_GRACE_MS_MAX) return undefined;
  return badRequest(
    `a grace of ${graceMs} ms is not possible; whole ms up to ${ROTATION_GRACE_MS_MAX} (rotation_grace_ms_max, 30 days)`,
  );
}
