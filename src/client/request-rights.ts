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

/** Why a request that reads is not sent for somebody with these rights. What leases there are is no secret. */
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
      return undefined;
    case "principals":
    case "hand-over":
      return forbidden(adminRefusal(rights));
    default:
      return unreachable(request);
  }
}

function forbidden(refusal: string | undefined): Failure | undefined {
  return refusal === undefined ? undefined : failure("forbidden", "not_applied", refusal);
}
