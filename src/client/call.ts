import type { ErrorCode, Failure } from "../base/errors.ts";
import { failure } from "../base/errors.ts";
import type { Reply, Request } from "../wire/client-messages.ts";
import type { KnownNode } from "./directory.ts";
import type { Target } from "./target.ts";

export type CallPhase =
  /** No link to anyone suitable yet. */
  | { readonly kind: "parked" }
  | { readonly kind: "backing-off"; readonly untilMs: number }
  | {
      readonly kind: "sent";
      readonly id: number;
      readonly node: KnownNode;
      readonly atMs: number;
      /** For how long an answer is waited for before another node is tried. */
      readonly patienceMs: number;
    }
  | { readonly kind: "settled" };

/** What a caller wants, before the first attempt. Times in ms on the client's monotonic clock. */
export interface CallOptions {
  readonly target: Target;
  /** Whether it changes data: then a lost attempt leaves the outcome unknown. */
  readonly changes: boolean;
  readonly timeoutMs: number;
  readonly giveUpMs: number;
  /** For how long whoever is asked may wait before it answers; 0 by default. */
  readonly waitMs?: number;
  /** A retryable refusal that will stand for longer than anybody waits: the call ends with it. */
  readonly lastingCode?: ErrorCode | undefined;
  /** The request of one attempt; every attempt of a change carries the same command. */
  readonly request: (id: number, timeoutMs: number) => Request;
  readonly settle: (reply: Reply) => void;
  readonly fail: (failure: Failure) => void;
}

/** One caller's request through all its attempts. */
export interface Call extends CallOptions {
  readonly waitMs: number;
  phase: CallPhase;
  /** Attempts that failed, for the back-off. */
  retries: number;
  /** Redirects followed since the last back-off. */
  redirects: number;
  /** Whether some attempt may have been executed although nobody said so. */
  isDoubtful: boolean;
  /** Why the last attempt failed. */
  lastFailure: Failure | undefined;
  /** Not the first choice for the next attempt. */
  avoid: KnownNode | undefined;
  /** Earlier attempts, whose late answers still count. */
  readonly abandoned: number[];
}

/** A call before its first attempt. */
export function newCall(options: CallOptions): Call {
  // Field by field: spreading was a tenth of the client's time at its busiest.
  return {
    target: options.target,
    changes: options.changes,
    timeoutMs: options.timeoutMs,
    giveUpMs: options.giveUpMs,
    waitMs: options.waitMs ?? 0,
    lastingCode: options.lastingCode,
    request: options.request,
    settle: options.settle,
    fail: options.fail,
    phase: { kind: "parked" },
    retries: 0,
    redirects: 0,
    isDoubtful: false,
    lastFailure: undefined,
    avoid: undefined,
    abandoned: [],
  };
}

/** Given by the log itself, so that they speak of every attempt and not of the one that they answer. */
const ANSWERS_OF_THE_LOG: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "sequence_reused",
  "expired",
  "bad_value",
  "condition_failed",
  "fenced",
  "lease_not_found",
  "lease_exists",
  "principal_not_found",
  "principal_exists",
  "result_too_large",
]);

/**
 * The last word on a call that `refusal` ends: `not_applied` only when every attempt was refused so, or
 * when the log's own answer says so.
 */
export function verdict(call: Call, refusal: Failure): Failure {
  // A read changes nothing, whatever became of it.
  if (!call.changes) return { ...refusal, outcome: "not_applied" };
  if (ANSWERS_OF_THE_LOG.has(refusal.code) || !call.isDoubtful) return refusal;
  return { ...refusal, outcome: "unknown" };
}

/** The last word on a call whose caller's patience has ended; `reason` says why nothing came. */
export function timeUp(call: Call, reason: string): Failure {
  const isDoubtful = call.isDoubtful || call.phase.kind === "sent";
  const patience = `within ${Math.round(call.timeoutMs)} ms`;
  if (call.changes && isDoubtful) return failure("timeout", "unknown", `no answer ${patience}${reason}`);
  const last = call.lastFailure;
  if (last !== undefined)
    return { ...last, outcome: "not_applied", message: `${last.message} (${patience})` };
  return failure("unavailable", "not_applied", `no answer ${patience}${reason}`);
}
