import { type Failure, failure } from "../../base/errors.ts";
import type { Fence } from "../command.ts";
import type { Draft } from "../draft.ts";

/** Why a change that depends on a lock is not done, or undefined while it stands: its key is the one that was made then. */
export function fenceFailure({ key, token }: Fence, draft: Draft): Failure | undefined {
  if (draft.get(key)?.createRevision === token) return undefined;
  const message = `the lock with token ${token} is not held any more; nothing was changed`;
  return failure("fenced", "not_applied", message);
}
