import type { Failure } from "../base/errors.ts";
import type { Fence, Operation } from "./command.ts";
import { badRequest, invalidKeyReason } from "./invalid-key-reason.ts";

/** On what lock an operation depends, if on any. */
export function fenceOf(operation: Operation): Fence | undefined {
  return "fence" in operation ? operation.fence : undefined;
}

/** Why a fence is refused whatever the store holds. */
export function invalidFenceReason({ key, token }: Fence): Failure | undefined {
  if (!Number.isSafeInteger(token) || token < 1)
    return badRequest(`${token} is no token of a fence: they are whole numbers from 1 on`);
  return invalidKeyReason(key);
}
