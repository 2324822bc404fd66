import { type ErrorCode, type Failure, failure, KvdError } from "../base/errors.ts";
import type { Clock } from "../base/seams.ts";
import type { Operation, Result } from "../kv/command.ts";
import { invalidReason } from "../kv/invalid-reason.ts";
import { narrowed, type Rights } from "../kv/rights.ts";
import type { Reply, ReplyBody, Request } from "../wire/client-messages.ts";
import type { Call, CallOptions } from "./call.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { objectOf } from "./misuse.ts";
import { refuseUnfitChangeOptions } from "./option-names.ts";
import type { ChangeOptions, ClientOptions, RequestOptions } from "./options.ts";
import type { Answered } from "./replies.ts";
import { forbiddenChange, forbiddenRead } from "./request-rights.ts";
import type { Target } from "./target.ts";
import type { Mutation, Writer } from "./writer.ts";

const TIMEOUT_MS = 5_000;
/** Clocks differ in rate: cluster time older than this is asked for again before a deadline rests on it. */
const TIME_AGE_MS_MAX = 60_000;

type Answer<Kind extends ReplyBody["kind"]> = Extract<ReplyBody, { kind: Kind }>;

export interface CallerDeps {
  readonly dispatcher: Dispatcher;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly options: ClientOptions;
  /** Of whom it asks for; undefined: all there are. */
  readonly rights: Rights | undefined;
}

interface AskOptions extends RequestOptions {
  /** For how long the node may wait before it answers; 0 by default. */
  readonly waitMs?: number;
  /** A retryable refusal that ends the request all the same. */
  readonly lastingCode?: ErrorCode;
}

/** Takes one request after another to its answer, as a promise; refuses here what needs no cluster to refuse. */
export class Caller {
  /** A request's patience when it names none. */
  readonly timeoutMs: number;
  readonly #deps: CallerDeps;
  #refreshing: Promise<void> | undefined;

  constructor(deps: CallerDeps) {
    this.#deps = deps;
    this.timeoutMs = deps.options.timeoutMs ?? TIMEOUT_MS;
  }

  /** Asks for something that changes nothing. */
  ask(target: Target, request: CallOptions["request"], options: AskOptions): Promise<Reply> {
    const { rights } = this.#deps;
    const forbidden = rights && forbiddenRead(rights, request(1, 1));
    if (forbidden !== undefined) return Promise.reject(new KvdError(forbidden));
    return this.#call({ target, changes: false, request, options });
  }

  /** Has an operation executed; rejects when `make` throws. */
  async change<Kind extends Operation["kind"]>(
    make: () => Extract<Operation, { kind: Kind }>,
    options: ChangeOptions,
  ): Promise<Extract<Result, { kind: Kind }> & Answered> {
    objectOf(options, "what each option is named in");
    const operation = make();
    refuseUnfitChangeOptions(options, operation.kind);
    const reply = await this.#mutate(operation, options);
    const { result, repeated } = expectBody(reply, "result");
    if (result.kind !== operation.kind) throw surprising(reply);
    const answered = repeated === undefined ? {} : { repeated };
    return { ...(result as Extract<Result, { kind: Kind }>), servedBy: reply.servedBy, ...answered };
  }

  #mutate(wanted: Operation, options: ChangeOptions): Promise<Reply> {
    const { rights, dispatcher, clock } = this.#deps;
    const operation = rights === undefined ? wanted : narrowed(rights, wanted);
    const refused = invalidReason(operation) ?? (rights && forbiddenChange(rights, operation));
    if (refused !== undefined) return Promise.reject(new KvdError(refused));
    const age = dispatcher.time.ageMs(clock.nowMs());
    if (age > TIME_AGE_MS_MAX && age !== Number.POSITIVE_INFINITY) {
      return this.#refreshTime().then(() => this.#startMutation(operation, options));
    }
    return this.#startMutation(operation, options);
  }

  #startMutation(operation: Operation, options: ChangeOptions): Promise<Reply> {
    const timeoutMs = options.timeoutMs ?? this.timeoutMs;
    const repeatableMs = this.#deps.options.repeatableMs ?? timeoutMs + 10_000;
    const mutation = this.#deps.writer.begin(operation, repeatableMs, options);
    const request = (id: number, patienceMs: number): Request =>
      this.#deps.writer.request(mutation, id, patienceMs);
    return this.#call({ target: { kind: "leader" }, changes: true, request, options, mutation });
  }

  #call(call: {
    readonly target: Target;
    readonly changes: boolean;
    readonly request: CallOptions["request"];
    readonly options: AskOptions;
    readonly mutation?: Mutation;
  }): Promise<Reply> {
    const { mutation } = call;
    const timeoutMs = call.options.timeoutMs ?? this.timeoutMs;
    const { signal, waitMs = 0, lastingCode } = call.options;
    return new Promise((resolve, reject) => {
      let started: Call | undefined;
      const onAbort = (): void => {
        if (started !== undefined) this.#deps.dispatcher.abandon(started, "given up by the caller");
      };
      const settle = (reply: Reply): void => {
        signal?.removeEventListener("abort", onAbort);
        if (mutation !== undefined) this.#deps.writer.finish(mutation, "answered");
        resolve(reply);
      };
      const fail = (final: Failure): void => {
        if (mutation !== undefined && this.#deps.writer.canDateAnew(mutation, final)) {
          void this.#refreshTime().then(begin);
          return;
        }
        signal?.removeEventListener("abort", onAbort);
        if (mutation !== undefined) this.#deps.writer.finish(mutation, final.outcome);
        // Perhaps the deadline rested on a wrong idea of the time; the next one shall not.
        if (final.code === "expired") void this.#refreshTime();
        reject(
          new KvdError(final, mutation === undefined ? undefined : this.#deps.writer.requestIdText(mutation)),
        );
      };
      const { target, changes, request } = call;
      const giveUpMs = this.#deps.clock.nowMs() + timeoutMs;
      const begin = (): void => {
        if (signal?.aborted === true) {
          fail(failure("timeout", "not_applied", "given up by the caller"));
          return;
        }
        started = this.#deps.dispatcher.start({
          target,
          changes,
          timeoutMs,
          giveUpMs,
          waitMs,
          lastingCode,
          request,
          settle,
          fail,
        });
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      begin();
    });
  }

  /** Takes cluster time from the leader; what fails is not worth a word, the old estimate stands. */
  #refreshTime(): Promise<void> {
    this.#refreshing ??= this.ask({ kind: "leader" }, (id) => ({ kind: "status", id }), { timeoutMs: 1_000 })
      .then((reply) => {
        const { status } = expectBody(reply, "status");
        // Whoever hears a leader hears its time.
        this.#deps.dispatcher.time.learn(
          status.timeMs,
          this.#deps.clock.nowMs(),
          status.leader !== undefined,
        );
      })
      .catch(() => undefined)
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }
}

/** The answer that belongs to the question; throws when the node gave another. */
export function expectBody<Kind extends ReplyBody["kind"]>(reply: Reply, kind: Kind): Answer<Kind> {
  if (reply.body.kind !== kind) throw surprising(reply);
  return reply.body as Answer<Kind>;
}

function surprising(reply: Reply): KvdError {
  const message = `${reply.servedBy} answered with a ${reply.body.kind} that was not asked for`;
  return new KvdError(failure("bad_request", "unknown", message));
}
