import { unreachable } from "../../base/assert.ts";
import type { Operation } from "../command.ts";
import type { Draft } from "../draft.ts";
import { fenceOf } from "../fence.ts";
import { invalidReason } from "../invalid-reason.ts";
import type { CommandOutcome } from "../outcome.ts";
import { executeCompact } from "./compact.ts";
import { executeConfigure } from "./configure.ts";
import { executeDelete } from "./delete.ts";
import { executeDeleteRange } from "./delete-range.ts";
import { fenceFailure } from "./fence.ts";
import { executeLease } from "./lease.ts";
import { executeModify } from "./modify.ts";
import { executePrincipal } from "./principal.ts";
import { executePut } from "./put.ts";
import { executePutAll } from "./put-all.ts";
import { executeTouch } from "./touch.ts";
import { executeTxn } from "./txn.ts";

/** Does what one request wants to the draft; a failure has changed nothing. */
export function execute(operation: Operation, draft: Draft): CommandOutcome {
  const invalid = invalidReason(operation);
  if (invalid !== undefined) return { kind: "failure", failure: invalid };
  draft.begin();
  const fence = fenceOf(operation);
  const fenced = fence && fenceFailure(fence, draft);
  if (fenced !== undefined) return { kind: "failure", failure: fenced };
  switch (operation.kind) {
    case "put":
      return executePut(operation, draft);
    case "delete":
      return executeDelete(operation, draft);
    case "delete-range":
      return executeDeleteRange(operation, draft);
    case "put-all":
      return executePutAll(operation, draft);
    case "modify":
      return executeModify(operation, draft);
    case "txn":
      return executeTxn(operation, draft);
    case "touch":
      return executeTouch(operation, draft);
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
      return executeLease(operation, draft);
    case "compact":
      return executeCompact(operation, draft);
    case "configure":
      return executeConfigure(operation, draft);
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return executePrincipal(operation, draft);
    default:
      return unreachable(operation);
  }
}
