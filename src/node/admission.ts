import { type Failure, failure } from "../base/errors.ts";
import { DEADLINE_AHEAD_MS_MAX, EXPIRIES_MAX, PRINCIPALS_MAX } from "../base/limits.ts";
import type { Command } from "../kv/command.ts";
import { invalidReason } from "../kv/invalid-reason.ts";
import { addsExpiries, needsSpace } from "../kv/operation-size.ts";

/** Results kept for repeats, over all clients; beyond it new mutations are refused with `overloaded`. */
const EXECUTED_RECORDS_MAX = 2_000_000;

/** What admission looks at besides the command. */
export interface Load {
  /** Cluster time now. */
  readonly timeMs: number;
  /** Nothing more can be queued, or applied. */
  readonly isFull: boolean;
  readonly results: number;
  readonly expiries: number;
  readonly principals: number;
  /** Why what needs room on the disk is refused; undefined while there is room. */
  readonly noSpace: Failure | undefined;
}

/** Why a mutation is not taken in, and so surely not applied; undefined: it may be proposed. */
export function admissionRefusal({ identity, operation }: Command, load: Load): Failure | undefined {
  const invalid = invalidReason(operation);
  if (invalid !== undefined) return invalid;
  if (identity.deadlineMs > load.timeMs + DEADLINE_AHEAD_MS_MAX) {
    const message = "the request's deadline is more than 15 minutes of cluster time ahead";
    return failure("deadline_too_far", "not_applied", message);
  }
  if (load.isFull || load.results >= EXECUTED_RECORDS_MAX) {
    return overloaded("the leader has too much work waiting; try again later");
  }
  if (load.expiries >= EXPIRIES_MAX && addsExpiries(operation)) {
    return overloaded(`the cluster holds ${EXPIRIES_MAX} leases and keys that end by themselves, its limit`);
  }
  if (load.noSpace !== undefined && needsSpace(operation)) return load.noSpace;
  if (load.principals >= PRINCIPALS_MAX && operation.kind === "principal-create") {
    return overloaded(
      `there are ${PRINCIPALS_MAX} principals, as many as a cluster has; revoke what is not used`,
    );
  }
  return undefined;
}

function overloaded(message: string): Failure {
  return failure("overloaded", "not_applied", message);
}
