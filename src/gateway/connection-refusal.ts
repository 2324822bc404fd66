import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Timers } from "../base/seams.ts";
import { PROBLEM_TYPE } from "./problem.ts";

/** Whoever was refused may read the answer for so long; then the connection goes, read or not. */
const LINGER_MS = 1_000;

const REFUSALS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the head of the request is larger than 16 KiB; send a large value as the body"],
  ERR_SSL_HTTP_REQUEST: [400, "this is plain HTTP, and TLS is spoken here; say https://"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not come to its end in time"],
};

/** What the parser says of bytes that it does not take. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
}

/** Answers what is no HTTP, by hand: there is no request yet. */
export function refuseConnection(error: ParserError, socket: Duplex, timers: Pick<Timers, "after">): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = REFUSALS[error.code ?? ""] ?? [400, notHttp(error)];
  const head = { type: "about:blank", title: STATUS_CODES[status], status, detail };
  const body = JSON.stringify({ ...head, code: "bad_request", outcome: "not_applied", retryable: false });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // Ending says that nothing more comes; only destroying it frees a connection whose other side stays.
  const lingering = timers.after(LINGER_MS, () => socket.destroy());
  socket.once("close", () => lingering.cancel());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

function notHttp({ reason }: ParserError): string {
  return reason === undefined ? "this is no HTTP request" : `this is no HTTP request: ${reason}`;
}
