import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { toHex } from "../base/bytes.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import type { FencedOptions, ReadLevel, ReadOptions, RequestOptions } from "../client/options.ts";
import type { Touch } from "../kv/rights.ts";
import { touchRefusal } from "../kv/rights.ts";
import type { Principal } from "./access.ts";
import { readOptionsOf, TIMEOUT_MS_MAX } from "./common-parameters.ts";
import { fenceOf } from "./fence-header.ts";
import { HttpError } from "./http-error.ts";
import { idempotencyIdentity } from "./idempotency.ts";
import { isHistoryPath } from "./item-path.ts";
import { touchKey } from "./keys.ts";
import { Parameters } from "./parameters.ts";
import type { Answer, Context, Input, Method, Route } from "./route.ts";

export interface ExchangeDeps {
  readonly client: Client;
  /** Fires when the gateway stops: streams end. */
  readonly stopping: AbortSignal;
  readonly principal: Principal;
  readonly reply: FastifyReply;
  readonly crypto: Pick<Crypto, "sha256">;
  readonly timers: Timers;
}

const NO_BODY = new Uint8Array();

/** One request from its head to its answer. Throws what `problemOf` explains. */
export async function exchange(found: Route, request: FastifyRequest, deps: ExchangeDeps): Promise<Answer> {
  const route = isHistoryPath(restOf(request)) ? (found.history ?? found) : found;
  const input = inputOf(route, request);
  const plan = route.plan(input);
  for (const touch of plan.touches) refuseTouch(deps.principal, touch);
  const identity = idempotencyIdentity(input.headers["idempotency-key"], deps.principal.id, deps.crypto);
  const fence = fenceOf(route, input.headers["kvd-fence"]);
  if (fence !== undefined) refuseTouch(deps.principal, touchKey("read", fence.key));
  const context = contextOf(input, deps, {
    ...(identity === undefined ? {} : { identity }),
    ...(fence === undefined ? {} : { fence }),
  });
  return plan.act(context).catch((error: unknown) => {
    throw plan.conditional === true ? new ConditionalError(error) : error;
  });
}

/** Carries the fact that the condition came by a header. */
export class ConditionalError extends Error {
  override readonly name = "ConditionalError";

  constructor(cause: unknown) {
    super("a conditional request failed", { cause });
  }
}

/** The client would refuse it, too, and every other thing; here it is told before anything is done. */
function refuseTouch({ rights }: Principal, touch: Touch): void {
  const refusal = rights && touchRefusal(rights, touch);
  if (refusal !== undefined) throw new HttpError(403, "forbidden", refusal);
}

function inputOf(route: Route, request: FastifyRequest): Input {
  const { url = "" } = request.raw;
  const question = url.indexOf("?");
  return {
    method: request.method as Method,
    query: new Parameters(question === -1 ? "" : url.slice(question + 1), route.parameters),
    headers: request.headers,
    rest: restOf(request),
    segments: segmentsOf(request),
    body: request.body instanceof Uint8Array ? request.body : NO_BODY,
  };
}

function segmentsOf({ params }: FastifyRequest): Input["segments"] {
  return params as Input["segments"];
}

function restOf(request: FastifyRequest): string {
  return segmentsOf(request)["*"] ?? "";
}

function contextOf(input: Input, deps: ExchangeDeps, change: FencedOptions): Context {
  const timeoutMs = input.query.duration("timeout", TIMEOUT_MS_MAX);
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const gone = new AbortController();
  deps.reply.raw.once("close", () => gone.abort());
  const timing: RequestOptions = { ...patience, signal: gone.signal };
  const { principal } = deps;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  deps.stopping.addEventListener("abort", end, { signal: gone.signal });
  principal.whenRevoked(end, gone.signal);
  return {
    client: principal.rights === undefined ? deps.client : deps.client.limitedTo(principal.rights),
    timers: deps.timers,
    timing,
    // A change goes on without the one who asked: ending it would only leave its outcome in doubt.
    change: { ...patience, ...change },
    read: (byDefault: ReadLevel): ReadOptions => ({ ...timing, ...readOptionsOf(input, byDefault) }),
    gone: gone.signal,
    stopping: ending.signal,
  };
}

/** Puts an answer on the wire. */
export function send(reply: FastifyReply, answer: Answer, client: Client): FastifyReply {
  reply.code(answer.status).headers({ ...clusterHeaders(client), ...answer.headers });
  const { body } = answer;
  switch (body.kind) {
    case "none":
      return reply.send();
    case "json":
      return reply.type("application/json; charset=utf-8").send(`${JSON.stringify(body.value)}\n`);
    case "bytes":
      return reply.type(body.type).send(Buffer.from(body.bytes));
    case "text":
      return reply.type("text/plain; charset=utf-8").send(body.text);
    case "stream":
      return reply.type(body.type).send(Readable.from(body.chunks, { objectMode: false }));
  }
}

/** What every answer tells of the cluster, once this node has heard of it. */
export function clusterHeaders({ clusterId, leader }: Client): Readonly<Record<string, string>> {
  return {
    ...(clusterId.length === 0 ? {} : { "Kvd-Cluster": toHex(clusterId) }),
    ...(leader === undefined ? {} : { "Kvd-Leader": leader }),
  };
}
