import type { Answered, FreshAnswer } from "../client/replies.ts";
import type { Answer } from "./route.ts";

type Told = Answered & Partial<FreshAnswer>;

/** Says that the answer is the one that was given when the request was executed, earlier. */
export const REPLAYED = { "Idempotency-Replayed": "true" };

/** What a reply of the cluster tells in headers. */
export function headersOf(told: Told): Readonly<Record<string, string>> {
  const { revision, servedBy, level, stalenessMs, repeated } = told;
  return {
    ...(repeated === true ? REPLAYED : {}),
    "Kvd-Revision": `${revision}`,
    "Kvd-Served-By": servedBy,
    ...(level === undefined ? {} : { "Kvd-Consistency": level }),
    ...(stalenessMs === undefined ? {} : { "Kvd-Staleness-Ms": `${Math.ceil(stalenessMs)}` }),
  };
}

/** A JSON answer that carries what the cluster's reply tells. */
export function json(value: Readonly<Record<string, unknown>>, reply: Told, status = 200): Answer {
  return { status, headers: headersOf(reply), body: { kind: "json", value } };
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
