import { STATUS_CODES } from "node:http";
import { unreachable } from "../base/assert.ts";
import type { Failure } from "../base/errors.ts";
import { KvdError } from "../base/errors.ts";
import { REPLAYED } from "./answer.ts";
import { HttpError } from "./http-error.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Seconds that a client should wait before it tries again: about as long as an election takes. */
const RETRY_AFTER = { "Retry-After": "1" };

/** A refusal as HTTP says it (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

interface FastifyFault {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
}

/** `conditional`: the condition came by a header such as If-Match, whose answer is 412. */
export function problemOf(error: unknown, requestId: string, conditional: boolean): Problem {
  if (error instanceof KvdError) {
    const { failure } = error;
    const status = statusOf(failure, conditional);
    const { conflict, oldest } = failure;
    const details = {
      ...(conflict === undefined ? {} : { conflict }),
      ...(oldest === undefined ? {} : { oldest }),
    };
    const head = { code: failure.code, outcome: failure.outcome, retryable: failure.retryable };
    const known = { ...head, request_id: error.requestId ?? requestId, ...details };
    const headers = {
      ...(status === 503 ? RETRY_AFTER : {}),
      ...(failure.repeated === true ? REPLAYED : {}),
    };
    return problem(status, failure.message, known, headers);
  }
  if (error instanceof HttpError) {
    const { outcome = "not_applied", retryable = false, details = {}, headers = {} } = error.options;
    const known = { code: error.code, outcome, retryable, request_id: requestId, ...details };
    return problem(error.status, error.message, known, headers);
  }
  const fault = error as FastifyFault;
  const status = fault.statusCode ?? 500;
  const refused = { outcome: "not_applied", retryable: false, request_id: requestId };
  if (status < 500) return problem(status, fault.message, { code: "bad_request", ...refused }, {});
  if (status === 503) {
    const stopping = { ...refused, code: "unavailable", retryable: true };
    return problem(503, "the node is stopping", stopping, RETRY_AFTER);
  }
  const known = { code: "internal", outcome: "unknown", retryable: false, request_id: requestId };
  return problem(500, "a fault in kvd itself; the log of the node has it", known, {});
}

/** The status of a failure of the cluster or of the client library. */
export function statusOf({ code, outcome }: Failure, conditional: boolean): number {
  switch (code) {
    case "bad_request":
      return 400;
    case "too_large":
      return 413;
    case "condition_failed":
      return conditional ? 412 : 409;
    case "bad_value":
    case "fenced":
    case "lease_exists":
    case "principal_exists":
    case "unsafe":
    case "acknowledged":
    case "result_too_large":
      return 409;
    case "compacted":
      return 410;
    case "forbidden":
      return 403;
    case "lease_not_found":
    case "principal_not_found":
      return 404;
    case "sequence_reused":
      return 422;
    case "no_space":
      return 507;
    case "no_leader":
    case "not_leader":
    case "overloaded":
    case "timeout":
    case "lost_leadership":
    case "expired":
    case "deadline_too_far":
    case "behind":
    case "foreign_cluster":
    case "unavailable":
      return outcome === "unknown" ? 504 : 503;
    default:
      return unreachable(code);
  }
}

function problem(
  status: number,
  detail: string,
  known: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): Problem {
  const title = STATUS_CODES[status] ?? "Error";
  return { status, headers, body: { type: "about:blank", title, status, detail, ...known } };
}
