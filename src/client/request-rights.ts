import { unreachable } from "../base/assert.ts";
import { type Failure, failure } from "../base/errors.ts";
import type { Operation } from "../kv/command.ts";
import type { Rights } from "../kv/rights.ts";
import { adminRefusal, keyTouch, operationRefusal, touchRefusal } from "../kv/rights.ts";
import type { Request } from "../wire/client-messages.ts";

/** Why a request that changes something is not sent for somebody with these rights. */
export function forbiddenChange(rights: Rights, operation: Operation): Failure | undefined {
  return forbidden(operationRefusal(rights, operation));
}

/** Why somebody may not see a list of all leases: whoever may touch some keys alone finds leases one by one. */
export function forbiddenListing({ id, prefix }: Rights): Failure | undefined {
  if (prefix.length === 0) return undefined;
  return forbidden(
    `principal ${id} may touch some keys alone: listing all leases takes one without a prefix`,
  );
}

/** Why a request that reads is not sent for somebody with these rights. A lease is looked at when it is found. */
export function forbiddenRead(rights: Rights, request: Request): Failure | undefined {
  switch (request.kind) {
    case "get":
    case "history":
      return forbidden(touchRefusal(rights, keyTouch("read", request.key)));
    case "range":
    case "watch":
      return forbidden(touchRefusal(rights, { access: "read", start: request.start, end: request.end }));
    case "mutate":
    case "leases":
    case "status":
    case "ping":
    case "cancel":
      return undefined;
    case "principals":
    case "measure":
    case "members":
    case "change-members":
    case "hand-over":
    case "stand":
    case "shorten-log":
    case "age":
    case "log":
    case "state-hash":
    case "refetch":
    case "snapshot":
    case "chunk":
      return forbidden(adminRefusal(rights));
    default:
      return unreachable(request);
  }
}

function forbidden(refusal: string | undefined): Failure | undefined {
  return refusal === undefined ? undefined : failure("forbidden", "not_applied", refusal);
}
