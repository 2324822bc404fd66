import { failure } from "../../base/errors.ts";
import type { TouchOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import { keyText } from "../key-text.ts";
import type { CommandOutcome } from "../outcome.ts";

/** Gives a key so long to live from now on. It is not changed by that, so it takes no revision. */
export function executeTouch({ key, ttlMs }: TouchOperation, draft: Draft): CommandOutcome {
  const { expiries, timeMs, revision } = draft;
  const expiry = expiries.of(keyText(key));
  if (expiry?.kind === "lease") {
    const message = `the key lives as long as lease ${expiry.leaseId}: keep that alive, or put the key anew`;
    return { kind: "failure", failure: failure("bad_value", "not_applied", message) };
  }
  const isOver = expiry !== undefined && expiry.expiresMs <= timeMs;
  const touched = !isOver && draft.get(key) !== undefined;
  if (touched) expiries.set(keyText(key), { kind: "ttl", expiresMs: timeMs + ttlMs });
  return { kind: "result", result: { kind: "touch", revision, touched } };
}
