import type { Outcome } from "../base/errors.ts";

/** What a refusal says beyond its sentence. */
export interface HttpErrorOptions {
  /** Further members of the problem document. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly outcome?: Outcome;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A refusal by the gateway itself; by default nothing was applied, and a repeat will not help. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** A code of `base/errors.ts`, or one that only HTTP has. */
  readonly code: string;
  readonly options: HttpErrorOptions;

  constructor(status: number, code: string, message: string, options: HttpErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.options = options;
  }
}

/** A refusal that stands for another error. */
export function refusal(status: number, code: string, message: string, options: HttpErrorOptions): HttpError {
  return new HttpError(status, code, message, options);
}

export function badRequest(message: string): HttpError {
  return new HttpError(400, "bad_request", message);
}

export function notFound(message: string): HttpError {
  return new HttpError(404, "not_found", message);
}

/** Above a limit; both in bytes. */
export function tooLarge(what: string, actual: number, limit: number): HttpError {
  const message = `the ${what} has ${actual} bytes; the limit is ${limit} bytes`;
  return new HttpError(413, "too_large", message, { details: { limit, actual } });
}
