import { unreachable } from "../../base/assert.ts";
import { type Failure, failure } from "../../base/errors.ts";
import type { PrincipalOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { ownedBytes } from "../owned-bytes.ts";

/** Creates, rotates or revokes a principal. No key is changed by that, so it takes no revision. */
export function executePrincipal(operation: PrincipalOperation, draft: Draft): CommandOutcome {
  const { principals, timeMs, revision } = draft;
  const { kind, id } = operation;
  const present = principals.get(id);
  const done: CommandOutcome = { kind: "result", result: { kind, revision } };
  switch (operation.kind) {
    case "principal-create": {
      if (present !== undefined) return { kind: "failure", failure: exists(id) };
      const { role } = operation;
      const [prefix, verifier] = [ownedBytes(operation.prefix), ownedBytes(operation.verifier)];
      principals.set(id, { role, prefix, verifier, former: undefined });
      return done;
    }
    case "principal-rotate": {
      if (present === undefined) return { kind: "failure", failure: notFound(id) };
      const { graceMs } = operation;
      // A second rotation ends the grace of the first: two secrets at a time, not a growing list.
      const former = graceMs === 0 ? undefined : { verifier: present.verifier, untilMs: timeMs + graceMs };
      principals.set(id, { ...present, verifier: ownedBytes(operation.verifier), former });
      return done;
    }
    case "principal-revoke":
      if (present === undefined) return { kind: "failure", failure: notFound(id) };
      principals.set(id, undefined);
      return done;
    default:
      return unreachable(operation);
  }
}

function exists(id: string): Failure {
  const message = `there is a principal ${id} already; name another id, or rotate it`;
  return failure("principal_exists", "not_applied", message);
}

function notFound(id: string): Failure {
  return failure("principal_not_found", "not_applied", `there is no principal ${id}`);
}
