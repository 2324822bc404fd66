import { unreachable } from "./assert.ts";

/** Whether a refused attempt changed anything: surely not, or nobody here knows. */
export type Outcome = "not_applied" | "unknown";

/**
 * Everything that can go wrong with a request, as a closed union. The codes are part of
 * the protocol: never renamed, only added.
 */
export type ErrorCode =
  | "bad_request" // malformed or impossible; the message says which limit or rule
  | "too_large" // a key, value or txn above its limit
  | "bad_value" // what is stored does not fit the operation: incr of text, a value that would outgrow its limit
  | "condition_failed" // a condition of the change does not hold; nothing was changed
  | "fenced" // the lock that the change depends on is not held any more; nothing was changed
  | "lease_not_found" // no such lease, or its time is over; nothing was changed
  | "lease_exists" // the id of the lease is taken
  | "principal_not_found" // no such principal; nothing was changed
  | "principal_exists" // the id of the principal is taken
  | "no_leader" // nobody is known to lead: try again
  | "not_leader" // the one asked does not lead; the reply names who does, if known
  | "overloaded" // queues, overlay or exactly-once table are full: try again later
  | "no_space" // below the disk reserve
  | "timeout" // the deadline passed before an answer
  | "lost_leadership" // proposed, then deposed before it was chosen
  | "sequence_reused" // the same request id came with another payload
  | "acknowledged" // the client said before that it needs no answer to this sequence
  | "expired" // the request's own deadline had passed when its slot was applied
  | "deadline_too_far" // the deadline is more than 15 minutes of cluster time ahead
  | "behind" // this replica has not reached the session's token in time
  | "foreign_cluster" // the token, or the node, belongs to another cluster
  | "compacted" // the revision is older than the history that is kept
  | "result_too_large" // executed, but its answer was too large to keep for a repeat
  | "forbidden" // the principal that asks may not do this; the message names the right that it lacks
  | "unavailable" // the node is stopping or cannot serve this
  | "unsafe"; // it would cost the cluster its majority; nothing was changed

/** What stood where a condition expected something else. */
export type Conflict =
  /** The revision of the key's present record, 0 when there is none. */
  | { readonly kind: "revision"; readonly revision: number }
  /** How many keys the range holds; more than 10,000 are not counted, and are told as 10,001. */
  | { readonly kind: "count"; readonly count: number };

/** A refusal as data; the same fields on every surface. */
export interface Failure {
  readonly code: ErrorCode;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  /** One sentence for people: what happened and what to do. */
  readonly message: string;
  /** With `condition_failed` alone. */
  readonly conflict?: Conflict;
  /** With `compacted` alone: the oldest revision that is still there. */
  readonly oldest?: number;
  /** Whether it is the stored answer to a request that was executed before. */
  readonly repeated?: true;
}

/** Whether the same request, sent again under the same request id, may succeed. */
export function isRetryable(code: ErrorCode): boolean {
  switch (code) {
    case "no_leader":
    case "not_leader":
    case "overloaded":
    case "no_space":
    case "timeout":
    case "lost_leadership":
    case "behind":
    case "unavailable":
      return true;
    case "bad_request":
    case "too_large":
    case "bad_value":
    case "condition_failed":
    case "fenced":
    case "lease_not_found":
    case "lease_exists":
    case "principal_not_found":
    case "principal_exists":
    case "sequence_reused":
    case "acknowledged":
    case "expired":
    case "deadline_too_far":
    case "foreign_cluster":
    case "compacted":
    case "result_too_large":
    case "forbidden":
    case "unsafe":
      return false;
    default:
      return unreachable(code);
  }
}

export function failure(code: ErrorCode, outcome: Outcome, message: string): Failure {
  return { code, outcome, retryable: isRetryable(code), message };
}

/** A condition did not hold. That is the log's own answer: no attempt of the request has changed anything. */
export function conditionFailed(conflict: Conflict, message: string): Failure {
  return { ...failure("condition_failed", "not_applied", message), conflict };
}

/** What happened at `revision` is forgotten: the history begins at `oldest`. */
export function compacted(revision: number, oldest: number): Failure {
  const message = `revision ${revision} is compacted; the history begins at ${oldest}`;
  return { ...failure("compacted", "not_applied", message), oldest };
}

/** A failure thrown to a caller of the client library, and mapped to an exit status by the programs. */
export class KvdError extends Error {
  override readonly name = "KvdError";
  readonly failure: Failure;
  /** `CLIENT:SEQUENCE:DEADLINE`, to repeat a mutating request with; undefined for reads. */
  readonly requestId: string | undefined;

  constructor(failure: Failure, requestId?: string) {
    super(failure.message);
    this.failure = failure;
    this.requestId = requestId;
  }
}
