import type { Answered } from "../client/replies.ts";
import type { Answer } from "./route.ts";

/** What a reply of the cluster tells in headers. */
export function headersOf(reply: Answered & { readonly level?: string }): Readonly<Record<string, string>> {
  const level = reply.level === undefined ? {} : { "Kvd-Consistency": reply.level };
  return { "Kvd-Revision": `${reply.revision}`, "Kvd-Served-By": reply.servedBy, ...level };
}

/** A JSON answer that carries what the cluster's reply tells. */
export function json(
  value: Readonly<Record<string, unknown>>,
  reply: Answered & { readonly level?: string },
  status = 200,
): Answer {
  return { status, headers: headersOf(reply), body: { kind: "json", value } };
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
